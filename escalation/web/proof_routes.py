"""REST of the proof: the audit bench, the certificate, the history of windows, and the breaker."""

from fastapi import APIRouter

from escalation.catalogue.errors import IntentUnknown
from escalation.kernel.errors import Forbidden, Invalid
from escalation.people.permissions import Permission
from escalation.proof import operator
from escalation.proof.errors import (
    AlreadyLabelled,
    AuditHeld,
    AuditOver,
    AuditUnknown,
    HandledByAuditor,
    NotTripped,
    UndoOver,
)
from escalation.protocol.rest.proof import (
    AuditBudget,
    AuditLabel,
    CertificateView,
    NextAudit,
    PolicyChange,
    Resumption,
    RiskDialView,
    WindowList,
)
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, Asker, Audits, GuardedRoute, Proves, ReadsLearning, ServicesNow

router = APIRouter(prefix="/api/v1", tags=["proof"], route_class=GuardedRoute)

AUDITING = (*CHANGING, Forbidden, Invalid, AuditUnknown)
DONE = (AuditOver, AuditHeld, AlreadyLabelled, HandledByAuditor)


@router.post("/audits/next", responses=refusals(*CHANGING, Forbidden))
async def next_audit(session: Audits, service: ServicesNow) -> NextAudit:
    """Give the caller a request to label; it stays theirs for ten minutes, or until they label or leave it."""
    return await service.audits.next(session.member)


@router.post("/audits/{id}/label", status_code=204, responses=refusals(*AUDITING, *WITH_BODY, *DONE, IntentUnknown))
async def label_audit(id: str, label: AuditLabel, session: Audits, service: ServicesNow) -> None:
    """Label a request blind. The label counts after ten seconds."""
    await service.audits.label(session.member, id, label)


@router.post("/audits/{id}/undo", status_code=204, responses=refusals(*CHANGING, Forbidden, Invalid, UndoOver))
async def undo_audit(id: str, session: Audits, service: ServicesNow) -> None:
    """Take the caller's label back while it does not count yet."""
    await service.audits.undo(session.member, id)


@router.post("/audits/{id}/skip", status_code=204, responses=refusals(*AUDITING, *DONE))
async def skip_audit(id: str, session: Audits, service: ServicesNow) -> None:
    """Leave a request to somebody else."""
    await service.audits.skip(session.member, id)


@router.get("/certificate", responses=refusals(*READING))
async def read_certificate(session: ReadsLearning, service: ServicesNow) -> CertificateView:
    """Return what is proven of the automatic answers, or what is missing; who may not audit is told of past days."""
    return await service.claims.certificate(live=session.member.may(Permission.AUDIT))


@router.get("/certificate/windows", responses=refusals(*READING))
async def list_windows(session: ReadsLearning, service: ServicesNow) -> WindowList:
    """Return the newest windows, with how they stood day by day; today is for who may audit."""
    return await service.claims.windows(live=session.member.may(Permission.AUDIT))


@router.post("/certificate/resume", status_code=204, responses=refusals(*CHANGING, Forbidden, *WITH_BODY, NotTripped))
async def resume_answers(by: Asker, resumption: Resumption, _: Proves, service: ServicesNow) -> None:
    """Let automatic answers go on after they were stopped."""
    await service.proof_operator.resume(by, resumption.reason)


@router.put("/certificate/budget", status_code=204, responses=refusals(*CHANGING, Forbidden, *WITH_BODY))
async def set_budget(by: Asker, budget: AuditBudget, _: Proves, service: ServicesNow) -> None:
    """Set the audits a day, for windows that begin from now on."""
    await service.proof_operator.set_budget(by, budget.audits_a_day, budget.reason)


@router.get("/certificate/dial", responses=refusals(*READING))
async def read_risk_dial(_: ReadsLearning, service: ServicesNow) -> RiskDialView:
    """Return what each accepted share of wrong answers would mean today."""
    return await service.claims.dial(service.learning.choices())


@router.put("/certificate/policy", status_code=204, responses=refusals(*CHANGING, Forbidden, *WITH_BODY))
async def set_policy(by: Asker, change: PolicyChange, _: Proves, service: ServicesNow) -> None:
    """Change mode, accepted share of wrong answers or probation, from the next turn on."""
    wanted = operator.PolicyChange(**change.model_dump(exclude={"reason"}))
    await service.proof_operator.govern(by, wanted, change.reason)
