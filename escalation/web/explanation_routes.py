"""REST of explanations: which words of a turn spoke for the bot's first guess."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter
from sqlalchemy import select

from escalation.conversations import repository
from escalation.conversations.tables import DecisionRow, MessageRow
from escalation.database import Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.web.guards import ServicesNow, SignedIn

router = APIRouter(prefix="/api/v1")

_decisions = table_of(DecisionRow)
_messages = table_of(MessageRow)


class WordsErased(NotFound):
    """The words of the turn were erased, so nothing can be said of them any more."""

    code = "words_erased"


class Guessed(NamedTuple):
    """The words a decision was about, as `messages` has them now, and its first guess."""

    text: str
    label: str


@router.get("/decisions/{id}/words")
async def words(id: str, _: SignedIn, service: ServicesNow) -> Any:
    """Return the turn's text and, by character offsets, how much each word speaks for the decision's first guess.

    Computed when asked (up to .3 s), by the model that answers now, and kept nowhere. All staff may read every
    conversation, so all may read this.
    """
    turn = await service.database.read(lambda tx: guessed(tx, id))
    model, found = await service.learning.explain(turn.text, turn.label)
    shown = [{"start": word.start, "end": word.end, "weight": word.weight} for word in found.words]
    return {"decision": id, "model": model, "label": found.label, "text": turn.text, "words": shown}


def guessed(tx: Transaction, id: str) -> Guessed:
    """Return what a decision was about. Raises: NotFound; WordsErased, also where only some of its words are gone."""
    row = tx.execute(select(_decisions.c.message_ids, _decisions.c.guesses).where(_decisions.c.id == id)).first()
    if row is None:
        raise NotFound(f"There is no decision {id}.")
    if not row.guesses:
        raise NotFound(f"Decision {id} was made without a guess.")
    if _erased(tx, row.message_ids):
        raise WordsErased(f"The words of decision {id} were erased.")
    text = repository.turn_text(row.message_ids, repository.texts(tx, row.message_ids))
    return Guessed(text, row.guesses[0]["label"])


def _erased(tx: Transaction, message_ids: Sequence[str]) -> bool:
    bodies = tx.execute(select(_messages.c.body).where(_messages.c.id.in_(message_ids))).scalars().all()
    return len(bodies) < len(message_ids) or any(body.get("kind") == "erased" for body in bodies)
