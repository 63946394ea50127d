"""Reports: every figure equals a slow recount of random conversations, on both databases; what it must not count."""

import csv
import io
import itertools
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.machine import ALLOWED
from escalation.conversations.predictions import Guess
from escalation.conversations.search import Wanted
from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import finding
from escalation.desk.events import AGENT_CHANGED, ROW_CHANGED, STREAM
from escalation.desk.routing.tables import TeamRow
from escalation.desk.routing.work import TARGETS
from escalation.desk.tables import SlaClockRow, SlaOutcomeRow
from escalation.events import NewEvent, append
from escalation.events.tables import Event, StreamHead
from escalation.kernel.errors import Invalid
from escalation.people.scope import Scope
from escalation.protocol.frames import conversation as talk
from escalation.protocol.rest.reports import Figures, ReportGroup, ReportRow, ReportView
from escalation.reports import daily
from escalation.reports.comments import comments, comments_as_csv
from escalation.reports.counting import ReportCounter, count
from escalation.reports.days import days_of
from escalation.reports.export import as_csv
from escalation.reports.figures import Filter
from escalation.reports.reading import report
from escalation.reports.service_levels import ClockSeen
from escalation.reports.tables import CaseRow, DayRow
from tests.core.machine_walk import PEOPLE, SECONDS, AptStep, Walk
from tests.fakes import FakeClock
from tests.services.acting import claimed, ordered, resolve
from tests.services.company import LI, MARIA, Company, Customer, a_prediction, an_id
from tests.services.recounting import Conversation, Told, recount

ON_SQLITE = pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
LABELS = ("order", "refund", "complaint")
LIKELY = (
    c.Say, c.Answer, c.Answer, c.Clarify, c.HandOff, c.CloseAfterSilence, c.CloseAfterSilence, c.Claim, c.Abandon,
    c.Reply, c.Resolve, c.Resolve, c.Snooze, c.Wake, c.Transfer, c.Offer, c.AcceptOffer, c.HandBack, c.Rate,
)  # fmt: skip
DECISION = e.DecisionMade(
    decision_id="d", message_ids=(), action="hand_off", reason="novel", grounds="prediction", label=None, model="v1",
    threshold=0.5, confidence=0.4, novelty=0.1, epoch=1,
)  # fmt: skip
GROUPS: tuple[ReportGroup, ...] = ("day", "queue", "agent", "intent", "reason", "site", "team")
ZONE = "Europe/Madrid"
TEAMS = {"ana": ("wine",), "tom": ("night", "wine")}


def walked(draw: random.Random, number: int, began: datetime) -> Conversation:
    """A random conversation of one of a few customers; days pass between some steps."""
    walk = Walk(now=began)
    for _ in range(draw.randint(3, 30)):
        walk.now += timedelta(days=draw.choice((0,) * 12 + (1, 3, 8)))
        possible = [kind for kind, statuses in ALLOWED.items() if walk.state.status in statuses]
        likely = [kind for kind in LIKELY if kind in possible]
        pick = draw.randrange(10_000) if draw.random() < 0.2 else possible.index(draw.choice(likely))
        walk.take(AptStep(pick, draw.choice(PEOPLE), draw.randrange(3), draw.choice(SECONDS)))
    log = [Told(varied(draw, each), at) for event, at in walk.log for each in with_decision(event)]
    return Conversation(f"talk-{number}", f"customer-{number % 9}", draw.choice(("shop", "demo")), log,
                        clocks_of(draw, log), TEAMS)  # fmt: skip


def clocks_of(draw: random.Random, log: list[Told]) -> list[ClockSeen]:
    """Random clocks: some ended with any event, some run; each target once an event, as in the service."""
    found = []
    for target in TARGETS:
        for ended in (None, *range(1, len(log) + 1)):
            if draw.random() < 0.1:
                breached = draw.random() < 0.4
                found.append(ClockSeen(target, ended, breached or draw.random() < 0.5, breached))
    return found


def with_decision(event: e.ConversationEvent) -> list[e.ConversationEvent]:
    """A handoff follows from a decision, as it does in the service."""
    return [DECISION, event] if isinstance(event, e.HandedOff) else [event]


