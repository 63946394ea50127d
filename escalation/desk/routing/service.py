"""The router at work: it reads the desk, chooses, and carries each choice out as a fenced command of its own.

Every process may run it. What another one did meanwhile is seen under the locks, and the choice is dropped.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from escalation.conversations import commands as c
from escalation.conversations.model import Conversation
from escalation.conversations.service import SYSTEM, Conversations
from escalation.database import Database, Transaction
from escalation.desk import assignments, presence
from escalation.desk.events import QUEUES, STREAM
from escalation.desk.handoffs import actor_of
from escalation.desk.hours import is_open
from escalation.desk.routing import arrivals, decisions, offers
from escalation.desk.routing.desk_now import DeskNow, desk_now
from escalation.desk.routing.queues import rules_of
from escalation.desk.routing.router import Choice, route
from escalation.desk.routing.work import has_room
from escalation.desk.weights import weight_of
from escalation.events import Bus, Doorbell
from escalation.kernel.ids import Ids
from escalation.logs import get_logger
from escalation.people import staff
from escalation.people.staff import Member
from escalation.protocol.states import Status

PASSES = 20
"""Passes in a row at most; each gives an agent one conversation at most. What is left waits for the next look."""
EVERY_SECONDS = 5.0
GATHER_SECONDS = 0.05
"""Between two looks at least: changes that come together are looked at once, and a lone one is not late."""

_log = get_logger(__name__)


class Router:
    """Offers waiting conversations of open queues with push to agents."""

    def __init__(
        self,
        database: Database,
        conversations: Conversations,
        queues: Iterable[str],
        ids: Ids,
        alike: timedelta = timedelta(0),
    ) -> None:
        """`alike`: of what became as urgent within such a span, the one whose label teaches most comes first."""
        self._alike = alike
        self._database = database
        self._conversations = conversations
        self._queues = tuple(queues)
        self._ids = ids

    async def run(self, bus: Bus, every: float = EVERY_SECONDS) -> None:
        """Look at each change of the desk, and every few seconds, until cancelled."""
        bell = Doorbell(bus, [STREAM, QUEUES])
        clock = asyncio.get_running_loop().time
        try:
            while True:
                began = clock()
                try:
                    await self.step()
                except Exception:
                    _log.exception("routing_failed")
                await bell.wait(every)
                await asyncio.sleep(max(0.0, began + GATHER_SECONDS - clock()))
        finally:
            bell.close()

    async def step(self) -> int:
        """Offer what can be offered now; return how many conversations were."""
        given = 0
        for _ in range(PASSES):
            desk = await self._database.read(self._desk_now)
            chosen = route(desk.waiting, desk.staff, desk.rules, desk.now, self._alike)
            done = [choice for choice in chosen if await self._carry_out(choice, desk)]
            given += len(done)
            if len(done) == len(desk.waiting):
                break  # nobody is left; of who came meanwhile the bell tells
            if not done:
                await self._explain_the_rest(desk, chosen)
                break
        return given

    def _desk_now(self, tx: Transaction) -> DeskNow:
        return desk_now(tx, self._queues, margins=bool(self._alike))

    async def _carry_out(self, choice: Choice, desk: DeskNow) -> bool:
        """Make one offer, or one assignment; a failure is logged, and the others do not wait."""
        done: list[bool] = []

        def build(tx: Transaction, found: Conversation) -> c.Command | None:
            done.clear()  # the transaction may run again
            command = self._command(tx, found, choice)
            if command is not None:
                gave: decisions.Gave = "offer" if isinstance(command, c.Offer) else "assign"
                decisions.add(tx, self._ids(), found, choice.agent, gave, decisions.considered(choice, desk))
                done.append(True)
            return command

        return await self._perform(choice.conversation, build) and bool(done)

    def _command(self, tx: Transaction, found: Conversation, choice: Choice) -> c.Command | None:
        """Return the command, None where the choice holds no longer. Locks the agent, after the conversation."""
        rules = rules_of(tx, found.queue)
        pushed = found.queue in self._queues and rules.way == "push" and is_open(rules.hours, tx.now)
        if not pushed or not _waits(found):
            return None
        presence.lock(tx, [choice.agent])
        member = staff.member(tx, choice.agent)
        if not _can_take(tx, member, found):
            return None
        if rules.auto_accept:
            return c.Assign(actor=SYSTEM, epoch=found.epoch, agent=actor_of(member))
        return c.Offer(actor=SYSTEM, epoch=found.epoch, agent=member.id, until=tx.now + rules.offer_lasts)

    async def _explain_the_rest(self, desk: DeskNow, chosen: Sequence[Choice]) -> None:
        """Store why nobody was asked to take the conversations that wait longest, once a wait."""
        told = {choice.conversation for choice in chosen}
        left = [one for one in desk.waiting if one.conversation not in told]
        new = await self._database.read(lambda tx: decisions.unexplained(tx, left)) if left else {}
        if new:
            await self._database.write(lambda tx: decisions.explain(tx, self._ids, desk, new))

    async def _perform(self, conversation: str, build: Callable[[Transaction, Conversation], c.Command | None]) -> bool:
        try:
            await self._conversations.perform_as_system(conversation, build)
        except Exception:
            _log.exception("offering_failed", conversation=conversation)
            return False
        return True


def _waits(found: Conversation) -> bool:
    return found.status is Status.WAITING and found.offered_to is None


def _can_take(tx: Transaction, member: Member, found: Conversation) -> bool:
    """Whether the agent is still there, sees it, has room, and is asked nothing else."""
    if member.disabled or not member.scope.sees(found.site, found.queue):
        return False
    if presence.availability_of(tx, member.id) != "online":
        return False
    room = has_room(assignments.load_of(tx, member.id), weight_of(tx, found), member.capacity)
    return room and not offers.open_to(tx, member.id) and not arrivals.settles(tx, member.id)
