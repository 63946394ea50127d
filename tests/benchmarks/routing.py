"""`python -m tests.benchmarks routing`: how long the router decides, whether it is fair, and whether races break it.

*Decision*: one pass over 500 agents and 5,000 conversations. *Day*: the real router in a simulation by events; agents
of equal capacity come and go, and the conversations each got in an hour of presence are compared by Jain's index,
`(sum x)^2 / (n sum x^2)` (Jain, Chiu and Hawe 1984): 1 is the same for all. *Races*: agents claim, accept, decline,
pass on, put back, lose the connection at once, while the routers of two object graphs offer; `processes` are two
processes on PostgreSQL. In several goes, if need be: `--only-races --races 20000 --seed 0`, later `--seed 10`.
`--races 0` leaves them out.
"""

import argparse
import heapq
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from escalation.desk.difficulty import HARD, recent
from escalation.desk.routing.router import Candidate, Waiting, route
from escalation.desk.routing.rules import QueueRules
from escalation.desk.workload import evenness
from escalation.people.scope import EVERYTHING
from tests.benchmarks.race_pieces import KINDS, races
from tests.benchmarks.timing import show

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
LANGUAGES: tuple[str | None, ...] = ("en", "de", "fr", None)


def decision_ms(agents: int, waiting: int, seed: int = 1, rounds: int = 9) -> float:
    """Return the median milliseconds of one pass over a desk drawn at random."""
    draw = random.Random(seed)
    staff = [
        Candidate(
            f"a{number}", EVERYTHING, 4, load=draw.randrange(4),
            last_given=NOW - timedelta(seconds=draw.random() * 900),
            languages=frozenset({draw.choice(("en", "de", "fr"))} if draw.random() < 0.5 else ()),
        )
        for number in range(agents)
    ]  # fmt: skip
    rules = {f"q{n}": QueueRules("push", priority=n % 3, skills=frozenset({"x"} if n == 7 else ())) for n in range(10)}
    desk = [
        Waiting(
            f"c{number}", "shop", f"q{draw.randrange(10)}", NOW - timedelta(seconds=draw.random() * 900),
            draw.choice(LANGUAGES), last_agent=draw.choice([None, f"a{draw.randrange(agents)}"]),
        )
        for number in range(waiting)
    ]  # fmt: skip
    took = []
    for _ in range(rounds):
        began = time.process_time()
        route(desk, staff, rules, NOW)
        took.append(time.process_time() - began)
    return statistics.median(took) * 1_000


@dataclass
class Shift:
    """An agent of the simulation."""

    name: str
    until: float
    began: float
    load: int = 0
    got: int = 0
    last: datetime | None = None
    given: list[datetime] = field(default_factory=list)
    hard: list[tuple[datetime, int]] = field(default_factory=list)
    """When they got hard conversations, with points."""


