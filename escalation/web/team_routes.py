"""REST of teams: read by everybody who reads colleagues, changed by supervisors and admins."""

from fastapi import APIRouter

from escalation.desk.errors import TeamUnknown
from escalation.kernel.errors import Forbidden, Invalid
from escalation.protocol.rest.teams import TeamBody, TeamList, TeamName
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, ReadsColleagues, ServicesNow, SetsQueues

router = APIRouter(prefix="/api/v1/teams", tags=["conversations"], route_class=GuardedRoute)


@router.get("", responses=refusals(*READING))
async def list_teams(_: ReadsColleagues, service: ServicesNow) -> TeamList:
    """Return every team with its members and the queues that name it."""
    return await service.teams.all()


@router.put("/{name}", responses=refusals(*CHANGING, Forbidden, *WITH_BODY))
async def set_team(name: TeamName, body: TeamBody, _: SetsQueues, service: ServicesNow) -> TeamList:
    """Make a team, or replace its members; return all teams."""
    return await service.teams.put(name, body)


@router.delete("/{name}", status_code=204, responses=refusals(*CHANGING, Forbidden, Invalid, TeamUnknown))
async def delete_team(name: TeamName, _: SetsQueues, service: ServicesNow) -> None:
    """Delete a team. Where a queue named no other one, everybody may take what waits in it."""
    await service.teams.delete(name)
