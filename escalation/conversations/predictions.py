"""What a classifier says of a turn, as plain values: guesses, near examples, the limits that belong to its model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from escalation.protocol.messages import Frozen

UNDETERMINED = "und"
"""ISO 639-2 for a text whose language nobody can tell."""
TINY = 1e-9
"""Shares that differ by less are the same."""


class Guess(Frozen):
    """One label the classifier considered."""

    label: str
    score: float


class Near(Frozen):
    """A known example close to the turn."""

    example_id: str
    label: str
    similarity: float


class Part(Frozen):
    """One of several requests in a turn: its characters `start` up to `end` of the turn's text, and what it may be."""

    start: int
    end: int
    confidence: float
    novelty: float
    guesses: tuple[Guess, ...]
    """Best first, at least one."""
    neighbours: tuple[Near, ...] = ()

    @property
    def label(self) -> str:
        """The first guess."""
        return self.guesses[0].label


class ModelVote(Frozen):
    """What one model would have done with a turn: the intents it saw, one for each request, and if it would answer."""

    model: str
    intents: tuple[str, ...]
    confidence: float
    threshold: float
    accepts: bool


class Votes(Frozen):
    """Both votes on a turn. `vetoed`: the anchor would have answered, and the live head saw something else."""

    anchor: ModelVote
    live: ModelVote
    vetoed: bool = False


@dataclass(frozen=True)
class TurnPolicy:
    """The limits that belong to the model which predicted."""

    threshold: float
    """Least confidence of an automatic answer."""
    novelty_limit: float
    """Above it a message is taken for something no intent covers."""
    margin: float
    """A choice is offered only if its score is at most this much below the first guess's."""
    clarify_floor: float
    """Least probability that the right intent is among the choices offered: what a question must be worth."""
    answering: bool = True
    """False while nothing may be answered automatically: shadow, a stale certificate in strict mode, the breaker."""
    max_choices: int = 3
    blind: bool = False
    """True while staff do not see what the model makes of a turn: their labels judge it."""
    by_error: tuple[tuple[float, float], ...] = ()
    """Accepted shares of wrong answers, ascending, each with the least confidence for it."""

    def at(self, alpha: float) -> "TurnPolicy":
        """Return the policy for another accepted share of wrong answers: the threshold of the next stricter one known.

        Where none is known, the policy stays as it is.
        """
        if not self.by_error:
            return self
        known = [threshold for error, threshold in self.by_error if error <= alpha + TINY]
        return replace(self, threshold=known[-1] if known else 1.0)

    @classmethod
    def of(cls, by_error: tuple[tuple[float, float], ...]) -> "TurnPolicy":
        """The policy that knows only these accepted shares; to ask for the threshold of one."""
        return replace(cls.failed(), by_error=by_error)

    @classmethod
    def failed(cls) -> "TurnPolicy":
        """The policy when no model said anything: no answer, no question."""
        return cls(threshold=1.0, novelty_limit=0.0, margin=0.0, clarify_floor=1.0, answering=False)


Govern = Callable[[TurnPolicy], TurnPolicy]
"""Makes of a model's policy the one that holds now: at the accepted error of this moment, and whether it answers."""


@dataclass(frozen=True)
class Predicted:
    """What a classifier says of a turn's text, and which model and limits it said it with."""

    model: str
    policy: TurnPolicy
    guesses: tuple[Guess, ...]
    neighbours: tuple[Near, ...]
    confidence: float
    novelty: float
    language_known: bool
    language: str
    """ISO 639-1, or UNDETERMINED."""
    mention: str | None = None
    """Why the words only mention the first guess, and do not ask for it; None if they may."""
    among: float | None = None
    """Calibrated probability that the right label is one of the first few guesses; None if the model does not say."""
    divisions: tuple[tuple["PredictedPart", ...], ...] = ()
    """Ways to read the turn as several requests, the likeliest first; each is the parts in order of the text."""
    anchor: "Predicted | None" = None
    """What the anchor makes of the same text; None: the model is the anchor itself."""


@dataclass(frozen=True)
class PredictedPart:
    """What the same model says of a part of the turn's text, read as a message of its own."""

    start: int
    end: int
    predicted: Predicted


class Predictor(Protocol):
    """Where predictions come from. Any exception means: not now."""

    async def predict(self, text: str) -> Predicted:
        """Return the prediction for all customer text of a turn."""
        ...
