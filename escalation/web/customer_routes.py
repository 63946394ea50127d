"""REST of customers as the people at the desk know them."""

from typing import Annotated

from fastapi import APIRouter, Query

from escalation.conversations.errors import BothOpen
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.customers import (
    CustomerMerge,
    CustomerName,
    CustomerView,
    FoundCustomers,
    NewCustomerNote,
)
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import (
    CHANGING,
    READING,
    Asker,
    EditsCustomers,
    GuardedRoute,
    MergesCustomers,
    ReadsConversations,
    ServicesNow,
)

router = APIRouter(prefix="/api/v1/customers", tags=["people"], route_class=GuardedRoute)


@router.get("", responses=refusals(*READING, Invalid))
async def find_customers(
    session: ReadsConversations,
    service: ServicesNow,
    words: Annotated[str, Query(max_length=200, description="Of the name or the address, or the id or its end.")] = "",
) -> FoundCustomers:
    """Return customers who wrote and whom the words fit."""
    return await service.customer_desk.find(session.member, words)


@router.get("/{id}", responses=refusals(*READING, Invalid, NotFound))
async def read_customer(id: str, session: ReadsConversations, service: ServicesNow) -> CustomerView:
    """Return who a customer is, what staff noted about them, and their conversations."""
    return await service.customer_desk.page(session.member, id)


@router.put("/{id}/name", responses=refusals(*CHANGING, *WITH_BODY, NotFound))
async def name_customer(
    id: str, body: CustomerName, session: EditsCustomers, by: Asker, service: ServicesNow
) -> CustomerView:
    """Say what a customer is called and written to. The security log tells that it was done, not the words."""
    return await service.customer_desk.name(session.member, id, body, by)


@router.post("/{id}/merge", responses=refusals(*CHANGING, *WITH_BODY, NotFound, Forbidden, BothOpen))
async def merge_customer(
    id: str, body: CustomerMerge, session: MergesCustomers, by: Asker, service: ServicesNow
) -> CustomerView:
    """Say that this customer is another one: all of theirs becomes that one's, and nothing undoes it."""
    return await service.customer_desk.merge(session.member, id, body.survivor, by)


@router.post("/{id}/notes", status_code=201, responses=refusals(*CHANGING, *WITH_BODY, NotFound))
async def note_about_customer(
    id: str, body: NewCustomerNote, session: EditsCustomers, service: ServicesNow
) -> CustomerView:
    """Write a note about a customer. Staff read it, the customer never; it is erased with them."""
    return await service.customer_desk.note(session.member, id, body.text)


@router.delete("/{id}/notes/{note}", responses=refusals(*CHANGING, Invalid, NotFound, Forbidden))
async def delete_customer_note(id: str, note: str, session: EditsCustomers, service: ServicesNow) -> CustomerView:
    """Delete a note of one's own; supervisors delete any."""
    return await service.customer_desk.delete_note(session.member, id, note)
