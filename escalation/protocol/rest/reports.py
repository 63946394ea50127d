"""REST of reports: figures of the cases that began in a range of days, by group."""

from typing import Literal

from escalation.protocol.rest.base import Moment, ResponseBody

ReportGroup = Literal["day", "queue", "agent", "team", "intent", "reason", "site"]
"""What the rows of a report stand for: days, or the place, person, team, intent or first handoff of a case."""


class Figures(ResponseBody):
    """What was counted. A share is one count by another; means and medians are seconds, null where there are none."""

    conversations: int
    """Cases that began: conversations started or reopened."""
    reopened: int
    """Those of them that were reopened."""
    requests: int
    """Cases that are over in which a request was made."""
    automated: int
    """Of these: an answer of the bot was the last word, and nobody of the staff took part."""
    contained: int
    """Of these: never handed off, and nobody of the staff took part, whether answered or not."""
    due: int
    """Of these: over for seven days, so that it is known whether the customer came back."""
    durable: int
    """Of those due: automated or solved by an agent, and the customer made no request for seven days."""
    handed_off: int
    """Cases that the bot handed off."""
    waited: int
    """Cases with a wait for a person that is over."""
    abandoned: int
    """Of these: closed while the customer still waited."""
    wait_mean: float | None
    """Time in queue."""
    wait_median: float | None
    bot_response_mean: float | None
    """From the customer's first message to the bot's first one."""
    human_response_mean: float | None
    """From the first handoff or takeover to the first message of an agent."""
    human_response_median: float | None
    handled: int
    """Cases that an agent has owned and let go."""
    handle_mean: float | None
    """Handle time: owned by an agent and not snoozed."""
    handle_median: float | None
    ratings: int
    satisfied: int
    """Ratings of 4 or 5."""
    transfers: int
    compared: int
    """Resolutions whose label stands beside a guess the agent could see."""
    overridden: int
    """Of these: the label is another than the guess."""
    under_sla: int
    """Cases for which a service level held."""
    sla_warned: int
    """Targets of which people were warned."""
    sla_breached: int
    """Targets that were missed."""
    first_response_targets: int
    """Targets for a person's first words that were met or missed; what still runs in time is neither."""
    first_response_met: int
    next_response_targets: int
    """The same of each further answer."""
    next_response_met: int
    resolution_targets: int
    """The same of the end."""
    resolution_met: int
    occupancy: float | None
    """Share of the time agents were there in which they held conversations; null where it is not about people.

    Of a team: of who was in it at that time.
    """


class ReportRow(ResponseBody):
    """The figures of one group."""

    key: str
    """A day such as `2026-03-01`, or the id of the group; empty: none, such as no agent."""
    name: str
    """How the group is called; of days and reasons the key."""
    figures: Figures


class ReportView(ResponseBody):
    """A report: all cases that began in the range, together and by group."""

    by: ReportGroup
    since: str
    """The first day."""
    until: str
    """The last day."""
    zone: str
    """The time zone whose days these are."""
    total: Figures
    rows: list[ReportRow]
    """Days in order, and each one of the range; others with the most cases first, at most 500."""
    uncounted: int
    """Events that happened and are not counted yet."""


class RatingComment(ResponseBody):
    """What a customer said beside a rating."""

    conversation: str
    score: int
    """1 (bad) to 5 (good)."""
    at: Moment
    day: str
    """On which it was rated, in the time zone asked for, such as `2026-03-01`."""
    comment: str


class CommentList(ResponseBody):
    """Comments on the cases of a report; what was erased is not among them."""

    comments: list[RatingComment]
    """The newest first, at most 200."""
    count: int
    """How many there are."""