def varied(draw: random.Random, event: e.ConversationEvent) -> e.ConversationEvent:
    """The same event with other labels, queues and guesses."""
    if isinstance(event, e.Resolved):
        outcome = draw.choice(("solved", "solved", "follow_up", "abandoned"))
        parts = draw.choice(((), (), event.parts))
        label = draw.choice((*LABELS, None))
        return event.model_copy(update={"label": label, "outcome": outcome, "parts": parts})
    if isinstance(event, e.Rated):
        return event.model_copy(update={"score": draw.randint(1, 5)})
    if isinstance(event, e.DecisionMade):
        guesses = tuple(Guess(label=draw.choice(LABELS), score=0.5) for _ in range(draw.randint(0, 2)))
        grounds = draw.choice(("prediction", "prediction", "words"))
        return event.model_copy(update={"guesses": guesses, "grounds": grounds, "blind": draw.random() < 0.2})
    if isinstance(event, e.HandedOff):
        reason = draw.choice(("novel", "asked_for_human"))
        return event.model_copy(update={"queue": draw.choice(("general", "billing")), "reason": reason})
    return event


def write(database: Database, clock: FakeClock, conversations: list[Conversation]) -> None:
    """Put the events into the log at their times, and each on the stream of the desk too."""
    told = [(at, each, seq, event) for each in conversations for seq, (event, at) in enumerate(each.log, 1)]
    told.sort(key=lambda one: (one[0], one[1].id, one[2]))
    logged = [_row(f"conversation:{each.id}", seq, at, each, event.type, event.version, event.payload())
              for at, each, seq, event in told]  # fmt: skip
    desk = [_row(STREAM, place, at, each, ROW_CHANGED, 1, {"seq": seq})
            for place, (at, each, seq, _) in enumerate(told, 1)]  # fmt: skip
    heads = Counter(row["stream"] for row in (*logged, *desk))
    rows = [{"id": each.id, "customer": each.customer, "site": each.site, **CLOSED} for each in conversations]

    def work(tx: Transaction) -> None:
        tx.execute(table_of(ConversationRow).insert(), [row | {"last_activity_at": clock.now()} for row in rows])
        tx.execute(table_of(Event).insert(), logged + desk)
        for name in ("wine", "night"):
            tx.upsert(TeamRow, {"name": name, "members": [who for who, names in TEAMS.items() if name in names]})
        for each in conversations:
            for seen in each.clocks:
                write_clock(tx, each.id, seen)
        tx.execute(table_of(StreamHead).insert(), [{"stream": name, "seq": seq} for name, seq in heads.items()])

    database.write_now(work)
    clock.advance(told[-1][0] - clock.now())


def write_clock(tx: Transaction, conversation: str, clock: ClockSeen) -> None:
    """Put it where the desk keeps it."""
    row = {"conversation": conversation, "target": clock.target, "warned": clock.warned, "breached": clock.breached}
    if clock.ended is not None:
        tx.add(SlaOutcomeRow, row | {"seq": clock.ended})
    else:
        times = dict.fromkeys(("since", "warn_at", "due_at", "look_at"))
        tx.add(SlaClockRow, row | {"allowed_seconds": 60, "spent_ms": 0} | times)


CLOSED = {"status": "closed", "controller": "nobody", "epoch": 1, "seq": 1, "deadline": None, "unindexed": False}
CLOSED |= {"state": {}}


def _row(
    stream: str, seq: int, at: datetime, of: Conversation, type: str, version: int, payload: Any
) -> dict[str, Any]:
    row = {"stream": stream, "seq": seq, "at": at, "type": type, "version": version, "payload": payload}
    return row | {"actor": "system", "cause": None, "customer": of.customer, "conversation": of.id}


async def read(database: Database, by: ReportGroup = "day", zone: str = ZONE, **options: Any) -> ReportView:
    """The report of everything, in Madrid's days."""
    await ReportCounter(database).catch_up()
    wanted = Filter(**options)
    since, until = date(2026, 2, 1), date(2028, 1, 31)
    return await database.read(lambda tx: report(tx, since, until, zone, by, wanted))