@dataclass
class Day:
    """Conversations arrive and end, agents come and go; the router is asked at each of these events.

    One in eight is hard. Where they are not `shared`, the router does not know which.
    """

    seed: int
    agents: int = 20
    capacity: int = 3
    a_minute: float = 9.0
    lasts: float = 6.0
    hours: float = 4.0
    shared: bool = True
    hard: set[str] = field(default_factory=set)
    waiting: list[Waiting] = field(default_factory=list)
    staff: dict[str, Shift] = field(default_factory=dict)
    gone: list[Shift] = field(default_factory=list)
    events: list[tuple[float, int, str, str]] = field(default_factory=list)

    def run(self) -> float:
        """Return Jain's index of conversations an hour of presence."""
        draw, minutes = random.Random(self.seed), self.hours * 60
        for number in range(self.agents):
            began = draw.uniform(0, minutes / 3)
            self._at(began, "comes", f"a{number}")
            self._at(began + draw.uniform(60, minutes - began), "goes", f"a{number}")
        arrival = 0.0
        while (arrival := arrival + draw.expovariate(self.a_minute)) < minutes:
            self._at(arrival, "asks", f"c{len(self.events)}")
        while self.events:
            at, _, what, who = heapq.heappop(self.events)
            self._happens(at, what, who)
            self._route(at, draw)
        return self._evenness(lambda each: each.got)

    def evenness_of_hard(self) -> float:
        """Return the same of hard ones, once the day has run."""
        return self._evenness(lambda each: len(each.hard))

    def _evenness(self, count: Callable[[Shift], int]) -> float:
        rates = [count(each) / (each.until - each.began) for each in self.gone if each.until - each.began >= 60]
        return evenness(rates) or 0.0

    def _at(self, minute: float, what: str, who: str) -> None:
        heapq.heappush(self.events, (minute, len(self.events), what, who))

    def _happens(self, at: float, what: str, who: str) -> None:
        if what == "comes":
            self.staff[who] = Shift(who, at, at)
        elif what == "goes":
            self.gone.append(replace(self.staff.pop(who), until=at))
        elif what == "asks":
            if self._is_hard(who):
                self.hard.add(who)
            known = self.shared and who in self.hard
            self.waiting.append(Waiting(who, "shop", "general", NOW + timedelta(minutes=at), hard=known))
        elif who in self.staff:
            self.staff[who].load -= 1

    def _is_hard(self, who: str) -> bool:
        """The same ones whether they are shared out or not."""
        return random.Random(f"{self.seed} {who}").random() < 1 / 8

    def _route(self, at: float, draw: random.Random) -> None:
        now = NOW + timedelta(minutes=at)
        staff = [
            Candidate(
                each.name, EVERYTHING, self.capacity, each.load,
                last_given=each.last,
                here_since=NOW + timedelta(minutes=each.began),
                strain=recent(each.hard, now),
                lately=sum(given > now - timedelta(minutes=1) for given in each.given),
            )
            for each in self.staff.values()
        ]  # fmt: skip
        chosen = {
            choice.conversation: choice.agent
            for choice in route(self.waiting, staff, {"general": QueueRules("push")}, now)
        }
        self.waiting = [one for one in self.waiting if one.conversation not in chosen]
        for conversation, agent in chosen.items():
            shift = self.staff[agent]
            shift.hard += [(now, HARD)] if conversation in self.hard else []
            shift.load, shift.got, shift.last = shift.load + 1, shift.got + 1, now
            shift.given.append(now)
            self._at(at + draw.expovariate(1 / self.lasts), "ends", agent)


def of_hard_ones(days: int, *, shared: bool) -> list[float]:
    """Return how evenly hard ones fall on days with four conversations a minute: more leave no agent to choose."""
    found = [Day(seed, a_minute=4.0, shared=shared) for seed in range(days)]
    for day in found:
        day.run()
    return [day.evenness_of_hard() for day in found]


def main() -> None:
    """Measure, and print a table of each."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks routing", description=__doc__.split("\n")[0])
    options.add_argument("--races", type=int, default=100_000, help="commands of the races, on each database")
    options.add_argument("--seed", type=int, default=0, help="of the first piece of the races")
    options.add_argument("--only-races", action="store_true")
    options.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS)
    options.add_argument("--days", type=int, default=5)
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    rows: list[list[Any]] = []
    values: dict[str, Any] = {}
    if not given.only_races:
        rows, values = decided(given.days)
    found = races(given.databases, given.races, given.seed)
    rows += [[f"races on {name}", str(vars(each))] for name, each in found.items()]
    show("Routing", ["what", "value"], rows, values | {"races": {n: vars(f) for n, f in found.items()}}, given.out)


def decided(days: int) -> tuple[list[list[Any]], dict[str, Any]]:
    """Return rows and values of the decision and of the days."""
    decision = decision_ms(500, 5_000)
    began = time.process_time()
    fair = [Day(seed).run() for seed in range(days)]
    hour = (time.process_time() - began) / (days * Day(0).hours)
    hard = {name: of_hard_ones(days, shared=name == "shared out") for name in ("by chance", "shared out")}
    rows: list[list[Any]] = [
        ["decision, 500 agents, 5,000 waiting", f"{decision:.1f} ms"],
        ["Jain's index, worst day", f"{min(fair):.3f}"],
        *(
            [f"Jain's index of hard ones, {name}, mean and worst day", f"{statistics.fmean(of):.3f}, {min(of):.3f}"]
            for name, of in hard.items()
        ),
        ["an hour of traffic", f"{hour:.2f} s"],
    ]
    return rows, {"decision_ms": decision, "jain": fair, "jain_of_hard": hard, "hour_s": hour}
