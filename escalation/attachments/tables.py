"""Rows of files. The bytes are in file storage under the row's id."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from escalation.database import UTCDateTime


class AttachmentRow(SQLModel, table=True):
    """One file that somebody uploaded, and the message it was sent with."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("attachments_of_conversation", "conversation"),
        Index("attachments_by_sender", "sender", "conversation"),
        Index("attachments_to_sweep", "gone", "at"),
    )

    id: str = Field(primary_key=True)
    key: str
    """Whoever knows it may read the file; it stands in the message alone."""
    sender: str
    """`customer:<id>` or `agent:<id>`."""
    at: datetime = Field(sa_type=UTCDateTime)
    media_type: str
    size: int
    name: str
    width: int | None = Field(default=None, nullable=True)
    height: int | None = Field(default=None, nullable=True)
    conversation: str | None = Field(default=None, nullable=True)
    """Null until it is sent with a message."""
    gone: bool = False
    """Whether the file is to be deleted."""
