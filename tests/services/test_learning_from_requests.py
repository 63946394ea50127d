"""What a resolution teaches after a customer asked for a person: the question, however they asked."""

import pytest

from escalation.learning import datasets, lease
from escalation.learning.collector import collector
from escalation.learning.datasets import Labelled
from escalation.protocol.frames import conversation as talk
from tests.fakes import CountingIds
from tests.services.acting import resolve
from tests.services.company import Company, an_id


async def learnt(company: Company) -> list[tuple[str, str | None]]:
    """What the collected examples say, and their labels."""
    await company.database.write(lambda tx: lease.acquire(tx, "me"))
    await collector(company.database, ids=CountingIds("example"), token="me", gate_share=0.0).catch_up()
    rows: tuple[Labelled, ...] = (await company.database.read(datasets.load)).collected
    return [(row.text, row.label) for row in rows]


async def resolved(company: Company, conversation: str) -> None:
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, conversation)
    await resolve(company, conversation, label="refund")
    company.clock.advance(11)
    await company.timers.step()


async def press(company: Company) -> None:
    await company.as_customer(talk.AskForHuman(command_id=an_id()))


@pytest.mark.parametrize("said", [["my parcel is crushed"], ["it came today", "my parcel is crushed"]])
async def test_a_question_and_then_the_button_make_an_example(company: Company, said: list[str]) -> None:
    for text in said:
        conversation = await company.say(text)
    await press(company)
    await resolved(company, conversation)
    assert await learnt(company) == [("\n".join(said), "refund")]


async def test_a_question_then_words_then_the_button_make_an_example_of_the_question(company: Company) -> None:
    conversation = await company.say("my parcel is crushed")
    await company.say("let me talk to a person please")
    await press(company)
    await resolved(company, conversation)
    assert await learnt(company) == [("my parcel is crushed", "refund")]


async def test_the_button_alone_teaches_what_was_said_after_it(company: Company) -> None:
    await press(company)
    conversation = await company.say("my parcel is crushed")
    await resolved(company, conversation)
    assert await learnt(company) == [("my parcel is crushed", "refund")]
