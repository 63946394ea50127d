"""Each check finds what it is there for: a sound database is damaged in one place, and exactly that is reported."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from escalation.conversations.tables import (
    ConversationRow,
    DecisionRow,
    MessageRow,
    ResolutionRow,
    TimerRow,
    TurnRow,
)
from escalation.database import Transaction, table_of
from escalation.desk.routing.tables import OfferRow
from escalation.desk.tables import AssignmentRow, HandoffRow
from escalation.events import NewEvent, append
from escalation.events.tables import Event, StreamHead
from escalation.learning.tables import ExampleRow, RunRow, ServingRow
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowRow
from escalation.proposals.tables import ProposalRow
from escalation.protocol.frames import conversation as talk
from escalation.verification import verify_database
from tests.services.company import LI, MARIA, Company, Customer

Damage = Callable[[Transaction, Any], object]

A_MODEL = {"champion": "v9", "live": "v9", "anchor": "v9", "anchor_threshold": 0.9}
events, heads, conversations = table_of(Event), table_of(StreamHead), table_of(ConversationRow)
messages, turns, assignments = table_of(MessageRow), table_of(TurnRow), table_of(AssignmentRow)
audits, automatic_answers, windows = table_of(AuditRow), table_of(AutomaticAnswerRow), table_of(WindowRow)
handoffs, decisions, resolutions = table_of(HandoffRow), table_of(DecisionRow), table_of(ResolutionRow)


async def a_busy_day(company: Company) -> dict[str, str]:
    """One conversation of each kind; returns them by kind."""
    await company.arrive("ana")
    answered = await company.say(customer=Customer("answered", "shop"))
    await company.bot()
    resolved = await company.waiting(LI)
    await company.staff("ana", talk.Claim, resolved)
    await company.staff("ana", talk.Reply, resolved, text="Here.")
    await company.staff("ana", talk.Resolve, resolved, label="order", last_seen_seq=99)
    company.clock.advance(11)
    await company.timers.step()
    assigned = await company.waiting(Customer("assigned", "shop"))
    await company.staff("ana", talk.Claim, assigned)
    waiting = await company.waiting(MARIA)
    owed = await company.say(customer=Customer("owed", "shop"))
    return {"answered": answered, "resolved": resolved, "assigned": assigned, "waiting": waiting, "owed": owed}


def stream(id: str) -> str:
    return f"conversation:{id}"


def an_example(tx: Transaction, day: Any, id: str, resolution: str, message: str) -> None:
    row = {"id": id, "at": tx.now, "source": "resolution", "message_id": message, "message_ids": [message]}
    row |= {"conversation": day.resolved, "resolution": resolution, "label": "order", "split": "train", "by": "ana"}
    tx.execute(insert(table_of(ExampleRow)), row)


def an_automatic_answer(tx: Transaction, day: Any, message_id: str) -> None:
    row = {"message_id": message_id, "conversation": day.answered, "at": tx.now, "intent": "order"}
    tx.execute(insert(automatic_answers), row | {"lane": "certified", "period": 1, "draw": 0.99})


def an_offer(tx: Transaction, day: Any) -> dict[str, Any]:
    return {"id": "offer", "conversation": day.assigned, "agent": "tom", "made_at": tx.now, "until": tx.now}


def unaudited_probation(tx: Transaction, day: Any) -> None:
    for table in (decisions, automatic_answers):
        tx.execute(update(table).values(lane="probation"))
    tx.execute(update(windows).values(chance=0))
    tx.execute(delete(audits))


def a_run(tx: Transaction, id: str, model: str) -> None:
    row = {"id": id, "mode": "head", "state": "done", "created_at": tx.now, "model": model, "reasons": []}
    tx.execute(insert(table_of(RunRow)), row)


def resolution_of(tx: Transaction) -> str:
    return str(tx.execute(resolutions.select()).one().id)


def twice_decided(tx: Transaction, day: Any) -> None:
    row = dict(tx.execute(decisions.select().where(decisions.c.conversation == day.answered)).one()._mapping)
    tx.execute(insert(decisions), row | {"id": "again"})


def not_to_be_learnt(tx: Transaction, day: Any) -> None:
    tx.execute(update(resolutions).values(learn=False))
    an_example(tx, day, "example", resolution_of(tx), "message")


def a_proposal(tx: Transaction, day: Any, **other: Any) -> None:
    row = {"resolution": resolution_of(tx), "intent": "order", "message_id": "reply", "conversation": day.resolved}
    row |= {"by": "ana", "at": tx.now, "state": "proposed", "edited": False}
    tx.execute(insert(table_of(ProposalRow)), row | other)


def two_examples(tx: Transaction, day: Any) -> None:
    for number in "12":
        an_example(tx, day, f"example-{number}", resolution_of(tx), f"message-{number}")


def two_runs_of_one_model(tx: Transaction, _: Any) -> None:
    a_run(tx, "run-1", "v2")
    a_run(tx, "run-2", "v2")


def told_again(tx: Transaction, type: str, **payload: Any) -> None:
    append(tx, "resolutions", NewEvent(type, 1, payload, "system"))


def bot_speaks(tx: Transaction, day: Any) -> None:
    """An answer appended behind the machine's back, where a person has control."""
    payload = {"message_id": "m", "author": "bot", "author_id": "bot", "kind": "text"}
    append(tx, stream(day.assigned), NewEvent("MessageAdded", 1, payload, "bot"))


