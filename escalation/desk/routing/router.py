"""Who gets which waiting conversation. Pure: the same desk gives the same choices.

One pass chooses at most one conversation for each agent; the caller carries the choices out and passes again. Shares
are fair by weight: the least load by capacity comes first, both in units. So that nobody who has just come is flooded,
who came online within the last five minutes gets at most two conversations or offers within any minute.

    route([a_waiting, another], [ana, tom], rules, now)  ->  [Choice("c1", "ana"), Choice("c2", "tom")]
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice

from escalation.desk.hours import open_time_between
from escalation.desk.routing.rules import QueueRules
from escalation.desk.routing.work import has_room
from escalation.people.scope import Scope

A_PRIORITY = timedelta(minutes=5)
"""Each step of a queue's priority counts like this much waiting: the longest wait comes first in the end, so nobody
starves."""

SETTLING_FOR = timedelta(minutes=5)
SETTLING_AT_MOST = 2
"""In the first five minutes after they came, an agent gets at most so many conversations and offers a minute."""


class WhyNot(StrEnum):
    """Why an agent did not get a conversation. The first that holds, in this order."""

    OFFLINE = "offline"
    AWAY = "away"
    UNSEEN = "unseen"
    LANGUAGE = "language"
    SKILL = "skill"
    TEAM = "team"
    """They are in none of the queue's teams."""
    FULL = "full"
    OFFERED = "offered"
    """Another conversation is proposed to them."""
    RESTING = "resting"
    """They let an offer run out a moment ago."""
    DECLINED = "declined"
    """They declined this one, let it run out, or had it and did not answer."""
    SETTLING = "settling"
    """They have just come, and got as many within the last minute as they get at first."""
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
    weight: int = 1
    """Units of capacity it takes."""
    margin: float | None = None
    """Between the scores of the bot's first two guesses; None: nothing was guessed."""
    hard: bool = False
    """Whether it is hard for whoever gets it (`desk/difficulty.py`)."""


@dataclass(slots=True)
class Candidate:
    """A member of staff as the router sees them: `load` in units of capacity; `offered` counts what is proposed.

    Not frozen: everybody is made anew at every look, and freezing makes that more than twice as long.
    """

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
    teams: frozenset[str] = frozenset()
    here_since: datetime | None = None
    """When they came online; None: long ago."""
    lately: int = 0
    """How many conversations and offers the router gave them within the last minute."""

    strain: float = 0.0
    """What is left of the points of conversations they had lately."""

    @property
    def share(self) -> float:
        """Load by capacity."""
        return (self.load + self.offered) / self.capacity


@dataclass(frozen=True, slots=True)
class Choice:
    """One conversation for one agent."""

    conversation: str
    agent: str


Signature = tuple[str, str, str | None, bool, int, bool]
"""Site, queue, language, whether skills are only wished for, weight, and whether it is hard: those alike in these have
the same agents in the same order."""


def route(
    waiting: Iterable[Waiting],
    staff: Sequence[Candidate],
    rules: Mapping[str, QueueRules],
    now: datetime,
    alike: timedelta = timedelta(0),
) -> list[Choice]:
    """Return who is asked to take what now: the most urgent conversation first, each agent once.

    Of those whose urgency lies in the same span of `alike` the one comes first whose label teaches most: where the
    first two guesses were closest.

    An agent fits who is online, sees it, has what it needs and has room. Of these the last agent of the customer comes
    first, then who has all preferred skills, the least load by capacity, for a hard conversation the least strain, and
    the longest without a new one.
    """
    free = sorted((each for each in staff if _is_free(each, now)), key=_turn)
    taken: set[str] = set()
    lines: dict[Signature, _Line] = {}
    chosen: list[Choice] = []
    for one in _by_urgency(waiting, rules, alike):
        if len(taken) == len(free):
            break
        signature = one.site, one.queue, one.language, is_relaxed(one, rules[one.queue], now), one.weight, one.hard
        if signature not in lines:
            lines[signature] = _Line(_in_order(free, one, rules[one.queue], now))
        agent = lines[signature].first(one, taken)
        if agent is not None:
            taken.add(agent)
            chosen.append(Choice(one.conversation, agent))
    return chosen


