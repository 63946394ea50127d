"""REST of learning: examples, models, training runs."""

from typing import Literal

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.states import AnsweringMode, RunState, TrainingMode


class ExampleView(ResponseBody):
    """One labelled turn with its provenance."""

    id: str
    at: Moment
    text: str
    """The words as they are stored now; empty once they were erased."""
    label: str | None
    """An intent; null means out of scope."""
    source: str
    """`resolution`, `audit` or `review`."""
    split: str
    """`train`, or `gate`: kept to judge models by."""
    excluded: bool
    """Whether training leaves it out."""
    excluded_because: str | None
    """Why it is left out; null while it is not."""
    conversation: str
    by: str
    """Id of the member of staff who gave the label."""


class ExamplePage(ResponseBody):
    """A page of examples, newest first."""

    examples: list[ExampleView]
    next: str | None
    """Ask for `before` this id to go on; null on the last page."""


class Exclusion(RequestBody):
    """Whether training leaves an example out."""

    excluded: bool


class ModelView(ResponseBody):
    """One version (v13) or revision (v13.7), where it came from and how it was judged."""

    name: str
    kind: Literal["version", "revision"]
    state: Literal["candidate", "champion", "live", "archived", "refused"]
    created_at: Moment
    mode: str
    """What was fitted: `head`, or `full` (the encoder as well)."""
    examples: int
    """How many examples it was fitted on."""
    intents: int
    """How many intents it knows."""
    threshold: float
    """It answers from this confidence on, 0 to 1."""
    accuracy: float | None
    """Share of right first guesses, 0 to 1; null where it was not measured, like the three that follow."""
    coverage: float | None
    """Share of messages that it would answer, 0 to 1."""
    risk: float | None
    """Share of those answers that would be wrong, 0 to 1."""
    novelty_auroc: float | None
    """How well it tells unknown requests from known ones, 0.5 to 1."""
    grounds: str | None
    """What the figures were measured on: the gate set, or out of fold where the gate has too few labels."""
    parent: str | None
    """The model that it was made from."""
    reasons: list[str]
    """Why it was refused."""


class ModelList(ResponseBody):
    """Which model answers, all versions, and the newest revisions."""

    mode: AnsweringMode
    alpha: float
    """The largest share of wrong automatic answers that the operator accepts, 0 to 1."""
    champion: str | None
    """The version in charge: `live` is it, or a refit of it."""
    live: str | None
    """The model that answers."""
    pinned: bool
    """True after a rollback: resolutions are collected, but nothing is learnt from them until somebody goes on."""
    models: list[ModelView]
    """Newest first."""


class NewRun(RequestBody):
    """A training run to start."""

    mode: TrainingMode = "auto"


class RunView(ResponseBody):
    """One training run."""

    id: str
    state: RunState
    progress: float
    """0 to 1."""
    stage: str
    eta_seconds: float | None
    detail: str
    """What it does now or how it ended, for people."""
    mode: TrainingMode
    created_at: Moment
    finished_at: Moment | None
    model: str | None
    """The model that it makes or made."""
    reasons: list[str]
    """Why it failed or its model was refused."""


class RunList(ResponseBody):
    """The training runs."""

    runs: list[RunView]
    """Newest first, at most 50."""
