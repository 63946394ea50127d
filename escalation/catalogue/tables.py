"""Tables of the catalogue: intents, their seed examples, their texts in other locales, and their history."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from escalation.catalogue.model import MAX_NAME
from escalation.database import JSONDocument, UTCDateTime


class IntentRow(SQLModel, table=True):
    """One intent. It is archived, never deleted: decisions and resolutions go on naming it."""

    __tablename__ = "intents"

    name: str = Field(primary_key=True, max_length=MAX_NAME)
    title: str
    description: str = ""
    answer: str | None = None
    policy: str
    locale: str
    position: int
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class IntentExample(SQLModel, table=True):
    """One seed example. Its id stays as long as its text does, so what is computed from it can be kept by id.

    A text is there once per intent; the repository sees to that, because PostgreSQL cannot index 4,000 characters.
    """

    __tablename__ = "intent_examples"

    id: str = Field(primary_key=True)
    intent: str = Field(foreign_key="intents.name", index=True)
    text: str
    position: int


class IntentAnswer(SQLModel, table=True):
    """The approved answer of an intent in another locale than the catalogue's own, whose answer is in `intents`."""

    __tablename__ = "intent_answers"

    intent: str = Field(primary_key=True, foreign_key="intents.name")
    locale: str = Field(primary_key=True)
    text: str


class IntentTitle(SQLModel, table=True):
    """The title of an intent in another locale than the catalogue's own, whose title is in `intents`."""

    __tablename__ = "intent_titles"

    intent: str = Field(primary_key=True, foreign_key="intents.name")
    locale: str = Field(primary_key=True)
    text: str


class IntentChange(SQLModel, table=True):
    """One change of one intent: what it was before and after. Rows are never changed.

    Numbered in the order of commits over the whole catalogue: whoever writes one holds the catalogue's lock.
    """

    __tablename__ = "intent_changes"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    intent: str = Field(foreign_key="intents.name", index=True)
    at: datetime = Field(sa_type=UTCDateTime)
    actor: str
    kind: str
    source: str | None = None
    """The file, for an import."""
    undoes: int | None = None
    """The number of the change that this one undid."""
    before: Any = Field(sa_type=JSONDocument, nullable=False)
    after: Any = Field(sa_type=JSONDocument, nullable=False)
    examples_added: Any = Field(sa_type=JSONDocument, nullable=False)
    examples_removed: Any = Field(sa_type=JSONDocument, nullable=False)
