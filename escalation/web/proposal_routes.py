"""REST of proposed answers: read them, approve or decline one, write an answer by hand."""

from typing import Annotated

from fastapi import APIRouter, Query

from escalation.catalogue.errors import CatalogueInvalid, IntentUnknown
from escalation.kernel.errors import Forbidden, Invalid
from escalation.proposals.errors import ProposalDecided, ProposalNotDeclined, ProposalUnknown
from escalation.protocol.rest.proposals import Approval, NewAnswer, ProposalList
from escalation.protocol.states import ProposalState
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, DecidesAnswers, GuardedRoute, ReadsCatalogue, ServicesNow

router = APIRouter(prefix="/api/v1", tags=["catalogue"], route_class=GuardedRoute)

DECIDING = (*CHANGING, Forbidden, ProposalUnknown, ProposalDecided)
APPROVING = (*WITH_BODY, IntentUnknown, CatalogueInvalid)


@router.get("/proposals", responses=refusals(*READING, Invalid))
async def list_proposals(
    session: ReadsCatalogue,
    service: ServicesNow,
    intent: Annotated[str | None, Query(description="Only those for this intent.")] = None,
    state: Annotated[ProposalState | None, Query(description="Only those that stand like this.")] = None,
) -> ProposalList:
    """Return proposed answers, newest first; the newest 200 replies are looked at."""
    return await service.proposals.list(intent, state, session.member.scope)


@router.post("/proposals/{id}/approve", status_code=204, responses=refusals(*DECIDING, *APPROVING))
async def approve_proposal(id: str, approval: Approval, session: DecidesAnswers, service: ServicesNow) -> None:
    """Make it, or other words in its place, the approved answer of its intent in the given locales."""
    await service.proposals.approve(id, session.member, approval.locales, approval.text)


@router.post("/proposals/{id}/decline", status_code=204, responses=refusals(*DECIDING, Invalid))
async def decline_proposal(id: str, session: DecidesAnswers, service: ServicesNow) -> None:
    """Decline it; the same words are not proposed for this intent again."""
    await service.proposals.decline(id, session.member)


@router.post(
    "/proposals/{id}/restore",
    status_code=204,
    responses=refusals(*CHANGING, Forbidden, ProposalUnknown, ProposalNotDeclined, Invalid),
)
async def restore_proposal(id: str, session: DecidesAnswers, service: ServicesNow) -> None:
    """Undo that it was declined: it waits for a decision again."""
    await service.proposals.restore(id, session.member)


@router.post("/answers", status_code=204, responses=refusals(*CHANGING, Forbidden, *APPROVING))
async def write_answer(new: NewAnswer, session: DecidesAnswers, service: ServicesNow) -> None:
    """Approve an answer that nobody proposed, in the given locales; it replaces those there are."""
    await service.proposals.write_answer(new.intent, new.text, session.member, new.locales)
