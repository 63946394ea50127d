"""Who a site says its visitor is: a JSON Web Token (RFC 7519) that the site's server signs with HS256. Pure.

Any JWT library makes one. Claims: `sub`, the customer's id at the site; `exp`, when it ends, in seconds since 1970;
optionally `name`, `email` and `attributes`, an object of short values.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, StrictFloat, StringConstraints, ValidationError

from escalation.people.errors import IdentityExpired, IdentityWrong
from escalation.protocol.attributes import Attributes, Short

LONGEST = 4_096
"""Characters of a token."""
SKEW = timedelta(seconds=60)
"""For so long after its end a token is still taken: clocks differ."""
LONGEST_LIFE = timedelta(days=1)
"""A token that lasts longer is refused: whoever copies it is that customer."""


@dataclass(frozen=True)
class Claims:
    """Who a visitor is to the site."""

    known_as: str
    """Their id there."""
    name: str = ""
    email: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


class _Payload(BaseModel):
    sub: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    exp: StrictFloat
    name: Short = ""
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    attributes: Attributes = {}


def read_token(token: str, secret: str, now: datetime) -> Claims:
    """Return what a site signed. Raises: IdentityWrong, IdentityExpired, which tell the page's developer why."""
    head, _, signature = token.rpartition(".")
    if not head or len(token) > LONGEST or not token.isascii():
        raise IdentityWrong("The identity token is no JSON Web Token of at most 4,096 characters.")
    expected = hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(_decoded(signature), expected):
        raise IdentityWrong("The identity token is not signed with this site's IDENTITY_SECRET (HS256).")
    header, _, payload = head.partition(".")
    if _object(header).get("alg") != "HS256":
        raise IdentityWrong("The identity token must be signed with HS256: its header says another algorithm.")
    return _claims(_object(payload), now)


def _claims(payload: dict[str, Any], now: datetime) -> Claims:
    try:
        found = _Payload.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:100]
        raise IdentityWrong(f"The identity token's claim {place!r} is wrong: {first['msg']}.") from error
    left = found.exp - now.timestamp()
    if not left > -SKEW.total_seconds():
        raise IdentityExpired("The identity token has expired. Sign a new one each time a page is made.")
    if left > (LONGEST_LIFE + SKEW).total_seconds():
        raise IdentityWrong("The identity token lasts longer than a day. Give it an `exp` of some minutes.")
    return Claims(found.sub, found.name.strip(), found.email, found.attributes)


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise IdentityWrong("The identity token holds no JSON objects.")
    return found


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
