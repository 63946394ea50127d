"""What the bot's turns ask: a prediction, with the limits of the model that made it, and where a turn may be cut."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from escalation.classifier.batcher import LivePrediction
from escalation.classifier.parts import Cut, Sides, Span, cuts, two_requests
from escalation.conversations.predictions import Guess, Near, Predicted, PredictedPart, TurnPolicy
from escalation.learning.live_model import LiveModel


@dataclass(frozen=True)
class Limits:
    """What the operator set about decisions, beside the model's own threshold.

    `margin`: a choice is offered only if its score is at most this much below the first guess's. `answering`: whether
    the bot may answer without a certificate. `languages`: what counts as known beside the model's own, ISO 639-1.
    """

    novelty_limit: float = 0.9
    clarify_floor: float = 0.8
    margin: float = 0.35
    answering: bool = True
    languages: frozenset[str] = frozenset()


class ModelPredictor:
    """Implements `conversations.turns.Predictor` on live head and anchor."""

    def __init__(self, live: LiveModel, limits: Limits) -> None:
        self._live = live
        self._limits = limits

    async def predict(self, text: str) -> Predicted:
        """Return the prediction for a turn's text. Raises: ModelMissing, ClassifierBusy, ClassifierClosed.

        Where it can be cut, both sides of each cut are predicted too, by the same models: most messages cannot.
        """
        places = cuts(text)
        classifier = self._live.classifier
        parts = (text[span.start : span.end] for cut in places for span in (cut.first, cut.second))
        answer, *sides = await asyncio.gather(*map(classifier.predict, (text, *parts)))
        if any(side.models != answer.models for side in sides):
            return await self.predict(text)  # a model was swapped in between
        found = self._read(answer, places, sides)
        if answer.anchor is None:
            return found
        return replace(found, anchor=self._read(_by_anchor(answer), places, [_by_anchor(side) for side in sides]))

    def _read(self, whole: LivePrediction, places: Sequence[Cut], sides: Sequence[LivePrediction]) -> Predicted:
        """Return what one model makes of the text and of its parts."""
        return replace(self._said(whole), divisions=tuple(self._divisions(whole, places, sides)))

    def _divisions(
        self, whole: LivePrediction, places: Sequence[Cut], sides: Sequence[LivePrediction]
    ) -> Iterator[tuple[PredictedPart, ...]]:
        spoken = dict(zip(places, zip(sides[::2], sides[1::2], strict=True), strict=True))
        read = [Sides(cut, first.prediction, second.prediction) for cut, (first, second) in spoken.items()]
        for cut, *_ in two_requests(whole.prediction, read):
            first, second = spoken[cut]
            yield self._part(cut.first, first), self._part(cut.second, second)

    def _part(self, span: Span, answer: LivePrediction) -> PredictedPart:
        return PredictedPart(span.start, span.end, self._said(answer))

    def _said(self, answer: LivePrediction) -> Predicted:
        made = answer.prediction
        return Predicted(
            model=answer.model,
            policy=self._policy(answer),
            guesses=tuple(
                Guess(label=label, score=score) for label, score in zip(made.labels, made.scores, strict=True)
            ),
            neighbours=tuple(
                Near(example_id=near.example_id, label=near.label, similarity=near.similarity) for near in made.evidence
            ),
            confidence=made.confidence,
            novelty=made.novelty,
            language_known=made.language.known or made.language.code in self._limits.languages,
            language=made.language.code,
            mention=made.mention,
            among=made.among,
        )

    def _policy(self, answer: LivePrediction) -> TurnPolicy:
        limits = self._limits
        return TurnPolicy(
            threshold=answer.threshold,
            novelty_limit=limits.novelty_limit,
            margin=limits.margin,
            clarify_floor=limits.clarify_floor,
            answering=limits.answering and self._live.anchored,
            by_error=answer.by_error,
        )


def _by_anchor(answer: LivePrediction) -> LivePrediction:
    """Return the anchor's own prediction; the language is that of the words, whoever reads them."""
    said = answer.anchor
    if said is None:
        return answer
    made = replace(said.prediction, language=answer.prediction.language)
    return LivePrediction(said.model, said.threshold, made, said.by_error)
