"""REST of routing: what is set about queues, and why a conversation went to whom it went."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.rest.teams import TeamName

Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)]
Way = Literal["pull", "push"]


Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=200)]


Minutes = Annotated[int | None, Field(ge=1, le=10_080)]


class TakesBody(RequestBody):
    """Which handoffs go to a queue: those that have one of each list that is not empty. All empty: none."""

    sites: Names = Field(default=[])
    languages: Names = Field(default=[])
    """ISO 639-1 codes: what the customer writes in, else of their page."""
    reasons: Names = Field(default=[])
    """Why the bot hands over."""
    intents: Names = Field(default=[])
    """What the bot took it for, or the customer chose."""


class WorkBody(RequestBody):
    """What holds for conversations of a queue once agents have them."""

    reply_minutes: int | None = Field(default=None, ge=1, le=60)
    """Who has not written so long after they got one loses it to the queue again, and the customer is told; null:
    never."""
    weight: int = Field(default=1, ge=1, le=10)
    """Units of an agent's capacity that a conversation takes."""
    weights: dict[Annotated[str, Field(min_length=1, max_length=100)], Annotated[int, Field(ge=1, le=10)]] = Field(
        default={}, max_length=200
    )
    """By intent, where it is another number."""
    teams: list[TeamName] = Field(default=[], max_length=20)
    """Whose members are offered its conversations; empty: everybody. Relaxed like skills."""
    first_response_minutes: Minutes = None
    next_response_minutes: Minutes = None
    resolution_minutes: Minutes = None
    """How long customers should wait at most for a person's first words, for each further answer, and for the end;
    null: not set."""


TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class ShiftBody(RequestBody):
    """From one time of the day to another, by the clock on the wall; to the next day where that comes not after."""

    opens: TimeOfDay
    closes: TimeOfDay


Shifts = Annotated[list[ShiftBody], Field(max_length=6)]


class HolidayBody(RequestBody):
    """A date that differs from its weekday."""

    day: date
    shifts: Shifts
    """None: closed."""


class HoursBody(RequestBody):
    """When somebody is there."""

    zone: str = Field(min_length=1, max_length=64)
    """Name of a time zone, such as `Europe/Berlin`."""
    week: list[Shifts] = Field(min_length=7, max_length=7)
    """The shifts of each weekday, Monday first."""
    holidays: list[HolidayBody] = Field(default=[], max_length=200)


class QueueRulesBody(RequestBody):
    """How conversations of a queue find an agent."""

    way: Way = "pull"
    """`pull`: agents claim. `push`: the service offers each conversation to one agent after the other."""
    offer_seconds: int = Field(default=20, ge=5, le=120)
    """How long an agent has to accept."""
    auto_accept: bool = False
    """Whether agents are given conversations at once, without being asked."""
    priority: int = Field(default=0, ge=0, le=9)
    """Each step counts like five minutes of waiting."""
    skills: Tags = Field(default=[])
    """What an agent must have to be offered one."""
    preferred: Tags = Field(default=[])
    """What an agent had better have: those who have it come first."""
    relax_seconds: int | None = Field(default=120, ge=0, le=86_400)
    """After so long a wait, skills and languages are wishes only; null: never."""
    takes: TakesBody = Field(default=TakesBody())
    work: WorkBody = Field(default=WorkBody())
    hours: HoursBody | None = None
    """When the queue is open; null: always."""


class TakesView(ResponseBody):
    """Which handoffs go to a queue; what is empty is not asked for, all empty: none."""

    sites: list[str]
    languages: list[str]
    reasons: list[str]
    intents: list[str]


class WorkView(ResponseBody):
    """What holds for conversations of a queue once agents have them."""

    reply_minutes: int | None
    weight: int
    weights: dict[str, int]
    teams: list[str]
    first_response_minutes: int | None
    next_response_minutes: int | None
    resolution_minutes: int | None


class ShiftView(ResponseBody):
    """From one time of the day to another, by the clock on the wall; to the next day where that comes not after."""

    opens: str
    closes: str


class HolidayView(ResponseBody):
    """A date that differs from its weekday."""

    day: date
    shifts: list[ShiftView]
    """None: closed."""


class HoursView(ResponseBody):
    """When somebody is there."""

    zone: str
    """Name of a time zone, such as `Europe/Berlin`."""
    week: list[list[ShiftView]]
    """The shifts of each weekday, Monday first."""
    holidays: list[HolidayView]


class QueueView(ResponseBody):
    """A queue, and what is set about it."""

    name: str
    way: Way
    offer_seconds: int
    auto_accept: bool
    priority: int
    skills: list[str]
    preferred: list[str]
    relax_seconds: int | None
    takes: TakesView
    work: WorkView
    hours: HoursView | None
    """When it is open; null: always."""
    opens_at: Moment | None
    """When it opens, where it is closed now."""
    waiting: int
    """How many conversations wait in it now, of those that the reader sees."""


class QueueList(ResponseBody):
    """Every queue that the operator has named, `general` first."""

    queues: list[QueueView]


class QueueTrial(ResponseBody):
    """To which queue the handoffs of the last 24 hours would go, by the rules there are and by those tried."""

    queue: str
    now: int
    then: int


class QueueTrials(ResponseBody):
    """Every queue, in the operator's order."""

    handoffs: int
    """Handoffs of the last 24 hours, at most 10,000, of those that the reader sees."""
    queues: list[QueueTrial]


class ConsideredView(ResponseBody):
    """Somebody who did not get a conversation."""

    agent: str
    agent_name: str
    why: Literal[
        "offline", "away", "unseen", "language", "skill", "team",
        "full", "offered", "resting", "declined", "settling", "later",
    ]  # fmt: skip
    """The first of these that held: not connected; away; limited to other sites or queues; does not take the language;
    lacks a skill; in none of the queue's teams; full; asked to take another one; let an offer run out within the last
    30 seconds; declined this one within five minutes, let it run out or had it and did not answer; came within five
    minutes and got two within the last one; somebody else came first."""


class RoutingDecision(ResponseBody):
    """One decision of the router."""

    at: Moment
    gave: Literal["offer", "assign", "nobody"]
    """It was offered to `agent`, given to them at once, or nobody fitted."""
    agent: str | None
    agent_name: str | None
    considered: list[ConsideredView]
    """Everybody else, at most 50; who was not connected comes last."""


class MissedServiceLevel(ResponseBody):
    """A time of a service level that was over before what it was set for happened."""

    target: Literal["first_response", "next_response", "resolution"]
    since: Moment | None
    """While it is still waited for: since when it is late. Null once it has happened, and while the clock is paused."""
    ended: Moment | None
    """When it happened, or the wait ended otherwise; null while it is waited for."""


class RoutingHistory(ResponseBody):
    """What the router decided about a conversation, the newest first, at most 50, and what people were late with."""

    decisions: list[RoutingDecision]
    missed: list[MissedServiceLevel]
    """Missed service levels, in the order in which they ended."""
