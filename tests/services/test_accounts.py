"""Accounts: one-use links, roles and capacities, one's own password and sessions; on both databases."""

import asyncio
from datetime import timedelta

import pytest

from escalation.database import Database, table_of
from escalation.kernel.errors import Invalid, NotFound
from escalation.people.devices import Device, device_of
from escalation.people.errors import (
    AccountDisabled,
    BadCredentials,
    BadLink,
    EmailTaken,
    LastAdmin,
    NotSignedIn,
    WeakPassword,
    WrongPassword,
)
from escalation.people.links import StaffLinks
from escalation.people.sessions import Sessions, end_all
from escalation.people.staff import Change, Member, Place, SessionRules, Staff
from escalation.people.tables import StaffLinkRow
from tests.fakes import CountingIds, FakeClock

PASSWORD = "correct horse battery"
ANOTHER = "seven purple teapots"
EMAIL = "ana@shop.test"
HOME = Place("192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


@pytest.fixture
def staff(company_database: Database) -> Staff:
    return Staff(company_database, CountingIds("staff"))


@pytest.fixture
def links(company_database: Database, staff: Staff) -> StaffLinks:
    return StaffLinks(company_database, staff, CountingIds("link"))


@pytest.fixture
def sessions(company_database: Database) -> Sessions:
    return Sessions(company_database, SessionRules())


async def ana(staff: Staff, role: str = "agent") -> Member:
    return await staff.add(EMAIL, "Ana", role, PASSWORD)


async def test_the_invited_make_their_account_by_the_link_and_are_signed_in(staff: Staff, links: StaffLinks) -> None:
    link, token = await links.invite(" Ana@Shop.test", "trainer", 7)
    assert [each.email for each in await links.invitations()] == [EMAIL]
    assert (await links.look(token)) == link
    session, cookie = await links.use(token, " Ana ", PASSWORD, HOME)
    assert (session.member.email, session.member.name, session.member.role) == (EMAIL, "Ana", "trainer")
    assert session.member.capacity == 7
    assert await staff.session(cookie) == session
    await staff.sign_in(EMAIL, PASSWORD)
    assert await links.invitations() == []


async def test_a_link_is_good_once_also_for_two_at_once(staff: Staff, links: StaffLinks) -> None:
    _, token = await links.invite(EMAIL, "agent", 4)
    both = (links.use(token, "Ana", PASSWORD, HOME), links.use(token, "Eve", ANOTHER, HOME))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(each, BadLink) for each in results) == 1
    assert len(await staff.accounts()) == 1
    with pytest.raises(BadLink):
        await links.look(token)


async def test_a_link_ends_and_a_newer_one_replaces_it(links: StaffLinks, clock: FakeClock) -> None:
    _, older = await links.invite(EMAIL, "agent", 4)
    _, newer = await links.invite(EMAIL, "supervisor", 4)
    with pytest.raises(BadLink):
        await links.use(older, "Ana", PASSWORD, HOME)
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert (await links.look(newer)).role == "supervisor"
    clock.advance(1)
    assert await links.invitations() == []
    for token in (newer, "", "made up"):
        with pytest.raises(BadLink):
            await links.look(token)
        with pytest.raises(BadLink):
            await links.use(token, "Ana", PASSWORD, HOME)


async def test_what_is_refused_leaves_the_link_good(links: StaffLinks) -> None:
    _, token = await links.invite(EMAIL, "agent", 4)
    for name, password, kind in (("Ana", "short", WeakPassword), ("Ana", "password123", WeakPassword)):
        with pytest.raises(kind):
            await links.use(token, name, password, HOME)
    with pytest.raises(Invalid, match="needs a name"):
        await links.use(token, "  ", PASSWORD, HOME)
    await links.use(token, "Ana", PASSWORD, HOME)


async def test_the_token_is_kept_as_a_hash_only(links: StaffLinks, company_database: Database) -> None:
    _, token = await links.invite(EMAIL, "agent", 4)
    stored = await company_database.read(lambda tx: str(tx.execute(table_of(StaffLinkRow).select()).all()))
    assert EMAIL in stored and token not in stored


async def test_nobody_is_invited_twice_or_to_what_there_is_not(staff: Staff, links: StaffLinks) -> None:
    await ana(staff)
    with pytest.raises(EmailTaken):
        await links.invite("ANA@shop.test", "agent", 4)
    for email, role, capacity in (("nobody", "agent", 4), ("a@b.test", "owner", 4), ("a@b.test", "agent", 0)):
        with pytest.raises(Invalid):
            await links.invite(email, role, capacity)


async def test_a_withdrawn_invitation_is_worthless(links: StaffLinks) -> None:
    link, token = await links.invite(EMAIL, "agent", 4)
    await links.withdraw(link.id)
    with pytest.raises(BadLink):
        await links.use(token, "Ana", PASSWORD, HOME)
    with pytest.raises(NotFound):
        await links.withdraw(link.id)


async def test_a_new_password_by_link_ends_every_session(staff: Staff, links: StaffLinks) -> None:
    member = await ana(staff)
    _, cookie = await staff.sign_in(EMAIL, PASSWORD)
    _, older = await links.reset(member.id)
    _, token = await links.reset(member.id)
    assert await links.invitations() == [], "it is no invitation"
    await staff.session(cookie)
    session, new_cookie = await links.use(token, "", ANOTHER, HOME)
    assert session.member == member
    with pytest.raises(NotSignedIn):
        await staff.session(cookie)
    await staff.session(new_cookie)
    with pytest.raises(BadCredentials):
        await staff.sign_in(EMAIL, PASSWORD)
    with pytest.raises(BadLink):
        await links.use(older, "", PASSWORD, HOME)


