"""The values that go into and come out of a model. Pure: no numerical library, nothing to load."""

from dataclasses import dataclass, field

TOP_LABELS = 5
TOP_NEIGHBOURS = 5
CHOICES = 3
"""Of the labels, those a customer may be asked to choose from."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message. `label` None means out of scope: no intent of the catalogue serves it.

    `id` is what neighbours carry instead of the text. `group` names what must not be split between fitting and
    judging (a conversation); empty means the example stands alone.
    """

    text: str
    label: str | None
    group: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An example near the message. `similarity` is the cosine of the two embeddings, -1..1."""

    example_id: str
    label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Language:
    """What language the message seems to be in. `known`: one the model was fitted on, or too little text to tell.

    `code` is ISO 639-1, or "und" when undetermined.
    """

    known: bool = True
    code: str = "und"


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one message.

    `labels` and `scores` are the best five (fewer where there are fewer intents), best first; the scores are the
    head's probabilities and add up to at most 1. `confidence` is the calibrated probability that `labels[0]` is right
    *and* the message in scope. `novelty`, 0..1, grows with how unlike everything known the message is.
    `neighbours` are the nearest examples of any label, at most five, nearest first. `support` is the nearest example of
    the first label and `counter` that of the second: what speaks for the guess, and what against it. None where that
    intent is known by its name alone. `mention` says why the words only mention the first label's request ("refused",
    "did", ...), None where they may make it; the confidence of a mention is 0. `among` is the calibrated probability
    that the right label is one of the first CHOICES and the message in scope; None from a model made before.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    confidence: float
    novelty: float
    neighbours: tuple[Neighbour, ...] = ()
    language: Language = field(default_factory=Language)
    support: Neighbour | None = None
    counter: Neighbour | None = None
    mention: str | None = None
    among: float | None = None

    @property
    def label(self) -> str:
        """The first label."""
        return self.labels[0]

    @property
    def evidence(self) -> tuple[Neighbour, ...]:
        """The neighbours with support and counter-example among them, each example once, nearest first."""
        found = {each.example_id: each for each in (self.counter, self.support, *self.neighbours) if each is not None}
        return tuple(sorted(found.values(), key=lambda each: -each.similarity))
