"""Presence of agents as a service: connections come and go, and what a lost agent held returns to the queue."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from escalation.conversations import commands as c
from escalation.conversations.model import Conversation
from escalation.conversations.scoping import is_seen, sees
from escalation.conversations.service import SYSTEM, Conversations
from escalation.database import Database, Transaction
from escalation.desk import assignments, presence
from escalation.desk.handoffs import Handoffs, Promise
from escalation.logs import get_logger
from escalation.people import staff
from escalation.protocol.states import Status

_log = get_logger(__name__)

News = Literal["somebody_online", "too_busy", "nobody_online"]
NEWS: Mapping[tuple[str | None, Promise], News] = {
    ("nobody_online", "handed_off"): "somebody_online",
    ("nobody_online", "too_busy"): "too_busy",
    ("agent_left", "nobody_online"): "nobody_online",
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
        while True:
            try:
                await self.sweep()
            except Exception:
                _log.exception("attendance_failed")
            await asyncio.sleep(every)

    async def sweep(self) -> int:
        """Put conversations of lost agents, and those whose agents see them no longer, back into the queue.

        Return how many.

        Customers who were told that nobody is here hear of it once somebody has come; customers whose conversation was
        put back hear of it where nobody is here.
        """
        lost = await self._database.write(presence.sweep)
        held = await self._database.read(lambda tx: {agent: assignments.held_by(tx, agent) for agent in lost})
        released = [await self._release(agent, owned) for agent, all_owned in held.items() for owned in all_owned]
        unseen = await self._database.read(_held_unseen)
        released += [await self._release(agent, conversation) for agent, conversation in unseen]
        await self._tell_waiting()
        return sum(released)

    async def _tell_waiting(self) -> None:
        for conversation in await self._database.read(_to_be_told):
            try:
                await self._conversations.perform_as_system(conversation, self._news)
            except Exception:
                _log.exception("telling_failed", conversation=conversation)

    def _news(self, tx: Transaction, found: Conversation) -> c.Command | None:
        """Once: what was told last is looked up again under the conversation's lock."""
        if found.status is not Status.WAITING:
            return None
        notice = NEWS.get((assignments.told(tx, found.id), self._desk.promise(tx, found.site, found.queue)))
        return c.TellWaiting(actor=SYSTEM, epoch=found.epoch, notice=notice) if notice is not None else None

    async def _release(self, agent: str, conversation: str) -> bool:
        """Take one conversation from an agent who is lost to it; a failure is logged, and the others do not wait."""

        def build(tx: Transaction, found: Conversation) -> c.Command | None:
            if found.controller != agent:
                return None
            if not presence.is_lost(tx, agent) and sees(staff.member(tx, agent).scope, found):
                return None
            deadline = tx.now + self._rules.wait_at_most
            return c.Release(actor=SYSTEM, epoch=found.epoch, cause="agent_lost", deadline=deadline)

        try:
            await self._conversations.perform_as_system(conversation, build)
        except Exception:
            _log.exception("release_failed", agent=agent, conversation=conversation)
            return False
        return True


def _to_be_told(tx: Transaction) -> list[str]:
    """Conversations whose customers go on reading that nobody is here although somebody is, or do not know it yet."""
    online = presence.online(tx)
    if not online:
        return assignments.last_told(tx, "agent_left")
    limited = any(member.scope.limited for member in staff.members(tx) if member.id in online)
    left = assignments.last_told(tx, "agent_left") if limited else []
    return assignments.last_told(tx, "nobody_online") + left


def _held_unseen(tx: Transaction) -> list[tuple[str, str]]:
    """Return the limited agents who own a conversation they do not see, each with that conversation."""
    limited = [member for member in staff.members(tx) if member.scope.limited]
    held = [(member, conversation) for member in limited for conversation in assignments.held_by(tx, member.id)]
    return [(member.id, each) for member, each in held if not is_seen(tx, member.scope, each)]
