"""Races on the desk: agents claim, accept, decline, pass on, put back and leave at once, while two routers offer.

Agents lose their connection for up to two minutes, offers and replies run out, and a wait nobody ends lasts a minute.
After each round the rows are looked at. `race_pieces` runs the rounds, in one process or in two.
"""

import asyncio
import random
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from escalation.conversations.service import Customer
from escalation.conversations.tables import ConversationRow
from escalation.database import Transaction, table_of
from escalation.desk import assignments
from escalation.desk.routing.rules import QueueRules
from escalation.desk.routing.tables import OfferRow
from escalation.desk.routing.work import Work
from escalation.desk.sla_watch import SlaWatch
from escalation.desk.tables import AssignmentRow, HandoffRow
from escalation.kernel.errors import EscalationError
from escalation.people.staff import members
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence
from escalation.protocol.states import Status
from escalation.security import Actor
from tests.fakes import FakeClock
from tests.services.acting import outcome
from tests.services.company import Company, an_id

TOGETHER = 12
"""Commands that run at once."""
WAIT_AT_MOST = timedelta(minutes=1)
AGENTS = [f"agent-{number}" for number in range(6)]


@dataclass
class Found:
    """What went wrong in the races, how many commands ran, and what else came about in them."""

    commands: int = 0
    carried_out: int = 0
    double_owners: int = 0
    above_capacity: int = 0
    two_offers: int = 0
    past_deadline: int = 0
    """Who waited when a sweep had ended that began after their deadline."""
    broken: int = 0
    disconnected: int = 0
    lost: int = 0
    """Conversations that went back to a queue because their agent was lost."""
    offers_run_out: int = 0
    waits_run_out: int = 0
    pieces: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class Races:
    """Object graphs on one database, and people who do things at the same moment."""

    def __init__(
        self, companies: list[Company], clock: FakeClock, seed: int, connected: Sequence[str] = AGENTS
    ) -> None:
        """`connected` have their connections here; the others, if any, in another process."""
        self._companies, self._clock, self._draw = companies, clock, random.Random(seed)
        self._connected = connected
        self._back: dict[str, datetime] = {}
        """When whoever lost the connection comes back."""
        self._there: set[str] = set()
        self.found = Found()

    async def round(self) -> None:
        """Some customers ask, then everybody acts at once; afterwards the rows are looked at."""
        await self._connect()
        for _ in range(2):
            customer = Customer(f"customer-{self._draw.randrange(40)}", "shop", "en")
            await self._attempt(self._companies[0].say("let me talk to a person please", customer))
        open_ones = await self._companies[0].database.read(_open_conversations)
        await asyncio.gather(*(self._attempt(self._something(open_ones)) for _ in range(TOGETHER)))
        self._clock.advance(self._draw.choice([0, 1, 3, 6]))
        began = self._clock.now()
        await asyncio.gather(*(self._attempt(company.timers.step()) for company in self._companies))
        await self._look(began)

    async def _connect(self) -> None:
        """Whoever is back opens a connection; those of the others go on."""
        back = {each for each in self._connected if each not in self._there and not self._is_gone(each)}
        await self._companies[0].arrive(*sorted(back))
        self._there |= back
        await self._companies[0].attendance.renew({f"tab-of-{each}": each for each in self._there})

    def _something(self, open_ones: list[tuple[str, str, str | None]]) -> Coroutine[Any, Any, Any]:
        company, agent = self._draw.choice(self._companies), self._draw.choice(AGENTS)
        if self._draw.random() < 0.25 or not open_ones:
            return company.router.step()
        if self._draw.random() < 0.1:
            choice = self._draw.choice(["online", "online", "online", "away", "finishing"])
            return company.as_agent(agent, SetPresence(command_id=an_id(), availability=choice))  # type: ignore[arg-type]
        if self._draw.random() < 0.06:
            return self._disconnect(company, self._draw.choice(self._connected))
        conversation, owner, offered = self._draw.choice(open_ones)
        if offered is not None and not self._is_gone(offered) and self._draw.random() < 0.5:
            return outcome(company, offered, talk.AcceptOffer, conversation)
        agent = owner if owner in AGENTS else offered or agent
        if self._is_gone(agent):
            return company.attendance.sweep()
        return self._on(company, conversation, agent)

    def _on(self, company: Company, conversation: str, agent: str) -> Coroutine[Any, Any, Any]:
        other = self._draw.choice(AGENTS)
        acts: list[Callable[[], Coroutine[Any, Any, Any]]] = [
            lambda: outcome(company, other, talk.Claim, conversation),
            lambda: outcome(company, agent, talk.AcceptOffer, conversation),
            lambda: outcome(company, agent, talk.DeclineOffer, conversation),
            lambda: outcome(company, agent, talk.Release, conversation),
            lambda: outcome(company, agent, talk.Transfer, conversation, queue="billing"),
            lambda: outcome(company, agent, talk.Offer, conversation, agent=other),
            lambda: outcome(company, other, talk.TakeOver, conversation),
            lambda: outcome(company, agent, talk.HandBack, conversation),
            company.attendance.sweep,
            SlaWatch(company.database).step,
            lambda: outcome(company, agent, talk.Reply, conversation, text="Good morning"),
        ]
        return self._draw.choice(acts)()

    async def _attempt(self, what: Coroutine[Any, Any, Any]) -> None:
        self.found.commands += 1
        with suppress(EscalationError):
            refused = isinstance(await what, str)  # the code of the refusal
            self.found.carried_out += not refused

    def _is_gone(self, agent: str) -> bool:
        return agent in self._back and self._back[agent] > self._clock.now()

    async def _disconnect(self, company: Company, agent: str) -> None:
        """Half of them come back within the grace that what they own stays theirs."""
        self._back[agent] = self._clock.now() + timedelta(seconds=self._draw.choice([5, 20, 80, 120]))
        self._there.discard(agent)
        self.found.disconnected += 1
        await company.attendance.leave(agent, f"tab-of-{agent}")

    async def _look(self, since: datetime) -> None:
        database = self._companies[0].database
        double, above, two = await database.read(wrong)
        self.found.double_owners += double
        self.found.above_capacity += above
        self.found.two_offers += two
        self.found.past_deadline += await database.read(lambda tx: waiting_past(tx, since))


