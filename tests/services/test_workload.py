"""What guards agents from fatigue: hard conversations are counted and shared out, breaks end, figures are one's own."""

from datetime import timedelta

import pytest

from escalation.conversations.service import Customer
from escalation.database import Transaction
from escalation.desk.difficulty import HARD, LOOKS_BACK
from escalation.desk.difficulty_rows import KEPT_FOR
from escalation.desk.presence import availabilities
from escalation.desk.rest import A_REST, BreakRules
from escalation.desk.routing.teams import Teams
from escalation.desk.tables import DifficultyRow
from escalation.desk.workload import Workload, evenness
from escalation.kernel.errors import Invalid
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence, TakeBreak
from escalation.protocol.rest.teams import TeamBody
from tests.services.acting import resolve
from tests.services.company import LI, Company, an_id
from tests.services.test_routing import offered_to, push

RULES = BreakRules()


def guard(company: Company, rules: BreakRules = RULES) -> Workload:
    return Workload(company.database, rules)


async def asked(company: Company, text: str, customer: Customer) -> str:
    """The customer writes that, and a handoff waits for a person."""
    conversation = await company.say(text, customer)
    await company.as_customer(talk.AskForHuman(command_id=an_id()), customer)
    return conversation


async def shown(company: Company, agent: str) -> tuple[str, str | None]:
    (told, *_) = [each.payload for each in reversed(await company.log("desk")) if each.payload.get("id") == agent]
    return told["availability"], told["away_because"]


async def take_break(company: Company, agent: str = "ana", *, over: bool = False) -> None:
    await company.as_agent(agent, TakeBreak(command_id=an_id(), over=over))


async def test_a_hard_conversation_is_counted_and_the_next_one_goes_to_somebody_else(company: Company) -> None:
    await push(company, auto_accept=True)
    await company.arrive("ana")
    first = await asked(company, "you are idiots", LI)
    await company.router.step()
    await company.arrive("tom")
    await company.staff("ana", talk.Reply, first, text="Good morning")
    await resolve(company, first)
    await guard(company).step()
    (row,) = await company.rows(DifficultyRow)
    assert (row.conversation, row.agent) == (first, "ana") and row.points >= HARD
    company.clock.advance(20)
    await company.arrive("ana", "tom")
    company.clock.advance(1)
    easy = await asked(company, "where is it?", Customer("c-easy", "shop", "en"))
    await company.router.step()
    assert (await company.state(easy)).controller == "tom", "who has been without a new one for longest"
    await company.staff("tom", talk.Reply, easy, text="Good morning")
    seen = (await company.state(easy)).seq
    await company.staff("tom", talk.Resolve, easy, label="order", last_seen_seq=seen)
    hard = await asked(company, "you are idiots too", Customer("c-hard", "shop", "en"))
    await company.router.step()
    assert (await company.state(hard)).controller == "tom", "Ana had one, although Tom had the last"
    words = str([tuple(row) for row in await company.rows(DifficultyRow)])
    assert "idiots" not in words


async def test_a_break_is_away_for_a_few_minutes_and_ends_by_itself(company: Company) -> None:
    await push(company)
    await company.arrive("ana")
    await take_break(company)
    assert await shown(company, "ana") == ("away", "break")
    conversation = await company.waiting()
    await company.router.step()
    assert await offered_to(company, conversation) is None
    await company.as_agent("ana", SetPresence(command_id=an_id(), availability="online"))
    assert await shown(company, "ana") == ("away", "break"), "a console that connects again ends no break"
    assert (await guard(company).mine("ana")).break_until == company.clock.now() + RULES.lasts
    company.clock.advance(RULES.lasts)
    await company.arrive("ana")
    await guard(company).step()
    assert await shown(company, "ana") == ("online", None)
    assert (await guard(company).mine("ana")).online_seconds == 0, "a whole break is a rest"
    await company.router.step()
    assert await offered_to(company, conversation) == "ana"


async def test_a_break_ends_early_and_the_next_one_is_not_free_at_once(company: Company) -> None:
    await company.arrive("ana")
    company.clock.advance(20)
    await take_break(company)
    company.clock.advance(5)
    await take_break(company, over=True)
    assert await shown(company, "ana") == ("online", None)
    assert (await guard(company).mine("ana")).online_seconds == 25, "one that was cut short is none"
    with pytest.raises(Invalid, match="free in 60 minutes"):
        await take_break(company)
    company.clock.advance(RULES.apart)
    await company.arrive("ana")
    await take_break(company)
    await company.as_agent("ana", SetPresence(command_id=an_id(), availability="away"))
    assert await shown(company, "ana") == ("away", None), "who says away is away, and no break ends that"
    company.clock.advance(RULES.lasts)
    await guard(company).step()
    assert (await company.database.read(availabilities))["ana"] != "online"


async def test_hours_in_a_row_go_on_over_a_lost_connection_and_end_with_a_rest(company: Company) -> None:
    await company.arrive("ana")
    workload = guard(company, BreakRules(remind_after=timedelta(minutes=30)))

    async def passes(minutes: float, *, here: bool) -> int:
        company.clock.advance(60 * minutes)
        if here:
            await company.arrive("ana")
        await company.attendance.sweep()
        return (await workload.mine("ana")).online_seconds // 60

    assert await passes(0.1, here=True) == 0
    assert await passes(2, here=False) == 0, "gone"
    assert await passes(1, here=True) == 3, "a lost connection is no rest"
    await passes(2, here=False)
    assert await passes(A_REST / timedelta(minutes=1), here=True) == 0


async def test_nobody_is_online_for_longer_than_is_set(company: Company) -> None:
    rules = BreakRules(at_most=timedelta(minutes=30))
    await company.arrive("ana", "tom")
    for _ in range(60):
        company.clock.advance(30)
        await company.arrive("ana")
        await guard(company, rules).step()
    assert await shown(company, "ana") == ("away", "break")
    company.clock.advance(A_REST)
    await company.arrive("ana")
    await guard(company, rules).step()
    assert await shown(company, "ana") == ("online", None)
    assert (await guard(company, rules).mine("ana")).online_seconds == 0


async def test_supervisors_read_sums_of_teams_of_three_or_more(company: Company) -> None:
    teams = Teams(company.database, company.rules.queues)
    await company.employ("eve")
    await teams.put("pair", TeamBody(members=["ana", "tom"]))
    await teams.put("three", TeamBody(members=["ana", "eve", "tom"]))
    had = [("ana", 4), ("tom", 0), ("tom", 5), ("eve", 0)]

    def plant(tx: Transaction) -> None:
        for number, (agent, points) in enumerate(had):
            row = {"conversation": f"c{number}", "agent": agent, "epoch": 1, "points": points}
            tx.add(DifficultyRow, row | {"at": tx.now})

    await company.database.write(plant)
    (found,) = (await guard(company).of_teams()).teams
    assert (found.name, found.people, found.conversations, found.hard) == ("three", 3, 4, 2)
    assert found.evenness == pytest.approx(1.5**2 / (3 * 1.25))
    company.clock.advance(LOOKS_BACK)
    assert (await guard(company).mine("ana")).conversations == 0
    company.clock.advance(KEPT_FOR)
    await guard(company).step()
    assert await company.rows(DifficultyRow) == []
    assert (await guard(company).of_teams()).teams == []


def test_evenness_is_one_where_all_got_the_same() -> None:
    assert evenness([2, 2, 2]) == 1
    assert evenness([1, 0, 0]) == pytest.approx(1 / 3)
    assert evenness([0, 0]) is None
