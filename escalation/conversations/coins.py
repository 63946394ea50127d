"""The audit coin: a secret draw for each customer message, made before anything looks at it."""

import hashlib
import hmac


def coin(key: bytes, message_id: str, probability: float) -> bool:
    """Return whether the coin of this message falls: `HMAC-SHA256(key, id)`, read as a number in 0..1, < probability.

    Who knows the id but not the key cannot tell; the same message always gets the same coin.
    """
    digest = hmac.digest(key, message_id.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") < probability * 2**64
