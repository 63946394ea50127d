"""REST of workload: agents read their own, supervisors and admins sums of teams."""

from fastapi import APIRouter

from escalation.protocol.rest.workload import OwnWorkload, TeamWorkloads
from escalation.web.errors import refusals
from escalation.web.guards import READING, GuardedRoute, ReadsReports, ServicesNow, WorksConversations

router = APIRouter(prefix="/api/v1/workload", tags=["reports"], route_class=GuardedRoute)


@router.get("", responses=refusals(*READING))
async def read_own_workload(session: WorksConversations, service: ServicesNow) -> OwnWorkload:
    """Return one's own figures of the last hours, and when the next break is free."""
    return await service.workload.mine(session.member.id)


@router.get("/teams", responses=refusals(*READING))
async def read_team_workloads(_: ReadsReports, service: ServicesNow) -> TeamWorkloads:
    """Return sums of each team that is large enough; nothing of single people."""
    return await service.workload.of_teams()
