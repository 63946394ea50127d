"""REST of the security log, for admins: read it, check its chain."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from escalation.kernel.errors import Forbidden, Invalid
from escalation.people.staff import names as names_of
from escalation.protocol.rest.security import SecurityCheck, SecurityPage, SecurityRow
from escalation.protocol.states import SecurityKind
from escalation.security import SecurityLog
from escalation.security.chain import Entry
from escalation.security.log import Wanted
from escalation.web.errors import refusals
from escalation.web.guards import READING, GuardedRoute, ReadsSecurityLog, ServicesNow

router = APIRouter(prefix="/api/v1/security-log", tags=["service"], route_class=GuardedRoute)


@router.get("", responses=refusals(*READING, Forbidden, Invalid))
async def read_security_log(
    _: ReadsSecurityLog,
    service: ServicesNow,
    kind: Annotated[SecurityKind | None, Query(description="Only rows of this kind.")] = None,
    person: Annotated[
        str | None, Query(max_length=254, description="Who did it or on whom: an id, `command`, `system`, an e-mail.")
    ] = None,
    since: Annotated[AwareDatetime | None, Query(description="At or after this time.")] = None,
    before: Annotated[
        int | None, Query(ge=0, lt=2**63, description="Go on behind the page that gave this as `next`.")
    ] = None,
    limit: Annotated[int, Query(description="How many, 1 to 200; other numbers count as the nearer end.")] = 50,
) -> SecurityPage:
    """Return a page of the security log, the newest row first. Admins only."""
    size = min(max(limit, 1), 200)
    wanted = Wanted(kind, person, since, before)
    found = await service.database.read(lambda tx: SecurityLog.page(tx, wanted, size + 1))
    shown = found[:size]
    people = {each.actor for each in shown} | {each.subject for each in shown}
    names = await service.database.read(lambda tx: names_of(tx, people))
    rows = [_row(each, names) for each in shown]
    return SecurityPage(rows=rows, next=shown[-1].seq if len(found) > size else None)


@router.get("/check", responses=refusals(*READING, Forbidden, Invalid))
async def check_security_log(
    _: ReadsSecurityLog,
    service: ServicesNow,
    expect: Annotated[str | None, Query(max_length=64, description="A hash that one of the rows must have.")] = None,
) -> SecurityCheck:
    """Follow the chain of hashes from the first row to the last. Admins only."""
    chain = await service.database.read(lambda tx: SecurityLog.check(tx, expect))
    return SecurityCheck(rows=chain.rows, newest=chain.newest, problem=chain.problem)


def _row(entry: Entry, names: Mapping[str, str]) -> SecurityRow:
    return SecurityRow(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,  # type: ignore[arg-type]  # checked here
        actor=entry.actor,
        actor_name=names.get(entry.actor),
        address=entry.address,
        subject=entry.subject,
        subject_name=names.get(entry.subject),
        facts=entry.facts,
        hash=entry.hash,
    )
