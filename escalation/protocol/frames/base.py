"""What every frame shares. A frame is one JSON object on the socket, told apart by `type`."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Audience = Literal["customer", "staff"]
"""Everybody of one audience is sent the same bytes; what differs by person is fetched over REST."""
AUDIENCES: tuple[Audience, ...] = ("customer", "staff")

PROTOCOL_VERSION = 1
MAX_TEXT = 4_000

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(line: str) -> str:
    """Return a one-line value as it came. Raises: ValueError for what no database keeps."""
    if _CONTROL.search(line) or _SURROGATE.search(line) or "\n" in line:
        raise ValueError("control characters, line breaks and lone surrogates are not allowed here")
    return line


def readable(text: str) -> str:
    """Return what somebody wrote without control characters. Raises: ValueError if nothing is left."""
    cleaned = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub("", text))
    if not cleaned.strip():
        raise ValueError("the text is blank")
    return cleaned


Line = Annotated[str, AfterValidator(storable)]
Id = Annotated[Line, Field(min_length=1, max_length=100)]
ClientId = Annotated[
    str, Field(pattern=r"^[0-9a-fA-F-]{36}$", description="A UUID the client chose; the same id is the same request.")
]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(readable)]
Stream = Annotated[str, Field(pattern=r"^[a-z]+(:[A-Za-z0-9_-]{1,64})?$")]


class Frame(BaseModel):
    """Base of all frames: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
