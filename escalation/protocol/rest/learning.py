"""REST of learning: examples, models, training runs."""

from typing import Literal

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.states import AnsweringMode, RunState, TrainingMode

ExampleSource = Literal["resolution", "seed"]
"""`resolution`: collected from what an agent resolved; `seed`: written in the catalogue."""


class ExampleView(ResponseBody):
    """One labelled message with its provenance."""

    id: str
    at: Moment | None
    """When it was collected; null for a seed."""
    text: str
    """The words as they are stored now; empty once they were erased."""
    label: str | None
    """An intent; null means out of scope."""
    title: str | None
    """The intent's title; null for out of scope."""
    source: ExampleSource
    split: str
    """`train`, or `gate`: kept to judge models by."""
    excluded: bool
    """Whether training leaves it out."""
    excluded_because: str | None
    """Why it is left out; null while it is not."""
    conversation: str | None
    """Null for a seed."""
    by: str | None
    """Id of the member of staff who gave the label; null for a seed."""


class ExamplePage(ResponseBody):
    """A page of examples: collected ones newest first, seeds in the order of the catalogue."""

    examples: list[ExampleView]
    next: str | None
    """Ask for `before` this id to go on; null on the last page."""


class Exclusion(RequestBody):
    """Whether training leaves an example out."""

    excluded: bool


class NewLabelView(ResponseBody):
    """How many of a model's new examples carry one label."""

    label: str | None
    """An intent; null means out of scope."""
    title: str | None
    """The intent's title; null for out of scope."""
    count: int


class LearntView(ResponseBody):
    """What changed from the model that answered before, counted on examples that were collected from resolutions."""

    before: str | None
    """The model that answered before; null: there was none."""
    examples_before: int
    """How many examples that one was fitted on, the catalogue's included."""
    added: list[NewLabelView]
    """What the new examples are labelled with, most first. New: the model before was not fitted on them."""
    added_in_scope: int
    """How many of the new examples have an intent; the next two are counted among these."""
    added_right_before: int
    """Where the model before put that intent first. It had not seen these examples."""
    added_right: int
    """Where this model puts it first. It was fitted on these examples."""
    in_scope: int
    """How many collected examples with an intent it was fitted on."""
    right: int
    """Where it puts their intent first."""


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
    gate_labels: int | None
    """How many labels with an intent the gate set held when the model was judged; null where it was not judged."""
    gate_right: int | None
    """Where the model puts that intent first."""
    calibrated: bool
    """False: it kept the calibration of the model before, so figures that are out of fold are that model's."""
    learnt: LearntView | None
    """Null for a model that was built elsewhere, or before this was counted."""
    parent: str | None
    """The model that it was made from."""
    promotable: bool
    """Whether it can be chosen to answer: it does not already, and its folder is still there."""
    erased_examples: int
    """How many of the examples that it learnt from were erased since: with a customer, on request."""
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
    """The live head: refitted after each resolution, it vetoes and suggests."""
    anchor: str | None
    """The frozen model that answers where the live head gives the same label."""
    anchor_threshold: float | None
    """It answers from this confidence on, 0 to 1."""
    anchor_since: Moment | None
    anchor_grounds: Literal["promotion", "rollback", "gate", "upgrade"] | None
    """How it became the anchor: promoted by a person or a training run, or as the first model; rolled back to; frozen
    from the live head, as the gate allowed; or it answered when this version of the program was installed."""
    anchor_certified_alpha: float | None
    """Of its answers at most this share, 0 to 1, was wrong, as its own audits prove; null: it is provisional."""
    anchor_certified_until: Moment | None
    """Which of its answers: those before this midnight (UTC)."""
    pinned: bool
    """True after a rollback, or once a revision was chosen: resolutions are collected, and not learnt from for now."""
    rollback_to: str | None
    """The version that answers after a rollback: an earlier one, or the champion without its refits. Null: neither."""
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
