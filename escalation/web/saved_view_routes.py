"""REST of saved views: everybody on the staff keeps filters over the list, for themselves or for all."""

from fastapi import APIRouter

from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.saved_views import SavedView, SavedViewBody, SavedViewList
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, ServicesNow, WorksConversations

router = APIRouter(prefix="/api/v1/saved-views", tags=["conversations"], route_class=GuardedRoute)


@router.get("", responses=refusals(*READING))
async def list_saved_views(session: WorksConversations, service: ServicesNow) -> SavedViewList:
    """Return your own views and those that are shared, by name."""
    return await service.saved_views.seen_by(session.member)


@router.post("", status_code=201, responses=refusals(*CHANGING, *WITH_BODY))
async def add_saved_view(body: SavedViewBody, session: WorksConversations, service: ServicesNow) -> SavedView:
    """Keep a view, at most 50 of your own."""
    return await service.saved_views.add(session.member, body)


@router.delete("/{id}", status_code=204, responses=refusals(*CHANGING, Forbidden, Invalid, NotFound))
async def delete_saved_view(id: str, session: WorksConversations, service: ServicesNow) -> None:
    """Forget a view of your own, or as a supervisor one that is shared."""
    await service.saved_views.delete(session.member, id)
