"""What conversations ask of the desk: what a handoff can promise, who gets a customer back, and rows kept true."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select

from escalation.conversations import commands as c
from escalation.conversations import contacts
from escalation.conversations import events as e
from escalation.conversations.capacity import Room
from escalation.conversations.model import Conversation, language_of
from escalation.conversations.ports import HandoffCause, HandoffPlan
from escalation.conversations.scoping import sees
from escalation.conversations.tables import ConversationRow
from escalation.database import Prepared, Transaction, table_of
from escalation.desk import assignments, calls, drafts, mentions, presence, present, rows, sla_rows
from escalation.desk.hours import after_open_time
from escalation.desk.rest import BreakRules
from escalation.desk.routing import offers, opening
from escalation.desk.routing.queues import all_rules, rules_of
from escalation.desk.routing.rules import GENERAL, MISSED_AT_MOST, Handoff, queue_for
from escalation.desk.weights import units_for
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.scope import Scope
from escalation.people.staff import Member
from escalation.protocol.states import Status

Promise = Literal["handed_off", "nobody_online", "too_busy", "closed_now"]

_conversations = table_of(ConversationRow)
_place = (_conversations.c.site, _conversations.c.state["queue"].as_string().label("queue"))
_IS_WAITING = _conversations.c.status == Status.WAITING.value
_PLACES = Prepared(select(*_place, func.count().label("number")).where(_IS_WAITING).group_by(*_place))
_ALL_WAITING = Prepared(select(func.count()).select_from(_conversations).where(_IS_WAITING))


@dataclass(frozen=True)
class DeskRules:
    """What the operator sets."""

    wait_at_most: timedelta = timedelta(minutes=30)
    """A handoff nobody takes by then is closed with notice. It counts while the queue is open."""
    overload: float = 5.0
    """Above this many waiting per place of present capacity, customers are told it will be long."""
    same_agent_within: timedelta = timedelta(minutes=5)
    """A customer who writes again this soon gets the same agent, if present."""
    offer_lasts: timedelta = timedelta(seconds=60)
    """An agent who has not accepted a proposal by then gets it no longer."""
    warm_offer_lasts: timedelta = timedelta(minutes=5)
    """The same where a note comes with it, to be read and answered first."""
    queues: tuple[str, ...] = (GENERAL,)
    """The queues a conversation can be transferred to."""
    breaks: BreakRules = field(default_factory=BreakRules)


def actor_of(member: Member) -> c.Actor:
    """Return a member of staff as the author of commands."""
    return c.Actor(kind="agent", id=member.id, name=member.name, supervisor=member.may(Permission.SUPERVISE))


class Handoffs:
    """The `HandoffDesk` port: who is there and who owns what, counted when asked. Holds no state of its own."""

    def __init__(self, ids: Ids, rules: DeskRules) -> None:
        self._ids = ids
        self.rules = rules

    def plan_handoff(self, tx: Transaction, conversation: Conversation, cause: HandoffCause) -> HandoffPlan:
        """Return the notice, queue and deadline a handoff made now gets: the truth about who can come."""
        queue = self._queue_for(tx, conversation, cause)
        hours = rules_of(tx, queue).hours
        opens_at = opening.opening(hours, tx.now)
        promise = self._promise(tx, conversation.site, queue, opens_at)
        return HandoffPlan(promise, queue, after_open_time(hours, tx.now, self.rules.wait_at_most), opens_at)

    def promise(self, tx: Transaction, site: str, queue: str) -> Promise:
        """Return what a customer of this site who waits in this queue can be told now."""
        return self._promise(tx, site, queue, opening.opens_at(tx, queue))

    def _promise(self, tx: Transaction, site: str, queue: str, opens_at: datetime | None) -> Promise:
        if opens_at is not None:
            return "closed_now"
        here = [each for each in present.groups(tx) if each.scope.sees(site, queue)]
        if not here:
            return "nobody_online"
        most = self.rules.overload * sum(each.capacity for each in here)
        # All who wait are counted from an index alone; of which queue they are matters only where they are many.
        overloaded = _all_waiting(tx) > most and _waiting(tx, [each.scope for each in here]) > most
        return "too_busy" if overloaded else "handed_off"

    def room(self, tx: Transaction) -> Room:
        """Return how much people who are online can hold, how much of it is free, and how many customers wait."""
        capacities, loads = present.capacities(tx), assignments.loads(tx)
        free = sum(max(capacity - loads.get(agent, 0), 0) for agent, capacity in capacities.items())
        return Room(sum(capacities.values()), free, _all_waiting(tx))

    def _queue_for(self, tx: Transaction, conversation: Conversation, cause: HandoffCause) -> str:
        """Return the queue whose rules take the handoff; if none does, the one it was in before."""
        if len(self.rules.queues) == 1:
            return conversation.queue
        language = language_of(conversation.language, conversation.locale)
        about = Handoff(conversation.site, language, cause.reason, cause.intent)
        found = queue_for(about, all_rules(tx, self.rules.queues))
        return conversation.queue if found == GENERAL else found

    def returning_agent(self, tx: Transaction, conversation: Conversation) -> c.Actor | None:
        """Return the agent who gets a closed conversation back if its customer writes now, if any."""
        agent, resolution = conversation.last_agent, conversation.resolution
        if agent is None or resolution is None or tx.now - resolution.at > self.rules.same_agent_within:
            return None
        member = staff.member(tx, agent)
        is_there = presence.availability_of(tx, agent) == "online" and sees(member.scope, conversation)
        return actor_of(member) if is_there else None

    def following_agent(self, tx: Transaction, conversation: Conversation) -> c.Actor | None:
        """Return who planned the follow-up that is due, if they are online, see it and have room for it."""
        plan = conversation.follow_up
        member = None if plan is None else staff.member(tx, plan.agent)
        if member is None or member.disabled or not sees(member.scope, conversation):
            return None
        if not member.may(Permission.WORK_CONVERSATIONS) or presence.availability_of(tx, member.id) != "online":
            return None
        units = assignments.load_of(tx, member.id) + units_for(tx, conversation, member)
        return actor_of(member) if units <= member.capacity else None

    def terms(self, tx: Transaction, conversation: Conversation, agent: str) -> c.AssignmentTerms:
        """Return what an agent takes on who gets this conversation now: what its queue sets."""
        weight = units_for(tx, conversation, staff.member(tx, agent))
        return c.AssignmentTerms(reply_within=rules_of(tx, conversation.queue).work.reply_within, weight=weight)

    def project(
        self, tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
    ) -> None:
        """Keep assignments, handoffs and list rows true, in the conversation's own transaction."""
        assignments.record(tx, self._ids, before, after, events)
        self._record_offers(tx, before, after, events)
        mentions.record(tx, before, after, events)
        drafts.record(tx, after, events)
        if _owner(before) not in (None, _owner(after)):
            calls.end_whispers(tx, after.id)
        sla = sla_rows.record(tx, before, after, events)
        if rows.is_news(before, after, events):
            rows.tell(tx, before, after, sla)
        left = rows.left_queue(before, after)
        if left is not None and after.contact_left:
            contacts.tell(tx, after.id, "system", left)
        concerned = {owner for owner in (_owner(before), _owner(after)) if owner is not None}
        if _owner(before) != _owner(after):
            presence.tell(tx, concerned, load_changed=True)

    def _record_offers(
        self, tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
    ) -> None:
        """Keep offers true. Who lets several run out, or several first replies, in a row is set to away."""
        if before.offered_to == after.offered_to and _owner(before) == _owner(after):
            return
        missed = offers.record(tx, self._ids, before, after, events)
        got = {after.offered_to, _owner(after)} - {before.offered_to, _owner(before), None}
        presence.given(tx, (agent for agent in got if agent is not None))
        if missed is not None and offers.missed_in_a_row(tx, missed, presence.chosen_at(tx, missed)):
            presence.set_away(tx, missed, "missed_offers")
        silent = any(isinstance(each, e.Requeued) and each.cause == "no_reply" for each in events)
        if silent and (had := _owner(before)) is not None:
            since = presence.chosen_at(tx, had)
            if assignments.unanswered_in_a_row(tx, had, since, MISSED_AT_MOST):
                presence.set_away(tx, had, "no_reply")


def _waiting(tx: Transaction, scopes: Sequence[Scope]) -> int:
    """Return how many conversations wait that at least one of these sees."""
    return sum(row.number for row in tx.execute(_PLACES) if any(scope.sees(row.site, row.queue) for scope in scopes))


def _all_waiting(tx: Transaction) -> int:
    waiting: int = tx.execute(_ALL_WAITING).scalar_one()
    return waiting


def _owner(conversation: Conversation) -> str | None:
    return conversation.controller if conversation.status is Status.ASSIGNED else None
