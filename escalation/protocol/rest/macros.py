"""REST of macros: several steps that an agent takes at once."""

from typing import Annotated, Literal

from pydantic import Field

from escalation.protocol.frames.conversation import MOST_TAGS, Tag
from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody

MOST_STEPS = 6
MOST_MINUTES = 30 * 24 * 60


class ReplyStep(RequestBody):
    """Send a reply, filled like a template."""

    kind: Literal["reply"]
    text: str = Field(min_length=1, max_length=4_000)


class NoteStep(RequestBody):
    """Add an internal note, filled like a template. It calls the colleagues whose whole name stands behind an `@`."""

    kind: Literal["note"]
    text: str = Field(min_length=1, max_length=4_000)


class TagStep(RequestBody):
    """Add tags."""

    kind: Literal["tag"]
    tags: tuple[Tag, ...] = Field(min_length=1, max_length=MOST_TAGS)


class TransferStep(RequestBody):
    """Pass to a queue."""

    kind: Literal["transfer"]
    queue: str = Field(min_length=1, max_length=64)


class SnoozeStep(RequestBody):
    """Hide for some minutes."""

    kind: Literal["snooze"]
    minutes: int = Field(ge=1, le=MOST_MINUTES)


class ResolveStep(RequestBody):
    """End with a label. Nothing is learnt of it: the label is the macro's, not one chosen for this customer's words."""

    kind: Literal["resolve"]
    label: str | None = Field(max_length=100)
    """An intent's name; null: out of scope."""
    outcome: Literal["solved", "follow_up", "abandoned"] = "solved"


MacroStep = Annotated[
    ReplyStep | NoteStep | TagStep | TransferStep | SnoozeStep | ResolveStep, Field(discriminator="kind")
]


class MacroBody(RequestBody):
    """A macro as somebody writes it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    """What an agent types behind a slash: small letters, digits, `-` and `_`. No two are the same."""
    steps: list[MacroStep] = Field(min_length=1, max_length=MOST_STEPS)
    """In order. A transfer, a snooze or a resolution is the last one."""


class MacroView(ResponseBody):
    """A macro."""

    id: str
    name: str
    steps: list[MacroStep]
    changed_at: Moment


class MacroList(ResponseBody):
    """Every macro, by name."""

    macros: list[MacroView]


class MacroRunBody(RequestBody):
    """Run a macro in a conversation, as it is on the agent's screen."""

    run_id: str = Field(min_length=1, max_length=64)
    """A fresh id; the same one again does nothing twice."""
    conversation: str
    epoch: int = Field(ge=0)
    last_seen_seq: int = Field(ge=0)


class MacroRunView(ResponseBody):
    """How far a macro came."""

    done: int
    """Steps that were carried out."""
    steps: int
    code: str | None = None
    """Why the next one was refused, as errors have it; null: none was."""
    message: str | None = None
