"""Complaints about handing over between bot and people, each by its name."""

from datetime import timedelta

from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.acting import claimed, resolve
from tests.services.company import LI, Company

RESOLVED = "system: resolved"


async def test_silent_after_hand_back(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.HandBack, conversation)
    await company.say("where is it?")
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_handover_works_only_once(company: Company) -> None:
    conversation = await claimed(company)
    for _ in range(2):
        await company.staff("ana", talk.HandBack, conversation)
        await company.say("let me talk to a person please")
        assert (await company.state(conversation)).status is Status.WAITING
        await company.staff("ana", talk.Claim, conversation)
    assert (await company.state(conversation)).controller == "ana"


async def test_a_reopened_conversation_skips_the_bot(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    company.clock.advance(timedelta(hours=1))
    await company.timers.step()
    assert await company.say("where is it?") == conversation
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_the_closing_line_comes_twice(company: Company) -> None:
    conversation = await claimed(company, LI)
    await resolve(company, conversation)
    for _ in range(2):
        company.clock.advance(timedelta(minutes=2))
        await company.timers.step()
    assert (await company.thread(conversation)).count(RESOLVED) == 1


async def test_the_bot_keeps_replying_after_a_handoff(company: Company) -> None:
    conversation = await company.waiting()
    before = await company.thread(conversation)
    await company.say("where is it?")
    await company.bot()
    assert [line for line in (await company.thread(conversation))[len(before) :] if line.startswith("bot")] == []


async def test_a_persons_reply_does_not_move_ownership(company: Company) -> None:
    conversation = await company.say("where is it?")
    await company.arrive("ana")
    await company.staff("ana", talk.Reply, conversation, text="I will look")
    assert (await company.state(conversation)).controller == "ana"
    await company.bot()
    assert (await company.thread(conversation))[-1] == "agent: I will look", "and the bot is silent"
