"""Liveness, readiness, metrics, and the description of REST. Details are not for everybody."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

from escalation.conversations import history, mailing
from escalation.proof.claims import Figures
from escalation.protocol.rest.service import AliveView, NotReadyView, ReadyView, StatusView
from escalation.web.errors import Failed, refusals
from escalation.web.guards import ServicesNow
from escalation.web.hosts import check_details, check_metrics, may_see_details

router = APIRouter(tags=["service"], responses=refusals(Failed))

HIDDEN = "Programs on the service's own machine are told why."
NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {"model": NotReadyView, "description": "Customers cannot be served yet."}
}


@router.get("/healthz")
async def is_alive() -> AliveView:
    """Answer while the process lives."""
    return AliveView(status="ok")


@router.get("/readyz", response_model=ReadyView | StatusView, responses=NOT_READY)
async def is_ready(request: Request, service: ServicesNow) -> Response | ReadyView | StatusView:
    """Answer 200 once customers can be served, 503 until then; with details for who may see them."""
    reason = await service.database.why_away() or service.is_ready()
    details = may_see_details(request, service.settings)
    if reason is not None:
        shown = reason if details else HIDDEN
        return JSONResponse(NotReadyView(status="not ready", reason=shown).model_dump(), 503)
    if not details:
        return StatusView(status="ready")
    return ReadyView(status="ready", **(await service.describe()).model_dump())


@router.get("/api/v1/openapi.json", include_in_schema=False)
async def describe(request: Request, service: ServicesNow) -> JSONResponse:
    """Return the OpenAPI document."""
    check_details(request, service.settings)
    root = request.scope.get("root_path", "")
    return JSONResponse({**request.app.openapi(), **({"servers": [{"url": root}]} if root else {})})


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, service: ServicesNow) -> Response:
    """Return counts in Prometheus' text format; they are counted in the database when asked for."""
    check_metrics(request, service.settings)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    counted = await service.database.read(history.counts)
    for name, help_, label, values in (
        ("conversations", "Conversations by status", "status", counted.conversations),
        ("outcomes", "Closed conversations by outcome", "outcome", counted.outcomes),
        ("decisions", "Decisions of the bot by action", "action", counted.decisions),
        ("messages", "Messages by author", "author", counted.messages),
    ):
        gauge = Gauge(f"escalation_{name}", help_, [label], registry=registry)
        for value, count in values.items():
            gauge.labels(value).set(count)
    mails = Gauge("escalation_mails", "Mails to customers by state, of the last 30 days", ["state"], registry=registry)
    for state, count in (await service.database.read(mailing.counts)).items():
        mails.labels(state).set(count)
    _tell_of_the_proof(await service.claims.figures(), registry)
    Gauge("escalation_connections", "Open sockets", registry=registry).set(len(service.connections))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _tell_of_the_proof(found: Figures, registry: CollectorRegistry) -> None:
    """Audits and evidence are told as of the last midnight, so that nobody sees which answers were drawn."""
    lanes = Gauge("escalation_automatic_answers", "Automatic answers by lane", ["lane"], registry=registry)
    for lane, count in found.answers.items():
        lanes.labels(lane).set(count)
    audits = Gauge(
        "escalation_probation_audits", "Audits of the probation lane, of which none is left out", ["verdict"],
        registry=registry,
    )  # fmt: skip
    for verdict, count in found.probation._asdict().items():
        audits.labels(verdict).set(count)
    for name, help_, value in (
        ("audits_due", "Audits of the days before today (UTC) that wait for labels", found.due),
        (
            "audits_late_today",
            "Answers that count as wrong before the next midnight (UTC), unless labelled",
            found.late_today,
        ),
        ("certificate_log_evidence", "Log of the e-value of the best running window, as of yesterday", found.evidence),
        ("certificate_log_evidence_needed", "Log of the e-value at which it is certified", found.needed),
        ("certificate_bound", "Upper bound of its share of wrong answers, 0 to 1, as of yesterday", found.bound),
        ("breaker_level", "How near the breaker is to stopping answers, 0 to 1", found.breaker),
        ("answers_stopped", "Whether the breaker has stopped automatic answers", float(found.stopped)),
        ("probes_decided", "Probes that auditors have decided", found.probes),
        ("probes_confirmed", "Probes in which auditors confirmed a wrong answer", found.missed),
    ):
        if value is not None:
            Gauge(f"escalation_{name}", help_, registry=registry).set(value)
