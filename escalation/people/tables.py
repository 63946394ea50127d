"""Rows of people. Secrets are kept as hashes only."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from escalation.database import UTCDateTime


class StaffRow(SQLModel, table=True):
    """One member of staff."""

    __tablename__ = "staff"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    capacity: int
    password_hash: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)


class SessionRow(SQLModel, table=True):
    """One signed-in browser; the cookie's SHA-256 is the key."""

    __tablename__ = "staff_sessions"

    token_hash: str = Field(primary_key=True)
    id: str = Field(unique=True)
    staff: str = Field(index=True)
    csrf: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)
    used_at: datetime = Field(sa_type=UTCDateTime)
    """When its member last did something; behind by a minute at most."""


class TicketRow(SQLModel, table=True):
    """A one-use pass from a signed-in page to its socket; kept as a hash."""

    __tablename__ = "tickets"

    token_hash: str = Field(primary_key=True)
    session: str
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)


class CustomerRow(SQLModel, table=True):
    """A visitor of a site."""

    __tablename__ = "customers"

    id: str = Field(primary_key=True)
    site: str
    locale: str
    created_at: datetime = Field(sa_type=UTCDateTime)
