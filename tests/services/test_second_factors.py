"""Second factors: nobody with one gets in by the password alone, and no code is good twice; on both databases."""

import asyncio
import base64
from datetime import timedelta

import pytest

from escalation.database import Database, table_of
from escalation.people import totp
from escalation.people.errors import (
    BadCredentials,
    NotSignedIn,
    SecondFactorMissing,
    SecondFactorRequired,
    SecondFactorWrong,
    WrongPassword,
)
from escalation.people.links import StaffLinks
from escalation.people.second_factors import Required, SecondFactors, require_had, reset_now
from escalation.people.staff import Place, Staff, StaffSession
from escalation.people.tables import RecoveryCodeRow
from escalation.security import Actor, SecurityLog
from escalation.security.log import Wanted
from tests.fakes import CountingIds, FakeClock

PASSWORD = "correct horse battery"
ANOTHER = "seven purple teapots"
EMAIL = "ana@shop.test"
KEY = b"a key"


class Ana:
    """Somebody with an account, a session and, once `sets_up`, an app."""

    def __init__(self, database: Database, clock: FakeClock, required: Required = "optional") -> None:
        self.database, self.clock = database, clock
        self.staff = Staff(database, CountingIds("staff"), factor_key=KEY)
        self.factors = SecondFactors(database, self.staff, KEY, required)
        self.session: StaffSession
        self.secret = b""

    async def comes(self, role: str = "agent") -> None:
        await self.staff.add(EMAIL, "Ana", role, PASSWORD)
        self.session, _ = await self.staff.sign_in(EMAIL, PASSWORD)

    async def sets_up(self) -> tuple[str, ...]:
        offer = await self.factors.offer(self.session, PASSWORD, None)
        self.secret = base64.b32decode(offer.secret)
        return await self.factors.confirm(self.session, self.code(), "192.0.2.1")

    def code(self) -> str:
        """What the app shows after the next half minute, so that it was never used."""
        self.clock.advance(totp.SECONDS)
        return totp.code_of(self.secret, totp.step_at(self.clock.now()))

    async def signs_in(self, code: str | None = None) -> StaffSession:
        return (await self.staff.sign_in(EMAIL, PASSWORD, code=code))[0]

    def kinds(self) -> list[str]:
        rows = self.database.read_now(lambda tx: SecurityLog.page(tx, Wanted(), 100))
        return [row.kind for row in reversed(rows)]


@pytest.fixture
async def ana(company_database: Database, clock: FakeClock) -> Ana:
    found = Ana(company_database, clock)
    await found.comes()
    return found


async def test_the_password_alone_is_not_enough_once_a_code_was_shown(ana: Ana) -> None:
    offer = await ana.factors.offer(ana.session, PASSWORD, None)
    await ana.signs_in()
    with pytest.raises(SecondFactorWrong):
        await ana.factors.confirm(ana.session, "000000")
    await ana.signs_in()
    assert not (await ana.signs_in()).member.second_factor
    ana.secret = base64.b32decode(offer.secret)
    codes = await ana.factors.confirm(ana.session, ana.code())
    assert len(codes) == 10
    with pytest.raises(SecondFactorRequired):
        await ana.signs_in()
    with pytest.raises(SecondFactorWrong):
        await ana.signs_in("000000")
    assert (await ana.signs_in(ana.code())).member.second_factor
    with pytest.raises(BadCredentials):
        await ana.staff.sign_in(EMAIL, "wrong wrong wrong", code=ana.code())


async def test_a_code_is_good_once_also_of_many_who_send_it_at_once(ana: Ana) -> None:
    await ana.sets_up()
    code = ana.code()
    tries = await asyncio.gather(*(ana.signs_in(code) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, StaffSession) for each in tries) == 1
    assert sum(isinstance(each, SecondFactorWrong) for each in tries) == 4


async def test_the_code_that_confirmed_signs_nobody_in(ana: Ana) -> None:
    await ana.sets_up()
    with pytest.raises(SecondFactorWrong):
        await ana.signs_in(totp.code_of(ana.secret, totp.step_at(ana.clock.now())))


async def test_recovery_codes_are_good_once_and_stored_as_hashes(ana: Ana) -> None:
    first, second, *_ = await ana.sets_up()
    await ana.signs_in(first.upper().replace("-", " "))
    with pytest.raises(SecondFactorWrong):
        await ana.signs_in(first)
    assert await ana.factors.recovery_codes_left(ana.session.member) == 9
    await ana.signs_in(second)
    assert ana.kinds().count("recovery_code_used") == 2
    table = table_of(RecoveryCodeRow)
    kept = ana.database.read_now(lambda tx: set(tx.execute(table.select()).scalars()))
    assert len(kept) == 8 and {len(each) for each in kept} == {64}, "SHA-256 in hexadecimal"