def figures_of(view: ReportView) -> dict[str, dict[str, Any]]:
    """Groups with something in them, and the total, without occupancy."""
    rows = {row.key: row.figures for row in view.rows if row.figures.conversations} | {"total": view.total}
    return {key: figures.model_dump(exclude={"occupancy"}) for key, figures in rows.items()}


@pytest.mark.parametrize("seed", range(3))
async def test_every_figure_equals_a_recount_of_the_events(database: Database, clock: FakeClock, seed: int) -> None:
    draw = random.Random(seed)
    starts = [clock.now() + timedelta(hours=draw.randint(0, 24 * 30)) for _ in range(24)]
    conversations = [walked(draw, number, at) for number, at in enumerate(starts)]
    write(database, clock, [each for each in conversations if each.log])
    for by in GROUPS:
        expected = recount(conversations, by, ZONE, clock.now())
        found = figures_of(await read(database, by))
        assert found.keys() == expected.keys(), by
        for key, figures in expected.items():
            assert found[key] == pytest.approx(figures), (by, key)
    quarters = figures_of(await read(database, zone="Asia/Kathmandu"))
    assert quarters == {
        key: pytest.approx(figures)
        for key, figures in recount(conversations, "day", "Asia/Kathmandu", clock.now()).items()
    }
    by_agent = await read(database, "agent")
    database.write_now(lambda tx: daily.mark(tx, [int(at.timestamp()) for at in starts[::2]]))
    days = await database.read(lambda tx: days_of(date(2026, 2, 1), date(2028, 1, 31), ZONE))
    some, every = await database.read(lambda tx: (daily.added_up(tx, days), tx.execute(select(DayRow)).all()))
    assert 0 < len(some) < len(every), "pages take sums of some days and cases of others"
    again = await database.read(lambda tx: report(tx, days.since, days.until, ZONE, "agent"))
    assert again == by_agent
    in_the_shop = recount(conversations, "queue", ZONE, clock.now(), "shop")
    found = figures_of(await read(database, "queue", site="shop"))
    assert found == {key: pytest.approx(figures) for key, figures in in_the_shop.items()}


async def total(company: Company, **options: Any) -> Figures:
    return (await read(company.database, **options)).total


async def talked(company: Company, label: str, customer: Customer = MARIA) -> str:
    """The customer writes, the bot answers by this intent, and nobody says anything more."""
    company.predictor.says = a_prediction(label)
    conversation = await company.say(customer=customer)
    await company.bot()
    company.clock.advance(timedelta(hours=1))
    await company.timers.step()
    return conversation


@ON_SQLITE
async def test_nobody_counts_as_answered_where_nobody_answered(company: Company) -> None:
    await talked(company, "order")
    found = await total(company)
    assert (found.conversations, found.requests, found.automated, found.contained) == (1, 1, 1, 1)
    await talked(company, "thanks")
    await talked(company, "thanks", LI)
    found = await total(company)
    assert (found.conversations, found.reopened) == (3, 1)
    assert (found.requests, found.automated, found.contained) == (1, 1, 1), "thanks are no request"


@ON_SQLITE
async def test_a_question_within_a_week_is_a_return_and_thanks_are_none(company: Company) -> None:
    await talked(company, "order")
    await talked(company, "thanks")
    company.clock.advance(timedelta(days=8))
    found = await total(company)
    assert (found.due, found.durable) == (1, 1)
    await talked(company, "order")
    await talked(company, "refund")
    assert (await total(company)).due == 1, "of the new ones nobody knows yet"
    company.clock.advance(timedelta(days=8))
    found = await total(company)
    assert (found.due, found.durable) == (3, 2)


@ON_SQLITE
async def test_a_label_confirms_or_overrides_the_guess(company: Company) -> None:
    company.predictor.says = a_prediction("complaint")
    conversation = await company.say("a disgrace")
    await company.bot()
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, conversation)
    await company.staff("ana", talk.Reply, conversation, text="We are sorry.")
    await resolve(company, conversation, label="refund")
    found = await total(company, by="agent")
    assert (found.compared, found.overridden) == (1, 1)
    assert (found.handed_off, found.automated, found.contained, found.waited) == (1, 0, 0, 1)


