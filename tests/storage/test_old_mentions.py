"""A database of before calls were of two kinds: mentions stay, and what was whispered then calls nobody."""

import pytest
import sqlalchemy as sa
from alembic import command

from escalation.database import Database, Transaction, UTCDateTime
from escalation.database.migrate import _config, upgrade
from escalation.desk import calls
from tests.fakes import FakeClock


def table(name: str, *columns: str) -> sa.TableClause:
    """A table as it was."""
    kinds = {"seq": sa.Integer, "at": UTCDateTime}
    return sa.table(name, *(sa.column(each, kinds.get(each, sa.String)()) for each in columns))


def fill(tx: Transaction) -> None:
    mention = {"agent": "ana", "conversation": "c1", "seq": 7, "at": tx.now}
    tx.execute(table("mentions", *mention).insert(), mention)
    whisper = {"id": "w1", "conversation": "c1", "agent": "ana", "by": "sue", "at": tx.now, "text": "psst"}
    tx.execute(table("whispers", *whisper).insert(), whisper)


@pytest.fixture
def before_calls(database_url: str, clock: FakeClock) -> Database:
    def begin(connection: sa.Connection) -> None:
        with connection.begin():
            command.upgrade(_config(connection), "0045")

    database = Database.open(database_url, clock=clock)
    database.alone(begin)
    database.write_now(fill)
    return database


def test_who_was_mentioned_before_still_is(before_calls: Database) -> None:
    try:
        upgrade(before_calls)
        found = before_calls.read_now(lambda tx: calls.of(tx, "ana"))
        assert found == {"mention": {"c1": 7}, "whisper": {}}
    finally:
        before_calls.close()
