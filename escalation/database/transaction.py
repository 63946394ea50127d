"""What a function given to `Database.write` or `Database.read` works with."""

import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast, overload

from sqlalchemy import Connection, CursorResult, Executable, Row, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from escalation.database.prepared import Prepared, Rows
from escalation.database.types import table_of

Hook = Callable[["Transaction"], None]
Insert = postgresql.Insert | sqlite.Insert
Params = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
T = TypeVar("T")


# Statements are built once: building one takes longer than SQLite takes to run it.


@cache
def _insert(table: Table, postgres: bool) -> Insert:
    return postgresql.insert(table) if postgres else sqlite.insert(table)


@cache
def _add(table: Table, postgres: bool) -> Prepared:
    return Prepared(_insert(table, postgres))


@cache
def _upsert(table: Table, names: tuple[str, ...], postgres: bool) -> Prepared:
    keys = [column.name for column in table.primary_key.columns]
    statement = _insert(table, postgres)
    if not names:
        return Prepared(statement.on_conflict_do_nothing(index_elements=keys))
    set_ = {name: statement.excluded[name] for name in names}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=set_))


@cache
def _lock_one(table: Table, postgres: bool) -> Prepared:
    (key,) = table.primary_key.columns
    statement = select(table).where(key == bindparam("id_"))
    # A write on SQLite already has the whole database to itself.
    return Prepared(statement.with_for_update() if postgres else statement)


@cache
def _lock_many(table: Table, postgres: bool) -> Prepared:
    (key,) = table.primary_key.columns
    statement = select(table).where(key.in_(bindparam("ids", expanding=True))).order_by(key)
    return Prepared(statement.with_for_update() if postgres else statement)


class Transaction:
    """One transaction, alive only while the function runs that was given it.

    The function may be run again from its start (deadlock), so it must have no effects but rows.
    """

    __slots__ = ("_clock", "_hooks", "_known", "_last", "_now", "connection", "pending", "rung")

    def __init__(self, connection: Connection, clock: Callable[[Connection], datetime]) -> None:
        """`clock` is asked at most once, when `now` is first used."""
        self.connection = connection
        self.pending: list[Any] = []
        """What the features collected to be written by a hook as the last statements (the log: events)."""
        self.rung: set[str] = set()
        """Names of the streams appended to; listeners hear them after the commit."""
        self._clock = clock
        self._now: datetime | None = None
        self._hooks: list[Hook] = []
        self._last: list[Hook] = []
        self._known: dict[Hashable, Any] = {}

    @property
    def now(self) -> datetime:
        """The time of this transaction, aware UTC, fixed at first use. Ask after the locks are held."""
        if self._now is None:
            self._now = self._clock(self.connection)
        return self._now

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what `read` returned when it was first asked for by this key, in this transaction.

        For settings that several steps of a transaction go by and that no such transaction changes.
        """
        if key not in self._known:
            self._known[key] = read()
        return cast(T, self._known[key])

    @property
    def is_postgres(self) -> bool:
        """Whether several transactions may write at the same time."""
        return self.connection.dialect.name == "postgresql"

    @overload
    def execute(self, statement: Prepared, params: Params = ...) -> "Rows | CursorResult[*tuple[Any, ...]]": ...

    @overload
    def execute(self, statement: Executable, params: Params = ...) -> "CursorResult[*tuple[Any, ...]]": ...

    def execute(
        self, statement: Prepared | Executable, params: Params = None
    ) -> "Rows | CursorResult[*tuple[Any, ...]]":
        """Run one statement; a list of params runs it for each. Prepare what runs at every message."""
        if isinstance(statement, Prepared):
            return statement.run(self.connection, params or {})
        return self.connection.execute(statement, params)

    def lock(self, model: type[SQLModel], id: object) -> Row[Any] | None:
        """Lock the row with this primary key until the commit and return it as it is now; None if there is none.

        Lock in the one order of the design: conversations by id, agents by id, handoffs and offers.
        """
        return self.execute(_lock_one(table_of(model), self.is_postgres), {"id_": id}).first()

    def lock_all(self, model: type[SQLModel], ids: Iterable[object]) -> list[Row[Any]]:
        """Lock the rows with these primary keys, in order of the key; those that do not exist are left out."""
        return list(self.execute(_lock_many(table_of(model), self.is_postgres), {"ids": list(ids)}))

    def insert(self, model: type[SQLModel] | Table) -> Insert:
        """This database's INSERT, whose `on_conflict_do_nothing` and `on_conflict_do_update` are the same on both."""
        return _insert(model if isinstance(model, Table) else table_of(model), self.is_postgres)

    def add(self, model: type[SQLModel], row: Mapping[str, Any]) -> None:
        """Insert `row`, which names every column that is to have a value."""
        self.execute(_add(table_of(model), self.is_postgres), row)

    def upsert(self, model: type[SQLModel], row: Mapping[str, Any], *, update: Iterable[str] | None = None) -> None:
        """Insert `row`, or where its primary key exists set the columns `update` (default: all others) from it."""
        table = table_of(model)
        keys = table.primary_key.columns
        names = tuple(name for name in row if name not in keys) if update is None else tuple(update)
        self.execute(_upsert(table, names, self.is_postgres), row)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did to rows if it raises, so the function may catch the error and go on."""
        collected, last, rung = len(self.pending), len(self._last), set(self.rung)
        with self._nested():
            try:
                yield
            except BaseException:
                del self.pending[collected:]
                del self._last[last:]
                self.rung = rung
                raise

    @contextmanager
    def _nested(self) -> Iterator[None]:
        """A savepoint; on SQLite straight to the driver, as followers set one for each event."""
        driver = self.connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            with self.connection.begin_nested():
                yield
            return
        driver.execute("SAVEPOINT inner")
        try:
            yield
        except BaseException:
            if driver.in_transaction:  # otherwise SQLite took back everything, this too
                driver.execute("ROLLBACK TO inner")
                driver.execute("RELEASE inner")
            raise
        driver.execute("RELEASE inner")

    def before_commit(self, hook: Hook) -> None:
        """Run `hook` once after the function, as the last statements inside its savepoint."""
        if hook not in self._hooks:
            self._hooks.append(hook)

    def at_the_end(self, hook: Hook) -> None:
        """Run `hook` behind all others, once for each call: what takes a lock that every transaction takes last."""
        self._last.append(hook)

    def finish(self) -> None:
        """Run the hooks; called by the database when the function has returned."""
        for hook in (*self._hooks, *self._last):
            hook(self)
