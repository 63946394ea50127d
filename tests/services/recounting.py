"""A slow, obvious recount of what reports tell, written from the definitions in the glossary and not from the product.

Each conversation is a list of its events; every question is asked of the events again, from the start.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from escalation.conversations import events as e
from escalation.reports.service_levels import ClockSeen

BECOMES = {
    e.Started: "bot", e.Reopened: "bot", e.HandedBack: "bot", e.HandoffCancelled: "bot",
    e.HandedOff: "waiting", e.Requeued: "waiting", e.Assigned: "assigned", e.Closed: "closed",
}  # fmt: skip


class Told(NamedTuple):
    """An event and when it happened."""

    event: Any
    at: datetime


@dataclass
class Conversation:
    """Everything that happened in one."""

    id: str
    customer: str
    site: str
    log: list[Told]
    clocks: list[ClockSeen] = field(default_factory=list)
    """What the service knew of service levels."""
    teams: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By agent."""


@dataclass
class Stretch:
    """The events of one case."""

    of: Conversation
    number: int
    log: list[Told]

    def all(self, *kinds: type) -> list[Told]:
        return [each for each in self.log if isinstance(each.event, kinds)]

    def last(self, *kinds: type) -> Any:
        found = self.all(*kinds)
        return found[-1].event if found else None

    @property
    def began(self) -> datetime:
        return self.log[0].at

    @property
    def ended(self) -> datetime | None:
        """When it closed for the last time, unless somebody was given it again."""
        changes = [each for each in self.log if type(each.event) in BECOMES]
        return changes[-1].at if isinstance(changes[-1].event, e.Closed) else None

    def status_before(self, place: int) -> str:
        """What the events before this place led to."""
        return [BECOMES[type(each.event)] for each in self.log[:place] if type(each.event) in BECOMES][-1]

    @property
    def of_the_request(self) -> list[str]:
        """In order: `answer` of the bot, or anything that left a request open."""
        found = []
        for event, _ in self.log:
            if isinstance(event, e.HandedOff | e.Assigned):
                found.append("open")
            elif isinstance(event, e.MessageAdded) and event.author == "bot" and not event.smalltalk:
                found.append("answer" if event.kind == "text" else "open")
        return found

    @property
    def erased_while_open(self) -> bool:
        places = [n for n, each in enumerate(self.log) if isinstance(each.event, e.Erased)]
        return any(self.status_before(place) != "closed" for place in places)

    @property
    def staffed(self) -> bool:
        return bool(self.all(e.Assigned))

    @property
    def over_without_staff(self) -> bool:
        return self.ended is not None and not self.staffed and not self.erased_while_open

    @property
    def made_request(self) -> bool:
        return bool(self.of_the_request)

    @property
    def automated(self) -> bool:
        told = self.over_without_staff and self.last(e.Closed).outcome == "answered"
        return told and self.of_the_request[-1:] == ["answer"]

    @property
    def contained(self) -> bool:
        return self.over_without_staff and self.made_request and not self.all(e.HandedOff)

    @property
    def abandoned(self) -> bool:
        if self.ended is None or self.erased_while_open:
            return False
        place = max(n for n, each in enumerate(self.log) if isinstance(each.event, e.Closed))
        return self.status_before(place) == "waiting"

    @property
    def resolved(self) -> Any:
        """The resolution that nobody took back."""
        gone = {each.event.resolution_id for each in self.of.log if isinstance(each.event, e.ResolutionWithdrawn)}
        kept = [each.event for each in self.all(e.Resolved) if each.event.resolution_id not in gone]
        return kept[-1] if kept else None

    @property
    def solved(self) -> bool:
        return self.resolved is not None and self.resolved.outcome == "solved"

    def guess(self, until: Any = None) -> str | None:
        """The first guess of the newest decision that staff saw, before an event."""
        found = None
        for event, _ in self.log:
            if event is until:
                break
            if isinstance(event, e.DecisionMade) and event.grounds == "prediction" and event.guesses:
                found = found if event.blind else event.guesses[0].label
        return found

    @property
    def compared(self) -> bool:
        found = self.resolved
        return found is not None and not found.parts and found.outcome != "abandoned" and self.guess(found) is not None

    @property
    def overridden(self) -> bool:
        return self.compared and self.guess(self.resolved) != self.resolved.label

    @property
    def intent(self) -> str:
        label = self.resolved.label if self.resolved is not None else None
        said = [each.event for each in self.all(e.MessageAdded)]
        answers = [one.intent for one in said if one.author == "bot" and one.kind == "text" and not one.smalltalk]
        return label or (answers[-1] if answers else None) or self.guess() or ""

    @property
    def agent(self) -> str:
        found = self.last(e.Assigned)
        return found.agent if found else ""

    @property
    def team(self) -> tuple[str, ...]:
        return self.of.teams.get(self.agent, ("",))

    @property
    def clocks(self) -> list[ClockSeen]:
        """Those that ended with an event of the case, and in the last one those that run."""
        seqs = [seq for seq, each in enumerate(self.of.log, 1) if any(each.event is own.event for own in self.log)]
        return [one for one in self.of.clocks if (one.ended or len(self.of.log)) in seqs]

    def targets(self, target: str, *, met: bool = False) -> int:
        ended = [one for one in self.clocks if one.target == target and (one.ended is not None or one.breached)]
        return sum(not (met and one.breached) for one in ended)

    @property
    def reason(self) -> str:
        found = self.all(e.HandedOff)
        return found[0].event.reason if found else ""

    @property
    def queue(self) -> str:
        """Of the newest move up to its end, of earlier cases too."""
        moves = [e.HandedOff, e.Requeued]
        before = [each.event.queue for each in self.of.log if type(each.event) in moves and self._is_up_to(each)]
        return before[-1] if before else "general"

    def _is_up_to(self, told: Told) -> bool:
        place = next(n for n, each in enumerate(self.of.log) if each.event is told.event)
        end = next(n for n, each in enumerate(self.of.log) if each.event is self.log[-1].event)
        return place <= end

    @property
    def transfers(self) -> int:
        moved = sum(each.event.cause == "transfer" for each in self.all(e.Requeued))
        for place, (event, _) in enumerate(self.log):
            if isinstance(event, e.Assigned) and event.how == "offer":
                moved += self.status_before(place) == "assigned"
        return moved

    def time_in(self, wanted: str) -> float | None:
        """Seconds in waits that are over, or of work that is over: owned and not snoozed. None: there was none."""
        total, begun, kind = 0.0, None, None
        ended = False
        for event, at in self.log:
            now = kind
            if type(event) in BECOMES:
                now = BECOMES[type(event)]
            elif isinstance(event, e.Snoozed):
                now = "snoozed"
            elif isinstance(event, e.Woken) and kind == "snoozed":
                now = "assigned"
            if kind == wanted and begun is not None and (now != kind or isinstance(event, e.Assigned)):
                total, ended = total + max((at - begun).total_seconds(), 0.0), True
            if now != kind or isinstance(event, e.Assigned):
                begun = at
            kind = now
        return total if ended else None

    def response(self, author: str) -> float | None:
        wanted = (e.HandedOff, e.Assigned) if author == "agent" else (e.MessageAdded,)
        asked = [n for n, each in enumerate(self.log) if isinstance(each.event, wanted) and _asks(each.event)]
        if not asked:
            return None
        for event, at in self.log[asked[0] :]:
            if isinstance(event, e.MessageAdded) and event.author == author and not event.internal:
                return (at - self.log[asked[0]].at).total_seconds()
        return None

    @property
    def scores(self) -> list[int]:
        return [each.event.score for each in self.all(e.Rated)]


