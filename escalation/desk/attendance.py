"""Presence of agents as a service: connections come and go, and what a lost agent held returns to the queue."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import select

from escalation.conversations import commands as c
from escalation.conversations.model import Conversation
from escalation.conversations.scoping import is_seen, sees
from escalation.conversations.service import SYSTEM, Conversations
from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import assignments, presence
from escalation.desk.handoffs import Handoffs, Promise
from escalation.desk.routing import opening
from escalation.logs import get_logger
from escalation.people import staff
from escalation.protocol.states import Status
from escalation.repeating import repeat

_log = get_logger(__name__)
_conversations = table_of(ConversationRow)

News = Literal["somebody_online", "too_busy", "nobody_online", "closed_now"]
NEWS: Mapping[tuple[str | None, Promise], News] = {
    ("nobody_online", "handed_off"): "somebody_online",
    ("nobody_online", "too_busy"): "too_busy",
    ("agent_left", "nobody_online"): "nobody_online",
    ("closed_now", "handed_off"): "somebody_online",
    ("closed_now", "too_busy"): "too_busy",
    **{(told, "closed_now"): "closed_now" for told in assignments.PROMISES if told != "closed_now"},
}
"""What waiting customers are told, by what they were told last and what is true now; of anything else, nothing.

Who was promised a person hears of no agent who comes and goes. Who was put back was promised nobody yet.
"""


class Attendance:
    """Presence of agents, and what becomes of conversations whose agent is gone."""

    def __init__(self, database: Database, conversations: Conversations, desk: Handoffs) -> None:
        self._database = database
        self._conversations = conversations
        self._desk = desk
        self._rules = desk.rules

    async def arrive(self, agent: str, connection: str) -> None:
        """A connection of the agent opened."""
        await self._database.write(lambda tx: presence.arrive(tx, agent, connection))

    async def leave(self, agent: str, connection: str) -> None:
        """A connection of the agent closed."""
        await self._database.write(lambda tx: presence.leave(tx, agent, connection))

    async def renew(self, connections: Mapping[str, str]) -> None:
        """These connections, each of the agent named, are alive."""
        living = dict(connections)
        await self._database.write(lambda tx: presence.renew(tx, living))

    async def changed(self, agent: str) -> None:
        """An agent's role or capacity changed: the consoles are told."""
        await self._database.write(lambda tx: presence.tell(tx, [agent], load_changed=True))

    async def run(self, every: float = 5.0) -> None:
        """Sweep until cancelled."""
        await repeat(self.sweep, every, "attendance_failed")

    async def sweep(self) -> int:
        """Put conversations of lost agents, and those whose agents see them no longer, back into the queue.

        Return how many.

        Customers who were told that nobody is here hear of it once somebody has come; customers whose conversation was
        put back hear of it where nobody is here, and everybody who waits when their queue closes. Who was told when it
        opens hears of another time once that is no longer true.
        """
        lost = await self._database.write(presence.sweep)
        held = await self._database.read(lambda tx: {agent: assignments.held_by(tx, agent) for agent in lost})
        released = [await self._release(agent, owned) for agent, all_owned in held.items() for owned in all_owned]
        await self._leave_joined()
        unseen = await self._database.read(_held_unseen)
        released += [await self._release(agent, conversation) for agent, conversation in unseen]
        await self._tell_waiting()
        return sum(released)

    async def _leave_joined(self) -> None:
        """Who wrote beside an agent and is lost does so no longer."""
        for conversation, agent in await self._database.read(_joined_by_lost):

            def build(tx: Transaction, found: Conversation, agent: str = agent) -> c.Command | None:
                still = agent in found.joined and presence.is_lost(tx, agent)
                return c.Leave(actor=SYSTEM, epoch=found.epoch, agent=agent) if still else None

            try:
                await self._conversations.perform_as_system(conversation, build)
            except Exception:
                _log.exception("leaving_failed", agent=agent, conversation=conversation)

    async def _tell_waiting(self) -> None:
        for conversation in await self._database.read(self._to_be_told):
            try:
                await self._conversations.perform_as_system(conversation, self._news)
            except Exception:
                _log.exception("telling_failed", conversation=conversation)

    def _to_be_told(self, tx: Transaction) -> list[str]:
        """Return whose customers know nothing yet of who came, or of a queue that closed, opened or has new hours."""
        closed = opening.closed(tx, self._rules.queues)
        late = assignments.told_otherwise(tx, "closed_now", [*closed]) + assignments.told_another_time(tx, closed)
        return late + _news_of_agents(tx)

    def _news(self, tx: Transaction, found: Conversation) -> c.Command | None:
        """Once: what was told last is looked up again under the conversation's lock."""
        if found.status is not Status.WAITING:
            return None
        last, told_time = assignments.told(tx, found.id)
        when = opening.opens_at(tx, found.queue)
        notice = NEWS.get((last, self._desk.promise(tx, found.site, found.queue)))
        if told_time is not None and when not in {None, told_time}:
            notice = "closed_now"  # the hours have changed, or the time they were told passed without anybody
        if notice is None:
            return None
        return c.TellWaiting(actor=SYSTEM, epoch=found.epoch, notice=notice, opens_at=when)

    async def _release(self, agent: str, conversation: str) -> bool:
        """Take one conversation from an agent who is lost to it; a failure is logged, and the others do not wait."""

        def build(tx: Transaction, found: Conversation) -> c.Command | None:
            if found.controller != agent:
                return None
            if not presence.is_lost(tx, agent) and sees(staff.member(tx, agent).scope, found):
                return None
            deadline = opening.deadline(tx, found.queue, self._rules.wait_at_most)
            return c.Release(actor=SYSTEM, epoch=found.epoch, cause="agent_lost", deadline=deadline)

        try:
            await self._conversations.perform_as_system(conversation, build)
        except Exception:
            _log.exception("release_failed", agent=agent, conversation=conversation)
            return False
        return True


def _joined_by_lost(tx: Transaction) -> list[tuple[str, str]]:
    """Return the conversations in which somebody lost writes beside the owner, each with who."""
    joined = _conversations.c.state["joined"].as_string()
    query = select(_conversations.c.state).where(
        _conversations.c.status == Status.ASSIGNED.value, joined.is_not(None), joined != "[]"
    )
    found = [(state["id"], agent) for state in tx.execute(query).scalars() for agent in state["joined"]]
    return [(conversation, agent) for conversation, agent in found if presence.is_lost(tx, agent)]


def _news_of_agents(tx: Transaction) -> list[str]:
    """Conversations whose customers go on reading that nobody is here although somebody is, or do not know it yet."""
    online = presence.online(tx)
    if not online:
        return assignments.last_told(tx, "agent_left")
    limited = any(member.scope.limited for member in staff.members(tx) if member.id in online)
    left = assignments.last_told(tx, "agent_left") if limited else []
    return assignments.last_told(tx, "nobody_online") + assignments.last_told(tx, "closed_now") + left


def _held_unseen(tx: Transaction) -> list[tuple[str, str]]:
    """Return the limited agents who own a conversation they do not see, each with that conversation."""
    limited = [member for member in staff.members(tx) if member.scope.limited]
    held = [(member, conversation) for member in limited for conversation in assignments.held_by(tx, member.id)]
    return [(member.id, each) for member, each in held if not is_seen(tx, member.scope, each)]