def _by_urgency(waiting: Iterable[Waiting], rules: Mapping[str, QueueRules], alike: timedelta) -> Sequence[Waiting]:
    """The earlier one came the more urgent it is, and its queue's priority counts like waiting."""
    ahead = {name: each.priority * A_PRIORITY for name, each in rules.items()}
    if not alike:
        return sorted(waiting, key=lambda each: each.since - ahead[each.queue])
    return sorted(waiting, key=lambda each: _place(each.since - ahead[each.queue], each.margin, alike))


def _place(urgent: datetime, margin: float | None, alike: timedelta) -> tuple[datetime, float, datetime]:
    """What nothing was guessed of teaches nothing that is known beforehand: it comes last of its span."""
    span = urgent - (urgent - datetime.min.replace(tzinfo=UTC)) % alike
    return span, 1.0 if margin is None else margin, urgent


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


def why_not(candidate: Candidate, one: Waiting, rules: QueueRules, now: datetime) -> WhyNot:
    """Return why this agent did not get this conversation, on the desk as it is."""
    reasons = _refusals(candidate, one, rules, now)
    return next(reasons, WhyNot.LATER)


def _refusals(candidate: Candidate, one: Waiting, rules: QueueRules, now: datetime) -> Iterator[WhyNot]:
    if candidate.availability != "online":
        yield WhyNot.OFFLINE if candidate.availability == "offline" else WhyNot.AWAY
    yield from _misfits(candidate, one, rules, now)
    if not _has_room(candidate, one.weight):
        yield WhyNot.FULL
    if candidate.offered:
        yield WhyNot.OFFERED
    if candidate.resting:
        yield WhyNot.RESTING
    if candidate.agent in one.declined:
        yield WhyNot.DECLINED
    if is_settling(candidate.here_since, candidate.lately, now):
        yield WhyNot.SETTLING


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
    if _is_outside(candidate, rules):
        yield WhyNot.TEAM


def _is_foreign(candidate: Candidate, one: Waiting) -> bool:
    return bool(candidate.languages) and one.language is not None and one.language not in candidate.languages


def _is_outside(candidate: Candidate, rules: QueueRules) -> bool:
    return bool(rules.work.teams) and not rules.work.teams & candidate.teams


def is_relaxed(one: Waiting, rules: QueueRules, now: datetime) -> bool:
    """Whether it has waited so long, while the queue was open, that language, skills and team are wishes only."""
    if rules.relax_after is None or now - one.since < rules.relax_after:
        return False
    return rules.hours is None or open_time_between(rules.hours, one.since, now) >= rules.relax_after


def _has_room(candidate: Candidate, weight: int) -> bool:
    return has_room(candidate.load + candidate.offered, weight, candidate.capacity)


def _is_free(candidate: Candidate, now: datetime) -> bool:
    asked = candidate.offered or candidate.resting or is_settling(candidate.here_since, candidate.lately, now)
    return candidate.availability == "online" and not asked and _has_room(candidate, 1)


def has_just_come(here_since: datetime | None, now: datetime) -> bool:
    """Whether somebody came online within the last minutes."""
    return here_since is not None and now - here_since < SETTLING_FOR


def is_settling(here_since: datetime | None, lately: int, now: datetime) -> bool:
    """Whether somebody has come so lately that what they got within the last minute is enough for now."""
    return has_just_come(here_since, now) and lately >= SETTLING_AT_MOST


def _turn(candidate: Candidate) -> tuple[float, float, str]:
    """Least load by capacity, then who has been without a new one for longest."""
    given = candidate.last_given.timestamp() if candidate.last_given else 0.0
    return candidate.share, given, candidate.agent


def _in_order(free: Sequence[Candidate], one: Waiting, rules: QueueRules, now: datetime) -> list[Candidate]:
    """Return the free agents who fit, best first; `free` is in order of their turn, and sorting keeps it."""
    fit = [each for each in free if _has_room(each, one.weight) and next(_misfits(each, one, rules, now), None) is None]
    return sorted(fit, key=lambda each: (_missing(each, one, rules), *_strain(each, one)))


def _strain(candidate: Candidate, one: Waiting) -> tuple[float, ...]:
    """Hard ones are shared out: among those with the same load, to who had least of them lately."""
    return (candidate.share, candidate.strain) if one.hard else ()


def _missing(candidate: Candidate, one: Waiting, rules: QueueRules) -> int:
    """Return how many of the wished things they lack; where the need is relaxed, the required ones are wishes too."""
    wished = rules.skills | rules.preferred
    return len(wished - candidate.skills) + _is_foreign(candidate, one) + _is_outside(candidate, rules)
