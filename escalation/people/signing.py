"""How what browsers keep is signed, HMAC with SHA-256, and under which hash tokens are stored.

Releases before signed with SHA-1, the default of `itsdangerous`. What they gave out is still taken, and ends when it
would have ended; nothing is signed so any more.
"""

import hashlib
from typing import Any, Final

from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

_BEFORE: Final[dict[str, Any]] = {"digest_method": hashlib.sha1}
_NOW: Final[dict[str, Any]] = {"digest_method": hashlib.sha256}


def fingerprint(token: str) -> str:
    """Return the SHA-256 a token is stored under."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed(key: bytes, salt: str) -> URLSafeSerializer:
    """Return what signs and reads values of one purpose, `salt`; each says itself when it was given out."""
    return URLSafeSerializer(key, salt=salt, signer_kwargs=_NOW, fallback_signers=[_BEFORE])


def signed_with_time(key: bytes, salt: str) -> URLSafeTimedSerializer:
    """Return what signs and reads values of one purpose together with the time of signing."""
    return URLSafeTimedSerializer(key, salt=salt, signer_kwargs=_NOW, fallback_signers=[_BEFORE])