async def test_a_disabled_account_has_no_links(staff: Staff, links: StaffLinks) -> None:
    member = await ana(staff)
    _, token = await links.reset(member.id)
    await staff.set_disabled(member.id, True)
    with pytest.raises(BadLink):
        await links.use(token, "", ANOTHER, HOME)
    with pytest.raises(AccountDisabled):
        await links.reset(member.id)
    with pytest.raises(NotFound):
        await links.reset("nobody")


async def test_a_restore_revives_no_link(links: StaffLinks, company_database: Database) -> None:
    _, token = await links.invite(EMAIL, "agent", 4)
    await company_database.write(end_all)
    with pytest.raises(BadLink):
        await links.look(token)


async def test_changing_ones_password_asks_for_the_old_one_and_ends_the_other_sessions(staff: Staff) -> None:
    await ana(staff)
    mine, cookie = await staff.sign_in(EMAIL, PASSWORD)
    other, other_cookie = await staff.sign_in(EMAIL, PASSWORD)
    await staff.ticket(other.id)
    with pytest.raises(WrongPassword):
        await staff.change_password(mine, ANOTHER, ANOTHER)
    for weak in ("short", "password123", "ana ana ana"):
        with pytest.raises(WeakPassword):
            await staff.change_password(mine, PASSWORD, weak)
    assert (await staff.session(other_cookie)).id == other.id
    await staff.change_password(mine, PASSWORD, ANOTHER)
    assert (await staff.session(cookie)).id == mine.id
    with pytest.raises(NotSignedIn):
        await staff.session(other_cookie)
    with pytest.raises(BadCredentials):
        await staff.sign_in(EMAIL, PASSWORD)
    await staff.sign_in(EMAIL, ANOTHER)


async def test_of_two_changes_at_once_one_is_refused(staff: Staff) -> None:
    await ana(staff)
    mine, _ = await staff.sign_in(EMAIL, PASSWORD)
    changes = (
        staff.change_password(mine, PASSWORD, ANOTHER),
        staff.change_password(mine, PASSWORD, "nine green kettles"),
    )
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert sum(isinstance(each, WrongPassword) for each in results) == 1


async def test_ones_sessions_are_listed_and_ended_one_by_one(
    staff: Staff, sessions: Sessions, clock: FakeClock
) -> None:
    member = await ana(staff)
    await staff.add("tom@shop.test", "Tom", "agent", PASSWORD)
    theirs, _ = await staff.sign_in("tom@shop.test", PASSWORD)
    old, old_cookie = await staff.sign_in(EMAIL, PASSWORD)
    clock.advance(60)
    here, _ = await staff.sign_in(EMAIL, PASSWORD, HOME)
    found = await sessions.of(member.id)
    assert [each.id for each in found] == [here.id, old.id]
    assert (found[0].address, found[0].device) == ("192.0.2.7", Device("Firefox", "Linux"))
    assert (found[1].address, found[1].device) == ("", Device(None, None))
    with pytest.raises(NotFound):
        await sessions.end(member.id, theirs.id)
    await sessions.end(member.id, old.id)
    with pytest.raises(NotSignedIn):
        await staff.session(old_cookie)
    assert [each.id for each in await sessions.of(member.id)] == [here.id]
    clock.advance(timedelta(hours=4))
    assert await sessions.of(member.id) == [], "what fell idle is over"


async def test_a_role_and_a_capacity_are_changed_apart(staff: Staff) -> None:
    member = await ana(staff)
    assert (await staff.change(member.id, Change(role="trainer"))).capacity == 4
    assert (await staff.change(member.id, Change(capacity=9))).role == "trainer"
    (now,) = await staff.accounts()
    assert (now.role, now.capacity) == ("trainer", 9)
    for wrong in ({"role": "owner"}, {"capacity": 0}, {"capacity": 101}):
        with pytest.raises(Invalid):
            await staff.change(member.id, Change(**wrong))  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        await staff.change("nobody", Change(role="agent"))


async def test_the_last_admin_keeps_the_role_also_when_two_go_at_once(staff: Staff) -> None:
    first = await ana(staff, "admin")
    with pytest.raises(LastAdmin):
        await staff.change(first.id, Change(role="supervisor"))
    await staff.change(first.id, Change(role="admin", capacity=5))
    second = await staff.add("robin@shop.test", "Robin", "admin", PASSWORD)
    await staff.set_disabled(second.id, True)
    with pytest.raises(LastAdmin):
        await staff.change(first.id, Change(role="agent"))
    await staff.set_disabled(second.id, False)
    both = (staff.change(first.id, Change(role="agent")), staff.set_disabled(second.id, True))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(each, LastAdmin) for each in results) == 1


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge", "Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari", "macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Mobile Safari/604.1", "Chrome", "iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("python-httpx/0.28", "escalation command", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_a_device_in_two_words(user_agent: str, browser: str | None, system: str | None) -> None:
    assert device_of(user_agent) == Device(browser, system)
