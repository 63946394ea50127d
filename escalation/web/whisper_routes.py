"""REST of whispers: between supervisors and the agent who has a conversation."""

from fastapi import APIRouter

from escalation.conversations.errors import NotAllowedNow
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.whispers import WhisperBody, WhisperList, WhisperView
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, ReadsConversations, ServicesNow, WorksConversations

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], route_class=GuardedRoute)


@router.get("/{id}/whispers", responses=refusals(*READING, Invalid, NotFound))
async def list_whispers(id: str, session: ReadsConversations, service: ServicesNow) -> WhisperList:
    """Return the newest 50 whispers: supervisors see all, an agent those said while they had the conversation."""
    return await service.whispers.of(session.member, id)


@router.post(
    "/{id}/whispers", status_code=201, responses=refusals(*CHANGING, *WITH_BODY, NotFound, NotAllowedNow, Forbidden)
)
async def whisper(id: str, body: WhisperBody, session: WorksConversations, service: ServicesNow) -> WhisperView:
    """Say something that only the agent who has the conversation and supervisors can read."""
    return await service.whispers.say(session.member, id, body.text)