def _asks(event: Any) -> bool:
    return not isinstance(event, e.MessageAdded) or event.author == "customer"


def stretches(conversation: Conversation) -> list[Stretch]:
    """Cut a log into its cases."""
    found: list[Stretch] = []
    for told in conversation.log:
        if isinstance(told.event, e.Started | e.Reopened):
            found.append(Stretch(conversation, len(found) + 1, []))
        found[-1].log.append(told)
    return found


def recount(
    conversations: Sequence[Conversation], by: str, zone: str, now: datetime, site: str | None = None
) -> dict[str, dict[str, Any]]:
    """Return every figure but occupancy, by group and under `total`."""
    every = [each for conversation in conversations for each in stretches(conversation)]
    groups: dict[str, list[Stretch]] = defaultdict(list)
    for each in every:
        if site is None or each.of.site == site:
            day = each.began.astimezone(ZoneInfo(zone)).date().isoformat()
            key = day if by == "day" else each.of.site if by == "site" else getattr(each, by)
            for name in key if by == "team" else (key,):
                groups[name].append(each)
            groups["total"].append(each)
    if by == "reason":
        groups.pop("", None)
    return {key: _figures(group, every, now) for key, group in groups.items()}


def _figures(group: list[Stretch], every: list[Stretch], now: datetime) -> dict[str, Any]:
    flags = ("automated", "contained", "abandoned", "compared", "overridden")
    counts: dict[str, Any] = {name: sum(getattr(each, name) for each in group) for name in flags}
    requests = [each for each in group if each.ended is not None and each.made_request]
    due = [each for each in requests if _second(each.ended) + 7 * 86_400 <= _second(now)]
    durable = [each for each in due if (each.automated or each.solved) and not _came_back(each, every)]
    scores = [score for each in group for score in each.scores]
    waits, work = _known(each.time_in("waiting") for each in group), _known(each.time_in("assigned") for each in group)
    bot, people = _known(each.response("bot") for each in group), _known(each.response("agent") for each in group)
    levels = ("first_response", "next_response", "resolution")
    counts |= {f"{one}_targets": sum(each.targets(one) for each in group) for one in levels}
    counts |= {f"{one}_met": sum(each.targets(one, met=True) for each in group) for one in levels}
    clocks = [one for each in group for one in each.clocks]
    return counts | {
        "under_sla": sum(bool(each.clocks) for each in group), "sla_warned": sum(one.warned for one in clocks),
        "sla_breached": sum(one.breached for one in clocks),
        "conversations": len(group), "reopened": sum(each.number > 1 for each in group), "requests": len(requests),
        "due": len(due), "durable": len(durable), "handed_off": sum(each.reason != "" for each in group),
        "waited": len(waits), "wait_mean": _mean(waits), "wait_median": _median(waits),
        "handled": len(work), "handle_mean": _mean(work), "handle_median": _median(work),
        "bot_response_mean": _mean(bot), "human_response_mean": _mean(people),
        "human_response_median": _median(people), "ratings": len(scores),
        "satisfied": sum(score >= 4 for score in scores), "transfers": sum(each.transfers for each in group),
    }  # fmt: skip


def _came_back(case: Stretch, every: list[Stretch]) -> bool:
    ended = _second(case.ended)
    for other in every:
        same = other.of.customer == case.of.customer and other.made_request
        later = other.of is not case.of or other.number > case.number
        if same and later and timedelta(0) <= timedelta(seconds=_second(other.began) - ended) <= timedelta(days=7):
            return True
    return False


def _second(at: datetime | None) -> int:
    assert at is not None
    return int(at.timestamp())


def _known(values: Any) -> list[float]:
    return [value for value in values if value is not None]


def _mean(values: list[float]) -> float | None:
    return fmean(values) if values else None


def _median(values: list[float]) -> float | None:
    return median(values) if values else None
