"""Codes that change every half minute, after RFC 6238 (TOTP) with HMAC-SHA-1, six digits and steps of 30 s. Pure.

Every authenticator app knows these values; many know no others.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

SECONDS: Final = 30
DIGITS: Final = 6
CLOCKS_APART: Final = 1
"""So many steps the clocks of service and phone may differ."""
RECOVERY_CODES: Final = 10


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of a step: RFC 4226, section 5.3, with the step as the counter."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: datetime) -> int:
    """Return the number of the step that a time is in."""
    return int(now.timestamp()) // SECONDS


def matching_step(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """Return the step whose code this is, among those near now and later than `after`; None for another code.

    Whoever keeps the step as the next `after` takes no code twice.
    """
    plain = "".join(code.split()).encode(errors="replace")
    near = range(step_at(now) - CLOCKS_APART, step_at(now) + CLOCKS_APART + 1)
    found = [step for step in near if hmac.compare_digest(code_of(secret, step).encode(), plain) and step > after]
    return found[0] if found else None


def secret_of(key: bytes, nonce: str) -> bytes:
    """Return the secret of 20 bytes that a phone shares: only who has the key can make it of what is stored."""
    return hashlib.blake2b(nonce.encode(), key=key, digest_size=20).digest()


def in_letters(secret: bytes) -> str:
    """Return a secret as it is typed into an app: base32, 32 characters."""
    return base64.b32encode(secret).decode()


def address_for_apps(secret: bytes, email: str, issuer: str) -> str:
    """Return the `otpauth` address that apps read from a link or a QR code."""
    named = {"secret": in_letters(secret), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(email)}?{urlencode(named, quote_via=quote)}"


def new_recovery_codes() -> tuple[str, ...]:
    """Return codes for who has lost the phone, each of 80 random bits."""
    return tuple(_grouped(base64.b32encode(secrets.token_bytes(10)).decode().lower()) for _ in range(RECOVERY_CODES))


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def plain_recovery_code(code: str) -> str:
    """Return a recovery code as it is hashed, however it was typed."""
    return "".join(code.lower().replace("-", "").split())
