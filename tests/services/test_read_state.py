"""How far each side has read: marks that only grow, of who had the conversation alone, and gone with an erasure."""

import pytest

from escalation.conversations import read_state
from escalation.conversations.ports import Customer
from escalation.conversations.read_state import Reads
from escalation.conversations.tables import ReadStateRow
from escalation.kernel.errors import NotFound
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import desk as lists
from tests.services.acting import claimed, resolve
from tests.services.company import LI, MARIA, Company, an_id


async def reads(company: Company, conversation: str) -> Reads:
    found = await company.database.read(lambda tx: read_state.changes(tx, None, [conversation]))
    return found.reads.get(conversation, Reads())


async def drawn(company: Company, conversation: str, seq: int, customer: Customer = MARIA) -> None:
    await company.as_customer(talk.Read(command_id=an_id(), conversation=conversation, seq=seq), customer)


async def test_the_mark_of_a_customer_grows_goes_no_further_than_the_thread_and_makes_no_event(
    company: Company,
) -> None:
    conversation = await claimed(company)
    head = (await company.state(conversation)).seq
    for seq, kept in ((2, 2), (1, 2), (head + 50, head)):
        await drawn(company, conversation, seq)
        assert await reads(company, conversation) == Reads(customer=kept)
    assert (await company.state(conversation)).seq == head


async def test_nobody_marks_what_is_not_theirs(company: Company) -> None:
    conversation = await claimed(company)
    for customer, named in ((LI, conversation), (MARIA, "nowhere")):
        with pytest.raises(NotFound):
            await drawn(company, named, 1, customer)
    assert await company.rows(ReadStateRow) == []


async def test_only_who_has_the_conversation_marks_it_for_the_customer(company: Company) -> None:
    conversation = await company.waiting()
    await company.arrive("ana", "tom")
    head, last = (state := await company.state(conversation)).seq, state.last_customer_seq
    await company.staff("ana", lists.MarkRead, conversation, seq=head)
    await company.staff("ana", talk.Claim, conversation)
    for somebody in ("tom", "sue"):
        await company.staff(somebody, lists.MarkRead, conversation, seq=head)
    assert await company.rows(ReadStateRow) == [], "waiting, colleagues and supervisors leave no trace"
    await company.staff("ana", lists.MarkRead, conversation, seq=head + 1)
    assert await reads(company, conversation) == Reads(agent=last), "not of what staff alone see"
    await company.staff("ana", talk.Note, conversation, text="hm")
    await company.staff("ana", lists.MarkRead, conversation, seq=head + 2)
    assert await reads(company, conversation) == Reads(agent=last)
    await company.say("hello?")
    await resolve(company, conversation)
    await company.staff("ana", lists.MarkRead, conversation, seq=head + 9)
    assert await reads(company, conversation) == Reads(agent=last), "she has it no longer"


async def test_both_sides_share_a_row_that_an_erasure_deletes(company: Company) -> None:
    conversation = await claimed(company)
    last = (await company.state(conversation)).last_customer_seq
    await drawn(company, conversation, 2)
    await company.staff("ana", lists.MarkRead, conversation, seq=100)
    assert await reads(company, conversation) == Reads(customer=2, agent=last)
    await company.erase(conversation)
    assert await company.rows(ReadStateRow) == []
    await company.staff("ana", lists.MarkRead, conversation, seq=100)
    assert await company.rows(ReadStateRow) == []


async def test_what_changed_is_found_by_time_and_what_is_asked_for_always(company: Company) -> None:
    conversation = await claimed(company)
    await drawn(company, conversation, 2)

    async def found(since: object, of: list[str]) -> dict[str, Reads]:
        return (await company.database.read(lambda tx: read_state.changes(tx, since, of))).reads  # type: ignore[arg-type]

    then = company.clock.now()
    assert await found(then, []) == await found(None, [conversation]) == {conversation: Reads(customer=2)}
    company.clock.advance(read_state.LATE.total_seconds() + 1)
    now = company.clock.now()
    assert await found(now, []) == await found(None, []) == {}
    await drawn(company, conversation, 1)
    assert await found(now, []) == {}, "a mark that is behind is no change"
    await drawn(company, conversation, 3)
    assert await found(now, []) == {conversation: Reads(customer=3)}
