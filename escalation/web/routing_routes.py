"""REST of routing: what is set about queues, and why a conversation went to whom it went."""

from datetime import timedelta

from fastapi import APIRouter

from escalation.desk.errors import UnknownQueue
from escalation.desk.routing import reading, trials
from escalation.desk.routing.queues import KINDS
from escalation.desk.routing.rules import QueueRules, Takes
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.routing import (
    QueueList,
    QueueRulesBody,
    QueueTrials,
    QueueView,
    RoutingHistory,
    TakesView,
)
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import (
    CHANGING,
    READING,
    Asker,
    GuardedRoute,
    ReadsColleagues,
    ReadsConversations,
    ServicesNow,
    SetsQueues,
)

router = APIRouter(prefix="/api/v1", tags=["conversations"], route_class=GuardedRoute)


@router.get("/queues", responses=refusals(*READING))
async def list_queues(session: ReadsColleagues, service: ServicesNow) -> QueueList:
    """Return every queue, what is set about it, and how many conversations wait in it."""
    rules, scope = await service.queues.all(), session.member.scope
    waiting = await service.database.read(lambda tx: reading.waiting_counts(tx, scope))
    return QueueList(queues=[_view(name, each, waiting.get(name, 0)) for name, each in rules.items()])


@router.put("/queues/{name}", responses=refusals(*CHANGING, Forbidden, *WITH_BODY, UnknownQueue))
async def set_queue(name: str, body: QueueRulesBody, session: SetsQueues, by: Asker, service: ServicesNow) -> QueueView:
    """Set how conversations of a queue find an agent, from now on. What is offered already stays so."""
    rules = await service.queues.change(name, _rules(body), by)
    scope = session.member.scope
    waiting = await service.database.read(lambda tx: reading.waiting_counts(tx, scope))
    return _view(name, rules, waiting.get(name, 0))


@router.post("/queues/{name}/trial", responses=refusals(*CHANGING, Forbidden, *WITH_BODY, UnknownQueue))
async def try_queue(name: str, body: QueueRulesBody, session: SetsQueues, service: ServicesNow) -> QueueTrials:
    """Return where the handoffs of the last 24 hours would go by these rules. Nothing is changed."""
    rules, scope = await service.queues.tried(name, _rules(body)), session.member.scope
    now = await service.queues.all()
    return await service.database.read(lambda tx: trials.tried(tx, now, rules, scope))


@router.get("/conversations/{id}/routing", responses=refusals(*READING, Invalid, NotFound))
async def read_routing(id: str, session: ReadsConversations, service: ServicesNow) -> RoutingHistory:
    """Return whom the router asked to take a conversation, and why not somebody else."""
    scope = session.member.scope
    return await service.database.read(lambda tx: reading.history(tx, id, scope))


def _rules(body: QueueRulesBody) -> QueueRules:
    return QueueRules(
        way=body.way,
        offer_lasts=timedelta(seconds=body.offer_seconds),
        auto_accept=body.auto_accept,
        priority=body.priority,
        skills=frozenset(body.skills),
        preferred=frozenset(body.preferred),
        relax_after=timedelta(seconds=body.relax_seconds) if body.relax_seconds is not None else None,
        takes=Takes(**{kind: frozenset(getattr(body.takes, kind)) for kind in KINDS}),
    )


def _view(name: str, rules: QueueRules, waiting: int) -> QueueView:
    relax = rules.relax_after
    return QueueView(
        name=name,
        way=rules.way,
        offer_seconds=int(rules.offer_lasts.total_seconds()),
        auto_accept=rules.auto_accept,
        priority=rules.priority,
        skills=sorted(rules.skills),
        preferred=sorted(rules.preferred),
        relax_seconds=int(relax.total_seconds()) if relax is not None else None,
        takes=TakesView(**{kind: sorted(getattr(rules.takes, kind)) for kind in KINDS}),
        waiting=waiting,
    )
