"""Places in a queue as waiting customers are told them: in order, and only where somebody can come."""

from datetime import timedelta

import pytest

from escalation.desk.handoffs import Handoffs
from escalation.desk.queue_places import QueuePlaces
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence
from tests.services.company import Company, Customer, an_id


def places(company: Company) -> QueuePlaces:
    handoffs = Handoffs(company.ids, company.rules)
    return QueuePlaces(company.database, lambda tx, site, queue: handoffs.promise(tx, site, queue) == "handed_off")


async def several(company: Company, count: int) -> list[str]:
    found = []
    for number in range(count):
        found.append(await company.waiting(Customer(f"customer{number}", "shop", "en")))
        company.clock.advance(5)
    return found


async def test_places_follow_the_order_of_coming_and_move_up(company: Company) -> None:
    await company.arrive("ana")
    first, second, third = await several(company, 3)
    assert {id: each.position for id, each in (await places(company).of([first, second, third])).items()} == {
        first: 1, second: 2, third: 3,
    }  # fmt: skip
    await company.staff("ana", talk.Claim, first)
    assert {id: each.position for id, each in (await places(company).of([third, first])).items()} == {third: 2}


async def test_another_queue_is_another_line(company: Company) -> None:
    await company.arrive("ana")
    first, second = await several(company, 2)
    await company.staff("ana", talk.Claim, first)
    await company.staff("ana", talk.Transfer, first, queue="billing")
    found = await places(company).of([first, second])
    assert [found[first].position, found[second].position] == [1, 1]


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_without_departures_there_is_a_place_and_no_range(company: Company) -> None:
    await company.arrive("ana")
    (only,) = await several(company, 1)
    assert (await places(company).of([only]))[only].range is None


async def test_a_range_comes_from_those_who_were_taken(company: Company) -> None:
    await company.arrive("sue")
    for number in range(6):
        taken = await company.waiting(Customer(f"early{number}", "shop", "en"))
        company.clock.advance(20)
        await company.attendance.renew({"tab-of-sue": "sue"})
        await company.staff("sue", talk.Claim, taken)
        await company.staff("sue", talk.HandBack, taken)
    (mine,) = await several(company, 1)
    found = (await places(company).of([mine]))[mine].range
    assert found is not None
    assert 1 <= found.high <= 10


async def test_nothing_is_promised_where_nobody_is_present(company: Company) -> None:
    alone = await company.waiting(Customer("early", "shop", "en"))
    assert await places(company).of([alone]) == {}, "they were told that nobody is there"
    await company.arrive("ana")
    (mine,) = await several(company, 1)
    assert set(await places(company).of([mine])) == {mine}
    await company.as_agent("ana", SetPresence(command_id=an_id(), availability="away"))
    assert await places(company).of([mine]) == {}


async def test_who_gave_up_has_no_place(company: Company) -> None:
    await company.arrive("ana")
    mine = await company.waiting()
    await company.as_customer(talk.CancelHandoff(command_id=an_id()))
    company.clock.advance(timedelta(seconds=1).total_seconds())
    assert await places(company).of([mine]) == {}
