"""The room that people have, counted on the desk, when the bot decides."""

from dataclasses import replace

from escalation.conversations.capacity import CapacityRule, Room
from escalation.conversations.ports import Rules
from escalation.conversations.tables import DecisionRow
from escalation.protocol.states import Status
from tests.services.acting import claimed
from tests.services.company import LI, Company, a_prediction


def by_capacity(company: Company, **rule: float) -> None:
    company.conversations._rules = Rules(capacity=replace(CapacityRule(), **rule))


async def test_idle_people_get_what_the_bot_would_answer_only_just(company: Company) -> None:
    by_capacity(company, idle_share=0.5, idle_step=0.3)
    company.predictor.says = a_prediction("order", 0.85)
    answered = await company.say("where is my order?")
    await company.bot()
    assert (await company.state(answered)).status is Status.BOT, "nobody is here, so nobody is idle"
    await company.arrive("ana")
    handed = await company.say("where is my parcel?", LI)
    await company.bot()
    assert (await company.state(handed)).status is Status.WAITING
    kept = {row.conversation: (row.action, row.reason, row.grounds) for row in await company.rows(DecisionRow)}
    assert kept[answered] == ("answer", None, "prediction")
    assert kept[handed] == ("hand_off", "low_confidence", "capacity")


async def test_the_desk_counts_units_of_who_is_online_and_all_who_wait(company: Company) -> None:
    await claimed(company)
    await company.waiting(LI)
    await company.arrive("ana", "tom")
    room = await company.database.read(company.conversations.room)
    assert (room.capacity - room.free, room.waiting) == (1, 1)
    company.clock.advance(60)
    assert await company.database.read(company.conversations.room) == Room(waiting=1), "leases are over"
