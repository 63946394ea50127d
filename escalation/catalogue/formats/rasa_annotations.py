"""Rasa's marks inside texts: entities in examples, slots in answers. Pure."""

import re
from typing import Final

_ONE: Final = r"\{[^{}]*\}"
# [text](entity), [text]{"entity": ...} and [text][{...}, {...}]
_ANNOTATION: Final = re.compile(rf"\[([^\[\]]+)\](?:\([^()]+\)|{_ONE}|\[\s*{_ONE}(?:\s*,\s*{_ONE})*\s*\])")
_SLOT: Final = re.compile(r"\{[^{}\n]+\}")


def plain(text: str) -> str:
    """Return an example without its entity annotations: `[tomorrow](date)` becomes `tomorrow`."""
    return _ANNOTATION.sub(r"\1", text)


def slots(text: str) -> list[str]:
    """Return the slots that Rasa would fill in an answer, as they are written: `{order_number}`."""
    return list(dict.fromkeys(_SLOT.findall(text)))
