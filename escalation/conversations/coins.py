"""The audit coin: a secret draw for each customer message, made before anything looks at it."""

import hashlib
import hmac

DIGITS = 53
"""Binary digits of a draw: as many as a float holds exactly."""


def draw(key: bytes, message_id: str) -> float:
    """Return this message's number, 0 <= number < 1, uniform: the first 53 bits of `HMAC-SHA256(key, id)`.

    Who knows the id but not the key cannot tell; the same message always gets the same number.
    """
    digest = hmac.digest(key, message_id.encode(), hashlib.sha256)
    return float((int.from_bytes(digest[:8], "big") >> (64 - DIGITS)) / 2**DIGITS)


def coin(key: bytes, message_id: str, probability: float) -> bool:
    """Return whether the coin of this message falls: `draw` < probability."""
    return draw(key, message_id) < probability
