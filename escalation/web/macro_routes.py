"""REST of macros: read by everybody on the staff, written by supervisors and admins, run by who works."""

from fastapi import APIRouter

from escalation.desk.errors import MacroTaken, MacroUnknown
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.macros import MacroBody, MacroList, MacroRunBody, MacroRunView, MacroView
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import (
    CHANGING,
    READING,
    GuardedRoute,
    ReadsCatalogue,
    ServicesNow,
    WorksConversations,
    WritesTemplates,
)

router = APIRouter(prefix="/api/v1/macros", tags=["conversations"], route_class=GuardedRoute)

WRITING = (*CHANGING, Forbidden)


@router.get("", responses=refusals(*READING))
async def list_macros(_: ReadsCatalogue, service: ServicesNow) -> MacroList:
    """Return every macro, by name."""
    return await service.macros.all()


@router.post("", status_code=201, responses=refusals(*WRITING, *WITH_BODY, MacroTaken))
async def add_macro(body: MacroBody, session: WritesTemplates, service: ServicesNow) -> MacroView:
    """Store a new macro."""
    return await service.macros.add(session.member, body)


@router.put("/{id}", responses=refusals(*WRITING, *WITH_BODY, MacroUnknown, MacroTaken))
async def change_macro(id: str, body: MacroBody, session: WritesTemplates, service: ServicesNow) -> MacroView:
    """Replace a macro."""
    return await service.macros.change(session.member, id, body)


@router.delete("/{id}", status_code=204, responses=refusals(*WRITING, Invalid, MacroUnknown))
async def delete_macro(id: str, _: WritesTemplates, service: ServicesNow) -> None:
    """Delete a macro."""
    await service.macros.delete(id)


@router.post("/{id}/runs", responses=refusals(*WRITING, *WITH_BODY, MacroUnknown, NotFound))
async def run_macro(id: str, body: MacroRunBody, session: WorksConversations, service: ServicesNow) -> MacroRunView:
    """Take the steps of a macro in a conversation, as commands of the caller; the first refusal ends them."""
    return await service.macros.run(session.member, id, body)
