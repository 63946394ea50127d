"""What a message can be: a tagged union of bodies, and who wrote it.

Words of the product are notices, rendered from the clients' locale files.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_TEXT = 4_000
"""Longest text of one message, in characters."""


class Frozen(BaseModel):
    """Base of immutable values that reject unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Frozen):
    """One choice offered to the customer."""

    intent: str
    title: str


class TextBody(Frozen):
    """Plain text; never markup."""

    kind: Literal["text"] = "text"
    text: str = Field(max_length=MAX_TEXT)


class ChoicesBody(Frozen):
    """A question of the bot: which of these did you mean? The client always adds "none of these".

    Customers always get one option or more. None: staff see them once they have stored a label, in a blind item.
    """

    kind: Literal["choices"] = "choices"
    options: tuple[Option, ...] = Field(max_length=3)


class ChoiceBody(Frozen):
    """The customer's pick. `intent` is null for "none of these"."""

    kind: Literal["choice"] = "choice"
    choices_message_id: str
    intent: str | None
    title: str | None


class SentFile(Frozen):
    """A file in a message. Its address is `api/v1/attachments/<id>/<key>`, of an image also `.../thumbnail`."""

    id: str
    key: str
    """Whoever knows it may read the file."""
    name: str = Field(max_length=255)
    media_type: str
    size: int = Field(ge=0, description="bytes")
    width: int | None
    """Of an image, in pixels, as `height`."""
    height: int | None


MOST_FILES = 5
"""Of one message."""


class AttachmentBody(Frozen):
    """Files that the customer or an agent sent, and what they wrote with them."""

    kind: Literal["attachment"] = "attachment"
    text: str = Field(default="", max_length=MAX_TEXT)
    files: tuple[SentFile, ...] = Field(min_length=1, max_length=MOST_FILES)


class NoticeBody(Frozen):
    """Something the product says; `code` names a phrase of the locale files, `params` fill it in."""

    kind: Literal["notice"] = "notice"
    code: str
    params: dict[str, str | int] = {}


class ErasedBody(Frozen):
    """What is left of a message whose words were erased."""

    kind: Literal["erased"] = "erased"


class DeletedBody(Frozen):
    """What is left of a message that its author took back."""

    kind: Literal["deleted"] = "deleted"


Body = Annotated[
    TextBody | ChoicesBody | ChoiceBody | AttachmentBody | NoticeBody | ErasedBody | DeletedBody,
    Field(discriminator="kind"),
]
Author = Literal["customer", "bot", "agent", "system"]

NoticeCode = Literal[
    "ask_what",
    "handed_off",
    "nobody_online",
    "too_busy",
    "closed_now",
    "somebody_online",
    "agent_joined",
    "agent_left",
    "handed_back",
    "handoff_cancelled",
    "on_hold",
    "off_hold",
    "contact_saved",
    "resolved",
    "closed_after_silence",
    "expired",
    "reopened",
]
