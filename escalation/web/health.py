"""Liveness, readiness and metrics."""

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest
from sqlalchemy import func, select

from escalation.conversations.tables import ConversationRow, DecisionRow, MessageRow
from escalation.database import Transaction, table_of
from escalation.web.guards import ServicesNow

router = APIRouter()


@router.get("/healthz")
async def alive() -> Any:
    """Answer while the process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(service: ServicesNow, response: Response) -> Any:
    """Answer 200 once customers can be served, 503 with the reason until then."""
    reason = service.is_ready()
    if reason is not None:
        response.status_code = 503
        return {"status": "not ready", "reason": reason}
    return {"status": "ready", **service.describe()}


@router.get("/metrics", include_in_schema=False)
async def metrics(service: ServicesNow) -> Response:
    """Return counts in Prometheus' text format; they are counted in the database when asked for."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    counted = await service.database.read(_count)
    for name, (help_, label, values) in counted.items():
        gauge = Gauge(f"escalation_{name}", help_, [label], registry=registry)
        for value, count in values.items():
            gauge.labels(value).set(count)
    Gauge("escalation_connections", "Open sockets", registry=registry).set(len(service.connections))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _count(tx: Transaction) -> dict[str, tuple[str, str, dict[str, int]]]:
    conversations, decisions, messages = table_of(ConversationRow), table_of(DecisionRow), table_of(MessageRow)
    return {
        "conversations": ("Conversations by status", "status", _by(tx, conversations.c.status)),
        "decisions": ("Decisions of the bot by action", "action", _by(tx, decisions.c.action)),
        "messages": ("Messages by author", "author", _by(tx, messages.c.author)),
    }


def _by(tx: Transaction, column: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.execute(select(column, func.count()).group_by(column))}
