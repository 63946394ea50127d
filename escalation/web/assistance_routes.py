"""REST of what helps agents: suggested replies, and how these and the guesses were used."""

from fastapi import APIRouter

from escalation.assistance.errors import GeneratorFailed, GeneratorOff
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.assistance import AssistanceView, DraftedReply, InsertedBody, SuggestionsView
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, ServicesNow, Supervises, WorksConversations

router = APIRouter(prefix="/api/v1", tags=["conversations"], route_class=GuardedRoute)


@router.post("/conversations/{id}/suggestions", responses=refusals(*CHANGING, Invalid, NotFound))
async def suggest_replies(id: str, session: WorksConversations, service: ServicesNow) -> SuggestionsView:
    """Return replies an agent could send: an approved answer, and what was sent in conversations like this one.

    That they were shown is kept. Where guesses are hidden, nothing is suggested.
    """
    return await service.assistance.suggest(session.member, id)


@router.put("/suggestions/{id}/inserted", status_code=204, responses=refusals(*CHANGING, *WITH_BODY, NotFound))
async def note_insertion(id: str, body: InsertedBody, session: WorksConversations, service: ServicesNow) -> None:
    """Keep that a suggested reply was put into the composer. The next reply sent is compared with it."""
    await service.assistance.inserted(session.member, id, body.place)


@router.post("/suggestions/{id}/draft", responses=refusals(*CHANGING, Invalid, NotFound, GeneratorOff, GeneratorFailed))
async def draft_reply(id: str, session: WorksConversations, service: ServicesNow) -> DraftedReply:
    """Return a reply that the operator's text generator drafts from what was suggested, and from nothing else.

    Personal data is masked on its way out. The draft is text for the composer; nothing is sent.
    """
    return await service.drafting.draft(session.member, id)


@router.get("/assistance", responses=refusals(*READING, Forbidden))
async def read_assistance(_: Supervises, service: ServicesNow) -> AssistanceView:
    """Return how often agents overrode guesses and used suggested replies, over the last 30 days."""
    return await service.assistance.figures()
