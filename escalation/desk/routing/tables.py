"""Rows of routing: what is set about a queue, every offer and how it ended, every decision of the router."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from escalation.database import JSONDocument, UTCDateTime


class QueueRow(SQLModel, table=True):
    """What a supervisor has set about a queue; a queue without a row is pulled from."""

    __tablename__ = "queues"

    name: str = Field(primary_key=True)
    way: str
    """`pull` or `push`."""
    offer_seconds: int
    auto_accept: bool
    priority: int
    skills: list[str] = Field(sa_type=JSONDocument)
    preferred: list[str] = Field(sa_type=JSONDocument)
    relax_seconds: int | None = Field(default=None, nullable=True)
    """Null: what is required never becomes a wish."""
    takes: dict[str, list[str]] = Field(sa_type=JSONDocument)
    """Which handoffs go to it: `sites`, `languages`, `reasons`, `intents`."""
    work: dict[str, Any] = Field(sa_type=JSONDocument)
    """What holds for its conversations once agents have them, as `work.stored_work` has it."""
    hours: dict[str, Any] | None = Field(default=None, sa_type=JSONDocument, nullable=True)
    """When it is open: `zone`, `week`, `holidays`, as `desk/hours.py` writes them. Null: always."""


class TeamRow(SQLModel, table=True):
    """A named group of agents."""

    __tablename__ = "teams"

    name: str = Field(primary_key=True)
    members: list[str] = Field(sa_type=JSONDocument)
    """Ids of accounts."""


class OfferRow(SQLModel, table=True):
    """One conversation proposed to one agent; at most one open one for a conversation, guarded by the index."""

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "one_offer",
            "conversation",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("offers_of_agent", "agent", "ended_at"),
        Index("ended_offers", "ended_at"),
    )

    id: str = Field(primary_key=True)
    conversation: str
    agent: str
    made_at: datetime = Field(sa_type=UTCDateTime)
    until: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    how: str | None = None
    """`accepted`, `declined`, `timed_out`, `cancelled`; `overtaken` where something else happened first."""


class RoutingRow(SQLModel, table=True):
    """One decision of the router: who got a conversation or was asked, and why everybody else was not."""

    __tablename__ = "routing_decisions"
    __table_args__ = (Index("routing_of_conversation", "conversation", "epoch"),)

    id: str = Field(primary_key=True)
    conversation: str
    epoch: int
    at: datetime = Field(sa_type=UTCDateTime)
    agent: str | None = Field(default=None, nullable=True)
    """Null: nobody fitted."""
    gave: str
    """`offer`, `assign`, or `nobody`."""
    considered: list[dict[str, Any]] = Field(sa_type=JSONDocument)
    """Everybody else, at most 50: `agent` and `why` (`router.WhyNot`)."""
