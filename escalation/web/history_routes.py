"""REST of what happened: decisions of the bot, earlier conversations of a customer, the invariants."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row, and_, or_, select

from escalation.conversations import repository
from escalation.conversations.tables import ConversationRow, DecisionRow
from escalation.database import Transaction, table_of
from escalation.desk.reading import list_rows
from escalation.kernel.errors import Invalid, NotFound
from escalation.verification import verify_database
from escalation.web.guards import Admin, ServicesNow, SignedIn

router = APIRouter(prefix="/api/v1")

_decisions = table_of(DecisionRow)
_conversations = table_of(ConversationRow)


@router.get("/decisions")
async def decisions(
    _: SignedIn, service: ServicesNow, conversation: str | None = None, after: str | None = None, limit: int = 200
) -> Any:
    """Return decision rows, oldest first; `next` continues where this page ends."""
    size = min(max(limit, 1), 1_000)
    found = await service.database.read(lambda tx: _page(tx, conversation, after, size))
    shown = [_decision_view(row) for row in found]
    return {"decisions": shown, "next": found[-1].id if len(found) == size else None}


def _page(tx: Transaction, conversation: str | None, after: str | None, size: int) -> list[Row[Any]]:
    query = select(_decisions).order_by(_decisions.c.at, _decisions.c.id).limit(size)
    if conversation is not None:
        query = query.where(_decisions.c.conversation == conversation)
    if after is not None:
        last = tx.execute(select(_decisions.c.at).where(_decisions.c.id == after)).first()
        if last is None:
            raise Invalid(f"after: there is no decision {after}.")
        later = and_(_decisions.c.at == last.at, _decisions.c.id > after)
        query = query.where(or_(_decisions.c.at > last.at, later))
    return list(tx.execute(query))


def _decision_view(row: Row[Any]) -> dict[str, Any]:
    shown = dict(row._mapping)
    return {**shown, "at": row.at.isoformat()}


@router.get("/conversations/{id}/history")
async def history(id: str, _: SignedIn, service: ServicesNow) -> Any:
    """Return the customer's other conversations as list rows, newest first."""
    return await service.database.read(lambda tx: _history(tx, id))


def _history(tx: Transaction, id: str) -> dict[str, Any]:
    state = repository.peek(tx, id)
    if state is None:
        raise NotFound(f"There is no conversation {id}.")
    query = (
        select(_conversations.c.state)
        .where(_conversations.c.customer == state.customer, _conversations.c.id != id)
        .order_by(_conversations.c.last_activity_at.desc())
        .limit(20)
    )
    shown = list_rows(tx, tx.execute(query).scalars())
    return {"conversations": [row.model_dump(mode="json") for row in shown]}


@router.get("/verify")
async def verify(_: Admin, service: ServicesNow) -> Any:
    """Check the invariants on the live database."""
    findings = await service.database.read(verify_database)
    return {"findings": [str(finding) for finding in findings]}
