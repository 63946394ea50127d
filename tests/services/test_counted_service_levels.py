"""Every clock of a service level is told once where it was warned of or missed, and its end is kept, whoever looks."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest

from escalation.conversations import events as e
from escalation.conversations.machine import ALLOWED
from escalation.conversations.model import Conversation
from escalation.database import Database, Transaction
from escalation.desk import sla_rows
from escalation.desk.events import STREAM
from escalation.desk.routing.queues import Queues
from escalation.desk.routing.rules import QueueRules
from escalation.desk.routing.work import Target, Work
from escalation.events import read
from escalation.reports.service_levels import ClockSeen, clocks_of
from tests.core.machine_walk import PEOPLE, SECONDS, AptStep, Walk
from tests.fakes import FakeClock
from tests.services.recounting import BECOMES
from tests.services.test_reports import LIKELY
from tests.services.test_routing import ADMIN

FIRST, NEXT, END = timedelta(minutes=5), timedelta(minutes=2), timedelta(hours=1)
ALLOWED_TIMES: dict[Target, timedelta] = {"first_response": FIRST, "next_response": NEXT, "resolution": END}
QUEUES = ("general", "billing")


@dataclass
class Recount:
    """Clocks by their definitions, moment by moment: how much of each is over, and which have ended."""

    running: dict[Target, timedelta] = field(default_factory=dict)
    ended: list[tuple[Target, int, timedelta]] = field(default_factory=list)
    status: str = "bot"
    wrote_last: str | None = None
    snoozed: bool = False

    def passes(self, lasted: timedelta) -> None:
        """Time goes by: a snooze stops all, and the end is not waited for while the customer has to write."""
        for target in self.running:
            theirs = target == "resolution" and self.wrote_last == "agent"
            self.running[target] += timedelta(0) if self.snoozed or theirs else lasted

    def happens(self, events: Sequence[e.ConversationEvent], seq: int) -> None:
        """One command's events, the last of which is number `seq`. What begins and ends with one command is no wait."""
        known = set(self.running)
        were_people, before = self.status in {"waiting", "assigned"}, self.wrote_last
        for event in events:
            self._one(event)
        wrote = {event.author for event in events if isinstance(event, e.MessageAdded) and not event.internal}
        people = self.status in {"waiting", "assigned"}
        if people and not were_people:
            self._begin("first_response", "resolution")
        elif people and "customer" in wrote and before == "agent":
            self._begin("next_response")
        over = {"first_response", "next_response"} if "agent" in wrote else set()
        for target in [one for one in self.running if one in over or not people]:
            spent = self.running.pop(target)
            if target in known:
                self.ended.append((target, seq, spent))

    def _begin(self, *targets: Target) -> None:
        for target in targets:
            self.running.setdefault(target, timedelta(0))

    def _one(self, event: e.ConversationEvent) -> None:
        if type(event) in BECOMES:
            self.status, self.snoozed = BECOMES[type(event)], False
        elif isinstance(event, e.Snoozed | e.Woken):
            self.snoozed = isinstance(event, e.Snoozed)
        elif isinstance(event, e.MessageAdded) and not event.internal:
            self.wrote_last = event.author if event.kind != "notice" else self.wrote_last


def steps(draw: random.Random, walk: Walk) -> Iterator[tuple[list[e.ConversationEvent], datetime]]:
    """Walk on at random; give the events of each command."""
    for _ in range(60):
        possible = [kind for kind, statuses in ALLOWED.items() if walk.state.status in statuses]
        likely = [kind for kind in LIKELY if kind in possible]
        known = len(walk.log)
        walk.take(AptStep(possible.index(draw.choice(likely)), draw.choice(PEOPLE), 0, draw.choice(SECONDS)))
        if new := walk.log[known:]:
            yield [event for event, _ in new], new[-1][1]


@pytest.mark.parametrize("seed", range(6))
def test_clocks_end_as_a_recount_says(database: Database, clock: FakeClock, seed: int) -> None:
    draw, walk, recount = random.Random(seed), Walk(now=clock.now()), Recount()
    asyncio.run(set_rules(database))
    before, told = walk.state, clock.now()
    for events, at in steps(draw, walk):
        if draw.random() < 0.5:
            clock.advance((at - clock.now()) * draw.random())
            database.write_now(partial(look, state=before))
        clock.advance(at - clock.now())
        recount.passes(at - told)
        recount.happens(events, len(walk.log))
        database.write_now(partial(sla_rows.record, before=before, after=walk.state, events=events))
        before, told = walk.state, at
    found, log = database.read_now(lambda tx: (clocks_of(tx, walk.state.id), read(tx, STREAM, 0, 1_000)))
    ended = [one for one in found if one.ended is not None]
    assert sorted(ended) == sorted(_seen(*one) for one in recount.ended)
    assert {one.target for one in found if one.ended is None} == recount.running.keys()
    counted = {"SlaWarned": sum(one.warned for one in found), "SlaBreached": sum(one.breached for one in found)}
    assert Counter(each.type for each in log) == Counter(counted)


async def set_rules(database: Database) -> None:
    rules = QueueRules("push", work=Work(first_response=FIRST, next_response=NEXT, resolution=END))
    for name in QUEUES:
        await Queues(database, QUEUES).change(name, rules, ADMIN)


def look(tx: Transaction, state: Conversation) -> None:
    """What the watch does when a clock is due, at any time."""
    now = sla_rows.looked_at(tx, state, sla_rows.clocks_of(tx, state.id), None)
    sla_rows.store(tx, state.id, now, None)


def _seen(target: Target, seq: int, spent: timedelta) -> ClockSeen:
    allowed = ALLOWED_TIMES[target]
    return ClockSeen(target, seq, spent >= allowed * 0.8, spent >= allowed)
