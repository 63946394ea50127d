"""Staff sign in, customers are recognised, and nothing that is not genuine, over or used up is let in."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from escalation.database import Database, table_of
from escalation.kernel.errors import Invalid, NotFound
from escalation.people import passwords
from escalation.people import staff as accounts
from escalation.people.customers import Customers
from escalation.people.errors import (
    AccountDisabled,
    BadCredentials,
    BadToken,
    EmailTaken,
    LastAdmin,
    NotSignedIn,
    WeakPassword,
)
from escalation.people.permissions import Permission
from escalation.people.staff import SessionRules, Staff, StaffSession
from escalation.people.tables import CustomerRow, SessionRow, StaffRow, TicketRow
from tests.conftest import hasher_of_the_product
from tests.fakes import CountingIds, FakeClock

PASSWORD = "correct horse battery"
EMAIL = "ana@shop.test"


def test_the_product_hashes_with_argon2id_and_64_mebibytes() -> None:
    assert hasher_of_the_product().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.fixture
def staff(company_database: Database) -> Staff:
    return Staff(company_database, CountingIds("staff"))


@pytest.fixture
def customers(company_database: Database) -> Customers:
    return Customers(company_database, CountingIds("customer"), b"a key")


async def ana(staff: Staff) -> tuple[StaffSession, str]:
    await staff.add(" Ana@Shop.test ", " Ana ", "agent", PASSWORD)
    return await staff.sign_in(EMAIL, PASSWORD)


async def disable(staff: Staff, disabled: bool = True) -> None:
    (member,) = [each for each in await staff.accounts() if each.email == EMAIL]
    assert (await staff.set_disabled(member.id, disabled)).disabled is disabled


async def test_signing_in_opens_a_session(staff: Staff, company_database: Database) -> None:
    session, cookie = await ana(staff)
    assert (session.member.email, session.member.name, session.member.role) == (EMAIL, "Ana", "agent")
    assert await staff.session(cookie) == session
    assert (await staff.sign_in("  ANA@shop.TEST", PASSWORD))[1] != cookie
    stored = await company_database.read(lambda tx: [str(tx.execute(select(table_of(t))).all()) for t in SECRETS])
    assert not any(secret in text for text in stored for secret in (PASSWORD, cookie)), (
        "secrets are kept as hashes only"
    )


SECRETS = (StaffRow, SessionRow)


async def test_what_is_wrong_at_sign_in_is_not_said(staff: Staff) -> None:
    await ana(staff)
    messages = set()
    for email, password in ((EMAIL, "wrong password"), ("nobody@shop.test", PASSWORD), (EMAIL, ""), ("", "")):
        with pytest.raises(BadCredentials) as refused:
            await staff.sign_in(email, password)
        messages.add(refused.value.message)
    await disable(staff)
    with pytest.raises(BadCredentials) as refused:
        await staff.sign_in(EMAIL, "wrong password")
    assert messages | {refused.value.message} == {"E-mail or password is wrong."}
    with pytest.raises(AccountDisabled, match="Ask an admin"):
        await staff.sign_in(EMAIL, PASSWORD)


async def test_an_unknown_e_mail_costs_a_comparison_too(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str | None] = []
    monkeypatch.setattr(accounts, "verify", lambda _, stored: bool(compared.append(stored)))
    for email in ("nobody@shop.test", "somebody@shop.test"):
        with pytest.raises(BadCredentials):
            await staff.sign_in(email, PASSWORD)
    assert compared == [None, None]
    monkeypatch.undo()
    assert not passwords.verify(PASSWORD, None)


async def test_sessions_end(company_database: Database, clock: FakeClock) -> None:
    staff = Staff(company_database, CountingIds("staff"), SessionRules(idle=timedelta(days=1)))
    session, cookie = await ana(staff)
    clock.advance(timedelta(hours=12) - timedelta(seconds=1))
    assert await staff.session(cookie) == session
    clock.advance(1)
    for wrong in (cookie, None, "", "made up"):
        with pytest.raises(NotSignedIn):
            await staff.session(wrong)


async def test_signing_out_ends_the_session_and_its_tickets(staff: Staff) -> None:
    session, cookie = await ana(staff)
    ticket = await staff.ticket(session.id)
    other, other_cookie = await staff.sign_in(EMAIL, PASSWORD)
    await staff.sign_out(session.id)
    with pytest.raises(NotSignedIn):
        await staff.session(cookie)
    with pytest.raises(BadToken):
        await staff.redeem(ticket)
    assert await staff.session(other_cookie) == other, "the other browser stays signed in"


async def test_a_disabled_member_is_out_at_once(staff: Staff, company_database: Database) -> None:
    session, cookie = await ana(staff)
    ticket = await staff.ticket(session.id)
    await disable(staff)
    with pytest.raises(NotSignedIn):
        await staff.session(cookie)
    with pytest.raises(BadToken):
        await staff.redeem(ticket)
    assert await staff.all() == []
    assert [each.disabled for each in await staff.accounts()] == [True]
    for table in (table_of(SessionRow), table_of(TicketRow)):
        assert not await company_database.read(lambda tx, of=table: tx.execute(select(of)).all())


async def test_an_enabled_account_signs_in_anew(staff: Staff) -> None:
    _, cookie = await ana(staff)
    await disable(staff)
    await disable(staff, False)
    with pytest.raises(NotSignedIn):
        await staff.session(cookie)
    assert (await staff.sign_in(EMAIL, PASSWORD))[0].member.disabled is False


async def test_of_the_admins_one_stays(staff: Staff) -> None:
    first = await staff.add("robin@shop.test", "Robin", "admin", PASSWORD)
    second = await staff.add("kim@shop.test", "Kim", "admin", PASSWORD)
    both = (staff.set_disabled(each.id, True) for each in (first, second))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(each, LastAdmin) for each in outcomes) == 1
    assert [each.role for each in await staff.all()] == ["admin"]
    with pytest.raises(NotFound):
        await staff.set_disabled("nobody", True)


async def test_a_ticket_is_used_once(staff: Staff) -> None:
    session, _ = await ana(staff)
    ticket = await staff.ticket(session.id)
    outcomes = await asyncio.gather(*(staff.redeem(ticket) for _ in range(5)), return_exceptions=True)
    assert [each for each in outcomes if isinstance(each, StaffSession)] == [session]
    assert sum(isinstance(each, BadToken) for each in outcomes) == 4


async def test_a_ticket_lasts_thirty_seconds(staff: Staff, clock: FakeClock, company_database: Database) -> None:
    session, _ = await ana(staff)
    in_time, late = await staff.ticket(session.id), await staff.ticket(session.id)
    clock.advance(30)
    assert await staff.redeem(in_time) == session
    clock.advance(0.001)
    with pytest.raises(BadToken):
        await staff.redeem(late)
    with pytest.raises(BadToken):
        await staff.redeem("made up")
    await staff.ticket(session.id)
    assert len(await company_database.read(lambda tx: tx.execute(select(table_of(TicketRow))).all())) == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": "no address"}, Invalid),
        ({"name": "  "}, Invalid),
        ({"role": "boss"}, Invalid),
        ({"capacity": 0}, Invalid),
        ({"capacity": 101}, Invalid),
        ({"password": "too short"}, WeakPassword),
        ({"password": "Password1234!"}, WeakPassword),
    ],
)
async def test_an_account_must_make_sense(staff: Staff, fields: dict[str, object], error: type[Exception]) -> None:
    typical = {"email": EMAIL, "name": "Ana", "role": "agent", "password": PASSWORD, "capacity": 4}
    with pytest.raises(error):
        await staff.add(**{**typical, **fields})  # type: ignore[arg-type]
    assert await staff.all() == []


async def test_one_account_for_an_e_mail(staff: Staff) -> None:
    copies = (staff.add(EMAIL, f"Ana {number}", "agent", PASSWORD) for number in range(4))
    outcomes = await asyncio.gather(*copies, return_exceptions=True)
    assert sum(isinstance(each, EmailTaken) for each in outcomes) == 3
    with pytest.raises(EmailTaken):
        await staff.add("ANA@shop.test", "Ana", "agent", PASSWORD)


@pytest.mark.parametrize(
    ("role", "supervises", "trains"),
    [("agent", False, False), ("supervisor", True, True), ("trainer", False, True), ("admin", True, True)],
)
async def test_roles(staff: Staff, role: str, supervises: bool, trains: bool) -> None:
    member = await staff.add(EMAIL, "Ana", role, PASSWORD)
    assert (member.may(Permission.SUPERVISE), member.may(Permission.EDIT_CATALOGUE)) == (supervises, trains)


async def test_members_and_their_names(staff: Staff, company_database: Database) -> None:
    member = await staff.add(EMAIL, "Ana", "agent", PASSWORD)
    assert await company_database.read(lambda tx: accounts.member(tx, member.id)) == member
    assert await company_database.read(lambda tx: accounts.names(tx, {member.id, "x"})) == {member.id: "Ana"}
    with pytest.raises(NotFound):
        await company_database.read(lambda tx: accounts.member(tx, "x"))


async def test_a_customer_is_known_by_their_token(customers: Customers, company_database: Database) -> None:
    visitor, token = await customers.register("shop", "es")
    assert replace(customers.recognise(token), token_of=None) == visitor
    (row,) = await company_database.read(lambda tx: tx.execute(select(table_of(CustomerRow))).all())
    assert (row.id, row.site, row.locale) == (visitor.id, "shop", "es")


async def test_a_token_cannot_be_forged_or_moved(customers: Customers, company_database: Database) -> None:
    _, token = await customers.register("shop", "es")
    _, other = await customers.register("shop", "en")
    elsewhere = Customers(company_database, CountingIds(), b"another key")
    payload, signature = token.rsplit(".", 1)
    _, other_signature = other.rsplit(".", 1)
    with pytest.raises(BadToken):
        elsewhere.recognise(token)
    changed = [f"{payload[:-1]}{'A' if payload[-1] != 'A' else 'B'}.{signature}", f"{payload}.{other_signature}"]
    for forged in (*changed, payload, f"{payload}.", token[1:], "", ".", "x", "é.é", "\x00", "a" * 5_000):
        with pytest.raises(BadToken):
            customers.recognise(forged)
