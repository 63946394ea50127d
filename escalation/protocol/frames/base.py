"""What every frame shares. A frame is one JSON object on the socket, told apart by `type`."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

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


FRAMES: "list[type[Frame]]" = []
"""Every frame of the protocol, in the order of its definition."""


class Frame(BaseModel):
    """Base of all frames and of the values inside them: immutable, unknown fields refused.

    A class with a field `type` is a frame of its own, and says who may send it or whom it may be sent to:
    `class Say(Frame, sent_by=["customer"])`. Subclasses inherit that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sent_by: ClassVar[frozenset[Audience]] = frozenset()
    """Whose connections may send it."""
    sent_to: ClassVar[frozenset[Audience]] = frozenset()
    """Whose connections it may be sent to."""

    def __init_subclass__(
        cls, *, sent_by: Iterable[Audience] = (), sent_to: Iterable[Audience] = (), **config: Any
    ) -> None:
        """Keep what the class says of itself."""
        super().__init_subclass__(**config)
        cls.sent_by = frozenset(sent_by) or cls.sent_by
        cls.sent_to = frozenset(sent_to) or cls.sent_to

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Take the frame into the protocol. Raises: TypeError if nobody sends it and nobody is sent it."""
        if "type" not in cls.model_fields:
            return
        if not cls.sent_by and not cls.sent_to:
            raise TypeError(f"{cls.__name__} says neither who sends it nor whom it is sent to")
        FRAMES.append(cls)
