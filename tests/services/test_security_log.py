"""The security log: one chain on both databases, which shows what was changed by hand; floods are counted."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Table, delete, select, update

from escalation.database import Database, Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.people.accounts import Change
from escalation.people.staff import Place, Staff
from escalation.security import COMMAND, Actor, SecurityLog
from escalation.security.actors import stranger
from escalation.security.chain import START, Chain, Entry
from escalation.security.log import Wanted
from escalation.security.refusals import MOST_APART, Refusals
from escalation.security.tables import SecurityLogHead, SecurityLogRow
from escalation.verification import verify_database
from tests.fakes import CountingIds, FakeClock

ROWS: Table = table_of(SecurityLogRow)
HEAD: Table = table_of(SecurityLogHead)
ANA = Actor("ana", "192.0.2.1")


def check(database: Database, expect: str | None = None) -> Chain:
    return database.read_now(lambda tx: SecurityLog.check(tx, expect))


def newest_first(database: Database, **wanted: str) -> list[Entry]:
    return database.read_now(lambda tx: SecurityLog.page(tx, Wanted(**wanted), 1_000))


def fill(database: Database, count: int) -> None:
    for number in range(count):
        database.write_now(lambda tx, n=number: SecurityLog.add(tx, "verified", ANA, f"s{n}", {"findings": n}))


async def test_those_who_write_at_once_make_one_chain(company_database: Database) -> None:
    async def write(number: int) -> None:
        await company_database.write(lambda tx: SecurityLog.add(tx, "verified", ANA, facts={"findings": number}))

    await asyncio.gather(*(write(number) for number in range(40)))
    found = check(company_database)
    assert (found.rows, found.problem) == (40, None)
    rows = newest_first(company_database)
    assert [row.seq for row in rows] == list(range(40, 0, -1))
    assert rows[-1].previous == START
    assert found.newest == rows[0].hash


def test_what_is_undone_leaves_no_row(company_database: Database) -> None:
    def work(tx: Transaction) -> None:
        SecurityLog.add(tx, "verified", ANA, "kept")
        try:
            with tx.savepoint():
                SecurityLog.add(tx, "verified", ANA, "undone")
                raise NotFound("nothing")
        except NotFound:
            pass

    def fail(tx: Transaction) -> None:
        SecurityLog.add(tx, "verified", ANA, "failed")
        raise NotFound("nothing")

    company_database.write_now(work)
    with pytest.raises(NotFound):
        company_database.write_now(fail)
    assert [row.subject for row in newest_first(company_database)] == ["kept"]
    assert check(company_database).problem is None


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        (update(ROWS).where(ROWS.c.seq == 3).values(actor="somebody else"), "row 3"),
        (update(ROWS).where(ROWS.c.seq == 3).values(facts={"findings": 0}), "row 3"),
        (update(ROWS).where(ROWS.c.seq == 4).values(previous=START), "row 4"),
        (delete(ROWS).where(ROWS.c.seq == 2), "row 2"),
        (delete(ROWS).where(ROWS.c.seq == 1), "row 1"),
        (delete(ROWS).where(ROWS.c.seq > 3), "row 4"),
        (delete(HEAD), "row 6"),
    ],
)
def test_the_first_row_that_does_not_fit_is_named(company_database: Database, statement: object, row: str) -> None:
    fill(company_database, 5)
    company_database.write_now(lambda tx: tx.execute(statement) and None)  # type: ignore[call-overload]
    problem = check(company_database).problem
    assert problem is not None and f"{row} " in problem
    assert [str(each) for each in company_database.read_now(verify_database)] == [f"security log: chain: {problem}"]


def test_a_log_cut_off_with_its_head_is_noticed_by_a_hash_that_was_kept(company_database: Database) -> None:
    fill(company_database, 5)
    kept = check(company_database).newest
    fill(company_database, 2)
    assert check(company_database, kept).problem is None, "the log may have grown since"

    def cut(tx: Transaction) -> None:
        tx.execute(ROWS.delete().where(ROWS.c.seq > 4))
        tx.execute(HEAD.update().values(seq=4, hash=select(ROWS.c.hash).where(ROWS.c.seq == 4).scalar_subquery()))

    company_database.write_now(cut)
    assert check(company_database).problem is None, "nothing in the database itself tells"
    problem = check(company_database, kept).problem
    assert problem is not None and kept in problem and "4 rows" in problem


async def test_a_flood_of_refusals_is_counted(company_database: Database, clock: FakeClock) -> None:
    refusals = Refusals(company_database, clock)
    for number in range(500):
        await refusals.note("sign_in_refused", stranger("203.0.113.9"), f"guess{number % 3}@example.com")
    await refusals.note("sign_in_refused", stranger("203.0.113.10"), "ana@example.com", lambda _: "ana")
    assert [(row.address, row.facts) for row in newest_first(company_database)] == [
        ("203.0.113.10", {}), ("203.0.113.9", {}),
    ]  # fmt: skip
    clock.advance(timedelta(seconds=61))
    await refusals.note("sign_in_refused", stranger("203.0.113.9"), "ana@example.com", lambda _: "ana")
    again, counted, *_ = newest_first(company_database)
    assert (counted.address, counted.facts) == ("203.0.113.9", {"repeated": 499, "different": 3})
    assert (again.address, again.subject, again.facts) == ("203.0.113.9", "ana", {})
    assert not any("guess" in str(row) for row in newest_first(company_database)), "what was typed is not kept"


async def test_a_flood_from_many_addresses_is_counted_together(company_database: Database, clock: FakeClock) -> None:
    refusals = Refusals(company_database, clock)
    for number in range(300):
        await refusals.note("sign_in_refused", stranger(f"2001:db8::{number:x}"), f"{number}")
    await refusals.note("permission_refused", ANA, "train", lambda _: "ana")
    await refusals.flush()
    rows = newest_first(company_database)
    assert len(rows) == MOST_APART + 3
    together = [row.facts for row in rows if row.kind == "sign_in_refused" and not row.address]
    assert together == [{"repeated": 300 - MOST_APART - 1, "different": 300 - MOST_APART}, {}]
    assert [row.subject for row in rows if row.kind == "permission_refused"] == ["ana"], "members count by themselves"
    await refusals.flush()
    assert len(newest_first(company_database)) == len(rows)


async def test_accounts_and_sign_ins_are_told_of(company_database: Database) -> None:
    staff = Staff(company_database, CountingIds("staff"))
    robin = Actor("robin", "192.0.2.7")
    ana = await staff.add("ana@shop.test", "Ana", "agent", "correct horse battery", by=robin)
    await staff.change(ana.id, Change("trainer", 9), by=robin)
    await staff.change(ana.id, Change("trainer", 9), by=robin)
    session, _ = await staff.sign_in("ana@shop.test", "correct horse battery", Place("192.0.2.1"))
    await staff.change_password(session, "correct horse battery", "seven purple teapots", "192.0.2.1")
    await staff.add("robin@shop.test", "Robin", "admin", "correct horse battery")
    await staff.set_disabled(ana.id, True, by=robin)
    await staff.set_disabled(ana.id, True, by=robin)
    staff.set_disabled_now("ana@shop.test", False)
    told = [(row.kind, row.actor, row.address) for row in reversed(newest_first(company_database, person=ana.id))]
    assert told == [
        ("account_made", "robin", "192.0.2.7"),
        ("role_changed", "robin", "192.0.2.7"),
        ("capacity_changed", "robin", "192.0.2.7"),
        ("signed_in", ana.id, "192.0.2.1"),
        ("password_changed", ana.id, "192.0.2.1"),
        ("account_disabled", "robin", "192.0.2.7"),
        ("account_enabled", "command", ""),
    ]
    rows = newest_first(company_database)
    assert not any(word in str(row) for row in rows for word in ("correct horse", "teapots"))
    assert [row.facts for row in rows if row.kind == "role_changed"] == [{"before": "agent", "after": "trainer"}]


def test_pages_are_by_kind_person_and_time(company_database: Database, clock: FakeClock) -> None:
    company_database.write_now(lambda tx: SecurityLog.add(tx, "verified", COMMAND))
    later = clock.advance(60)
    company_database.write_now(lambda tx: SecurityLog.add(tx, "invited", Actor("robin"), "nora@example.com"))
    found = company_database.read_now(lambda tx: SecurityLog.page(tx, Wanted(since=later), 10))
    assert [row.kind for row in found] == ["invited"]
    assert [row.seq for row in newest_first(company_database, kind="verified")] == [1]
    assert [row.seq for row in newest_first(company_database, person="nora@example.com")] == [2]
