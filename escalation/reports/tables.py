"""Rows of reports, made from the log by a follower. Ids, names of the operator's own, times and counts: no words.

Flags are 0 or 1 and times are whole numbers, so that both databases add them up alike.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table
from sqlmodel import Field, SQLModel

from escalation.reports.measures import MEDIANS, NUMBERS, TIMES


class CaseRow(SQLModel, table=True):
    """One case (`cases.py`). Kept in the order of time, so that a page reads one stretch of the table."""

    __tablename__ = "report_cases"
    __table_args__ = (
        Index("report_cases_of_conversation", "conversation"),
        Index("report_cases_of_customer", "customer", "began"),
        {"sqlite_with_rowid": False},
    )

    began: int = Field(primary_key=True, sa_type=BigInteger)
    """Seconds since 1970, as all moments here."""
    conversation: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    """Which case of its conversation: 1, and one more each time that it was reopened."""
    seq: int
    """Up to which event of the conversation it was counted."""
    customer: str
    site: str
    queue: str
    agent: str | None = None
    team: str | None = None
    """Names of the teams the agent was in when that was counted first, by name, a line each; null: none, or nobody."""
    intent: str | None = None
    reason: str | None = None
    ended: int | None = Field(default=None, sa_type=BigInteger)
    returned: int | None = Field(default=None, sa_type=BigInteger)
    """When the same customer next began a case with a request; null: they did not, or much later."""
    reopened: int
    made_request: int
    handed_off: int
    transfers: int
    automated: int
    contained: int
    solved: int
    abandoned: int
    compared: int
    overridden: int
    under_sla: int
    sla_warned: int
    first_response_targets: int
    """How many were met or missed; of these, how many were met."""
    first_response_met: int
    next_response_targets: int
    next_response_met: int
    resolution_targets: int
    resolution_met: int
    waited_ms: int | None = Field(default=None, sa_type=BigInteger)
    handled_ms: int | None = Field(default=None, sa_type=BigInteger)
    bot_response_ms: int | None = Field(default=None, sa_type=BigInteger)
    human_response_ms: int | None = Field(default=None, sa_type=BigInteger)
    ratings: int
    satisfied: int
    """How many of the ratings are 4 or 5."""


class StretchRow(SQLModel, table=True):
    """A stretch in which an agent was there and held conversations (`busy`), or was online and held none."""

    __tablename__ = "report_stretches"
    __table_args__ = (Index("report_stretches_in_time", "ended", "began"),)

    agent: str = Field(primary_key=True)
    began: int = Field(primary_key=True, sa_type=BigInteger)
    ended: int | None = Field(default=None, sa_type=BigInteger)
    """Null while it lasts."""
    busy: int
    team: str | None = None
    """As in cases: the teams the agent was in when it began, or when teams were first kept here."""


class DayRow(SQLModel, table=True):
    """A day of UTC that has cases, and whether its sums are those of its cases."""

    __tablename__ = "report_days"

    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Counted from 1970."""
    changed: int
    """1 once a case has changed since the sums were made, and before they are."""
    due_at: int | None = Field(default=None, sa_type=BigInteger)
    """When the next of its cases has been over for seven days, so that the sums are made anew; null: never."""


SUMS: Final = Table(
    "report_sums",
    SQLModel.metadata,
    Column("kind", String, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("key", String, primary_key=True),
    Column("began", BigInteger, nullable=False),
    *(Column(name, BigInteger if name in TIMES else Integer, nullable=False) for name in NUMBERS),
    *(Column(f"{name}_all", LargeBinary, nullable=False) for name in MEDIANS),
    sqlite_with_rowid=False,
)
"""What the cases of one group that began on one day of UTC add up to: pages over a year read these.

`kind` is `queue`, `agent`, `team`, `intent`, `reason`, `site`, or `hour` and `quarter` of an hour, to make days of
zones of. `began` is when the day, the hour or the quarter begins. Each time of which a median is told stands in
`..._all`, 8 bytes, the lowest first: medians are of all.
"""
