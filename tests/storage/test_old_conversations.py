"""A database of before contacts were handled and conversations found: its rows are carried over and can be found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from escalation.conversations.digests import is_as_written
from escalation.conversations.model import Conversation
from escalation.conversations.search import Wanted
from escalation.conversations.search_index import CHUNK, SearchIndexer
from escalation.conversations.tables import ContactRow, MessageRow
from escalation.database import Database, JSONDocument, Transaction, UTCDateTime, table_of
from escalation.database.migrate import _config, upgrade
from escalation.desk import contacts, finding
from escalation.protocol.states import Status
from tests.fakes import FakeClock

SOME = CHUNK + 3
"""More than one chunk."""


def old(name: str, *columns: str) -> sa.TableClause:
    """A table as it was: text, but for times and documents."""
    types = {"at": UTCDateTime, "began_at": UTCDateTime, "last_activity_at": UTCDateTime, "state": JSONDocument}
    types |= {
        "body": JSONDocument,
        "epoch": sa.Integer,
        "seq": sa.Integer,
        "number": sa.Integer,
        "internal": sa.Boolean,
    }
    return sa.table(name, *(sa.column(each, types.get(each, sa.String)()) for each in columns))


@pytest.fixture
def upgraded(database_url: str, clock: FakeClock) -> Iterator[Database]:
    """Filled as the first release left it, then brought up to date."""
    database = Database.open(database_url, clock=clock)
    database.alone(first_release)
    database.write_now(fill)
    upgrade(database)
    yield database
    database.close()


def first_release(connection: sa.Connection) -> None:
    with connection.begin():
        command.upgrade(_config(connection), "0001")


def fill(tx: Transaction) -> None:
    conversations = old(
        *("conversations", "id", "customer", "site", "status", "controller", "epoch", "seq", "last_activity_at"),
        "state",
    )
    messages = old("messages", "id", "conversation", "seq", "at", "author", "author_id", "kind", "internal", "body")
    episodes = old("episodes", "conversation", "number", "kind", "began_at", "began_because")
    for number in range(SOME):
        id = f"conversation-{number:02}"
        state = Conversation(id=id, customer=f"customer-{number}", site="shop", status=Status.CLOSED, outcome="expired")
        row = {"id": id, "customer": state.customer, "site": "shop", "status": "closed", "controller": "nobody"}
        row |= {"epoch": 3, "seq": 4, "last_activity_at": tx.now, "state": state.model_dump(mode="json")}
        tx.execute(conversations.insert(), row)
        said = {"id": f"m{number}", "conversation": id, "seq": 2, "at": tx.now, "author": "customer", "author_id": "c"}
        said |= {"kind": "text", "internal": False, "body": {"kind": "text", "text": f"an old parcel {number}"}}
        tx.execute(messages.insert(), said)
        episode = {"conversation": id, "number": 1, "kind": "bot", "began_at": tx.now, "began_because": "bot"}
        tx.execute(episodes.insert(), episode)
    left = {"conversation": "conversation-00", "at": tx.now, "email": "old@example.org", "name": ""}
    tx.execute(old("contacts", "conversation", "at", "email", "name").insert(), left)


async def test_the_first_release_is_carried_over(upgraded: Database) -> None:
    """One test: to fill and upgrade a database takes seconds."""
    messages_count_as_written(upgraded)
    await an_address_is_open(upgraded)
    await conversations_are_found_once_indexed(upgraded)


def messages_count_as_written(upgraded: Database) -> None:
    rows = upgraded.read_now(lambda tx: [dict(row) for row in tx.execute(table_of(MessageRow).select()).mappings()])
    assert len(rows) >= SOME and all(row["digest"] and is_as_written(row) for row in rows)
    assert not is_as_written({**rows[0], "body": {"kind": "text", "text": "never said"}})


async def an_address_is_open(upgraded: Database) -> None:
    (row,) = await upgraded.read(lambda tx: list(tx.execute(table_of(ContactRow).select())))
    assert (row.email, row.agent, row.taken_at, row.done_at) == ("old@example.org", None, None, None)
    assert (await upgraded.read(contacts.counts)).open == 1


async def conversations_are_found_once_indexed(upgraded: Database) -> None:
    before = await upgraded.read(lambda tx: finding.page(tx, Wanted("parcel"), None, 100))
    assert (before.conversations, before.missing) == ([], SOME)
    assert await SearchIndexer(upgraded, quiet=timedelta(0)).step() == SOME
    after = await upgraded.read(lambda tx: finding.page(tx, Wanted("old parcel", outcome="expired"), None, 100))
    assert (len(after.conversations), after.missing) == (SOME, 0)