@ON_SQLITE
async def test_what_the_desk_tells_is_enough(company: Company) -> None:
    """The rows are what the conversations' own events say, read to their ends."""
    await talked(company, "order", LI)
    await resolve(company, await claimed(company))
    await company.as_customer(talk.Rate(command_id=an_id(), score=5))
    await company.say("one more question")
    before = await ordered(company, CaseRow)
    await total(company)
    rows = await ordered(company, CaseRow)
    assert before == [] and len(rows) == 3

    def anew(tx: Transaction) -> None:
        for row in rows:
            count(tx, row.conversation)

    await company.database.write(anew)
    assert await ordered(company, CaseRow) == rows
    assert (await read(company.database)).uncounted == 0


@ON_SQLITE
async def test_a_limited_reader_counts_what_is_theirs(company: Company) -> None:
    await talked(company, "order")
    for scope, seen in ((Scope(frozenset({"shop"})), 1), (Scope(frozenset({"other"})), 0)):
        assert (await total(company, scope=scope)).conversations == seen
    assert (await total(company, scope=Scope(queues=frozenset({"billing"})))).conversations == 0


async def test_occupancy_is_the_share_of_time_with_conversations(database: Database, clock: FakeClock) -> None:
    """Ana is there for an hour, over midnight in Madrid, and holds conversations for the second half of it."""
    clock.advance(datetime(2026, 3, 9, 22, 45, tzinfo=UTC) - clock.now())
    for minutes, availability, load in ((0, "online", 0), (30, "online", 2), (30, "away", 0), (60, "offline", 0)):
        clock.advance(60 * minutes)
        payload = {"id": "ana", "availability": availability, "load": load}
        told = NewEvent(AGENT_CHANGED, 1, payload, "system")
        database.write_now(lambda tx, told=told: append(tx, STREAM, told) and None)
    found = await read(database)
    assert found.total.occupancy == pytest.approx(0.5)
    by_day = {row.key: row.figures.occupancy for row in found.rows if row.figures.occupancy is not None}
    assert by_day == {"2026-03-09": 0, "2026-03-10": pytest.approx(2 / 3)}
    assert (await read(database, site="shop")).total.occupancy is None


async def rated(company: Company, customer: Customer, score: int, comment: str) -> str:
    conversation = await talked(company, "order", customer)
    await company.as_customer(talk.Rate(command_id=an_id(), score=score, comment=comment), customer)
    return conversation


async def commented(company: Company, **options: Any) -> list[tuple[str, int, str]]:
    await ReportCounter(company.database).catch_up()
    days = days_of(date(2025, 1, 1), date(2027, 1, 1), ZONE)
    found = await company.database.read(lambda tx: comments(tx, days, Filter(**options)))
    assert found.count == len(found.comments)
    return [(each.conversation, each.score, each.comment) for each in found.comments]


async def test_comments_stand_beside_the_ratings_of_the_same_cases(company: Company) -> None:
    first = await rated(company, MARIA, 2, "Too slow")
    second = await rated(company, LI, 5, "=Great")
    await rated(company, Customer("nobody", "shop", "en"), 4, "")
    again = await rated(company, MARIA, 4, "Better now")
    assert again == first, "one conversation, reopened: two cases"
    assert await commented(company) == [(first, 4, "Better now"), (second, 5, "=Great"), (first, 2, "Too slow")]
    assert await commented(company, intent="refund") == []
    assert await commented(company, scope=Scope(frozenset({"other"}))) == []
    assert len(await commented(company, scope=Scope(frozenset({"shop"})))) == 3
    days = days_of(date(2025, 1, 1), date(2027, 1, 1), ZONE)
    found = await company.database.read(lambda tx: comments(tx, days, Filter()))
    assert comments_as_csv(found.comments).splitlines()[2].split(",")[1:3] == ['"5"', '"\'=Great"']
    await company.erase(first)
    assert await commented(company) == [(second, 5, "=Great")]
    await company.indexer.step()
    page = await company.database.read(lambda tx: finding.page(tx, Wanted(), None, 10))
    told = {each.row.conversation: [(one.score, one.comment) for one in each.ratings] for each in page.conversations}
    assert (told[second], told[first]) == ([(5, "=Great")], [(4, ""), (2, "")])


