"""What conversations ask of the desk: what a handoff can promise, who gets a customer back, and rows kept true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import func, select

from escalation.conversations import commands as c
from escalation.conversations import contacts
from escalation.conversations import events as e
from escalation.conversations.model import Conversation, language_of
from escalation.conversations.ports import HandoffCause, HandoffPlan
from escalation.conversations.scoping import sees
from escalation.conversations.tables import ConversationRow
from escalation.database import Transaction, table_of
from escalation.desk import assignments, presence, rows
from escalation.desk.routing import offers
from escalation.desk.routing.queues import all_rules
from escalation.desk.routing.rules import GENERAL, Handoff, queue_for
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.scope import Scope
from escalation.people.staff import Member
from escalation.protocol.states import Status

Promise = Literal["handed_off", "nobody_online", "too_busy"]

_conversations = table_of(ConversationRow)


@dataclass(frozen=True)
class DeskRules:
    """What the operator sets."""

    wait_at_most: timedelta = timedelta(minutes=30)
    """A handoff nobody takes by then is closed with notice."""
    overload: float = 5.0
    """Above this many waiting per place of present capacity, customers are told it will be long."""
    same_agent_within: timedelta = timedelta(minutes=5)
    """A customer who writes again this soon gets the same agent, if present."""
    offer_lasts: timedelta = timedelta(seconds=60)
    """An agent who has not accepted a proposal by then gets it no longer."""
    queues: tuple[str, ...] = (GENERAL,)
    """The queues a conversation can be transferred to."""


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
        return HandoffPlan(self.promise(tx, conversation.site, queue), queue, tx.now + self.rules.wait_at_most)

    def promise(self, tx: Transaction, site: str, queue: str) -> Promise:
        """Return what a customer of this site who waits in this queue can be told now."""
        online = presence.online(tx)
        members = staff.members(tx) if online else []
        present = [each for each in members if each.id in online and each.scope.sees(site, queue)]
        if not present:
            return "nobody_online"
        capacity = sum(member.capacity for member in present)
        overloaded = _waiting(tx, [member.scope for member in present]) > self.rules.overload * capacity
        return "too_busy" if overloaded else "handed_off"

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
        return actor_of(member) if agent in presence.online(tx) and sees(member.scope, conversation) else None

    def project(
        self, tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
    ) -> None:
        """Keep assignments, handoffs and list rows true, in the conversation's own transaction."""
        assignments.record(tx, self._ids, before, after, events)
        self._record_offers(tx, before, after, events)
        if rows.is_news(before, after):
            rows.tell(tx, before, after)
        left = rows.left_queue(before, after)
        if left is not None and after.contact_left:
            contacts.tell(tx, after.id, "system", left)
        concerned = {owner for owner in (_owner(before), _owner(after)) if owner is not None}
        if _owner(before) != _owner(after):
            presence.tell(tx, concerned, load_changed=True)

    def _record_offers(
        self, tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
    ) -> None:
        """Keep offers true. Who lets several run out one after the other is set to away."""
        if before.offered_to == after.offered_to and _owner(before) == _owner(after):
            return
        missed = offers.record(tx, self._ids, before, after, events)
        got = {after.offered_to, _owner(after)} - {before.offered_to, _owner(before), None}
        presence.given(tx, (agent for agent in got if agent is not None))
        if missed is not None and offers.missed_in_a_row(tx, missed, presence.chosen_at(tx, missed)):
            presence.set_away(tx, missed)


def _waiting(tx: Transaction, scopes: Sequence[Scope]) -> int:
    """Return how many conversations wait that at least one of these sees."""
    place = (_conversations.c.site, _conversations.c.state["queue"].as_string().label("queue"))
    query = select(*place, func.count().label("number")).where(_conversations.c.status == Status.WAITING.value)
    found = tx.execute(query.group_by(*place))
    return sum(row.number for row in found if any(scope.sees(row.site, row.queue) for scope in scopes))


def _owner(conversation: Conversation) -> str | None:
    return conversation.controller if conversation.status is Status.ASSIGNED else None
