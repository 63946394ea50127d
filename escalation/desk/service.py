"""The desk as a service: what conversations ask of it, presence, and agents who were lost."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import func, select

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.conversations.service import SYSTEM, Conversations, HandoffPlan
from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import assignments, presence, rows
from escalation.desk.errors import AgentAbsent, AtCapacity
from escalation.desk.tables import ReadMarkRow
from escalation.kernel.ids import Ids
from escalation.logs import get_logger
from escalation.people import staff
from escalation.people.staff import Member
from escalation.protocol.states import Status

_log = get_logger(__name__)
_conversations = table_of(ConversationRow)
_marks = table_of(ReadMarkRow)


@dataclass(frozen=True)
class DeskRules:
    """What the operator sets."""

    wait_at_most: timedelta = timedelta(minutes=30)
    """A handoff nobody takes by then is closed with notice."""
    overload: float = 5.0
    """Above this many waiting per place of present capacity, customers are told it will be long."""
    same_agent_within: timedelta = timedelta(minutes=5)
    """A customer who writes again this soon gets the same agent, if present."""


def actor_of(member: Member) -> c.Actor:
    """Return a member of staff as the author of commands."""
    return c.Actor(kind="agent", id=member.id, name=member.name, supervisor=member.supervises)


class Desk:
    """Knows who is there and who owns what. Holds no state of its own."""

    def __init__(self, ids: Ids, rules: DeskRules) -> None:
        self._ids = ids
        self.rules = rules

    def plan_handoff(self, tx: Transaction, conversation: Conversation) -> HandoffPlan:
        """Return the notice, queue and deadline a handoff made now gets: the truth about who can come."""
        deadline = tx.now + self.rules.wait_at_most
        present = presence.online(tx)
        if not present:
            return HandoffPlan("nobody_online", conversation.queue, deadline)
        capacity = sum(member.capacity for member in staff.members(tx) if member.id in present)
        waiting = tx.execute(select(func.count()).where(_conversations.c.status == Status.WAITING.value)).scalar_one()
        overloaded = waiting > self.rules.overload * capacity
        return HandoffPlan("too_busy" if overloaded else "handed_off", conversation.queue, deadline)

    def returning_agent(self, tx: Transaction, conversation: Conversation) -> c.Actor | None:
        """Return the agent who gets a closed conversation back if its customer writes now, if any."""
        agent, resolution = conversation.last_agent, conversation.resolution
        if agent is None or resolution is None or tx.now - resolution.at > self.rules.same_agent_within:
            return None
        return actor_of(staff.member(tx, agent)) if agent in presence.online(tx) else None

    def project(
        self, tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
    ) -> None:
        """Keep assignments, handoffs and list rows true, in the conversation's own transaction."""
        assignments.record(tx, self._ids, before, after, events)
        if rows.is_news(before, after):
            rows.tell(tx, after)
        concerned = {owner for owner in (_owner(before), _owner(after)) if owner is not None}
        if _owner(before) != _owner(after):
            presence.tell(tx, concerned, load_changed=True)


def _owner(conversation: Conversation) -> str | None:
    return conversation.controller if conversation.status is Status.ASSIGNED else None


class Attendance:
    """Presence of agents, and what becomes of conversations whose agent is gone."""

    def __init__(self, database: Database, conversations: Conversations, rules: DeskRules) -> None:
        self._database = database
        self._conversations = conversations
        self._rules = rules

    async def arrive(self, agent: str, connection: str) -> None:
        """A connection of the agent opened."""
        await self._database.write(lambda tx: presence.arrive(tx, agent, connection))

    async def leave(self, agent: str, connection: str) -> None:
        """A connection of the agent closed."""
        await self._database.write(lambda tx: presence.leave(tx, agent, connection))

    async def choose(self, agent: str, wants: Literal["online", "away"]) -> None:
        """The agent says whether they take conversations."""
        await self._database.write(lambda tx: presence.choose(tx, agent, wants))

    async def renew(self, connections: Mapping[str, str]) -> None:
        """These connections, each of the agent named, are alive."""
        living = dict(connections)
        await self._database.write(lambda tx: presence.renew(tx, living))

    async def mark_read(self, agent: str, conversation: str, seq: int) -> None:
        """The agent has read this far; a tab that is behind takes nothing back."""
        row = {"agent": agent, "conversation": conversation, "seq": seq}

        def work(tx: Transaction) -> None:
            insert = tx.insert(ReadMarkRow)
            further = insert.on_conflict_do_update(
                index_elements=["agent", "conversation"],
                set_={"seq": insert.excluded.seq},
                where=_marks.c.seq < insert.excluded.seq,
            )
            tx.execute(further, row)

        await self._database.write(work)

    async def run(self, every: float = 5.0) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self.sweep()
            except Exception:
                _log.exception("attendance_failed")
            await asyncio.sleep(every)

    async def sweep(self) -> int:
        """Put the conversations of lost agents back into the queue; return how many."""
        lost = await self._database.write(presence.sweep)
        held = await self._database.read(lambda tx: {agent: assignments.held_by(tx, agent) for agent in lost})
        released = [await self._release(agent, owned) for agent, all_owned in held.items() for owned in all_owned]
        return sum(released)

    async def _release(self, agent: str, conversation: str) -> bool:
        """Take one conversation from a lost agent; a failure is logged, and the others do not wait for it."""

        def build(tx: Transaction, found: Conversation) -> c.Command | None:
            if found.controller != agent or not presence.is_lost(tx, agent):
                return None
            deadline = tx.now + self._rules.wait_at_most
            return c.Release(actor=SYSTEM, epoch=found.epoch, cause="agent_lost", deadline=deadline)

        try:
            await self._conversations.perform_as_system(conversation, build)
        except Exception:
            _log.exception("release_failed", agent=agent, conversation=conversation)
            return False
        return True


def require_room(tx: Transaction, agent: str) -> None:
    """Refuse one more conversation to an agent who is full. Call with the conversation locked; locks the agent.

    Raises: AtCapacity.
    """
    presence.lock(tx, [agent])
    load, capacity = assignments.load_of(tx, agent), staff.member(tx, agent).capacity
    if load >= capacity:
        raise AtCapacity(f"You hold {load} conversations and your capacity is {capacity}. Finish one first.")


def require_present(tx: Transaction, agent: str) -> None:
    """Refuse to give conversations to somebody who is not there to see them. Raises: AgentAbsent."""
    if presence.availabilities(tx).get(agent, "offline") == "offline":
        raise AgentAbsent(f"{staff.member(tx, agent).name} is not connected. Choose somebody who is.")
