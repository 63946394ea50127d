"""Prepared statements do what SQLAlchemy does with the same ones, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from escalation.database import Database, JSONDocument, Prepared, Transaction, UTCDateTime

NOTES = Table(
    "prepared_notes",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String, unique=True),
    Column("at", UTCDateTime),
    Column("body", JSONDocument),
)
WHOLE = select(NOTES).order_by(NOTES.c.id)
INSERT = Prepared(NOTES.insert())
ALL = Prepared(WHOLE)
SOME = Prepared(select(NOTES.c.name, NOTES.c.body).where(NOTES.c.id.in_(bindparam("ids", expanding=True))))
LATER = Prepared(select(NOTES.c.id).where(NOTES.c.at >= bindparam("since"), NOTES.c.name != "hidden").limit(1))
RENAME = Prepared(NOTES.update().where(NOTES.c.id == bindparam("key")))
COUNT = Prepared(select(func.count(), func.max(NOTES.c.at)).select_from(NOTES))

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
NUMBERS = st.integers(-(2**50), 2**50) | st.floats(-1000, 1000, width=32)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text('aäß漢"\\\n ✓', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "ä", "b c"]), inner, max_size=3),
    max_leaves=6,
)


def note(id: int, **own: Any) -> dict[str, Any]:
    return {"id": id, "name": f"note {id}", "at": NOON, "body": {"n": id}} | own


@pytest.fixture
def notes(database: Database) -> Iterator[Database]:
    database.write_now(lambda tx: NOTES.create(tx.connection))
    yield database
    database.write_now(lambda tx: NOTES.drop(tx.connection))


def test_rows_come_back_as_they_went_in(notes: Database) -> None:
    def work(tx: Transaction) -> tuple[Any, list[Any], list[Any]]:
        tx.execute(INSERT, note(1, body=None))
        tx.execute(INSERT, [note(2), note(3, at=None)])
        row = tx.execute(ALL).first()
        return row, [tuple(each) for each in tx.execute(ALL)], [tuple(each) for each in tx.execute(WHOLE)]

    row, prepared, plain = notes.write_now(work)
    assert prepared == plain == [
        (1, "note 1", NOON, None), (2, "note 2", NOON, {"n": 2}), (3, "note 3", None, {"n": 3})
    ]  # fmt: skip
    assert (row.id, row.name, row.at, row.body) == (1, "note 1", NOON, None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=VALUES, microsecond=st.integers(0, 999_999))
def test_any_value_is_stored_as_sqlalchemy_stores_it(notes: Database, body: Any, microsecond: int) -> None:
    at = NOON.replace(microsecond=microsecond)

    def work(tx: Transaction) -> list[Any]:
        tx.execute(NOTES.delete())
        tx.execute(INSERT, note(1, body=body, at=at))
        tx.execute(NOTES.insert(), note(2, body=body, at=at))
        return [(each.at, each.body) for rows in (tx.execute(ALL), tx.execute(WHOLE)) for each in rows]

    assert notes.write_now(work) == [(at, body)] * 4


def test_lists_of_any_length_and_constants_find_their_place(notes: Database) -> None:
    def work(tx: Transaction) -> list[Any]:
        tx.execute(INSERT, [note(number) for number in range(1, 6)])
        found = [sorted(tx.execute(SOME, {"ids": ids}).scalars()) for ids in ([2], [4, 1, 3], [9], [5, 2])]
        return [*found, list(tx.execute(LATER, {"since": NOON}).scalars()), tx.execute(COUNT).scalar_one()]

    found = notes.write_now(work)
    assert found == [["note 2"], ["note 1", "note 3", "note 4"], [], ["note 2", "note 5"], [1], 5]


def test_each_set_of_columns_is_a_statement_of_its_own(notes: Database) -> None:
    def work(tx: Transaction) -> list[Any]:
        tx.execute(INSERT, note(1))
        tx.execute(RENAME, {"key": 1, "name": "renamed"})
        tx.execute(RENAME, {"key": 1, "body": [1], "at": None})
        gone = tx.execute(RENAME, {"key": 7, "name": "nobody"}).rowcount
        return [gone, *tx.execute(ALL).one()]

    assert notes.write_now(work) == [0, 1, "renamed", None, [1]]


def test_what_the_database_refuses_is_the_error_sqlalchemy_raises(notes: Database) -> None:
    notes.write_now(lambda tx: tx.execute(INSERT, note(1)) and None)
    with pytest.raises(IntegrityError):
        notes.write_now(lambda tx: tx.execute(INSERT, note(2, name="note 1")) and None)
    with pytest.raises(IntegrityError):
        notes.write_now(lambda tx: tx.execute(INSERT, [note(3), note(1)]) and None)
    assert notes.read_now(lambda tx: tx.execute(COUNT).scalar_one()) == 1


def test_a_refused_statement_tells_no_values(notes: Database) -> None:
    notes.write_now(lambda tx: tx.execute(INSERT, note(1, name="a secret")) and None)
    with pytest.raises(IntegrityError) as refused:
        notes.write_now(lambda tx: tx.execute(INSERT, note(2, name="a secret", body="hush")) and None)
    assert "hush" not in str(refused.value)


def test_a_missing_parameter_is_refused(notes: Database) -> None:
    with pytest.raises(Exception, match="key"):
        notes.write_now(lambda tx: tx.execute(RENAME, {"name": "nobody"}) and None)


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_defaults_of_columns_are_refused_on_sqlite(notes: Database) -> None:
    table = Table("with_default", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer, default=3))
    with pytest.raises(TypeError, match="defaults"):
        notes.write_now(lambda tx: tx.execute(Prepared(table.insert()), {"id": 1}) and None)
