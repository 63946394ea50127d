"""Tables of the catalogue: intents and their seed examples."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from escalation.catalogue.model import MAX_NAME
from escalation.database import UTCDateTime


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
