"""Frames of `models`, `catalogue` and `proposals`: what answers now, what is being trained. Staff only."""

from datetime import datetime
from typing import Literal

from escalation.protocol.frames.base import Frame, Stream
from escalation.protocol.states import RunState


class ModelPublished(Frame, sent_to=["staff"]):
    """Another model serves from now on: a `revision` as live head, an `anchor` as what answers, the others as both."""

    type: Literal["model_published"] = "model_published"
    stream: Stream
    seq: int
    at: datetime
    name: str
    kind: Literal["version", "revision", "rollback", "anchor"]
    examples: int


class RunChanged(Frame, sent_to=["staff"]):
    """A training run moved on."""

    type: Literal["run"] = "run"
    stream: Stream
    seq: int
    run: str
    state: RunState
    progress: float
    """0 to 1."""
    stage: str
    eta_seconds: float | None
    detail: str


class AnsweringChanged(Frame, sent_to=["staff"]):
    """Automatic answers stopped because too many of them were wrong, or go on."""

    type: Literal["answering_changed"] = "answering_changed"
    stream: Stream
    seq: int
    stopped: bool


class CatalogueChanged(Frame, sent_to=["staff"]):
    """Intents changed; read them again from `GET /api/v1/catalogue`."""

    type: Literal["catalogue_changed"] = "catalogue_changed"
    stream: Stream
    seq: int
    intents: tuple[str, ...]


class ProposalsChanged(Frame, sent_to=["staff"]):
    """What is proposed as the answer of these intents changed; read it again from `GET /api/v1/proposals`."""

    type: Literal["proposals_changed"] = "proposals_changed"
    stream: Stream
    seq: int
    intents: tuple[str, ...]
