"""The values that go into and come out of a model. Pure: no numerical library, nothing to load."""

from dataclasses import dataclass, field

TOP_LABELS = 5
TOP_NEIGHBOURS = 5


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
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    confidence: float
    novelty: float
    neighbours: tuple[Neighbour, ...] = ()
    language: Language = field(default_factory=Language)

    @property
    def label(self) -> str:
        """The first label."""
        return self.labels[0]
