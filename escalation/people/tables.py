"""Rows of people. Secrets are kept as hashes only."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from escalation.database import JSONDocument, UTCDateTime


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
    sites: list[str] = Field(default=[], sa_type=JSONDocument)
    """The sites whose conversations they see; empty: all."""
    queues: list[str] = Field(default=[], sa_type=JSONDocument)
    """The same for queues."""
    languages: list[str] = Field(default=[], sa_type=JSONDocument)
    """ISO 639-1 codes of the only languages they are offered; empty: all."""
    skills: list[str] = Field(default=[], sa_type=JSONDocument)
    """What queues may ask for, in the operator's own words."""
    factor: str | None = Field(default=None, nullable=True)
    """What the secret of their second factor is made of; null: they have none."""
    factor_offered: str | None = Field(default=None, nullable=True)
    """The same of one that they have not confirmed."""
    factor_step: int = Field(default=0, sa_type=BigInteger)
    """The step whose code was used last; only later ones are taken."""


class RecoveryCodeRow(SQLModel, table=True):
    """A code that is good once in place of the app's; kept as a hash."""

    __tablename__ = "recovery_codes"

    code_hash: str = Field(primary_key=True)
    staff: str = Field(index=True)


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
    address: str = ""
    """Where it was signed in from; empty for sessions older than this column."""
    user_agent: str = ""
    """What the browser said of itself, at most 300 characters."""


class StaffLinkRow(SQLModel, table=True):
    """A one-use link: an invitation to make an account, or to set a new password; the token's SHA-256 is the key."""

    __tablename__ = "staff_links"

    token_hash: str = Field(primary_key=True)
    id: str = Field(unique=True)
    purpose: str
    """`invitation` or `password`."""
    email: str = Field(index=True)
    staff: str | None = Field(default=None, nullable=True)
    """Whose password; null for an invitation."""
    role: str | None = Field(default=None, nullable=True)
    capacity: int | None = Field(default=None, nullable=True)
    sites: list[str] = Field(default=[], sa_type=JSONDocument)
    queues: list[str] = Field(default=[], sa_type=JSONDocument)
    """What the invited account is limited to."""
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)


class TicketRow(SQLModel, table=True):
    """A one-use pass from a signed-in page to its socket; kept as a hash."""

    __tablename__ = "tickets"

    token_hash: str = Field(primary_key=True)
    session: str
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)


class CustomerRow(SQLModel, table=True):
    """A visitor of a site."""

    __tablename__ = "customers"
    __table_args__ = (
        Index(
            "customer_known_as",
            "site",
            "known_as",
            unique=True,
            sqlite_where=text("known_as IS NOT NULL"),
            postgresql_where=text("known_as IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    site: str
    locale: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    known_as: str | None = Field(default=None, nullable=True)
    """Their id at the site, which signed it; null: an anonymous visitor."""
    name: str = ""
    email: str = ""
    attributes: dict[str, Any] = Field(default={}, sa_type=JSONDocument)
    """What the site's server signed of them."""
    page_attributes: dict[str, Any] = Field(default={}, sa_type=JSONDocument)
    """What the page's script said of them, which anybody could change."""
    given_name: str | None = Field(default=None, nullable=True)
    """What staff say they are called; it counts before what the site signed."""
    given_email: str | None = Field(default=None, nullable=True)
    """The address that staff put right."""


class CustomerNoteRow(SQLModel, table=True):
    """What staff wrote about a customer, for each other."""

    __tablename__ = "customer_notes"
    __table_args__ = (Index("notes_of_customer", "customer", "at"),)

    id: str = Field(primary_key=True)
    customer: str
    at: datetime = Field(sa_type=UTCDateTime)
    by: str
    text: str


class CustomerMergeRow(SQLModel, table=True):
    """That staff said of one customer that they are another one. Nothing undoes it."""

    __tablename__ = "customer_merges"
    __table_args__ = (Index("merged_known_as", "site", "known_as"),)

    customer: str = Field(primary_key=True)
    """Who they were."""
    survivor: str = Field(index=True)
    """Who they are now, however often that one was merged since."""
    site: str
    known_as: str | None = Field(default=None, nullable=True)
    """The id by which the site knew them, where the survivor has another one."""
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    by: str


class ErasureRow(SQLModel, table=True):
    """That a customer was erased, by whom, and how far it is: ids and counts, nothing of what there was."""

    __tablename__ = "erasures"

    customer: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    by: str
    conversations: int = 0
    messages: int = 0
    examples: list[str] = Field(sa_type=JSONDocument)
    """Ids of the examples that were deleted, to be taken out of models."""
    forgotten: int = 0
    """How many those are."""
    models: list[str] = Field(sa_type=JSONDocument)
    """Names of the models that learnt from them."""
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """Null while something is left to do; another process then goes on."""
