"""Liveness, readiness and metrics."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

from escalation.conversations import history
from escalation.protocol.rest.service import AliveView, NotReadyView, ReadyView
from escalation.web.errors import Failed, refusals
from escalation.web.guards import ServicesNow

router = APIRouter(tags=["service"], responses=refusals(Failed))

NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {"model": NotReadyView, "description": "Customers cannot be served yet."}
}


@router.get("/healthz")
async def is_alive() -> AliveView:
    """Answer while the process lives."""
    return AliveView(status="ok")


@router.get("/readyz", response_model=ReadyView, responses=NOT_READY)
async def is_ready(service: ServicesNow) -> Response | ReadyView:
    """Answer 200 once customers can be served, 503 with the reason until then."""
    reason = service.is_ready()
    if reason is not None:
        return JSONResponse(NotReadyView(status="not ready", reason=reason).model_dump(), 503)
    return ReadyView(status="ready", **service.describe().model_dump())


@router.get("/metrics", include_in_schema=False)
async def metrics(service: ServicesNow) -> Response:
    """Return counts in Prometheus' text format; they are counted in the database when asked for."""
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
    Gauge("escalation_connections", "Open sockets", registry=registry).set(len(service.connections))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
