"""What monitoring and people who may not audit are told: the days that are over, and nothing of today's draws."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.conversations.service import Customer
from escalation.proof.certificate import AUDIT_WITHIN
from escalation.proof.claims import Figures
from escalation.proof.probation import Audited
from tests.services.company import LI, Company
from tests.services.test_audits import ORDER, REFUND, Office

DAY = timedelta(days=1)


@pytest.fixture
async def office(company: Company) -> Office:
    for name in ("ann", "bob", "cho"):
        await company.employ(name, "auditor")
    await company.proof.step()
    return Office(company)


async def figures(office: Office) -> Figures:
    return await office.claims.figures()


async def told_blind(office: Office) -> tuple[dict[str, Any], dict[str, Any]]:
    certificate, windows = await office.claims.certificate(live=False), await office.claims.windows(live=False)
    return certificate.model_dump(), windows.model_dump()


async def until_the_next_day(office: Office) -> None:
    now = office.company.clock.now()
    office.company.clock.advance(now.replace(hour=0, minute=0) + DAY - now)
    await office.company.proof.step()


async def test_before_the_first_answer_there_is_nothing_to_tell(office: Office) -> None:
    lanes = {"certified": 0, "probation": 0}
    assert await figures(office) == Figures(lanes, 0, 0, None, None, None, 0.0, 0, 0, False, Audited(0, 0, 0))


async def test_a_drawn_answer_shows_from_the_next_day_on(office: Office) -> None:
    before, blind = await figures(office), await told_blind(office)
    await office.answered()
    await office.company.proof.step()
    assert await figures(office) == before._replace(answers={"certified": 1, "probation": 0})
    assert await told_blind(office) == blind
    assert (await office.claims.certificate()).pending == 1 and (await office.claims.windows()).windows[0].points

    given = office.company.clock.now()
    office.company.clock.advance(1000)
    await office.company.proof.step()
    await until_the_next_day(office)
    after, (certificate, windows) = await figures(office), await told_blind(office)
    assert (after.due, after.late_today, after.bound) == (1, 0, 1.0)
    assert after.evidence is not None and after.needed is not None and after.evidence < after.needed
    assert (certificate["answers"], certificate["pending"], certificate["audits_due"]) == (1, 1, 1)
    assert certificate["oldest_due"] == given.replace(hour=0, minute=0, second=0, microsecond=0) + AUDIT_WITHIN
    assert [point["answers"] for point in windows["windows"][0]["points"]] == [1]


async def test_what_will_be_late_is_told_for_whole_days(office: Office) -> None:
    await office.answered()
    for days in range(1, 8):
        await until_the_next_day(office)
        assert (await figures(office)).late_today == (days == 7)
    await until_the_next_day(office)
    assert (await figures(office)).late_today == 0
    assert (await office.claims.certificate()).wrong == 1


async def test_breaker_and_stop_are_told_at_once(office: Office) -> None:
    await office.answered()
    await office.label("ann", ORDER)
    asked, level = 1, (await figures(office)).breaker
    while not office.company.proof.tripped:
        asked += 1
        await office.answered(Customer(f"customer-{asked}", "shop"))
        await office.label("ann", REFUND)
        await office.label("bob", REFUND)
        assert asked < 20
    found = await figures(office)
    assert level < found.breaker == 1.0 and found.stopped
    await office.company.say("anything", LI)
    assert found.answers["certified"] == asked
