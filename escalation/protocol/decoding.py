"""The one check of all JSON that comes in, on sockets and over REST: what no database keeps gets no further."""

import json
import re
from typing import Any

MAX_DEPTH = 16
"""Values inside values; no frame and no request has more than five."""
_NUL = "\0"
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJson(ValueError):
    """It is no JSON in UTF-8 at all."""


def decode(raw: str | bytes) -> Any:
    """Return the JSON value. Raises: NotJson, also for numbers and nesting far beyond what is ever sent."""
    try:
        return json.loads(raw if isinstance(raw, str) else raw.decode())
    except (ValueError, RecursionError) as error:
        raise NotJson("this is not JSON in UTF-8") from error


def flaw_of(value: Any) -> str | None:
    """Return what is wrong with a JSON value as one sentence that quotes nothing of it; None if nothing is.

    It goes through the value without recursion, so that no nesting exhausts the stack.
    """
    level, depth = [value], 0
    while level:
        depth += 1
        inner: list[Any] = []
        for each in level:
            if isinstance(each, str):
                if flaw := flaw_in_text(each):
                    return flaw
            elif isinstance(each, dict):
                inner += [*each, *each.values()]
            elif isinstance(each, list):
                inner += each
        level = inner
        if level and depth > MAX_DEPTH:
            return f"values are nested more than {MAX_DEPTH} deep"
    return None


def flaw_in_text(text: str) -> str | None:
    """Return what is wrong with a text: U+0000, which PostgreSQL does not keep, or half a pair, which is no UTF-8."""
    if _NUL in text:
        return "the character U+0000 is not allowed in any field"
    if _SURROGATE.search(text):
        return "lone surrogates are not allowed in any field"
    return None
