"""REST of explanations: which words of a turn spoke for the bot's first guess."""

from fastapi import APIRouter

from escalation.classifier.errors import LabelUnknown
from escalation.conversations import history
from escalation.conversations.errors import WordsErased
from escalation.kernel.errors import Invalid, NotFound
from escalation.learning.errors import ModelMissing
from escalation.protocol.rest.conversations import DecisionWords, WordView
from escalation.web.errors import refusals
from escalation.web.guards import READING, GuardedRoute, ReadsConversations, ServicesNow

router = APIRouter(prefix="/api/v1", tags=["conversations"], route_class=GuardedRoute)


@router.get(
    "/decisions/{id}/words", responses=refusals(*READING, Invalid, NotFound, LabelUnknown, WordsErased, ModelMissing)
)
async def explain_decision(id: str, session: ReadsConversations, service: ServicesNow) -> DecisionWords:
    """Return the turn's text and, by character offsets, how much each word speaks for the decision's first guess.

    Computed when asked (up to .3 s), by the live head, and kept nowhere. Who may read the conversation may
    read this.
    """
    turn = await service.database.read(lambda tx: history.guessed(tx, id, session.member.scope))
    model, found = await service.learning.explain(turn.text, turn.label)
    shown = [WordView(start=word.start, end=word.end, weight=word.weight) for word in found.words]
    return DecisionWords(decision=id, model=model, label=found.label, text=turn.text, words=shown)
