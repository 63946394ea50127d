"""REST of routing: what is set about queues, and why a conversation went to whom it went."""

from datetime import datetime, timedelta

from fastapi import APIRouter

from escalation.desk.errors import UnknownQueue
from escalation.desk.hours import OpeningHours, as_document, from_document, is_open, next_open
from escalation.desk.routing import reading, trials
from escalation.desk.routing.queues import KINDS
from escalation.desk.routing.rules import QueueRules, Takes
from escalation.desk.routing.work import Work, stored_work, work_of
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.protocol.rest.routing import (
    HoursBody,
    HoursView,
    QueueList,
    QueueRulesBody,
    QueueTrials,
    QueueView,
    RoutingHistory,
    TakesView,
    WorkBody,
    WorkView,
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
    waiting, now = await service.database.read(lambda tx: (reading.waiting_counts(tx, scope), tx.now))
    return QueueList(queues=[_view(name, each, waiting.get(name, 0), now) for name, each in rules.items()])


@router.put("/queues/{name}", responses=refusals(*CHANGING, Forbidden, *WITH_BODY, UnknownQueue))
async def set_queue(name: str, body: QueueRulesBody, session: SetsQueues, by: Asker, service: ServicesNow) -> QueueView:
    """Set how conversations of a queue find an agent, from now on. What is offered already stays so."""
    rules = await service.queues.change(name, _rules(body), by)
    scope = session.member.scope
    waiting, now = await service.database.read(lambda tx: (reading.waiting_counts(tx, scope), tx.now))
    return _view(name, rules, waiting.get(name, 0), now)


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
        work=_work(body.work),
        hours=_hours(body.hours) if body.hours is not None else None,
    )


def _work(body: WorkBody) -> Work:
    """What is stored has the names of the form."""
    return work_of(body.model_dump())


def _hours(body: HoursBody) -> OpeningHours:
    days = [each.day for each in body.holidays]
    if twice := sorted({day for day in days if days.count(day) > 1}):
        raise Invalid(f"The holiday {twice[0]} is named twice. Write all its hours into one.")
    return from_document(body.model_dump(mode="json"))


def _view(name: str, rules: QueueRules, waiting: int, now: datetime) -> QueueView:
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
        work=WorkView.model_validate(stored_work(rules.work)),
        hours=HoursView.model_validate(as_document(rules.hours)) if rules.hours is not None else None,
        opens_at=None if is_open(rules.hours, now) else next_open(rules.hours, now),
        waiting=waiting,
    )
