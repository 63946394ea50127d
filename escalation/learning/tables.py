"""Rows of learning. Examples carry the ids of messages, never their words; embeddings are personal data like words."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from escalation.database import JSONDocument, UTCDateTime


class ExampleRow(SQLModel, table=True):
    """One labelled turn, or one of several requests in it, with its provenance; at most one a request and source."""

    __tablename__ = "examples"
    __table_args__ = (
        Index("one_example_a_request", "message_id", "source", "starts", unique=True),
        Index("examples_in_order", "at", "id"),
    )

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    source: str
    """`resolution`; the unique index leaves room for labels of other kinds on the same message."""
    message_id: str
    """The last message of the turn."""
    message_ids: list[str] = Field(sa_type=JSONDocument)
    starts: int = 0
    """Where the request begins in the text of the messages as one, in code points."""
    ends: int | None = None
    """The code point behind it; null: it goes to the end."""
    conversation: str = Field(index=True)
    resolution: str | None = Field(default=None, index=True)
    label: str | None = None
    """Null: out of scope."""
    split: str
    """`train` or `gate`, by hash of the conversation."""
    by: str
    excluded_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    excluded_because: str | None = None


class EmbeddingRow(SQLModel, table=True):
    """An example's embedding under one encoder: float32, little endian."""

    __tablename__ = "embeddings"

    example: str = Field(primary_key=True)
    encoder: str = Field(primary_key=True)
    vector: bytes = Field(sa_type=LargeBinary)


class ModelRow(SQLModel, table=True):
    """One version (v13) or revision (v13.7): where it came from and how it was judged."""

    __tablename__ = "models"

    name: str = Field(primary_key=True)
    kind: str
    state: str
    parent: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
    mode: str
    examples: int
    intents: int
    threshold: float
    manifest_hash: str
    """SHA-256 of the folder's `manifest.json`, which holds the hashes of all other files."""
    report: dict[str, Any] = Field(sa_type=JSONDocument)
    reasons: list[str] = Field(sa_type=JSONDocument)
    erased_examples: int = 0
    """How many of the examples that it learnt from were erased since."""
    promoted_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When it last became champion; null for one that never was, or was rolled back."""


class ServingRow(SQLModel, table=True):
    """What answers: one row. Promotion and swap are a compare-and-swap on it."""

    __tablename__ = "serving"

    id: int = Field(default=1, primary_key=True)
    champion: str
    live: str
    """The live head: it vetoes and suggests."""
    anchor: str
    """The frozen model that answers, from `anchor_threshold` on."""
    anchor_threshold: float
    pinned: bool = False
    """After a rollback fast refits pause until somebody excludes examples or unpins."""
    swaps: int = 0


class AnchorRow(SQLModel, table=True):
    """What became the anchor, or tried to, and why; in order."""

    __tablename__ = "anchors"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UTCDateTime)
    model: str
    grounds: str
    """`promotion` (a person's, a training run's, or the first model), `rollback`, `gate`, or `upgrade`."""
    accepted: bool
    """False: it tried and was refused, for `reasons`."""
    threshold: float
    examples: int
    """How many it was fitted on."""
    reasons: list[str] = Field(sa_type=JSONDocument)
    certified_alpha: float | None = Field(default=None, nullable=True)
    """The accepted error, 0 to 1, that its own audits proved for its answers; null: it is provisional."""
    certified_until: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """Its answers before this midnight (UTC) are what that was proven of."""


class RunRow(SQLModel, table=True):
    """One training job, leased to the learner that holds its token."""

    __tablename__ = "runs"

    id: str = Field(primary_key=True)
    mode: str
    state: str
    progress: float = 0.0
    stage: str = ""
    eta_seconds: float | None = None
    detail: str = ""
    created_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    token: str | None = None
    attempts: int = 0
    cancel_requested: bool = False
    model: str | None = None
    by: str = "system"
    reasons: list[str] = Field(sa_type=JSONDocument)


class LearnerRow(SQLModel, table=True):
    """The lease of the service's one learner; every write of the learner checks that its token still stands here."""

    __tablename__ = "learner"

    id: int = Field(default=1, primary_key=True)
    token: str
    until: datetime = Field(sa_type=UTCDateTime)