def stranger_speaks(tx: Transaction, day: Any) -> None:
    payload = {"message_id": "m", "author": "agent", "author_id": "tom", "kind": "text"}
    append(tx, stream(day.assigned), NewEvent("MessageAdded", 1, payload, "agent:tom"))


def epoch_jumps(tx: Transaction, day: Any) -> None:
    append(tx, stream(day.assigned), NewEvent("HandedBack", 1, {"epoch": 40}, "agent:ana"))


def message_named_twice(tx: Transaction, day: Any) -> None:
    mine = (events.c.stream == stream(day.owed), events.c.type == "MessageAdded")
    payload = tx.execute(events.select().where(*mine)).first().payload  # type: ignore[union-attr]
    append(tx, stream(day.owed), NewEvent("MessageAdded", 1, payload, "customer:owed"))


def undecided(tx: Transaction, day: Any) -> None:
    mine = (events.c.stream == stream(day.waiting), events.c.type == "DecisionMade")
    tx.execute(update(events).where(*mine).values(type="ContactLeft", version=1, payload={}))


OTHER_WORDS = {"kind": "text", "text": "never said"}
DAMAGES: dict[str, tuple[str, str, Damage]] = {
    "gap": ("gapless", "events numbered", lambda tx, d: tx.execute(delete(events).where(events.c.seq == 2))),
    "head ahead": ("gapless", "head 99", lambda tx, d: tx.execute(update(heads).values(seq=99))),
    "empty stream": (
        "gapless",
        "head 7 without events",
        lambda tx, d: tx.execute(insert(heads), {"stream": "nothing", "seq": 7}),
    ),
    "state": (
        "log",
        "leads to another state: held",
        lambda tx, d: tx.execute(
            update(conversations)
            .where(conversations.c.id == d.assigned)
            .values(state=d.states[d.assigned] | {"held": True})
        ),
    ),
    "columns": (
        "log",
        "columns differ",
        lambda tx, d: tx.execute(update(conversations).where(conversations.c.id == d.owed).values(customer="other")),
    ),
    "words changed": (
        "words",
        "was changed after it was written",
        lambda tx, d: tx.execute(update(messages).where(messages.c.author == "bot").values(body=OTHER_WORDS)),
    ),
    "note made public": (
        "words",
        "was changed after it was written",
        lambda tx, d: tx.execute(update(messages).values(internal=True)),
    ),
    "state that is none": (
        "row",
        "a row cannot be read",
        lambda tx, d: tx.execute(update(conversations).where(conversations.c.id == d.owed).values(state={"id": 7})),
    ),
    "message lost": ("log", "messages and log differ", lambda tx, d: tx.execute(delete(messages))),
    "message moved": (
        "log",
        "messages and log differ",
        lambda tx, d: tx.execute(update(messages).values(seq=messages.c.seq + 50)),
    ),
    "message twice": ("log", "is in the log at", message_named_twice),
    "bot out of turn": ("log", "the bot spoke", bot_speaks),
    "stranger": ("log", "agent tom spoke", stranger_speaks),
    "epoch": ("log", "names epoch 40 after epoch 3", epoch_jumps),
    "undecided": ("log", "without a decision", undecided),
    "decision lost": ("log", "decisions and log differ", lambda tx, d: tx.execute(delete(decisions))),
    "resolution lost": ("log", "resolutions and log differ", lambda tx, d: tx.execute(delete(resolutions))),
    "conversation lost": (
        "log",
        "a stream without its conversation",
        lambda tx, d: tx.execute(delete(conversations).where(conversations.c.id == d.owed)),
    ),
    "orphan message": (
        "row",
        "there is no conversation",
        lambda tx, d: tx.execute(update(messages).where(messages.c.conversation == d.owed).values(conversation="x")),
    ),
    "owner lost": ("owner", "assigned to []", lambda tx, d: tx.execute(update(assignments).values(released_at=tx.now))),
    "other owner": ("owner", "assigned to ['tom']", lambda tx, d: tx.execute(update(assignments).values(agent="tom"))),
    "owner too many": (
        "owner",
        "but held by ['tom']",
        lambda tx, d: tx.execute(
            insert(assignments),
            {
                "id": "x",
                "conversation": d.waiting,
                "agent": "tom",
                "how": "claim",
                "epoch": 1,
                "taken_at": tx.now,
                "weight": 1,
            },
        ),
    ),
    "load miscounted": (
        "owner",
        "weighs 1, counted as 3",
        lambda tx, d: tx.execute(assignments.update().where(assignments.c.released_at.is_(None)).values(weight=3)),
    ),
    "handoff ended": (
        "handoff",
        "without exactly one",
        lambda tx, d: tx.execute(update(handoffs).values(ended_at=tx.now)),
    ),
    "handoff open": ("handoff", "but does not wait", lambda tx, d: tx.execute(update(handoffs).values(ended_at=None))),
    "offer open": ("offer", "open to tom", lambda tx, d: tx.execute(insert(table_of(OfferRow)), an_offer(tx, d))),
    "overdue": ("handoff", "past its deadline", lambda tx, d: d.company.clock.advance(timedelta(hours=1))),
    "turn lost": ("turn", "without a turn", lambda tx, d: tx.execute(delete(turns))),
    "turn of another epoch": ("turn", "without a turn", lambda tx, d: tx.execute(update(turns).values(epoch=9))),
    "turn not owed": ("turn", "owes nothing", lambda tx, d: tx.execute(update(turns).values(conversation=d.answered))),
    "turn of nobody": (
        "turn",
        "without a conversation",
        lambda tx, d: tx.execute(update(turns).values(conversation="x")),
    ),
    "answer of another lane": (
        "audit",
        "in the lane certified and counts in probation",
        lambda tx, d: tx.execute(update(automatic_answers).values(lane="probation")),
    ),
    "answer of no lane": (
        "audit",
        "in the lane certified and counts in nowhere",
        lambda tx, d: tx.execute(update(automatic_answers).values(lane="nowhere")),
    ),
    "probation without audit": ("audit", "was drawn and has no audit", unaudited_probation),
    "answer of nothing": ("audit", "by no decision", lambda tx, d: an_automatic_answer(tx, d, message_id="x")),
    "drawn without audit": ("audit", "has no audit", lambda tx, d: tx.execute(delete(audits))),
    "audit of nothing": ("audit", "and no automatic answer", lambda tx, d: tx.execute(delete(automatic_answers))),
    "audit not drawn": (
        "audit",
        "was not drawn",
        lambda tx, d: tx.execute(update(table_of(WindowRow)).values(chance=0)),
    ),
    "audit of another answer": (
        "audit",
        "of another answer",
        lambda tx, d: tx.execute(update(audits).values(intent="refund")),
    ),
    "right by nobody": (
        "audit",
        "called right, and nobody",
        lambda tx, d: tx.execute(update(audits).values(verdict="right", ruled_at=tx.now)),
    ),
    "wrong by nobody": (
        "audit",
        "called wrong, and nobody",
        lambda tx, d: tx.execute(update(audits).values(verdict="wrong", ruled_at=tx.now)),
    ),
    "answered twice": ("decision", "answered before", twice_decided),
    "answers uncounted": (
        "decision",
        "1 answers of the bot, 0 by its decisions",
        lambda tx, d: tx.execute(update(decisions).values(action="clarify")),
    ),
    "published twice": (
        "resolution",
        "ResolutionPublished 2 times",
        lambda tx, d: told_again(tx, "ResolutionPublished", resolution_id=resolution_of(tx)),
    ),
    "published too early": (
        "resolution",
        "ResolutionPublished 1 times",
        lambda tx, d: tx.execute(update(resolutions).values(settled_at=None)),
    ),
    "revoked in silence": (
        "resolution",
        "ResolutionRevoked 0 times",
        lambda tx, d: tx.execute(update(resolutions).values(withdrawn_at=tx.now)),
    ),
    "published from nowhere": (
        "resolution",
        "nobody stored it",
        lambda tx, d: told_again(tx, "ResolutionPublished", resolution_id="x"),
    ),
    "example of nothing": ("example", "unknown resolution", lambda tx, d: an_example(tx, d, "e", "none", "m")),
    "example without leave": ("example", "may not be learnt from", not_to_be_learnt),
    "proposal of nothing": ("proposal", "no settled", lambda tx, d: a_proposal(tx, d, resolution="none")),
    "proposal of another reply": ("proposal", "names None, order", a_proposal),
    "two examples": ("example", "a second example", two_examples),
    "timer of nobody": (
        "timer",
        "belongs to no conversation",
        lambda tx, d: tx.execute(
            insert(table_of(TimerRow)), {"kind": "wake", "subject": "x", "due_at": tx.now, "epoch": 1}
        ),
    ),
    "unknown model": (
        "model",
        "is not among the models",
        lambda tx, d: tx.execute(insert(table_of(ServingRow)), A_MODEL),
    ),
    "model of two runs": ("model", "published by 2 runs", two_runs_of_one_model),
}


