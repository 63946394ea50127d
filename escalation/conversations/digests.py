"""A digest of each message, stored beside its words: whoever changes the words by hand is noticed by `verify`."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FIELDS = ("id", "conversation", "author", "author_id", "kind", "internal", "intent", "body")
ERASED = {"kind": "erased"}
"""What erasing leaves of a body."""

_ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def digest_of(row: Mapping[str, Any]) -> str:
    """Return the digest of a message's row, 64 hexadecimal digits; the same on both databases."""
    return hashlib.sha256(_ENCODE([row[name] for name in FIELDS]).encode(errors="surrogatepass")).hexdigest()


def is_as_written(row: Mapping[str, Any]) -> bool:
    """Whether the message still says what was stored; one that was erased says nothing, and has no digest."""
    return bool(row["body"] == ERASED or row["digest"] == digest_of(row))
