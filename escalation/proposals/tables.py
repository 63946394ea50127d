"""Rows of proposed answers. They carry ids, never words: the text is the message's, an approved one the catalogue's."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from escalation.database import UTCDateTime


class ProposalRow(SQLModel, table=True):
    """One reply proposed as the answer of an intent; at most one a resolution."""

    __tablename__ = "proposals"
    __table_args__ = (Index("proposals_of_intent", "intent", "state"), Index("proposals_in_order", "at", "resolution"))

    resolution: str = Field(primary_key=True)
    """The resolution that named the reply; the proposal's id."""
    intent: str
    message_id: str
    """The agent's reply."""
    conversation: str = Field(index=True)
    by: str
    """Id of the agent who proposed it."""
    at: datetime = Field(sa_type=UTCDateTime)
    """When its resolution settled."""
    state: str
    """`proposed`, `approved` or `declined`."""
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    edited: bool = False
    """Whether other words were approved than these."""
