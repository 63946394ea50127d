"""REST of reports, for supervisors and admins: figures by group, and the same as a file."""

from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse

from escalation.kernel.errors import Invalid
from escalation.protocol.rest.reports import CommentList, ReportGroup, ReportView
from escalation.reports.comments import comments, comments_as_csv
from escalation.reports.export import as_csv
from escalation.reports.figures import Filter
from escalation.reports.reading import range_of, report
from escalation.web.errors import refusals
from escalation.web.guards import READING, GuardedRoute, ReadsReports, ServicesNow

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], route_class=GuardedRoute)


class CSVResponse(PlainTextResponse):
    """Comma-separated values."""

    media_type = "text/csv"


class _Between(NamedTuple):
    since: date | None
    until: date | None
    zone: str


async def _between(
    since: Annotated[date | None, Query(description="The first day; 29 days before the last one if not given.")] = None,
    until: Annotated[
        date | None, Query(description="The last day, at most 1,100 days in all; today if not given.")
    ] = None,
    zone: Annotated[
        str, Query(max_length=60, description="The time zone of the days, such as `Europe/Madrid`.")
    ] = "UTC",
) -> _Between:
    return _Between(since, until, zone)


async def _only(
    session: ReadsReports,
    site: Annotated[str | None, Query(max_length=200, description="Only cases of this site.")] = None,
    queue: Annotated[str | None, Query(max_length=200, description="Only cases of this queue.")] = None,
    agent: Annotated[
        str | None, Query(max_length=200, description="Only cases that this agent had last; empty: nobody had.")
    ] = None,
    intent: Annotated[
        str | None, Query(max_length=200, description="Only cases about this intent; empty: about none that is known.")
    ] = None,
    team: Annotated[str | None, Query(max_length=200, description="Only cases of this team; empty: of none.")] = None,
) -> Filter:
    return Filter(site, queue, agent, intent, team, session.member.scope)


Between = Annotated[_Between, Depends(_between)]
Only = Annotated[Filter, Depends(_only)]


async def _asked(
    between: Between,
    only: Only,
    service: ServicesNow,
    by: Annotated[ReportGroup, Query(description="What the rows stand for.")] = "day",
) -> ReportView:
    return await service.database.read(lambda tx: report(tx, *between, by, only))


Asked = Annotated[ReportView, Depends(_asked)]


@router.get("", responses=refusals(*READING, Invalid))
async def read_report(found: Asked) -> ReportView:
    """Return the figures of all cases that began in the range, together and by group."""
    return found


@router.get("/csv", response_class=CSVResponse, responses=refusals(*READING, Invalid))
async def export_report(found: Asked) -> CSVResponse:
    """Return the same as a file of comma-separated values; times in seconds."""
    return _file(as_csv(found), f"report-{found.by}-{found.since}-{found.until}")


def _file(lines: str, name: str) -> CSVResponse:
    return CSVResponse(lines, headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


@router.get("/comments", responses=refusals(*READING, Invalid))
async def list_comments(between: Between, only: Only, service: ServicesNow) -> CommentList:
    """Return what customers said beside their ratings of the cases that began in the range, the newest first."""
    return await service.database.read(lambda tx: comments(tx, range_of(tx, *between), only))


@router.get("/comments/csv", response_class=CSVResponse, responses=refusals(*READING, Invalid))
async def export_comments(between: Between, only: Only, service: ServicesNow) -> CSVResponse:
    """Return all of them as a file of comma-separated values."""
    found = await service.database.read(lambda tx: comments(tx, range_of(tx, *between), only, None))
    return _file(comments_as_csv(found.comments), "comments")
