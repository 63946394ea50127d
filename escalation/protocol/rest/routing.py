"""REST of routing: what is set about queues, and why a conversation went to whom it went."""

from typing import Annotated, Literal

from pydantic import Field

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody

Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)]
Way = Literal["pull", "push"]


Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=200)]


class TakesBody(RequestBody):
    """Which handoffs go to a queue: those that have one of each list that is not empty. All empty: none."""

    sites: Names = Field(default=[])
    languages: Names = Field(default=[])
    """ISO 639-1 codes: what the customer writes in, else of their page."""
    reasons: Names = Field(default=[])
    """Why the bot hands over."""
    intents: Names = Field(default=[])
    """What the bot took it for, or the customer chose."""


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


class TakesView(ResponseBody):
    """Which handoffs go to a queue; what is empty is not asked for, all empty: none."""

    sites: list[str]
    languages: list[str]
    reasons: list[str]
    intents: list[str]


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
    why: Literal["offline", "away", "unseen", "language", "skill", "full", "offered", "resting", "declined", "later"]
    """The first of these that held: not connected; away; limited to other sites or queues; does not take the language;
    lacks a skill; full; asked to take another one; let an offer run out within the last 30 seconds; declined this one
    within five minutes, or let it run out; somebody else came first."""


class RoutingDecision(ResponseBody):
    """One decision of the router."""

    at: Moment
    gave: Literal["offer", "assign", "nobody"]
    """It was offered to `agent`, given to them at once, or nobody fitted."""
    agent: str | None
    agent_name: str | None
    considered: list[ConsideredView]
    """Everybody else, at most 50; who was not connected comes last."""


class RoutingHistory(ResponseBody):
    """What the router decided about a conversation, the newest first, at most 50."""

    decisions: list[RoutingDecision]
