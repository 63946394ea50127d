"""A number that is random to whoever has no key, and always the same for one subject. Pure."""

import hashlib
import hmac

DIGITS = 53
"""Binary digits of a draw: as many as a float holds exactly."""


def draw(key: bytes, subject: str) -> float:
    """Return this subject's number, 0 <= number < 1, uniform: the first 53 bits of `HMAC-SHA256(key, subject)`."""
    digest = hmac.digest(key, subject.encode(), hashlib.sha256)
    return float((int.from_bytes(digest[:8], "big") >> (64 - DIGITS)) / 2**DIGITS)
