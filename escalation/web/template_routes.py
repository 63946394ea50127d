"""REST of templates: read by everybody on the staff, written by supervisors and admins."""

from fastapi import APIRouter

from escalation.desk.errors import TemplateTaken, TemplateUnknown
from escalation.kernel.errors import Forbidden, Invalid
from escalation.protocol.rest.templates import TemplateBody, TemplateList, TemplateView
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, ReadsCatalogue, ServicesNow, WritesTemplates

router = APIRouter(prefix="/api/v1/templates", tags=["conversations"], route_class=GuardedRoute)

WRITING = (*CHANGING, Forbidden)


@router.get("", responses=refusals(*READING))
async def list_templates(_: ReadsCatalogue, service: ServicesNow) -> TemplateList:
    """Return every template, by name."""
    return await service.templates.all()


@router.post("", status_code=201, responses=refusals(*WRITING, *WITH_BODY, TemplateTaken))
async def add_template(body: TemplateBody, session: WritesTemplates, service: ServicesNow) -> TemplateView:
    """Store a new template."""
    return await service.templates.add(session.member, body)


@router.put("/{id}", responses=refusals(*WRITING, *WITH_BODY, TemplateUnknown, TemplateTaken))
async def change_template(id: str, body: TemplateBody, session: WritesTemplates, service: ServicesNow) -> TemplateView:
    """Replace a template. Replies that were written with it stay as they are."""
    return await service.templates.change(session.member, id, body)


@router.delete("/{id}", status_code=204, responses=refusals(*WRITING, Invalid, TemplateUnknown))
async def delete_template(id: str, _: WritesTemplates, service: ServicesNow) -> None:
    """Delete a template."""
    await service.templates.delete(id)
