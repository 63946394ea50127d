"""REST of drafts: what a member of staff has typed and not sent."""

from fastapi import APIRouter

from escalation.conversations.errors import NotAllowedNow
from escalation.kernel.errors import Invalid, NotFound
from escalation.protocol.rest.drafts import DraftBody, DraftKept, DraftList
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, ReadsConversations, ServicesNow, WorksConversations

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], route_class=GuardedRoute)


@router.get("/{id}/drafts", responses=refusals(*READING, Invalid, NotFound))
async def list_drafts(id: str, session: ReadsConversations, service: ServicesNow) -> DraftList:
    """Return one's own drafts in a conversation, and which colleagues have one; not their words."""
    return await service.drafts.of(session.member, id)


@router.put("/{id}/drafts", responses=refusals(*CHANGING, *WITH_BODY, NotFound, NotAllowedNow))
async def keep_draft(id: str, body: DraftBody, session: WorksConversations, service: ServicesNow) -> DraftKept:
    """Keep what was typed and not sent, until it is sent or the conversation ends; an empty text keeps nothing."""
    return await service.drafts.keep(session.member, id, body.kind, body.text)
