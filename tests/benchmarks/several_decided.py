"""What the whole decision makes of messages with two requests, and of the same requests alone: the service's own code.

The model answers as it serves (languages, mentions, misspelt words); every request has an approved answer; policies are
those of the starter catalogue, and `automatic` for labels that it does not know.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from escalation.catalogue.starter import starter_catalogue
from escalation.classifier import Example, Model
from escalation.classifier.batcher import LivePrediction
from escalation.conversations import parts
from escalation.conversations.decision import (
    AnswersVerdict,
    AnswerVerdict,
    ClarifyVerdict,
    Evidence,
    HandOffVerdict,
    Intent,
    Verdict,
    decide_turn,
)
from escalation.conversations.predictions import Predicted, PredictedPart
from escalation.conversations.request import lack_of_request
from escalation.learning.predictor import Limits, ModelPredictor
from tests.benchmarks.joining import Pair

POLICIES = {intent.name: intent.policy for intent in starter_catalogue().intents}


@dataclass
class Live:
    """A model as the predictor sees it; counts the texts that it reads."""

    model: Model
    read: int = 0
    known: dict[str, LivePrediction] = field(default_factory=dict)

    @property
    def classifier(self) -> "Live":
        return self

    async def predict(self, text: str) -> LivePrediction:
        self.read += 1
        if text not in self.known:
            (made,) = self.model.predict([text])
            self.known[text] = LivePrediction(self.model.name, self.model.threshold, made)
        return self.known[text]


@dataclass(frozen=True)
class Decided:
    """Counts of messages by what was done, of how many right, and the texts the encoder read for them."""

    total: int
    done: Counter[str]
    read: int


def verdict(text: str, predicted: Predicted, *, divided: bool = True) -> Verdict:
    """Return what the bot does with a customer's first message; not `divided`: where it is always read as one."""

    def evidence_of(part: PredictedPart) -> Evidence:
        return _evidence(text[part.start : part.end], part.predicted)

    whole = _evidence(text, predicted)
    found = parts.judged(whole, predicted.divisions if divided else (), predicted.policy, evidence_of)
    return found[0] if found is not None else decide_turn(whole, predicted.policy)


def _evidence(text: str, said: Predicted) -> Evidence:
    return Evidence(
        guesses=said.guesses, confidence=said.confidence, novelty=said.novelty, language_known=said.language_known,
        language=said.language, failed=False, clarifications=0, already_answered_intent=None,
        lacks=lack_of_request(text), mention=said.mention, among=said.among,
        intents={
            guess.label: Intent(POLICIES.get(guess.label, "automatic"), guess.label, guess.label)
            for guess in said.guesses
        },
    )  # fmt: skip


def is_request(label: str | None) -> bool:
    """Whether a message of this intent asks for something."""
    return label is not None and POLICIES.get(label) != "smalltalk"


def of_pairs(model: Model, pairs: Iterable[Pair]) -> Decided:
    """Return what is done with messages of two requests."""
    kept = [pair for pair in pairs if is_request(pair.first) and is_request(pair.second)]
    live, done = Live(model), Counter[str]()
    for pair in kept:
        made = verdict(pair.text, _predicted(live, pair.text))
        name = _name(made)
        done[name] += 1
        if isinstance(made, AnswersVerdict):
            done["wrong"] += tuple(each.intent for each in made.answers) != (pair.first, pair.second)
    return Decided(len(kept), done, live.read)


def of_singles(model: Model, rows: Sequence[Example]) -> Decided:
    """Return what is done with messages of one request. Two answers to one are wrong.

    `taken`: those that a person gets only because of the finder.
    """
    kept = [row for row in rows if is_request(row.label)]
    live, done = Live(model), Counter[str]()
    for row in kept:
        predicted = _predicted(live, row.text)
        now, before = verdict(row.text, predicted), verdict(row.text, predicted, divided=False)
        done[_name(now)] += 1
        done["wrong"] += isinstance(now, AnswersVerdict)
        done["split"] += isinstance(now, AnswersVerdict) or now == HandOffVerdict("several_requests")
        done["taken"] += isinstance(now, HandOffVerdict) and not isinstance(before, HandOffVerdict)
        done["no longer answered"] += isinstance(before, AnswerVerdict) and not isinstance(now, AnswerVerdict)
    return Decided(len(kept), done, live.read)


def _predicted(live: Live, text: str) -> Predicted:
    return asyncio.run(ModelPredictor(live, Limits()).predict(text))  # type: ignore[arg-type]


def _name(made: Verdict) -> str:
    match made:
        case AnswersVerdict():
            return "both answered"
        case AnswerVerdict():
            return "answered as one"
        case ClarifyVerdict():
            return "asked"
        case HandOffVerdict("several_requests"):
            return "handed over as several"
        case _:
            return "handed over otherwise"
