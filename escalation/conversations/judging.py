"""What anchor and live head each make of a turn, and what the bot does by both votes. Pure.

The anchor answers, and the live head vetoes and suggests. Where nothing may be answered the live head's reading counts:
it asks, or its guesses go to a person.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, prod

from escalation.catalogue.model import Catalogue, title_in
from escalation.conversations.decision import (
    AnswersVerdict,
    AnswerVerdict,
    Evidence,
    HandOffVerdict,
    Intent,
    Verdict,
    decide_turn,
)
from escalation.conversations.lanes import Lane, Probation, Vote, choose_lane
from escalation.conversations.model import Conversation
from escalation.conversations.parts import Parts
from escalation.conversations.parts import judged as judged_by_parts
from escalation.conversations.predictions import Govern, ModelVote, Predicted, PredictedPart, TurnPolicy, Votes
from escalation.conversations.request import Lack, lack_of_request


@dataclass(frozen=True)
class Judged:
    """What to do with a turn. `parts`: the requests it is read as, where there are several.

    `lane` and `votes`: by which of the two models; None where none was asked. `threshold`: the confidence from which
    the model answers now; `blind`: staff do not see what the models make of it. `by_capacity`: the room that people
    have made the difference.
    """

    verdict: Verdict
    parts: Parts = ()
    lane: Lane | None = None
    votes: Votes | None = None
    threshold: float | None = None
    blind: bool = False
    by_capacity: bool = False


@dataclass(frozen=True)
class TurnReader:
    """One turn, to be read by any model. `govern` says what holds of a model's policy now."""

    before: Conversation
    text: str
    lacks: Lack | None
    catalogue: Catalogue
    govern: Govern

    def judged(self, predicted: Predicted | None, probation: Callable[[], Probation]) -> Judged:
        """Decide the turn; `probation` is asked only where it matters."""
        if predicted is None:
            return self._read(None, self.govern(TurnPolicy.failed()))
        limits = self.govern(predicted.policy)
        live = self._read(predicted, limits)
        anchored = predicted.anchor or predicted
        anchor = self._read(anchored, self.govern(anchored.policy)) if predicted.anchor else live
        votes = _vote(anchored, anchor), _vote(predicted, live)
        said, says = Vote(votes[0].intents, votes[0].accepts), Vote(votes[1].intents, _may_try(live))
        choice = choose_lane(said, says, Probation())
        if choice.lane is Lane.HAND_OFF and says.accepts:
            choice = choose_lane(said, says, probation())
        found = {Lane.CERTIFIED: anchor, Lane.PROBATION: live}.get(choice.lane) or self._unanswered(
            predicted, live, limits
        )
        both = Votes(anchor=votes[0], live=votes[1], vetoed=choice.vetoed)
        return replace(found, lane=choice.lane, votes=both, threshold=limits.threshold)

    def asking(self, predicted: Predicted | None, step: float) -> Judged | None:
        """Return what the live head makes of it if nothing is answered, and a question may be worth `step` less."""
        if predicted is None:
            return None
        limits = self.govern(predicted.policy)
        return self._read(predicted, replace(limits, threshold=inf, clarify_floor=limits.clarify_floor - step))

    def _unanswered(self, predicted: Predicted, live: Judged, limits: TurnPolicy) -> Judged:
        """What may not be answered may still be asked."""
        if not isinstance(live.verdict, AnswerVerdict | AnswersVerdict):
            return live
        return self._read(predicted, replace(limits, threshold=inf))

    def _read(self, predicted: Predicted | None, limits: TurnPolicy) -> Judged:
        """Return what one model alone would do."""
        whole = self._evidence(predicted, self.lacks)
        divisions = predicted.divisions if predicted else ()
        several = judged_by_parts(whole, divisions, limits, self._evidence_of)
        verdict, divided = several or (decide_turn(whole, limits), ())
        threshold = limits.threshold if predicted else None
        return Judged(verdict, divided, threshold=threshold, blind=limits.blind)

    def _evidence_of(self, part: PredictedPart) -> Evidence:
        return self._evidence(part.predicted, lack_of_request(self.text[part.start : part.end]))

    def _evidence(self, predicted: Predicted | None, lacks: Lack | None) -> Evidence:
        before, guesses = self.before, predicted.guesses if predicted else ()
        return Evidence(
            guesses=guesses,
            confidence=predicted.confidence if predicted else 0.0,
            novelty=predicted.novelty if predicted else 1.0,
            language_known=predicted.language_known if predicted else True,
            language=predicted.language if predicted else "",
            failed=predicted is None,
            clarifications=before.clarifications,
            already_answered_intent=before.last_answer_intent,
            also_answered=before.answered_at_once,
            lacks=lacks,
            mention=predicted.mention if predicted else None,
            among=predicted.among if predicted else None,
            asked_what=before.asked_what,
            answered=before.request == "answered",
            intents={guess.label: known for guess in guesses if (known := self._intent(guess.label)) is not None},
        )

    def _intent(self, label: str) -> Intent | None:
        known, locale = self.catalogue.find(label), self.before.locale
        if known is None:
            return None
        title = title_in(known, self.catalogue.locale, locale)
        return Intent(known.policy, self.catalogue.answer_for(known.name, locale), title)


def _vote(predicted: Predicted, read: Judged) -> ModelVote:
    sure = prod(part.predicted.confidence for part in read.parts) if read.parts else predicted.confidence
    return ModelVote(
        model=predicted.model,
        intents=_intents(predicted, read),
        confidence=sure,
        threshold=read.threshold or 0.0,
        accepts=isinstance(read.verdict, AnswerVerdict | AnswersVerdict),
    )


def _intents(predicted: Predicted, read: Judged) -> tuple[str, ...]:
    """Return the intents a model sees asked for; none where the words only mention one."""
    if read.verdict == HandOffVerdict("mention"):
        return ()
    if read.parts:
        return tuple(part.predicted.guesses[0].label for part in read.parts)
    return tuple(guess.label for guess in predicted.guesses[:1])


def _may_try(live: Judged) -> bool:
    """Whether the live head would answer a request by itself; small talk is never audited, so it is no trial."""
    verdict = live.verdict
    return isinstance(verdict, AnswersVerdict) or (isinstance(verdict, AnswerVerdict) and not verdict.smalltalk)
