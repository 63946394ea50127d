"""Statements that run many times a second. SQLite runs one in a tenth of the time that SQLAlchemy takes around it."""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, CursorResult, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from escalation.database.types import JSONDocument, UTCDateTime

Params = Mapping[str, Any]
Convert = Callable[[Any], Any]
_TEXT = (str, bytes)


def parsed(value: Any) -> Any:
    """Return a JSON value from what SQLite stores of it: a lone number in a JSON column comes back as a number."""
    return orjson.loads(value) if isinstance(value, _TEXT) else value


class Rows:
    """All rows of a prepared statement, read already; the part of SQLAlchemy's `CursorResult` that callers use."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Return every row."""
        return self._rows

    def first(self) -> Any:
        """Return the first row, None if there is none."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """Return the only row. Raises: ValueError if there is another number of them."""
        (row,) = self._rows
        return row

    def scalar(self) -> Any:
        """Return the first value of the first row, None if there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """Return the first value of the only row. Raises: ValueError if there is another number of them."""
        return self.one()[0]

    def scalars(self) -> list[Any]:
        """Return the first value of each row."""
        return [row[0] for row in self._rows]


class _Bound(NamedTuple):
    """One `?` of the text: the parameter it takes, its place in it if that is a list, and how it is stored."""

    name: str
    place: int | None
    convert: Convert | None

    def value(self, params: Params) -> Any:
        """Return what the driver is given. Raises: KeyError if the parameter is missing."""
        given = params[self.name]
        value = given if self.place is None else given[self.place]
        return value if self.convert is None else self.convert(value)


class _Compiled:
    """A statement as text for SQLite's driver, with what turns values into what it stores and back."""

    def __init__(self, statement: Any, dialect: Dialect, names: Sequence[str], lists: Mapping[str, int]) -> None:
        self._dialect, self._lists = dialect, lists
        blank = dict.fromkeys(names) | {name: [None] * count for name, count in lists.items()}
        shown = statement.params(blank) if lists else statement
        made = shown.compile(dialect=dialect, column_keys=list(names), compile_kwargs={"render_postcompile": True})
        assert isinstance(made, SQLCompiler)
        if made.insert_prefetch or made.update_prefetch:
            raise TypeError(f"a prepared statement takes no defaults of columns: {made}")
        self.text = str(made)
        self._bound = [_bound(name, made, dialect, lists) for name in made.positiontup or ()]
        written = {each.name: made.binds[each.name] for each in self._bound}
        self._constants = {name: each.effective_value for name, each in written.items() if not each.required}
        columns = list(getattr(statement, "exported_columns", ()))
        self._make = _row_of([column.key for column in columns])
        found = [_from_stored(column.type, dialect) for column in columns]
        self._from = [(at, convert) for at, convert in enumerate(found) if convert is not None]

    def run(self, driver: sqlite3.Connection, params: Params | Sequence[Params]) -> Rows:
        """Run it once, or for each of several. Raises: what SQLAlchemy raises."""
        several = () if isinstance(params, Mapping) else [self._values(each) for each in params]
        try:
            if isinstance(params, Mapping):
                cursor = driver.execute(self.text, self._values(params))
            else:
                cursor = driver.executemany(self.text, several)
            rows = [] if cursor.description is None else self._rows(cursor)
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                self.text, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect
            ) from error
        return Rows(rows, cursor.rowcount)

    def _values(self, params: Params) -> list[Any]:
        given = {**self._constants, **params} if self._constants else params
        if self._lists:
            return [each.value(given) for each in self._bound]
        return [given[name] if convert is None else convert(given[name]) for name, _, convert in self._bound]

    def _rows(self, found: Iterable[tuple[Any, ...]]) -> list[Any]:
        make, convert = self._make, self._from
        if not convert:
            return [make(row) for row in found]
        rows = []
        for row in found:
            values = list(row)
            for at, from_stored in convert:
                values[at] = from_stored(values[at])
            rows.append(make(values))
        return rows


def _row_of(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    """Return what makes a row with these names of its values."""
    made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: Callable[[Iterable[Any]], Any] = made._make
    return make


def _of(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return type_.dialect_impl(dialect)


def _from_stored(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what turns a stored value into the one callers see: the same as SQLAlchemy's, in one step where it can."""
    if isinstance(type_, JSONDocument):
        return parsed
    if isinstance(type_, UTCDateTime):
        return _instant
    return _of(type_, dialect).result_processor(dialect, None)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def _to_stored(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what turns a value into the stored one: the same as SQLAlchemy's, moments without its format string."""
    if not isinstance(type_, UTCDateTime):
        return _of(type_, dialect).bind_processor(dialect)

    def moment(value: datetime | None) -> str | None:
        stored = type_.process_bind_param(value, dialect)
        return None if stored is None else stored.isoformat(" ", "microseconds")

    return moment


def _padded(values: Sequence[Any]) -> Sequence[Any]:
    """Repeat the last value up to a power of two: a list of every length would be a statement of its own."""
    count = len(values)
    return values if count < 2 else [*values, *[values[-1]] * ((1 << (count - 1).bit_length()) - count)]


def _bound(name: str, made: SQLCompiler, dialect: Dialect, lists: Mapping[str, int]) -> _Bound:
    listed, _, number = name.rpartition("_")
    source, place = (listed, int(number) - 1) if listed in lists else (name, None)
    return _Bound(source, place, _to_stored(made.binds[source].type, dialect))


class Prepared:
    """A statement that is built once and often run: `tx.execute(prepared, params)`.

    On SQLite it is compiled once for each set of names of parameters (and each number of values in a list) and then
    goes to the driver. On PostgreSQL, where the way to the server costs more than SQLAlchemy, it is run as any other.
    """

    __slots__ = ("_compiled", "_lists", "statement")

    def __init__(self, statement: Executable) -> None:
        """`statement` takes all that differs as parameters (`bindparam`), lists with `expanding=True`."""
        assert isinstance(statement, ClauseElement)
        self.statement = statement
        found = [each for each in iterate(statement) if isinstance(each, BindParameter)]
        self._lists = tuple(each.key for each in found if each.expanding)
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def run(self, connection: Connection, params: Params | Sequence[Params]) -> "Rows | CursorResult[*tuple[Any, ...]]":
        """Run it, once for each of several `params`. Raises: what SQLAlchemy raises."""
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            return connection.execute(self.statement, params)
        if self._lists and isinstance(params, Mapping):
            params = {**params, **{name: _padded(params[name]) for name in self._lists}}
        one = params if isinstance(params, Mapping) else params[0]
        key = (*one, *(len(one[name]) for name in self._lists))
        compiled = self._compiled.get(key)
        if compiled is None:
            lists = {name: len(one[name]) for name in self._lists}
            compiled = self._compiled[key] = _Compiled(self.statement, connection.dialect, tuple(one), lists)
        return compiled.run(driver, params)
