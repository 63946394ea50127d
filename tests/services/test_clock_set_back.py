"""The machine's clock is set back by minutes: nobody waits for the difference."""

from datetime import timedelta

import pytest

from escalation.conversations.consequences import EXPIRE, OFFER, SETTLE
from escalation.conversations.machine import UNDO_WITHIN
from escalation.conversations.tables import ResolutionRow, TimerRow, TurnRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.company import Company

BACK = timedelta(minutes=-10)


async def work(company: Company) -> None:
    """What the workers do once a second."""
    await company.timers.step()
    await company.turns.step()
    await company.turns.settle()


async def test_an_answer_does_not_wait_for_the_clock(company: Company) -> None:
    conversation = await company.say("where is my order")
    company.clock.advance(BACK)
    await work(company)
    company.clock.advance(1)
    await work(company)
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."
    assert await company.rows(TurnRow) == []


async def test_nor_does_a_person_where_the_classifier_is_away(company: Company) -> None:
    company.predictor.says = RuntimeError("away")
    conversation = await company.say("where is my order")
    company.clock.advance(BACK)
    await work(company)
    company.clock.advance(11)
    await work(company)
    assert (await company.state(conversation)).status is Status.WAITING


async def test_a_message_after_the_step_joins_the_turn_in_time(company: Company) -> None:
    conversation = await company.say("where is")
    company.clock.advance(BACK)
    await work(company)
    await company.say("my order")
    company.clock.advance(4)
    await work(company)
    assert company.predictor.asked == ["where is\nmy order"]
    assert (await company.state(conversation)).status is Status.BOT


async def test_a_resolution_is_learnt_from_in_time(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    await company.staff("ana", talk.Reply, conversation, text="Here.")
    await company.staff("ana", talk.Resolve, conversation, label="order", last_seen_seq=99)
    company.clock.advance(BACK)
    await company.timers.step()
    company.clock.advance(UNDO_WITHIN)
    await company.timers.step()
    (resolution,) = await company.rows(ResolutionRow)
    assert resolution.settled_at is not None


async def test_a_wait_is_never_longer_than_it_may_be(company: Company) -> None:
    company.timers.longest = {EXPIRE: company.rules.wait_at_most, OFFER: company.rules.offer_lasts}
    conversation = await company.waiting()
    company.clock.advance(timedelta(hours=-5))
    await company.timers.step()
    company.clock.advance(company.rules.wait_at_most)
    await company.timers.step()
    assert (await company.state(conversation)).outcome == "expired"


@pytest.mark.parametrize("forward", [0, 0.5, 300])
async def test_a_clock_that_goes_on_changes_no_plan(company: Company, forward: float) -> None:
    await company.waiting()
    before = await company.rows(TimerRow)
    assert SETTLE not in {row.kind for row in before}
    company.timers.longest = {SETTLE: UNDO_WITHIN, EXPIRE: company.rules.wait_at_most}
    company.clock.advance(forward)
    await company.timers.step()
    assert await company.rows(TimerRow) == before
