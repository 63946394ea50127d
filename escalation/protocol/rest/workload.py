"""REST of workload: what agents had lately, told to themselves, and to supervisors as sums of teams."""

from escalation.protocol.rest.base import Moment, ResponseBody


class OwnWorkload(ResponseBody):
    """One's own figures. Nobody else reads them."""

    online_seconds: int
    """Online in a row, without ten minutes off or a whole break; 0 while one is not online."""
    remind: bool
    """Whether that is so long that a break is due."""
    conversations: int
    """Conversations one had in the last eight hours."""
    hard: int
    """Those of them that were hard."""
    points: float
    """What is left of their points: half after two hours. Who has fewer gets the next hard one, at the same load."""
    break_until: Moment | None
    """When the present break ends; null: there is none."""
    next_break: Moment | None
    """From when on one may take a break again; null: at once."""
    break_seconds: int
    """How long a break is."""


class TeamWorkload(ResponseBody):
    """Sums of one team."""

    name: str
    people: int
    """Members who had conversations."""
    conversations: int
    hard: int
    evenness: float | None
    """How evenly hard ones are shared among them, by their conversations: 1 is the same for all; null: no hard ones."""


class TeamWorkloads(ResponseBody):
    """Every team with enough people that no sum is somebody's own."""

    days: int
    """Over so many days up to now."""
    fewest: int
    """Teams with fewer people are left out."""
    teams: list[TeamWorkload]
