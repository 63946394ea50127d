"""Limited accounts: what they may not see they cannot command, are not given, and do not keep."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from escalation.conversations import history
from escalation.conversations.moments import Words
from escalation.conversations.scoping import within
from escalation.conversations.tables import ConversationRow
from escalation.database import table_of
from escalation.desk import reading
from escalation.kernel.errors import NotFound
from escalation.people.scope import Scope
from escalation.people.staff import Change
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import MarkRead
from escalation.protocol.states import Status
from tests.services.acting import claimed, outcome, refused, resolve
from tests.services.company import LI, MARIA, Company, Customer

ABROAD = Customer("ben", "outlet", "en")
COMMANDS = (
    talk.Claim, talk.TakeOver, talk.AcceptOffer, talk.DeclineOffer, talk.CancelOffer, talk.Hold, talk.Unhold, talk.Wake,
    talk.Release, talk.HandBack, talk.WithdrawResolution, talk.CancelFollowUp,
)  # fmt: skip
FIELDS = (
    (talk.Assign, {"agent": "ana"}), (talk.Offer, {"agent": "ana"}), (talk.Transfer, {"queue": "general"}),
    (talk.Snooze, {"until": "2030-01-01T00:00:00Z"}),
    (talk.PlanFollowUp, {"at": "2030-01-01T00:00:00Z"}), (talk.Resolve, {"label": "order", "last_seen_seq": 99}),
    (talk.Reply, {"text": "hi"}), (talk.Note, {"text": "hm"}), (MarkRead, {"seq": 1}),
)  # fmt: skip


async def limit(company: Company, agent: str, *, sites: tuple[str, ...] = (), queues: tuple[str, ...] = ()) -> None:
    await company.accounts.change(agent, Change(sites=sites, queues=queues))


@pytest.mark.parametrize("limits", [{"sites": ("outlet",)}, {"queues": ("billing",)}])
async def test_no_command_reaches_what_its_author_does_not_see(
    company: Company, limits: dict[str, tuple[str, ...]]
) -> None:
    """A supervisor: nothing but the limit refuses them."""
    conversation = await claimed(company)
    await company.arrive("sue")
    await limit(company, "sue", **limits)
    for frame, fields in (*((each, {}) for each in COMMANDS), *FIELDS):
        await refused(company, "not_found", "sue", frame, conversation, **fields)
    assert (await company.state(conversation)).controller == "ana"
    await limit(company, "sue")
    await company.staff("sue", talk.TakeOver, conversation)
    assert (await company.state(conversation)).controller == "sue"


async def test_the_refusal_is_that_of_a_conversation_that_does_not_exist(company: Company) -> None:
    conversation = await company.waiting()
    await limit(company, "ana", sites=("outlet",))
    with pytest.raises(NotFound) as unseen:
        await company.staff("ana", talk.Claim, conversation)
    with pytest.raises(NotFound) as unknown:
        await company.staff("ana", talk.Claim, "none", epoch=1)
    assert unseen.value.message.replace(conversation, "none") == unknown.value.message


async def test_nobody_is_given_what_they_do_not_see(company: Company) -> None:
    await company.arrive("ana", "tom", "sue")
    await limit(company, "tom", queues=("billing",))
    waiting = await company.waiting()
    await refused(company, "out_of_sight", "sue", talk.Assign, waiting, agent="tom")
    await refused(company, "out_of_sight", "sue", talk.Offer, waiting, agent="tom")
    await company.staff("ana", talk.Claim, waiting)
    await refused(company, "out_of_sight", "ana", talk.Offer, waiting, agent="tom")
    await company.staff("ana", talk.Transfer, waiting, queue="billing")
    await company.staff("sue", talk.Assign, waiting, agent="tom")
    assert (await company.state(waiting)).controller == "tom"


async def test_what_an_agent_holds_and_sees_no_longer_returns_to_the_queue(company: Company) -> None:
    kept, lost = await claimed(company), await claimed(company, ABROAD)
    await limit(company, "ana", sites=("shop",))
    assert await company.attendance.sweep() == 1
    assert (await company.state(kept)).controller == "ana"
    state = await company.state(lost)
    assert (state.status, state.queue) == (Status.WAITING, "general")
    assert (await company.thread(lost))[-2:] == ["system: agent_left", "system: nobody_online"]
    assert await company.attendance.sweep() == 0
    assert await company.findings() == []


async def test_a_returning_customer_does_not_get_an_agent_who_sees_them_no_longer(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    await limit(company, "ana", queues=("billing",))
    await company.say("one more thing")
    assert (await company.state(conversation)).controller == "bot"


async def test_customers_are_promised_only_people_who_see_them(company: Company) -> None:
    await company.arrive("tom")
    await limit(company, "tom", sites=("outlet",))
    shop, outlet = await company.waiting(), await company.waiting(ABROAD)
    assert "system: nobody_online" in await company.thread(shop)
    assert "system: handed_off" in await company.thread(outlet)
    await company.attendance.sweep()
    assert "system: somebody_online" not in await company.thread(shop)
    await company.arrive("ana")
    await company.attendance.sweep()
    assert (await company.thread(shop))[-1] == "system: somebody_online"


async def test_who_waits_elsewhere_makes_nobody_busy(company: Company) -> None:
    await company.arrive("tom")
    await limit(company, "tom", sites=("outlet",))
    for number in range(7):
        await company.waiting(Customer(f"c{number}", "shop", "en"))
    assert "system: handed_off" in await company.thread(await company.waiting(ABROAD))
    for number in range(5):
        await company.waiting(Customer(f"o{number}", "outlet", "en"))
    assert "system: too_busy" in await company.thread(await company.waiting(Customer("o9", "outlet", "en")))


async def test_a_customer_s_other_conversations_are_those_they_see(company: Company) -> None:
    older = await claimed(company)
    await company.staff("ana", talk.Transfer, older, queue="billing")
    await company.staff("ana", talk.Claim, older)
    await resolve(company, older)
    company.clock.advance(11)
    await company.timers.step()
    company.clock.advance(timedelta(days=8))
    newer = await company.waiting()
    for queues, found in (((), [older]), (("general",), []), (("general", "billing"), [older])):
        scope = Scope(queues=frozenset(queues))
        others = await company.database.read(lambda tx, scope=scope: history.others_of_customer(tx, newer, scope))
        assert [state["id"] for state in others] == found
    with pytest.raises(NotFound):
        await company.database.read(
            lambda tx: history.others_of_customer(tx, older, Scope(queues=frozenset({"general"})))
        )


async def test_admins_are_never_limited(company: Company) -> None:
    await company.employ("ada", "admin")
    await company.arrive("ada")
    await limit(company, "ada", sites=("outlet",))
    conversation = await company.waiting()
    assert await outcome(company, "ada", talk.Claim, conversation) is None


async def test_a_change_of_queue_tells_which_queue_was_left(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Transfer, conversation, queue="billing")
    *before, moved = [each.payload for each in await company.log("desk") if "queue" in each.payload]
    assert (moved["queue"], moved["left_queue"]) == ("billing", "general")
    assert not any("left_queue" in each for each in before)


async def test_queries_follow_the_same_rule_as_scopes(company: Company) -> None:
    for customer in (MARIA, LI, ABROAD):
        conversation = await claimed(company, customer)
        if customer is not LI:
            await company.staff("ana", talk.Transfer, conversation, queue="billing")
    states = [await company.state(row.id) for row in await company.rows(ConversationRow)]
    table = table_of(ConversationRow)
    names = (frozenset[str](), frozenset({"shop"}), frozenset({"outlet", "shop"}), frozenset({"nowhere"}))
    queues = (frozenset[str](), frozenset({"billing"}), frozenset({"general", "billing"}), frozenset({"nowhere"}))
    for scope in (Scope(sites, these) for sites, these in product(names, queues)):
        found = {row.id for row in await company.rows(select(table.c.id).where(*within(scope)))}
        assert found == {state.id for state in states if scope.sees(state.site, state.queue)}, scope
        desk = await company.database.read(lambda tx, scope=scope: reading.snapshot(tx, "ana", scope))
        assert {row.conversation for row in desk.rows} == found


def test_words_of_examples_stay_with_who_sees_their_conversations() -> None:
    words = Words(
        examples={"seed": "a", "here": "b", "there": "c"}, learnt_in={"here": ("shop", "q"), "there": ("x", "q")}
    )
    assert dict(words.within(Scope(sites=frozenset({"shop"}))).examples) == {"seed": "a", "here": "b"}