async def prepare(company: Company) -> None:
    """Open a company with agents and two queues that push."""
    await company.open()
    for number, agent in enumerate(AGENTS):
        await company.employ(agent, capacity=1 + number % 3)
    work = Work(reply_within=timedelta(minutes=1), weight=2, first_response=timedelta(minutes=1))
    rules = QueueRules("push", offer_lasts=timedelta(seconds=5), relax_after=None, work=work)
    await company.queues.change("general", rules, Actor("sue", ""))
    billing = replace(rules, auto_accept=True, work=replace(work, weight=1))
    await company.queues.change("billing", billing, Actor("sue", ""))


async def outcome_of_all(company: Company) -> Found:
    """Return what is broken at the end, and what came about that no command asked for."""
    held, offers, handoffs = (table_of(each) for each in (AssignmentRow, OfferRow, HandoffRow))
    counted = [
        await company.database.read(lambda tx, which=which: _count(tx, *which))
        for which in (
            (held, held.c.released_because == "agent_lost"),
            (offers, offers.c.how == "timed_out"),
            (handoffs, handoffs.c.ended_how == "expired"),
        )
    ]
    broken = await company.findings()
    for each in broken:
        print(f"broken: {each}", file=sys.stderr)  # noqa: T201
    return Found(broken=len(broken), lost=counted[0], offers_run_out=counted[1], waits_run_out=counted[2], pieces=1)


def _count(tx: Transaction, table: Any, condition: Any) -> int:
    number: int = tx.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
    return number


def waiting_past(tx: Transaction, moment: datetime) -> int:
    """Return how many wait whose deadline was before this."""
    handoffs = table_of(HandoffRow)
    return _count(tx, handoffs, handoffs.c.ended_at.is_(None) & (handoffs.c.deadline < moment))


def _open_conversations(tx: Transaction) -> list[tuple[str, str, str | None]]:
    table = table_of(ConversationRow)
    rows = tx.execute(select(table).where(table.c.status != Status.CLOSED.value))
    return [(row.id, row.controller, row.state["offered_to"]) for row in rows]


def wrong(tx: Transaction) -> tuple[int, int, int]:
    """Conversations with two owners, agents above their capacity, conversations proposed to two."""
    held, offered = table_of(AssignmentRow), table_of(OfferRow)
    double = select(held.c.conversation).where(held.c.released_at.is_(None)).group_by(held.c.conversation)
    loads = assignments.loads(tx)
    above = [each for each in members(tx) if loads.get(each.id, 0) > each.capacity]
    two = select(offered.c.conversation).where(offered.c.ended_at.is_(None)).group_by(offered.c.conversation)
    return (
        len(tx.execute(double.having(func.count() > 1)).all()),
        len(above),
        len(tx.execute(two.having(func.count() > 1)).all()),
    )
