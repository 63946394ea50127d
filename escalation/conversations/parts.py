"""A turn read as several requests: which division of it counts, the command that answers it, and what is stored. Pure.

`decision.decide_parts` judges one division; a part is characters of the turn's text, which is its messages as one.
"""

from collections.abc import Callable, Iterable

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.decision import AnswersVerdict, Evidence, HandOffVerdict, all_right, decide_parts
from escalation.conversations.model import BOT, Conversation
from escalation.conversations.predictions import Part, Predicted, PredictedPart, TurnPolicy
from escalation.kernel.ids import Ids

Parts = tuple[PredictedPart, ...]


def judged(
    whole: Evidence, divisions: Iterable[Parts], policy: TurnPolicy, evidence_of: Callable[[PredictedPart], Evidence]
) -> tuple[AnswersVerdict | HandOffVerdict, Parts] | None:
    """Return what to do with a turn and the parts it is read as: the first division that holds requests alone.

    None where the turn is one request.
    """
    for parts in divisions:
        verdict = decide_parts(whole, [evidence_of(part) for part in parts], policy)
        if verdict is not None:
            return verdict, parts
    return None


def command(before: Conversation, verdict: AnswersVerdict, decision: e.DecisionMade, ids: Ids) -> c.AnswerParts:
    """Return the command that answers each part with a message of its own."""
    answers = (c.PartAnswer(message_id=ids(), text=each.text, intent=each.intent) for each in verdict.answers)
    return c.AnswerParts(
        actor=c.Actor(kind="bot", id=BOT),
        epoch=before.epoch,
        answers=tuple(answers),
        up_to_seq=before.last_customer_seq,
        decision=decision,
    )


def with_parts(decision: e.DecisionMade, parts: Parts) -> e.DecisionMade:
    """Return the decision with its parts: as sure as that all of them are right, and as strange as the strangest."""
    if not parts:
        return decision
    stored = tuple(_stored(part.start, part.end, part.predicted) for part in parts)
    sure, strangest = all_right(part.confidence for part in stored), max(part.novelty for part in stored)
    changes = {"parts": stored, "label": stored[0].label, "confidence": sure, "novelty": strangest}
    return decision.model_copy(update=changes)


def _stored(start: int, end: int, said: Predicted) -> Part:
    return Part(
        start=start,
        end=end,
        confidence=said.confidence,
        novelty=said.novelty,
        guesses=said.guesses,
        neighbours=said.neighbours,
    )
