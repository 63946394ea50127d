"""Rows of conversations. Words live in `messages.body`, contacts and edited answers alone; the rest carries ids."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from escalation.database import ByteOrderedString, JSONDocument, Place, UTCDateTime


class ConversationRow(SQLModel, table=True):
    """A conversation's state, with the columns lists and sweeps look for."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(
            "one_open_conversation",
            "customer",
            "site",
            unique=True,
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
        Index("conversations_by_status", "status", "last_activity_at"),
        Index("conversations_by_customer", "customer", "last_activity_at"),
        Index(
            "conversations_to_index",
            "id",
            sqlite_where=text("unindexed = 1"),
            postgresql_where=text("unindexed"),
        ),
    )

    id: str = Field(primary_key=True)
    customer: str
    site: str
    status: str
    controller: str
    epoch: int
    seq: int
    deadline: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    last_activity_at: datetime = Field(sa_type=UTCDateTime)
    unindexed: bool = True
    """Whether something happened since the search index was made of it."""
    state: dict[str, Any] = Field(sa_type=JSONDocument)


class MessageRow(SQLModel, table=True):
    """One message, note or notice: the only place its words are kept."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_in_order", "conversation", "seq", unique=True),
        Index("messages_sent_once", "author_id", "client_message_id", unique=True),
    )

    id: str = Field(primary_key=True)
    conversation: str
    seq: int
    at: datetime = Field(sa_type=UTCDateTime)
    author: str
    author_id: str
    kind: str
    internal: bool = False
    intent: str | None = None
    client_message_id: str | None = None
    body: dict[str, Any] = Field(sa_type=JSONDocument)
    digest: str | None = None
    """Of what it says, as it was written (`digests.py`)."""


class TurnRow(SQLModel, table=True):
    """The customer text the bot still owes a decision; at most one row a conversation."""

    __tablename__ = "turns"

    conversation: str = Field(primary_key=True)
    up_to_seq: int
    epoch: int
    due_at: datetime = Field(sa_type=UTCDateTime, index=True)
    began_at: datetime = Field(sa_type=UTCDateTime)
    deadline: datetime = Field(sa_type=UTCDateTime)
    retakes: int = 0


class DecisionRow(SQLModel, table=True):
    """What the bot decided for one turn, and on what grounds."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("decisions_of_conversation", "conversation", "at"),
        Index(
            "decisions_by_lane", "at", "lane", sqlite_where=text("lane IS NOT NULL"),
            postgresql_where=text("lane IS NOT NULL"),
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    conversation: str
    customer: str
    at: datetime = Field(sa_type=UTCDateTime)
    epoch: int
    message_ids: list[str] = Field(sa_type=JSONDocument)
    action: str
    reason: str | None = None
    grounds: str
    label: str | None = None
    model: str | None = None
    threshold: float | None = None
    confidence: float | None = None
    novelty: float | None = None
    guesses: list[Any] = Field(sa_type=JSONDocument)
    neighbours: list[Any] = Field(sa_type=JSONDocument)
    parts: list[Any] = Field(sa_type=JSONDocument)
    """The requests found in the turn, where there are several."""
    blind: bool = False
    """Whether staff see that it was decided, and not what the model made of it (mode `shadow`)."""
    lane: str | None = None
    """Where it went by the votes of anchor and live head; null where no model was asked."""
    votes: dict[str, Any] | None = Field(default=None, sa_type=JSONDocument, nullable=True)
    """`anchor` and `live`, and whether the live head `vetoed`."""


class EpisodeRow(SQLModel, table=True):
    """One stretch of bot or human control."""

    __tablename__ = "episodes"

    conversation: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    began_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    began_because: str
    ended_because: str | None = None
    model: str | None = None


class TimerRow(SQLModel, table=True):
    """A command to be given at a time, under the epoch it was decided in."""

    __tablename__ = "timers"

    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    due_at: datetime = Field(sa_type=UTCDateTime, index=True)
    epoch: int
    detail: str = ""


class ResolutionRow(SQLModel, table=True):
    """What an agent stored at the end."""

    __tablename__ = "resolutions"
    __table_args__ = (Index("resolutions_of_conversation", "conversation"),)

    id: str = Field(primary_key=True)
    conversation: str
    agent: str
    at: datetime = Field(sa_type=UTCDateTime)
    label: str | None = None
    outcome: str
    learn: bool
    message_ids: list[str] = Field(sa_type=JSONDocument)
    answer_message_id: str | None = None
    parts: list[Any] = Field(sa_type=JSONDocument)
    """Requests labelled apart; empty where the messages are one."""
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)


