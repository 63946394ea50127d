"""REST of customers' rights to their data."""

from fastapi import APIRouter

from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.learning.errors import ModelNotStripped, RunStillThere
from escalation.logs import get_logger
from escalation.privacy.access import report
from escalation.privacy.views import view
from escalation.protocol.rest.customers import AccessReport
from escalation.protocol.rest.privacy import ErasureView, RetentionList
from escalation.security import SecurityLog
from escalation.web.errors import refusals
from escalation.web.guards import CHANGING, READING, Asker, ErasesCustomers, GuardedRoute, ServicesNow

_log = get_logger(__name__)
router = APIRouter(prefix="/api/v1", tags=["conversations"], route_class=GuardedRoute)


@router.delete(
    "/customers/{id}", responses=refusals(*CHANGING, Forbidden, Invalid, NotFound, RunStillThere, ModelNotStripped)
)
async def erase_customer(id: str, session: ErasesCustomers, by: Asker, service: ServicesNow) -> ErasureView:
    """Erase a customer for good: every word, address, example and vector. Again, and whatever was left is erased."""
    member = session.member
    done = await service.erasures.erase(id, by=f"agent:{member.id}", address=by.address, scope=member.scope)
    _log.info("customer_erased", customer=id, by=member.id, messages=done.messages, models=list(done.models))
    return view(done)


@router.get("/customers/{id}/report", responses=refusals(*READING, Forbidden, Invalid, NotFound))
async def report_customer(id: str, session: ErasesCustomers, by: Asker, service: ServicesNow) -> AccessReport:
    """Return all that is kept of a customer, for who asks what is known of them. The security log tells of it."""
    found = await service.database.read(lambda tx: report(tx, id, session.member.scope))
    await service.database.write(lambda tx: SecurityLog.add(tx, "customer_reported", by, found.about.customer))
    return found


@router.get("/retention", responses=refusals(*READING, Forbidden))
async def list_due(session: ErasesCustomers, service: ServicesNow) -> RetentionList:
    """Return what each of one's sites keeps, and how much of it is due to go. Nothing is deleted by asking."""
    found, own = await service.database.read(service.retention.due), session.member.scope.sites
    return RetentionList(sites=[each for each in found.sites if not own or each.site in own])