class Day:
    """What the damage may need to know of the day before it."""

    def __init__(self, company: Company, kinds: dict[str, str], states: dict[str, dict[str, Any]]) -> None:
        self.company, self.states = company, states
        self.__dict__.update(kinds)


async def test_a_busy_day_is_sound(company: Company) -> None:
    day = await a_busy_day(company)
    assert await company.findings() == []
    states = {name: (await company.state(id)).status.value for name, id in day.items()}
    assert list(states.values()) == ["bot", "closed", "assigned", "waiting", "bot"]


class Undone(Exception):
    """Ends a transaction without a trace, and carries what was found in it."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(found)
        self.found = found


async def test_each_kind_of_damage_is_found(company: Company) -> None:
    kinds = await a_busy_day(company)
    states = {id: (await company.state(id)).model_dump(mode="json") for id in kinds.values()}
    day = Day(company, kinds, states)
    missed = {}
    for name, (rule, problem, damage) in DAMAGES.items():
        before = company.clock.now()
        found = await found_after(company, day, damage)
        company.clock.advance(before - company.clock.now())
        if not any(finding.startswith(f"{rule}: ") and problem in finding for finding in found):
            missed[name] = found
    assert missed == {}


async def found_after(company: Company, day: Day, damage: Damage) -> list[str]:
    """What is found with this damage done, which is then undone."""

    def work(tx: Transaction) -> None:
        damage(tx, day)
        tx.finish()
        raise Undone([str(finding) for finding in verify_database(tx)])

    with pytest.raises(Undone) as undone:
        await company.database.write(work)
    return undone.value.found


def test_every_check_is_shown_to_fail() -> None:
    assert {rule for rule, _, _ in DAMAGES.values()} == {
        *("gapless", "log", "row", "owner", "handoff", "turn", "audit", "decision", "resolution", "example"),
        *("timer", "model", "proposal", "words", "offer"),
    }
