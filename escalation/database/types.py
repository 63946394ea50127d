"""Column types that read back the same on SQLite and PostgreSQL, and the names given to constraints.

Every module that defines tables imports from here, so the naming convention is in force before the first table.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON as PortableJSON
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Table
from sqlalchemy import inspect as inspect_mapped
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

# Without names, a migration could not drop a constraint again on PostgreSQL nor rebuild it on SQLite.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only, gives back aware UTC ones, microseconds kept, order kept.

    Raises: ValueError when given a naive datetime, whose instant nobody knows.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware time into the stored form: naive UTC text on SQLite, timestamptz on PostgreSQL."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn the stored form into an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JSONDocument(TypeDecorator[Any]):
    """A JSON value: text on SQLite, JSONB on PostgreSQL. `None` is SQL NULL. NaN and infinities are refused."""

    impl = PortableJSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(PortableJSON(none_as_null=True))


class ByteOrderedString(TypeDecorator[str]):
    """Text that is ordered by its bytes on both databases, so that a range holds all that begins alike."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL orders by language unless told."""
        return dialect.type_descriptor(String(collation="C") if dialect.name == "postgresql" else String())


class Place(TypeDecorator[int]):
    """A whole number of 64 bits that orders rows; on SQLite a single key of this type is the row's own number."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite's INTEGER has 64 bits."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


@cache
def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a `table=True` class, for statements that skip the ORM."""
    table = inspect_mapped(model).local_table
    assert isinstance(table, Table)
    return table
