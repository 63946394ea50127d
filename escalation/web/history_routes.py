"""REST of what happened: decisions of the bot, earlier conversations of a customer, the invariants."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from escalation.conversations import history
from escalation.conversations.search import Wanted
from escalation.desk import finding
from escalation.desk.reading import list_rows
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.conversations import (
    ConversationList,
    DecisionPage,
    EndingView,
    FoundPage,
    LabelledMessages,
)
from escalation.protocol.rest.service import FindingList
from escalation.protocol.states import Outcome, Status
from escalation.security import SecurityLog
from escalation.verification import verify_database
from escalation.web.errors import refusals
from escalation.web.guards import READING, Asker, GuardedRoute, ReadsConversations, ServicesNow, Verifies

router = APIRouter(prefix="/api/v1", tags=["conversations"], route_class=GuardedRoute)


@router.get("/decisions", responses=refusals(*READING, Invalid))
async def list_decisions(
    session: ReadsConversations,
    service: ServicesNow,
    conversation: Annotated[str | None, Query(description="Only those of this conversation.")] = None,
    after: Annotated[str | None, Query(description="Begin behind this decision.")] = None,
    limit: Annotated[int, Query(description="How many, 1 to 1,000; other numbers count as the nearer end.")] = 200,
) -> DecisionPage:
    """Return decision rows, oldest first; `next` continues where this page ends."""
    size, scope = min(max(limit, 1), 1_000), session.member.scope
    return await service.database.read(lambda tx: history.decisions(tx, conversation, after, size, scope))


@router.get("/conversations", responses=refusals(*READING, Invalid))
async def find_conversations(
    session: ReadsConversations,
    service: ServicesNow,
    words: Annotated[str, Query(max_length=200, description="Words customers and agents wrote, notes too.")] = "",
    customer: Annotated[str, Query(max_length=200, description="Id, name or address of the customer.")] = "",
    intent: Annotated[str | None, Query(description="Its label or answered intent; empty: out of scope.")] = None,
    agent: Annotated[str | None, Query(description="The id of an agent who had it or wrote in it.")] = None,
    status: Annotated[Status | None, Query(description="Where it stands.")] = None,
    outcome: Annotated[Outcome | None, Query(description="How it ended.")] = None,
    site: Annotated[str | None, Query(description="Where its customer wrote.")] = None,
    tag: Annotated[str | None, Query(max_length=40, description="A tag it has.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Begun at or after this time.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Begun before this time.")] = None,
    before: Annotated[str | None, Query(description="Go on behind the page that gave this as `next`.")] = None,
    limit: Annotated[int, Query(description="How many, 1 to 100; other numbers count as the nearer end.")] = 25,
) -> FoundPage:
    """Return conversations that have everything asked for, the newest begun first."""
    wanted = Wanted(words, customer, intent, agent, status, outcome, site, since, until, session.member.scope, tag)
    size = min(max(limit, 1), 100)
    return await service.database.read(lambda tx: finding.page(tx, wanted, before, size))


@router.get("/conversations/{id}/ending", responses=refusals(*READING, Invalid, NotFound))
async def read_ending(id: str, session: ReadsConversations, service: ServicesNow) -> EndingView:
    """Return how a conversation ended: who closed it and when, its labels and its ratings."""
    return await service.database.read(lambda tx: finding.ending(tx, id, session.member.scope))


@router.get("/conversations/{id}/history", responses=refusals(*READING, Invalid, NotFound))
async def list_other_conversations(id: str, session: ReadsConversations, service: ServicesNow) -> ConversationList:
    """Return the customer's other conversations as list rows, newest first, at most 20."""
    scope = session.member.scope
    rows = await service.database.read(lambda tx: list_rows(tx, history.others_of_customer(tx, id, scope)))
    return ConversationList(conversations=rows)


@router.get("/conversations/{id}/labelled", responses=refusals(*READING, Invalid, NotFound))
async def show_labelled_messages(id: str, session: ReadsConversations, service: ServicesNow) -> LabelledMessages:
    """Return which of the customer's messages a resolution made now would label: what would be learnt."""
    return await service.database.read(lambda tx: history.labelled(tx, id, session.member.scope))


@router.get("/verify", tags=["service"], responses=refusals(*READING, Forbidden))
async def verify(_: Verifies, by: Asker, service: ServicesNow) -> FindingList:
    """Check the invariants on the live database, which the security log tells of. Admins only."""
    findings = await service.database.read(verify_database)
    facts = {"findings": len(findings)}
    await service.database.write(lambda tx: SecurityLog.add(tx, "verified", by, facts=facts))
    return FindingList(findings=[str(finding) for finding in findings])
