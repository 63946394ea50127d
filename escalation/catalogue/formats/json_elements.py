"""JSON that says where it is wrong: repeated keys are refused, and the elements of a list know their line. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_BLANKS: Final = re.compile(r"[ \t\n\r]*")


class Unreadable(Exception):
    """The text is no JSON; `line` counts from 1."""

    def __init__(self, problem: str, line: int = 1) -> None:
        super().__init__(problem)
        self.line = line


class KeyTwice(Exception):
    """An object has a key twice, so that one of its values would be lost; `line` is that of the element it is in."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the object has the key '{key[:100]}' twice")
        self.line = 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise KeyTwice(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


_decoder: Final = json.JSONDecoder(object_pairs_hook=_once)


def decode(text: str) -> Any:
    """Return the value of a whole text. Raises: Unreadable, KeyTwice."""
    try:
        return _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"no JSON ({error.msg})", error.lineno) from None
    except (ValueError, RecursionError):  # a number of 5,000 digits; 100,000 brackets
        raise Unreadable("no JSON that can be read") from None


def elements(text: str, start: int) -> Iterator[tuple[Any, int]]:
    """Yield each element of the list that begins at `start`, with its line. Raises: Unreadable, KeyTwice."""
    at, line = start, text.count("\n", 0, start) + 1
    mark = "["
    while True:
        after = _BLANKS.match(text, at + 1).end()  # type: ignore[union-attr]
        line += text.count("\n", at, after)
        if mark == "[" and text[after : after + 1] == "]":
            return
        value, at = _element(text, after, line)
        yield value, line
        line += text.count("\n", after, at)
        after = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
        line += text.count("\n", at, after)
        at, mark = after, text[after : after + 1]
        if mark == "]":
            return
        if mark != ",":
            raise Unreadable("no JSON (a ',' or ']' is missing)", line)


def _element(text: str, at: int, line: int) -> tuple[Any, int]:
    try:
        return _decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise Unreadable(f"no JSON ({error.msg})", error.lineno) from None
    except KeyTwice as error:
        error.line = line
        raise
    except (ValueError, RecursionError):
        raise Unreadable("no JSON that can be read", line) from None
