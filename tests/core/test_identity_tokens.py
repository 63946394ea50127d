"""What a site's server signs of its customer: taken as any JWT library makes it, and refused with a reason."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalation.people.errors import IdentityExpired, IdentityWrong
from escalation.people.identity_tokens import Claims, read_token

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
SECRET = "s" * 32
LATER = int((NOW + timedelta(minutes=5)).timestamp())


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def a_token(secret: str = SECRET, alg: str = "HS256", **claims: Any) -> str:
    """As the examples of `docs/widget.md` make it."""
    head = f"{encoded({'alg': alg, 'typ': 'JWT'})}.{encoded({'sub': '42', 'exp': LATER, **claims})}"
    signature = hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_what_is_signed_is_known() -> None:
    token = a_token(name="Ana B", email="ana@shop.test", attributes={"plan": "gold", "orders": 3, "vip": True})
    assert read_token(token, SECRET, NOW) == Claims(
        "42", "Ana B", "ana@shop.test", {"plan": "gold", "orders": 3, "vip": True}
    )
    assert read_token(a_token(iat=1, iss="shop"), SECRET, NOW) == Claims("42"), "claims of others are passed over"


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "no JSON Web Token"),
        ("abc", "no JSON Web Token"),
        ("a" * 5_000, "no JSON Web Token"),
        ("ä.b.c", "no JSON Web Token"),
        (a_token(secret="t" * 32), "not signed"),
        (a_token() + "A", "not signed"),
        (a_token().rpartition(".")[0] + ".", "not signed"),
        (a_token(alg="none"), "another algorithm"),
        (a_token(sub=""), "'sub'"),
        (a_token(sub=7), "'sub'"),
        (a_token(exp="soon"), "'exp'"),
        (a_token(exp=LATER + 10**6), "longer than a day"),
        (a_token(exp=float("nan")), "exp"),
        (a_token(email="nobody"), "'email'"),
        (a_token(name="x" * 201), "'name'"),
        (a_token(attributes={str(number): 1 for number in range(21)}), "'attributes'"),
        (a_token(attributes={"deep": {"er": 1}}), "attributes.deep"),
    ],
)
def test_what_is_not_is_refused_with_a_reason(token: str, why: str) -> None:
    with pytest.raises(IdentityWrong, match=why if why != "exp" else "expired|exp"):
        read_token(token, SECRET, NOW)


def test_it_ends_a_minute_late_at_the_latest() -> None:
    assert read_token(a_token(exp=int(NOW.timestamp()) - 59), SECRET, NOW)
    with pytest.raises(IdentityExpired, match="Sign a new one"):
        read_token(a_token(exp=int(NOW.timestamp()) - 60), SECRET, NOW)
