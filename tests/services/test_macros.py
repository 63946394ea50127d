"""Macros: steps are commands of the agent who runs them; the first refusal ends them and is told."""

import pytest

from escalation.conversations.tables import MessageRow, ResolutionRow
from escalation.desk.errors import MacroTaken
from escalation.desk.macros import Macros, checked
from escalation.kernel.errors import Invalid, NotFound
from escalation.protocol.rest.macros import MacroBody, MacroRunBody, MacroRunView
from escalation.protocol.states import Status
from tests.services.acting import claimed
from tests.services.company import Company
from tests.services.test_mentions_in_notes import change

HELLO = {"kind": "reply", "text": "Hello from {agent} of {site}."}
TAG = {"kind": "tag", "tags": ["late"]}
RESOLVE = {"kind": "resolve", "label": "order"}


def macros(company: Company, site: str = "Shop") -> Macros:
    names = {"": site, "shop": site, "demo": site}
    return Macros(company.database, company.desk, company.ids, names)


def a_macro(*steps: dict[str, object], name: str = "late") -> MacroBody:
    return MacroBody.model_validate({"name": name, "steps": steps})


async def ran(
    company: Company, conversation: str, *steps: dict[str, object], agent: str = "ana", site: str = "Shop"
) -> MacroRunView:
    of = macros(company, site)
    made = await of.add(await company.desk.member("sue"), a_macro(*steps))
    state = await company.state(conversation)
    asked = MacroRunBody(run_id="run-1", conversation=conversation, epoch=state.epoch, last_seen_seq=state.seq)
    return await of.run(await company.desk.member(agent), made.id, asked)


async def test_every_step_is_taken_in_order(company: Company) -> None:
    conversation = await claimed(company)
    done = await ran(company, conversation, HELLO, TAG, RESOLVE)
    assert (done.done, done.steps, done.code) == (3, 3, None)
    state = await company.state(conversation)
    assert (state.status, state.tags) == (Status.CLOSED, ("late",))
    assert "agent: Hello from Ana of Shop." in await company.thread(conversation)
    (row,) = await company.rows(ResolutionRow)
    assert (row.label, row.learn) == ("order", False), "a macro's label teaches nothing"


async def test_a_reply_that_takes_over_is_followed_by_the_rest(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    done = await ran(company, conversation, HELLO, {"kind": "snooze", "minutes": 30})
    assert done.code is None
    state = await company.state(conversation)
    assert state.controller == "ana" and state.snoozed_until is not None


async def test_the_first_refusal_ends_it_and_says_where(company: Company) -> None:
    conversation = await claimed(company)
    done = await ran(company, conversation, TAG, {"kind": "transfer", "queue": "nowhere"})
    assert (done.done, done.steps, done.code) == (1, 2, "unknown_queue")
    assert "nowhere" in str(done.message)
    assert (await company.state(conversation)).tags == ("late",), "what was done before stays"


async def test_a_name_without_a_value_is_refused_before_anything_is_sent(company: Company) -> None:
    conversation = await claimed(company)
    done = await ran(company, conversation, HELLO, TAG, site="")
    assert (done.done, done.code) == (0, "invalid")
    assert "{site}, which has no value" in str(done.message)
    assert not [line for line in await company.thread(conversation) if "Hello" in line]


async def test_in_a_colleagues_conversation_nothing_is_sent(company: Company) -> None:
    conversation = await claimed(company)
    done = await ran(company, conversation, HELLO, agent="tom")
    assert (done.done, done.code) == (0, "not_owner")


async def test_run_again_under_the_same_id_nothing_is_sent_twice(company: Company) -> None:
    conversation = await claimed(company)
    of, ana = macros(company), await company.desk.member("ana")
    made = await of.add(await company.desk.member("sue"), a_macro(HELLO, TAG))
    state = await company.state(conversation)
    asked = MacroRunBody(run_id="run-1", conversation=conversation, epoch=state.epoch, last_seen_seq=state.seq)
    assert [(await of.run(ana, made.id, asked)).code for _ in range(2)] == [None, None]
    assert len([line for line in await company.thread(conversation) if "Hello" in line]) == 1
    with pytest.raises(NotFound):
        await of.run(ana, made.id, asked.model_copy(update={"conversation": "none"}))


async def test_a_note_calls_whom_it_names(company: Company) -> None:
    conversation = await claimed(company)
    done = await ran(company, conversation, {"kind": "note", "text": "@Tom, {agent} asks you to look."}, TAG)
    assert (done.done, done.code) == (2, None)
    noted = [row.body["text"] for row in await company.rows(MessageRow) if row.internal]
    assert noted == ["@Tom, Ana asks you to look."]
    (told,) = await company.log("staff:tom")
    assert (told.type, told.payload["conversation"]) == ("MentionAdded", conversation)


async def test_a_note_that_calls_somebody_who_would_not_see_it_ends_the_macro(company: Company) -> None:
    conversation = await claimed(company)
    await change(company, "tom", queues=["elsewhere"])
    done = await ran(company, conversation, {"kind": "note", "text": "@Tom, look."}, TAG)
    assert (done.done, done.code) == (0, "out_of_sight")


async def test_macros_are_written_by_name(company: Company) -> None:
    of, sue = macros(company), await company.desk.member("sue")
    made = await of.add(sue, a_macro(TAG))
    with pytest.raises(MacroTaken):
        await of.add(sue, a_macro(TAG))
    changed = await of.change(sue, made.id, a_macro(TAG, RESOLVE))
    assert [step.kind for step in changed.steps] == ["tag", "resolve"]
    await of.delete(made.id)
    assert (await of.all()).macros == []
    with pytest.raises(NotFound):
        await of.delete(made.id)


@pytest.mark.parametrize(
    ("steps", "why"),
    [([RESOLVE, TAG], "must be the last"), ([{"kind": "reply", "text": "Dear {customer}"}], "cannot be filled")],
)
def test_what_can_never_run_is_not_stored(steps: list[dict[str, object]], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        checked(a_macro(*steps))