class EditedAnswerRow(SQLModel, table=True):
    """A reply as its agent edited it for learning; where there is no row, the reply is learnt as it was sent."""

    __tablename__ = "edited_answers"

    resolution: str = Field(primary_key=True)
    conversation: str = Field(index=True)
    text: str


class ContactRow(SQLModel, table=True):
    """How to reach a customer nobody could help at once, and who of the staff does."""

    __tablename__ = "contacts"
    __table_args__ = (Index("contacts_by_state", "done_at", "taken_at", "at"),)

    conversation: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    email: str
    name: str = ""
    agent: str | None = None
    """Who handles or handled it."""
    taken_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)


class MailRow(SQLModel, table=True):
    """A mail to a customer: owed, sent, or given up. It holds neither words nor an address: both are read when sent."""

    __tablename__ = "mails"
    __table_args__ = (Index("mails_due", "state", "due_at"), Index("mails_of_conversation", "conversation", "state"))

    id: str = Field(primary_key=True)
    kind: str
    """`reply`, or `transcript`, which the customer asked for."""
    conversation: str
    customer: str
    from_seq: int
    """The first message it tells of."""
    made_at: datetime = Field(sa_type=UTCDateTime)
    due_at: datetime = Field(sa_type=UTCDateTime)
    state: str
    """`waiting`, `sent`, or `failed`: nobody tries again."""
    attempts: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime, nullable=True)


class RatingRow(SQLModel, table=True):
    """Satisfaction with one episode, 1 to 5, and what the customer says of it."""

    __tablename__ = "ratings"

    conversation: str = Field(primary_key=True)
    episode: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    score: int
    comment: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Words of the customer, nowhere else; empty: none, or erased."""


class SearchDocumentRow(SQLModel, table=True):
    """What one conversation is found by. Its place is when it began; newer ones have higher places."""

    __tablename__ = "search_documents"

    place: int = Field(primary_key=True, sa_type=Place, sa_column_kwargs={"autoincrement": False})
    """Microseconds since 1970, of two that began together the second is one later."""
    conversation: str = Field(unique=True)
    terms: list[str] = Field(sa_type=JSONDocument)
    """As they stand in `search_terms`, so that they can be taken out again."""


class SearchTermRow(SQLModel, table=True):
    """One term of one conversation: a word somebody wrote, or a fact such as `agent:<id>`."""

    __tablename__ = "search_terms"
    __table_args__ = {"sqlite_with_rowid": False}

    term: str = Field(primary_key=True, sa_type=ByteOrderedString)
    place: int = Field(primary_key=True, sa_type=Place, sa_column_kwargs={"autoincrement": False})


class DraftRow(SQLModel, table=True):
    """What an agent has typed and not sent; gone when it is sent, when the conversation ends and with its erasure."""

    __tablename__ = "drafts"
    __table_args__ = (Index("drafts_of_conversation", "conversation"),)

    agent: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    """`reply` or `note`."""
    text: str
    at: datetime = Field(sa_type=UTCDateTime)


class ReadStateRow(SQLModel, table=True):
    """How far each side of a conversation has read the other."""

    __tablename__ = "conversation_reads"

    conversation: str = Field(primary_key=True)
    customer: int
    """The last place that the customer's open page has drawn."""
    agent: int
    """The last of the customer's messages that an agent read who had the conversation."""
    changed_at: datetime = Field(sa_type=UTCDateTime, index=True)


class CallRow(SQLModel, table=True):
    """What asks an agent to look at a conversation: the newest note that mentions them, or a whisper not yet seen."""

    __tablename__ = "calls"
    __table_args__ = (Index("calls_of_conversation", "conversation"),)

    agent: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    """`mention` or `whisper`."""
    seq: int
    """Of a mention, the place of its note, unread while it is beyond their read mark; of a whisper, its number."""


class WhisperRow(SQLModel, table=True):
    """Words between supervisors and the agent who had a conversation then; in no thread, and gone with its erasure."""

    __tablename__ = "whispers"
    __table_args__ = (Index("whispers_of_conversation", "conversation", "at"),)

    id: str = Field(primary_key=True)
    conversation: str
    agent: str
    """Who had it."""
    by: str
    at: datetime = Field(sa_type=UTCDateTime)
    text: str
