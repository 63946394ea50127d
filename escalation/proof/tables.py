"""Rows of the proof: windows, automatic answers, their audits and the labels of auditors. No words are kept here."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from escalation.database import JSONDocument, UTCDateTime


class ProofStateRow(SQLModel, table=True):
    """One row: the breaker and what the operator set. Its lock orders everything that moves the proof."""

    __tablename__ = "proof_state"

    id: int = Field(primary_key=True)
    breaker_level: float = 0.0
    tripped_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    tripped_because: str | None = None
    """`audits`, `complaints` or `returns`."""
    resumed_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """Complaints of answers before this moment no longer count."""
    audits_a_day: float | None = Field(default=None, nullable=True)
    """The budget for windows to come; null: what the settings say."""
    mode: str | None = None
    """`shadow`, `provisional` or `strict`; null before a service was started."""
    mode_by: str | None = None
    """Who chose the mode: `admin`, `settings`, or `installation` while nobody has."""
    alpha: float | None = Field(default=None, nullable=True)
    """The accepted share of wrong automatic answers, 0 to 1."""
    alpha_by: str | None = None
    """`admin` or `settings`."""
    probation_share: float | None = Field(default=None, nullable=True)
    """Of all messages that the probation lane may answer, 0 to 1; null: none."""
    probation_budget: int | None = Field(default=None, nullable=True)
    """Known errors after which the probation lane closes; null: none."""
    certificate_fresh: bool | None = Field(default=None, nullable=True)
    """Whether a window was certified, and still is of late answers, when that was looked at last."""


class WindowRow(SQLModel, table=True):
    """One window of automatic answers, and the period of the coin that began with it.

    A window holds the answers of its own period and of those after it, up to `last_period` once it has ended.
    """

    __tablename__ = "proof_windows"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True)
    """Names the key of the period."""
    started_at: datetime = Field(sa_type=UTCDateTime)
    chance: float
    """With which an answer is drawn for audit, 0 to 1."""
    alpha: float
    commitment: str
    """SHA-256 of the period's key, in hexadecimal."""
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    ended_because: str | None = None
    last_period: int | None = None


class AutomaticAnswerRow(SQLModel, table=True):
    """One request that no person answered, by the last message of the request."""

    __tablename__ = "automatic_answers"
    __table_args__ = (Index("automatic_answers_in_order", "period", "at", "message_id"),)

    message_id: str = Field(primary_key=True)
    conversation: str
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    intent: str
    also: list[str] = Field(default_factory=list, sa_type=JSONDocument)
    """The intents of further requests that were answered in the same turn."""
    model: str | None = None
    """The model that chose the intent; null where the customer picked it."""
    lane: str
    period: int
    draw: float
    """The message's number under the key of the period, 0 to 1. Secret until the period's windows are over."""


class AuditRow(SQLModel, table=True):
    """A message that auditors label blind: an answer that was drawn, or a probe of the auditors."""

    __tablename__ = "audits"
    __table_args__ = (
        Index("audits_to_do", "at", sqlite_where=text("verdict IS NULL"), postgresql_where=text("verdict IS NULL")),
        Index("audits_of_period", "period", "draw"),
    )

    message_id: str = Field(primary_key=True)
    conversation: str
    message_ids: list[str] = Field(sa_type=JSONDocument)
    """All messages of the request, oldest first; the last is `message_id`."""
    purpose: str
    """`answer`, or `probe`: then `intent` is known to be wrong."""
    intent: str
    """What is judged. Auditors never see it."""
    also: list[str] = Field(default_factory=list, sa_type=JSONDocument)
    """What is judged with it: all of it has to be right."""
    at: datetime = Field(sa_type=UTCDateTime)
    """When the answer was given, or the probe put in."""
    lane: str
    period: int
    draw: float
    holder: str | None = None
    """The auditor who looks at it now."""
    held_until: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    verdict: str | None = None
    """`right` or `wrong`, once it is decided; `void`: a probe whose settled label two auditors refute."""
    ruled_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    most: int | None = None
    """How many people could be asked when it was decided, so that others can decide it again."""


class AuditLabelRow(SQLModel, table=True):
    """One auditor's blind label of a message. It counts once its auditor can no longer take it back."""

    __tablename__ = "audit_labels"
    __table_args__ = (Index("audit_labels_by_time", "at", "auditor"),)

    message_id: str = Field(primary_key=True)
    auditor: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    intents: list[str] = Field(sa_type=JSONDocument)
    cannot_tell: bool = False
    unserved: bool = False
    counted: bool = False


class AuditSkipRow(SQLModel, table=True):
    """An auditor left a message to somebody else."""

    __tablename__ = "audit_skips"

    message_id: str = Field(primary_key=True)
    auditor: str = Field(primary_key=True)


class WindowDayRow(SQLModel, table=True):
    """How a window stood at the end of a day, or now: what the history of windows is drawn from."""

    __tablename__ = "proof_days"

    window: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    day: date = Field(primary_key=True)
    """In UTC."""
    at: datetime = Field(sa_type=UTCDateTime)
    """When it was counted last."""
    answers: int
    right: int
    wrong: int
    pending: int
    log_evidence: float
    """Natural logarithm of the e-value; the claim is proven where it reaches `log_needed`."""
    log_needed: float
    bound: float
    """Upper bound of the realised share of wrong answers, 0 to 1."""
    miss: float
    """Upper bound of the chance that the auditors miss a wrong answer, 0 to 1."""
