"""REST of contacts: addresses customers left, and who writes to them."""

from typing import Annotated

from fastapi import APIRouter, Query

from escalation.desk import contacts
from escalation.desk.errors import ContactNotTaken, ContactTaken
from escalation.kernel.errors import Invalid, NotFound
from escalation.protocol.rest.contacts import ContactCounts, ContactPage
from escalation.protocol.states import ContactState
from escalation.web.errors import refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, ReadsConversations, ServicesNow, WorksContacts

router = APIRouter(prefix="/api/v1/contacts", tags=["contacts"], route_class=GuardedRoute)

WORK = (*CHANGING, Invalid, NotFound, ContactTaken)


@router.get("", responses=refusals(*READING, Invalid))
async def list_contacts(
    session: ReadsConversations,
    service: ServicesNow,
    state: Annotated[ContactState, Query(description="Only those that are in this state.")] = "open",
    after: Annotated[str | None, Query(description="Begin behind the contact of this conversation.")] = None,
    limit: Annotated[int, Query(description="How many, 1 to 200; other numbers count as the nearer end.")] = 50,
) -> ContactPage:
    """Return a page of contacts: done ones newest first, others longest waiting first."""
    size = min(max(limit, 1), 200)
    return await service.database.read(lambda tx: contacts.page(tx, state, after, size, session.member.scope))


@router.get("/counts", responses=refusals(*READING))
async def count_contacts(session: ReadsConversations, service: ServicesNow) -> ContactCounts:
    """Return how many contacts are open, and how many are being handled."""
    return await service.database.read(lambda tx: contacts.counts(tx, session.member.scope))


@router.post("/{id}/take", status_code=204, responses=refusals(*WORK))
async def take_contact(id: str, session: WorksContacts, service: ServicesNow) -> None:
    """Say that you write to the customer of this conversation."""
    await service.contacts.take(session.member, id)


@router.post("/{id}/finish", status_code=204, responses=refusals(*WORK, ContactNotTaken))
async def finish_contact(id: str, session: WorksContacts, service: ServicesNow) -> None:
    """Say that the customer was reached."""
    await service.contacts.finish(session.member, id)


@router.post("/{id}/put-back", status_code=204, responses=refusals(*WORK))
async def put_contact_back(id: str, session: WorksContacts, service: ServicesNow) -> None:
    """Make the contact open again, whether it was being handled or done."""
    await service.contacts.put_back(session.member, id)
