"""What JSON may come in: no U+0000, no half characters, no nesting without end, and never an exception but one."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.protocol.decoding import MAX_DEPTH, NotJson, decode, flaw_of

TEXTS = st.text(st.characters(codec=None), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("raw", ["", "{", "[" * 100_000, "9" * 5_000, b"\xff\xfe{}", b'"\xed\xa0\x80"', '{"a":1}x'])
def test_what_is_no_json_is_refused_in_one_way(raw: str | bytes) -> None:
    with pytest.raises(NotJson):
        decode(raw)


@pytest.mark.parametrize("place", [lambda s: s, lambda s: [s], lambda s: {s: 1}, lambda s: {"a": [{"b": s}]}])
@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x\udfff", "\udc00\ud800"])
def test_what_no_database_keeps_is_found_anywhere(place: Any, text: str) -> None:
    flaw = flaw_of(place(text))
    assert flaw is not None and "not allowed" in flaw and text not in flaw
    assert flaw_of(place("whole 😀 and \x1f")) is None


def test_nesting_ends() -> None:
    assert flaw_of(nested(MAX_DEPTH)) is None
    assert flaw_of(nested(MAX_DEPTH + 1)) == f"values are nested more than {MAX_DEPTH} deep"
    assert flaw_of(nested(50_000)) is not None


@given(VALUES)
def test_what_passes_can_be_kept_as_utf_8_without_nul(value: Any) -> None:
    text = json.dumps(value)
    if flaw_of(decode(text)) is None:
        assert b"\0" not in json.dumps(value, ensure_ascii=False).encode() and "\\u0000" not in text


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_anything_is_decoded_or_refused(raw: str | bytes) -> None:
    with contextlib.suppress(NotJson):
        flaw_of(decode(raw))