async def test_setting_it_up_ends_other_sessions(ana: Ana) -> None:
    _, elsewhere = await ana.staff.sign_in(EMAIL, PASSWORD)
    await ana.sets_up()
    with pytest.raises(NotSignedIn):
        await ana.staff.session(elsewhere)


async def test_another_one_takes_the_place_only_once_it_is_confirmed(ana: Ana) -> None:
    old_codes = await ana.sets_up()
    with pytest.raises(WrongPassword):
        await ana.factors.offer(ana.session, "wrong wrong wrong", ana.code())
    with pytest.raises(SecondFactorRequired):
        await ana.factors.offer(ana.session, PASSWORD, None)
    offer = await ana.factors.offer(ana.session, PASSWORD, ana.code())
    await ana.signs_in(ana.code())
    ana.secret = base64.b32decode(offer.secret)
    new_codes = await ana.factors.confirm(ana.session, ana.code())
    await ana.signs_in(ana.code())
    with pytest.raises(SecondFactorWrong):
        await ana.signs_in(old_codes[0])
    await ana.signs_in(new_codes[0])


async def test_it_is_taken_away_by_its_owner_with_password_and_code(ana: Ana) -> None:
    await ana.sets_up()
    with pytest.raises(WrongPassword):
        await ana.factors.remove(ana.session, "wrong wrong wrong", ana.code())
    with pytest.raises(SecondFactorWrong):
        await ana.factors.remove(ana.session, PASSWORD, "000000")
    await ana.factors.remove(ana.session, PASSWORD, ana.code())
    await ana.signs_in()
    assert await ana.factors.recovery_codes_left(ana.session.member) == 0


async def test_an_admin_takes_it_away_and_ends_the_sessions(ana: Ana) -> None:
    await ana.sets_up()
    _, cookie = await ana.staff.sign_in(EMAIL, PASSWORD, code=ana.code())
    assert not (await ana.factors.reset(ana.session.member.id, Actor("robin"))).second_factor
    with pytest.raises(NotSignedIn):
        await ana.staff.session(cookie)
    ana.session = await ana.signs_in()
    await ana.sets_up()
    assert reset_now(ana.database, EMAIL.upper()).id == ana.session.member.id
    await ana.signs_in()
    told = [kind for kind in ana.kinds() if "second_factor" in kind]
    assert told == ["second_factor_set", "second_factor_reset"] * 2


async def test_a_link_for_a_new_password_does_not_get_around_it(ana: Ana) -> None:
    links = StaffLinks(ana.database, ana.staff, CountingIds("link"))
    await ana.sets_up()
    _, token = await links.reset(ana.session.member.id)
    for code, refusal in ((None, SecondFactorRequired), ("000000", SecondFactorWrong)):
        with pytest.raises(refusal):
            await links.use(token, "", ANOTHER, Place(), code)
    with pytest.raises(BadCredentials):
        await ana.staff.sign_in(EMAIL, ANOTHER, code=ana.code())
    session, _ = await links.use(token, "", ANOTHER, Place(), ana.code())
    assert session.member.second_factor


@pytest.mark.parametrize(
    ("required", "role", "lacks"),
    [("optional", "admin", False), ("admins", "admin", True), ("admins", "agent", False), ("everybody", "agent", True)],
)
async def test_who_must_have_one(
    company_database: Database, clock: FakeClock, required: Required, role: str, lacks: bool
) -> None:
    ana = Ana(company_database, clock, required)
    await ana.comes(role)
    if not lacks:
        require_had(ana.session.member, required)
        return
    with pytest.raises(SecondFactorMissing):
        require_had(ana.session.member, required)
    await ana.sets_up()
    ana.session = await ana.signs_in(ana.code())
    require_had(ana.session.member, required)
    with pytest.raises(SecondFactorMissing):
        await ana.factors.remove(ana.session, PASSWORD, ana.code())


async def test_without_the_key_no_code_is_right(ana: Ana) -> None:
    await ana.sets_up()
    with pytest.raises(SecondFactorWrong):
        await Staff(ana.database, CountingIds("other")).sign_in(EMAIL, PASSWORD, code=ana.code())
    ana.clock.advance(timedelta(minutes=5))
    await ana.signs_in(ana.code())