async def test_occupancy_of_a_team_is_of_who_was_in_it(database: Database, clock: FakeClock) -> None:
    """Ana and Tom are in `wine`, Tom in `night` as well, Eve in none; who leaves a team leaves the past as it was."""
    clock.advance(datetime(2026, 3, 9, 12, tzinfo=UTC) - clock.now())
    rows = [{"name": name, "members": [one for one, of in TEAMS.items() if name in of]} for name in ("wine", "night")]
    database.write_now(lambda tx: tx.execute(table_of(TeamRow).insert(), rows) and None)
    for minutes, loads in ((0, {"ana": 2, "tom": 0, "eve": 1}), (30, {"tom": 1}), (30, None)):
        clock.advance(60 * minutes)
        for agent, load in (loads or dict.fromkeys(("ana", "tom", "eve"), 0)).items():
            payload = {"id": agent, "availability": "online" if loads else "offline", "load": load}
            told = NewEvent(AGENT_CHANGED, 1, payload, "system")
            database.write_now(lambda tx, told=told: append(tx, STREAM, told) and None)
    shares = {"wine": 0.75, "night": 0.5, "": 1}
    for _ in range(2):
        for team, share in shares.items():
            assert (await read(database, team=team)).total.occupancy == pytest.approx(share)
        assert (await read(database)).total.occupancy == pytest.approx(2.5 / 3), "who is in two teams counts once"
        by_agent = (await read(database, "agent", team="night")).rows
        assert [row.key for row in by_agent] == [], "rows are of cases"
        database.write_now(lambda tx: tx.execute(table_of(TeamRow).delete()) and None)


@ON_SQLITE
async def test_teams_are_told_apart_by_their_whole_names(company: Company) -> None:
    rows = [{"name": name, "members": ["ana"] if name != "win" else ["tom"]} for name in ("wine", "win", "Wine", "%")]
    await company.database.write(lambda tx: tx.execute(table_of(TeamRow).insert(), rows) and None)
    conversation = await claimed(company)
    await resolve(company, conversation)
    found = {team: (await total(company, team=team)).conversations for team in ("wine", "win", "Wine", "%", "WINE", "")}
    assert found == {"wine": 1, "win": 0, "Wine": 1, "%": 1, "WINE": 0, "": 0}
    rows_of_team = (await read(company.database, "team", team="wine")).rows
    occupancies = {row.key: row.figures.occupancy for row in rows_of_team}
    assert occupancies.keys() == {"wine", "Wine", "%"}


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    days = days_of(date(2026, 3, 28), date(2026, 3, 30), ZONE)
    assert [ends - begins for begins, ends in itertools.pairwise(days.midnights)] == [86_400, 82_800, 86_400]


@pytest.mark.parametrize(
    ("since", "until", "zone"),
    [("2026-01-02", "2026-01-01", "UTC"), ("2020-01-01", "2026-01-01", "UTC"),
     ("2026-01-01", "2026-01-01", "Mars/Olympus"), ("2026-01-01", "2026-01-01", "../etc/passwd")],
)  # fmt: skip
def test_a_range_or_zone_that_is_none_is_refused(since: str, until: str, zone: str) -> None:
    with pytest.raises(Invalid):
        days_of(date.fromisoformat(since), date.fromisoformat(until), zone)


@ON_SQLITE
async def test_no_cell_of_the_file_begins_as_a_formula(database: Database) -> None:
    view = await read(database, "intent")
    rows = [ReportRow(key=key, name=name, figures=view.total) for key, name in (("=cmd()", "+1"), ("order", "Where?"))]
    lines = list(csv.reader(io.StringIO(as_csv(view.model_copy(update={"rows": rows})))))
    assert [line[:2] for line in lines[1:]] == [["'=cmd()", "'+1"], ["order", "Where?"], ["total", "total"]]
    assert {len(line) for line in lines} == {len(lines[0])}
