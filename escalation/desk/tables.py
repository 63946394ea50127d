"""Rows of the desk. Loads are counted from assignments, never kept."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from escalation.database import UTCDateTime


class AssignmentRow(SQLModel, table=True):
    """Accepted ownership of a conversation; at most one open one each, guarded by the index."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index(
            "one_owner",
            "conversation",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("assignments_of_agent", "agent", "released_at"),
    )

    id: str = Field(primary_key=True)
    conversation: str
    agent: str
    how: str
    epoch: int
    taken_at: datetime = Field(sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)


class HandoffRow(SQLModel, table=True):
    """One wait for a person, after a handoff, a transfer or a release, and how it ended."""

    __tablename__ = "handoffs"
    __table_args__ = (Index("handoffs_of_conversation", "conversation", "ended_at"),)

    id: str = Field(primary_key=True)
    conversation: str
    reason: str
    queue: str
    epoch: int
    waiting_since: datetime = Field(sa_type=UTCDateTime)
    deadline: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    told: str | None = None
    """What the customer was promised last: the code of that notice. Null if nothing of it was kept."""
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    ended_how: str | None = None


class LeaseRow(SQLModel, table=True):
    """One connection of an agent; they are present while any lease lives."""

    __tablename__ = "leases"

    connection: str = Field(primary_key=True)
    agent: str = Field(index=True)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)


class AgentRow(SQLModel, table=True):
    """What an agent chose, and what the consoles were told last."""

    __tablename__ = "agents"

    id: str = Field(primary_key=True)
    wants: str
    shown: str
    chosen_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When they last said whether they take conversations. Offers that ran out before count no longer."""
    away_because: str | None = Field(default=None, nullable=True)
    """Why they were set to away: `missed_offers`. Null where they chose it themselves."""
    given_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When they got their newest conversation or offer: who has been without one for longest comes first."""


class ReadMarkRow(SQLModel, table=True):
    """How far an agent has read a conversation."""

    __tablename__ = "read_marks"

    agent: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    seq: int


class TemplateRow(SQLModel, table=True):
    """A reply that staff insert by its name."""

    __tablename__ = "templates"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    text: str
    by: str
    """Who changed it last."""
    changed_at: datetime = Field(sa_type=UTCDateTime)
