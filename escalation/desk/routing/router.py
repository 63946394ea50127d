"""Who gets which waiting conversation. Pure: the same desk gives the same choices.

One pass chooses at most one conversation for each agent, so that nobody who has just come is flooded. The caller
carries the choices out and passes again.

    route([a_waiting, another], [ana, tom], rules, now)  ->  [Choice("c1", "ana"), Choice("c2", "tom")]
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from escalation.desk.routing.rules import QueueRules
from escalation.people.scope import Scope

A_PRIORITY = timedelta(minutes=5)
"""Each step of a queue's priority counts like this much waiting: the longest wait comes first in the end, so nobody
starves."""


class WhyNot(StrEnum):
    """Why an agent did not get a conversation. The first that holds, in this order."""

    OFFLINE = "offline"
    AWAY = "away"
    UNSEEN = "unseen"
    LANGUAGE = "language"
    SKILL = "skill"
    FULL = "full"
    OFFERED = "offered"
    """Another conversation is proposed to them."""
    RESTING = "resting"
    """They let an offer run out a moment ago."""
    DECLINED = "declined"
    """They declined this one, or let it run out."""
    LATER = "later"
    """Somebody else came first: with less load, or longer without a new conversation."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation that waits in a queue with push."""

    conversation: str
    site: str
    queue: str
    since: datetime
    language: str | None = None
    last_agent: str | None = None
    declined: frozenset[str] = frozenset()
    """Who is not asked again for now."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of staff as the router sees them. `load` counts what they hold; `offered`, what is proposed to them."""

    agent: str
    scope: Scope
    capacity: int
    load: int = 0
    offered: int = 0
    availability: str = "online"
    languages: frozenset[str] = frozenset()
    """ISO 639-1 codes of the only languages they take; empty: all."""
    skills: frozenset[str] = frozenset()
    last_given: datetime | None = None
    """When they got their newest conversation or offer."""
    resting: bool = False

    @property
    def share(self) -> float:
        """Load by capacity."""
        return (self.load + self.offered) / self.capacity


@dataclass(frozen=True, slots=True)
class Choice:
    """One conversation for one agent."""

    conversation: str
    agent: str


Signature = tuple[str, str, str | None, bool]
"""Site, queue, language, and whether skills are only wished for: conversations alike in these fit the same agents."""


def route(
    waiting: Iterable[Waiting], staff: Sequence[Candidate], rules: Mapping[str, QueueRules], now: datetime
) -> list[Choice]:
    """Return who is asked to take what now: the most urgent conversation first, each agent once.

    An agent fits who is online, sees it, has what it needs and has room. Of these the last agent of the customer comes
    first, then who has all preferred skills, the least load by capacity, and the longest without a new one.
    """
    free = sorted((each for each in staff if _is_free(each)), key=_turn)
    taken: set[str] = set()
    lines: dict[Signature, _Line] = {}
    chosen: list[Choice] = []
    for one in sorted(waiting, key=lambda each: urgency(each, rules[each.queue])):
        if len(taken) == len(free):
            break
        signature = one.site, one.queue, one.language, is_relaxed(one, rules[one.queue], now)
        if signature not in lines:
            lines[signature] = _Line(_in_order(free, one, rules[one.queue], now))
        agent = lines[signature].first(one, taken)
        if agent is not None:
            taken.add(agent)
            chosen.append(Choice(one.conversation, agent))
    return chosen


class _Line:
    """The agents who fit conversations of one signature, best first."""

    def __init__(self, fitting: Sequence[Candidate]) -> None:
        self._agents = [each.agent for each in fitting]
        self._fit = frozenset(self._agents)
        self._start = 0

    def first(self, one: Waiting, taken: set[str]) -> str | None:
        """Return who gets it, if anybody is left. Nobody becomes free within a pass: who is taken stays taken."""
        while self._start < len(self._agents) and self._agents[self._start] in taken:
            self._start += 1
        known = one.last_agent
        if known in self._fit and known not in taken and known not in one.declined:
            return known
        left = islice(self._agents, self._start, None)
        return next((agent for agent in left if agent not in taken and agent not in one.declined), None)


def urgency(one: Waiting, rules: QueueRules) -> datetime:
    """Return the time by which waiting conversations are ordered: the earlier, the more urgent."""
    return one.since - rules.priority * A_PRIORITY


def why_not(candidate: Candidate, one: Waiting, rules: QueueRules, now: datetime) -> WhyNot:
    """Return why this agent did not get this conversation, on the desk as it is."""
    reasons = _refusals(candidate, one, rules, now)
    return next(reasons, WhyNot.LATER)


def _refusals(candidate: Candidate, one: Waiting, rules: QueueRules, now: datetime) -> Iterator[WhyNot]:
    if candidate.availability != "online":
        yield WhyNot.OFFLINE if candidate.availability == "offline" else WhyNot.AWAY
    yield from _misfits(candidate, one, rules, now)
    if candidate.load + candidate.offered >= candidate.capacity:
        yield WhyNot.FULL
    if candidate.offered:
        yield WhyNot.OFFERED
    if candidate.resting:
        yield WhyNot.RESTING
    if candidate.agent in one.declined:
        yield WhyNot.DECLINED


def _misfits(candidate: Candidate, one: Waiting, rules: QueueRules, now: datetime) -> Iterator[WhyNot]:
    """What keeps an agent from every conversation of this signature."""
    if not candidate.scope.sees(one.site, one.queue):
        yield WhyNot.UNSEEN
    if is_relaxed(one, rules, now):
        return
    if _is_foreign(candidate, one):
        yield WhyNot.LANGUAGE
    if not rules.skills <= candidate.skills:
        yield WhyNot.SKILL


def _is_foreign(candidate: Candidate, one: Waiting) -> bool:
    return bool(candidate.languages) and one.language is not None and one.language not in candidate.languages


def is_relaxed(one: Waiting, rules: QueueRules, now: datetime) -> bool:
    """Whether it has waited so long that language and skills are wishes only."""
    return rules.relax_after is not None and now - one.since >= rules.relax_after


def _is_free(candidate: Candidate) -> bool:
    room = candidate.load + candidate.offered < candidate.capacity
    return candidate.availability == "online" and room and not candidate.offered and not candidate.resting


def _turn(candidate: Candidate) -> tuple[float, float, str]:
    """Least load by capacity, then who has been without a new one for longest."""
    given = candidate.last_given.timestamp() if candidate.last_given else 0.0
    return candidate.share, given, candidate.agent


def _in_order(free: Sequence[Candidate], one: Waiting, rules: QueueRules, now: datetime) -> list[Candidate]:
    """Return the free agents who fit, best first; `free` is in order of their turn, and sorting keeps it."""
    fit = [each for each in free if next(_misfits(each, one, rules, now), None) is None]
    return sorted(fit, key=lambda each: _missing(each, one, rules))


def _missing(candidate: Candidate, one: Waiting, rules: QueueRules) -> int:
    """Return how many of the wished things they lack; where the need is relaxed, the required ones are wishes too."""
    wished = rules.skills | rules.preferred
    return len(wished - candidate.skills) + _is_foreign(candidate, one)
