"""A database of before sessions kept their place: who is signed in stays so through the upgrade."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from escalation.database import Database, Transaction, UTCDateTime
from escalation.database.migrate import _config, upgrade
from escalation.events import start_log
from escalation.kernel.ids import new_id
from escalation.people.devices import Device
from escalation.people.sessions import Sessions
from escalation.people.staff import SessionRules, Staff, fingerprint
from tests.fakes import FakeClock

TIMES = ("created_at", "expires_at", "used_at", "disabled_at")
COOKIE = "a cookie from before"


def table(name: str, *columns: str) -> sa.TableClause:
    """A table as it was."""
    kinds = {"capacity": sa.Integer, **dict.fromkeys(TIMES, UTCDateTime)}
    return sa.table(name, *(sa.column(each, kinds.get(each, sa.String)()) for each in columns))


def fill(tx: Transaction) -> None:
    ana = {"id": "ana", "email": "ana@shop.test", "name": "Ana", "role": "agent", "capacity": 4, "password_hash": "x"}
    ana |= {"created_at": tx.now, "disabled_at": None}
    tx.execute(table("staff", *ana).insert(), ana)
    session = {"token_hash": fingerprint(COOKIE), "id": "s", "staff": "ana", "csrf": "c"}
    session |= {"created_at": tx.now, "expires_at": tx.now + timedelta(hours=12), "used_at": tx.now}
    tx.execute(table("staff_sessions", *session).insert(), session)


@pytest.fixture
def at_seven(database_url: str, clock: FakeClock) -> Database:
    def begin(connection: sa.Connection) -> None:
        with connection.begin():
            command.upgrade(_config(connection), "0007")

    database = Database.open(database_url, clock=clock)
    database.alone(begin)
    database.write_now(fill)
    return database


async def test_a_session_of_before_goes_on_and_nobody_knows_from_where(at_seven: Database) -> None:
    try:
        upgrade(at_seven)
        at_seven.write_now(start_log)
        session = await Staff(at_seven, new_id).session(COOKIE)
        (found,) = await Sessions(at_seven, SessionRules()).of(session.member.id)
        assert (found.id, found.address, found.device) == ("s", "", Device(None, None))
    finally:
        at_seven.close()
