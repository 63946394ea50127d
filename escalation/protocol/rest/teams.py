"""REST of teams: named groups of agents that queues name."""

from typing import Annotated

from pydantic import Field

from escalation.protocol.rest.base import RequestBody, ResponseBody

TeamName = Annotated[str, Field(pattern=r"^[\w][\w .-]{0,39}$")]


class TeamBody(RequestBody):
    """Who is in a team."""

    members: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(max_length=500)
    """Ids of accounts that may sign in."""


class TeamMember(ResponseBody):
    """Somebody of a team who may sign in."""

    id: str
    name: str


class TeamView(ResponseBody):
    """A team."""

    name: str
    members: list[TeamMember]
    queues: list[str]
    """The queues that are offered to it, in the operator's order."""


class TeamList(ResponseBody):
    """Every team, by name."""

    teams: list[TeamView]
