"""A supervisor writes beside the agent who has a conversation: one owner still, and it ends by itself."""

from escalation.desk.tables import AssignmentRow
from escalation.protocol.frames import conversation as talk
from tests.services.acting import claimed, outcome, refused, resolve
from tests.services.company import Company


async def joined(company: Company) -> str:
    """Ana's conversation, which Sue has joined."""
    conversation = await claimed(company)
    await company.arrive("sue")
    await company.staff("sue", talk.BargeIn, conversation)
    return conversation


async def test_the_owner_stays_and_the_customer_reads_who_joins_and_writes(company: Company) -> None:
    conversation = await claimed(company)
    epoch = (await company.state(conversation)).epoch
    await refused(company, "not_owner", "sue", talk.Reply, conversation, text="Let me help.")
    await company.staff("sue", talk.BargeIn, conversation)
    await company.staff("sue", talk.Reply, conversation, text="Let me help.")
    await company.staff("ana", talk.Reply, conversation, text="Thank you, Sue.")
    state = await company.state(conversation)
    assert (state.controller, state.epoch, state.joined) == ("ana", epoch, ("sue",))
    said = await company.thread(conversation)
    assert said[-3:] == ["system: agent_joined", "agent: Let me help.", "agent: Thank you, Sue."]
    owners = [row.agent for row in await company.rows(AssignmentRow) if row.released_at is None]
    assert owners == ["ana"]
    assert await company.findings() == []


async def test_only_supervisors_join_and_only_what_an_agent_has(company: Company) -> None:
    conversation = await claimed(company)
    await company.arrive("tom")
    assert await outcome(company, "tom", talk.BargeIn, conversation) == "forbidden"
    await company.staff("ana", talk.Release, conversation)
    await refused(company, "not_allowed_now", "sue", talk.BargeIn, conversation)


async def test_joining_twice_tells_once(company: Company) -> None:
    conversation = await joined(company)
    before = (await company.state(conversation)).seq
    await company.staff("sue", talk.BargeIn, conversation)
    assert (await company.state(conversation)).seq == before


async def test_who_left_writes_no_more(company: Company) -> None:
    conversation = await joined(company)
    await company.staff("sue", talk.Leave, conversation)
    await refused(company, "not_owner", "sue", talk.Reply, conversation, text="One more thing")
    await company.staff("sue", talk.Leave, conversation)
    assert (await company.types(conversation)).count("Left") == 1


async def test_it_ends_with_every_change_of_control_and_is_fenced(company: Company) -> None:
    conversation = await joined(company)
    epoch = (await company.state(conversation)).epoch
    await company.staff("ana", talk.Release, conversation)
    await company.staff("ana", talk.Claim, conversation)
    assert (await company.state(conversation)).joined == ()
    assert await outcome(company, "sue", talk.BargeIn, conversation, epoch=epoch) == "not_owner"
    await company.staff("sue", talk.BargeIn, conversation)
    await resolve(company, conversation)
    assert (await company.state(conversation)).joined == ()


async def test_a_supervisor_who_is_lost_is_taken_out(company: Company) -> None:
    conversation = await joined(company)
    await company.attendance.leave("sue", "tab-of-sue")
    company.clock.advance(20)
    await company.attendance.renew({"tab-of-ana": "ana"})
    await company.attendance.sweep()
    assert (await company.state(conversation)).joined == ("sue",), "their connection may come back"
    for _ in range(5):
        company.clock.advance(20)
        await company.attendance.renew({"tab-of-ana": "ana"})
        await company.attendance.sweep()
    state = await company.state(conversation)
    assert (state.joined, state.controller) == ((), "ana")
