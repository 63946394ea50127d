"""Rows of the desk. Loads are counted from assignments, never kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from escalation.database import JSONDocument, UTCDateTime


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
        Index(
            "unanswered_assignments",
            "released_at",
            sqlite_where=text("released_because = 'no_reply'"),
            postgresql_where=text("released_because = 'no_reply'"),
        ),
    )

    id: str = Field(primary_key=True)
    conversation: str
    agent: str
    how: str
    epoch: int
    taken_at: datetime = Field(sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    released_because: str | None = Field(default=None, nullable=True)
    """Why it went back to a queue: the cause of `Requeued`. Null where it did not."""
    weight: int
    """Units of the agent's capacity, as they were when the agent got it."""


class HandoffRow(SQLModel, table=True):
    """One wait for a person, after a handoff, a transfer or a release, and how it ended."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index("handoffs_of_conversation", "conversation", "ended_at"),
        Index("handoffs_by_end", "ended_at"),
    )

    id: str = Field(primary_key=True)
    conversation: str
    reason: str
    queue: str
    epoch: int
    waiting_since: datetime = Field(sa_type=UTCDateTime)
    deadline: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    told: str | None = None
    """What the customer was promised last: the code of that notice. Null if nothing of it was kept."""
    told_opens_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When somebody is back, as the customer was told. Null where no time was told."""
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    ended_how: str | None = None


class SlaClockRow(SQLModel, table=True):
    """How long one thing of a conversation may still take, by what its queue sets (`sla.Clock`)."""

    __tablename__ = "sla_clocks"

    conversation: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
    """`first_response`, `next_response` or `resolution`."""
    allowed_seconds: int
    spent_ms: int
    """Time that counted before `since`."""
    since: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """Null while it is paused; then the times below are null too."""
    warned: bool
    breached: bool
    warn_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    look_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True, index=True)
    """When there is something to tell next."""


class SlaOutcomeRow(SQLModel, table=True):
    """How a clock of a service level ended. Kept, so that reports know of the targets that were met too."""

    __tablename__ = "sla_outcomes"

    conversation: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    """The event of the conversation that ended it."""
    warned: bool
    breached: bool


class DifficultyRow(SQLModel, table=True):
    """How hard a conversation was for an agent who had it lately. No words, and gone after 30 days."""

    __tablename__ = "difficulties"

    conversation: str = Field(primary_key=True)
    agent: str = Field(primary_key=True)
    epoch: int
    """Under which control it was counted: when the agent got it, and when it went on."""
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    points: int


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
    """`missed_offers` or `no_reply` where they were set to away; `finishing` until all of what they have has ended;
    `break` until it is over."""
    given_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When they got their newest conversation or offer: who has been without one for longest comes first."""
    here_since: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When they last came online: who has just come gets few at once."""
    working_since: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """Since when they have been online without a rest; of those who are not, of their last time."""
    left_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When they were last online no longer."""
    break_until: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When their newest break ends, or would have ended."""


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


class LabelChoiceRow(SQLModel, table=True):
    """What an agent labelled against what the model guessed; the first resolution of each question alone."""

    __tablename__ = "label_choices"
    __table_args__ = (Index("one_choice_a_question", "conversation", "question_after", unique=True),)

    resolution: str = Field(primary_key=True)
    conversation: str
    question_after: int
    """Which question of the conversation, as in its state."""
    agent: str
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    label: str | None = None
    guess: str | None = None
    """The first guess; null: no model guessed."""
    rank: int | None = None
    """Place of the label among the guesses, from 1; null where it is none of them."""
    blind: bool = False
    """Whether the guesses were hidden until then."""
    decide_ms: int | None = None
    """Milliseconds from opening the resolve step to storing; null where the console did not say."""


class SuggestionRow(SQLModel, table=True):
    """Replies suggested to an agent, and what became of them. No words: ids of where they stand."""

    __tablename__ = "suggestions"
    __table_args__ = (Index("suggestions_of_agent", "conversation", "agent", "at"),)

    id: str = Field(primary_key=True)
    conversation: str
    agent: str
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    shown: list[Any] = Field(sa_type=JSONDocument)
    """What was shown, in order: `kind` and `source`, an intent or a resolution; drafts come behind, without source."""
    inserted: int | None = None
    """Which of these was put into the composer last, from 0."""
    inserted_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    """When the agent's next reply was sent."""
    distance: int | None = None
    """Characters changed between what was inserted and what was sent; null: erased, or drafted by a generator."""


class SavedViewRow(SQLModel, table=True):
    """A filter over the list that a member of staff keeps under a name."""

    __tablename__ = "saved_views"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    name: str
    shared: bool
    """Whether everybody on the staff sees it."""
    filter: dict[str, Any] = Field(sa_type=JSONDocument)


class MacroRow(SQLModel, table=True):
    """Steps that an agent takes at once, by a name."""

    __tablename__ = "macros"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    steps: list[Any] = Field(sa_type=JSONDocument)
    by: str
    """Who changed it last."""
    changed_at: datetime = Field(sa_type=UTCDateTime)
