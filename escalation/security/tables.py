"""Tables of the security log: its rows, and where its chain ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from escalation.database.types import JSONDocument, UTCDateTime


class SecurityLogHead(SQLModel, table=True):
    """One row: the newest number and hash. Its lock puts those who write at the same time in order."""

    __tablename__ = "security_log_head"

    id: int = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str


class SecurityLogRow(SQLModel, table=True):
    """One row of the log. Nothing in the program changes or deletes one."""

    __tablename__ = "security_log"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UTCDateTime)
    kind: str = Field(index=True)
    actor: str = Field(index=True)
    address: str
    subject: str = Field(index=True)
    facts: dict[str, Any] = Field(sa_type=JSONDocument)
    previous: str
    """The hash of the row before; 64 zeros in the first."""
    hash: str
