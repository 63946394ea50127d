"""REST of what happened: decisions of the bot, earlier conversations of a customer, the invariants."""

from typing import Annotated

from fastapi import APIRouter, Query

from escalation.conversations import history
from escalation.desk.reading import list_rows
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.conversations import ConversationList, DecisionPage, LabelledMessages
from escalation.protocol.rest.service import FindingList
from escalation.verification import verify_database
from escalation.web.errors import refusals
from escalation.web.guards import READING, Admin, ServicesNow, SignedIn

router = APIRouter(prefix="/api/v1", tags=["conversations"])


@router.get("/decisions", responses=refusals(*READING, Invalid))
async def list_decisions(
    _: SignedIn,
    service: ServicesNow,
    conversation: Annotated[str | None, Query(description="Only those of this conversation.")] = None,
    after: Annotated[str | None, Query(description="Begin behind this decision.")] = None,
    limit: Annotated[int, Query(description="How many, 1 to 1,000; other numbers count as the nearer end.")] = 200,
) -> DecisionPage:
    """Return decision rows, oldest first; `next` continues where this page ends."""
    size = min(max(limit, 1), 1_000)
    return await service.database.read(lambda tx: history.decisions(tx, conversation, after, size))


@router.get("/conversations/{id}/history", responses=refusals(*READING, Invalid, NotFound))
async def list_other_conversations(id: str, _: SignedIn, service: ServicesNow) -> ConversationList:
    """Return the customer's other conversations as list rows, newest first, at most 20."""
    rows = await service.database.read(lambda tx: list_rows(tx, history.others_of_customer(tx, id)))
    return ConversationList(conversations=rows)


@router.get("/conversations/{id}/labelled", responses=refusals(*READING, Invalid, NotFound))
async def show_labelled_messages(id: str, _: SignedIn, service: ServicesNow) -> LabelledMessages:
    """Return which of the customer's messages a resolution made now would label: what would be learnt."""
    return await service.database.read(lambda tx: history.labelled(tx, id))


@router.get("/verify", tags=["service"], responses=refusals(*READING, Forbidden))
async def verify(_: Admin, service: ServicesNow) -> FindingList:
    """Check the invariants on the live database. Admins only."""
    findings = await service.database.read(verify_database)
    return FindingList(findings=[str(finding) for finding in findings])
