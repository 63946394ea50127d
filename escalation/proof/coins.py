"""The audit coin: a secret number for each customer message, under a key that was committed to beforehand. Pure.

The number is fixed by key and message id, so nothing that is predicted, decided or answered can move it. Each period
has a key of its own: it is kept secret while the period lasts, and its SHA-256 is stored when the period begins.
"""

import hashlib
import hmac

from escalation.kernel import draws


def draw(key: bytes, message_id: str) -> float:
    """Return this message's number, 0 <= number < 1, uniform: the first 53 bits of `HMAC-SHA256(key, id)`.

    Who knows the id but not the key cannot tell; the same message always gets the same number. An answer is drawn for
    audit where its number is below the chance of its window, so windows of different chance share one coin.
    """
    return draws.draw(key, message_id)


def period_key(secret: bytes, period: str) -> bytes:
    """Return the 32-byte key of one period, by its id. The keys of other periods tell nothing of it."""
    return hmac.digest(secret, period.encode(), hashlib.sha256)


def commitment(key: bytes) -> str:
    """Return what is stored of a key when its period begins: its SHA-256 in hexadecimal."""
    return hashlib.sha256(key).hexdigest()
