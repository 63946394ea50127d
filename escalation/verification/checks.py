"""Every invariant as a function from a snapshot of the database to what is wrong in it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import func, select

from escalation.conversations.consequences import EXPIRE
from escalation.conversations.model import Conversation
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
from escalation.events.tables import Event, StreamHead
from escalation.learning.tables import ExampleRow
from escalation.protocol.states import Status
from escalation.security import SecurityLog
from escalation.verification.learning_checks import (
    examples_come_of_resolutions,
    models_are_known,
    proposals_come_of_resolutions,
    resolutions_are_published_once,
)
from escalation.verification.proof_checks import (
    answers_are_decided,
    audits_are_of_drawn_answers,
    verdicts_rest_on_labels,
)
from escalation.verification.storage import Finding, all_events, damage_of, words_are_as_written
from escalation.verification.threads import Replayed, replay

SWEEP = timedelta(minutes=1)
"""How far past its deadline a timer may be while the service runs."""

_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)
_events = table_of(Event)
_heads = table_of(StreamHead)
_timers = table_of(TimerRow)
_turns = table_of(TurnRow)
_assignments = table_of(AssignmentRow)
_handoffs = table_of(HandoffRow)
_offers = table_of(OfferRow)
_resolutions = table_of(ResolutionRow)
_examples = table_of(ExampleRow)
_decisions = table_of(DecisionRow)


Check = Callable[[Transaction], Iterator[Finding]]


def verify_database(tx: Transaction) -> list[Finding]:
    """Return every broken rule, in the order of the rules; empty means sound. Raises: DatabaseUnreadable."""
    damage = list(damage_of(tx))  # in a damaged file everything else is noise
    return damage or [finding for check in CHECKS for finding in _found_by(check, tx)]


def _found_by(check: Check, tx: Transaction) -> Iterator[Finding]:
    """What a check finds; rows that it cannot even read, as nobody but a hand could write them, end it."""
    try:
        yield from check(tx)
    except (ValidationError, ValueError, KeyError) as error:
        rule = check.__name__.replace("_", " ")
        yield Finding("row", rule, f"a row cannot be read: {' '.join(str(error).split())[:200]}")


def streams_are_gapless(tx: Transaction) -> Iterator[Finding]:
    """Each stream is numbered 1..head without gaps."""
    column = _events.c
    query = select(column.stream, func.count(), func.min(column.seq), func.max(column.seq)).group_by(column.stream)
    heads = {row.stream: row.seq for row in tx.execute(select(_heads))}
    for stream, count, first, last in tx.execute(query):
        head = heads.pop(stream, 0)
        if (first, last, count) != (1, head, head):
            yield Finding("gapless", stream, f"{count} events numbered {first} to {last}, head {head}")
    for stream, head in heads.items():
        yield Finding("gapless", stream, f"head {head} without events")


def conversations_follow_from_the_log(tx: Transaction) -> Iterator[Finding]:
    """Old state + events == stored state; messages and log name each other exactly once; nobody spoke out of turn."""
    conversations = tx.execute(select(_conversations)).all()
    streams = select(_heads.c.stream).where(_heads.c.stream.like("conversation:%"))
    for stream in set(tx.execute(streams).scalars()) - {f"conversation:{row.id}" for row in conversations}:
        yield Finding("log", stream, "a stream without its conversation")
    for row in conversations:
        stored = Conversation.model_validate(row.state)
        told = replay(row.id, all_events(tx, f"conversation:{row.id}"))
        for problem in told.problems:
            yield Finding("log", row.id, problem)
        if told.state != stored:
            differ = [name for name in Conversation.model_fields if getattr(told.state, name) != getattr(stored, name)]
            yield Finding("log", row.id, f"the log leads to another state: {', '.join(differ)}")
        if any(getattr(row, name) != getattr(stored, name) for name in _COLUMNS):
            yield Finding("log", row.id, "the columns differ from the state")
        yield from _rows_match(tx, row.id, told)


_COLUMNS = ("id", "customer", "site", "status", "controller", "epoch", "seq", "deadline")


def _rows_match(tx: Transaction, conversation: str, told: Replayed) -> Iterator[Finding]:
    kept = select(_messages.c.id, _messages.c.seq).where(_messages.c.conversation == conversation)
    rows = {message.id: message.seq for message in tx.execute(kept)}
    if rows != told.messages:
        odd = sorted(set(rows.items()) ^ set(told.messages.items()))
        yield Finding("log", conversation, f"messages and log differ: {odd[:4]}")
    for table, wanted in ((_decisions, told.decisions), (_resolutions, told.resolutions)):
        ids = set(tx.execute(select(table.c.id).where(table.c.conversation == conversation)).scalars())
        if ids != wanted:
            yield Finding("log", conversation, f"{table.name} and log differ: {sorted(ids ^ wanted)[:4]}")


def rows_belong(tx: Transaction) -> Iterator[Finding]:
    """Every message, decision and resolution belongs to a conversation."""
    for table in (_messages, _decisions, _resolutions):
        query = select(table.c.id, table.c.conversation)
        for row in tx.execute(query.where(table.c.conversation.not_in(select(_conversations.c.id)))):
            yield Finding("row", row.id, f"one of the {table.name}, but there is no conversation {row.conversation}")


def owners_are_single(tx: Transaction) -> Iterator[Finding]:
    """An assigned conversation has exactly one open assignment, its controller's, of its weight; no other has one."""
    held: dict[str, list[str]] = {}
    weighs: dict[str, int] = {}
    for row in tx.execute(select(_assignments).where(_assignments.c.released_at.is_(None))):
        held.setdefault(row.conversation, []).append(row.agent)
        weighs[row.conversation] = row.weight
    columns = (_conversations.c.id, _conversations.c.controller, _conversations.c.state)
    for row in tx.execute(select(*columns).where(_conversations.c.status == "assigned")):
        owners, weight = held.pop(row.id, []), row.state.get("weight", 1)
        if owners != [row.controller]:
            yield Finding("owner", row.id, f"controlled by {row.controller}, assigned to {owners}")
        elif weighs[row.id] != weight:
            yield Finding("owner", row.id, f"weighs {weight}, counted as {weighs[row.id]} of {row.controller}'s load")
    for conversation, owners in held.items():
        yield Finding("owner", conversation, f"not assigned, but held by {owners}")


def handoffs_end(tx: Transaction) -> Iterator[Finding]:
    """A waiting conversation has exactly one open handoff, not past its deadline; no other has one.

    The timer of a wait may be later than its deadline: it is set anew while the queue is closed.
    """
    until = {row.subject: row.due_at for row in tx.execute(select(_timers).where(_timers.c.kind == EXPIRE))}
    waiting = {
        row.id: until.get(row.id, row.deadline)
        for row in tx.execute(select(_conversations).where(_conversations.c.status == Status.WAITING.value))
    }
    opened: dict[str, int] = {}
    for row in tx.execute(select(_handoffs.c.conversation).where(_handoffs.c.ended_at.is_(None))):
        opened[row.conversation] = opened.get(row.conversation, 0) + 1
    for conversation, deadline in waiting.items():
        if opened.pop(conversation, 0) != 1:
            yield Finding("handoff", conversation, "waits without exactly one open handoff")
        if deadline is not None and deadline < tx.now - SWEEP:
            yield Finding("handoff", conversation, f"waits past its deadline {deadline}")
    for conversation in opened:
        yield Finding("handoff", conversation, "has an open handoff, but does not wait")


def offers_are_open(tx: Transaction) -> Iterator[Finding]:
    """An open offer is of a conversation that is proposed to this agent now."""
    opened = select(_offers.c.conversation, _offers.c.agent, _conversations.c.state).where(_offers.c.ended_at.is_(None))
    for row in tx.execute(opened.join(_conversations, _conversations.c.id == _offers.c.conversation)):
        if row.state.get("offered_to") != row.agent:
            yield Finding("offer", row.conversation, f"open to {row.agent}, proposed to {row.state.get('offered_to')}")


def turns_are_owed(tx: Transaction) -> Iterator[Finding]:
    """The bot owes a decision exactly where it has control and unanswered messages."""
    owed = {row.conversation: row.epoch for row in tx.execute(select(_turns))}
    for row in tx.execute(select(_conversations.c.id, _conversations.c.state)):
        state = Conversation.model_validate(row.state)
        asked = state.choices_message_id is not None and state.last_author != "customer"
        owes = state.status is Status.BOT and bool(state.open_message_ids) and not asked
        epoch = owed.pop(row.id, None)
        if owes and epoch != state.epoch:
            yield Finding("turn", row.id, "unanswered messages without a turn")
        if not owes and epoch is not None:
            yield Finding("turn", row.id, "a turn, but the bot owes nothing")
    for conversation in owed:
        yield Finding("turn", conversation, "a turn without a conversation")


def decisions_are_single(tx: Transaction) -> Iterator[Finding]:
    """A message is answered at most once by the bot, and each answer has its decision."""
    for conversation in tx.execute(select(_conversations.c.id)).scalars():
        mine = (_decisions.c.conversation == conversation, _decisions.c.action == "answer")
        answered: set[str] = set()
        for row in tx.execute(select(_decisions.c.id, _decisions.c.message_ids).where(*mine)):
            if answered & set(row.message_ids):
                yield Finding("decision", conversation, f"decision {row.id} answers a message answered before")
            answered |= set(row.message_ids)
    said = select(func.count()).select_from(_messages).where(_messages.c.author == "bot", _messages.c.kind == "text")
    decided = tx.execute(select(_decisions.c.parts).where(_decisions.c.action == "answer")).scalars()
    bot, owed = tx.execute(said).scalar_one(), sum(len(parts) or 1 for parts in decided)
    if bot != owed:
        yield Finding("decision", "all", f"{bot} answers of the bot, {owed} by its decisions to answer")


def timers_belong(tx: Transaction) -> Iterator[Finding]:
    """Every timer belongs to a conversation."""
    timers = table_of(TimerRow)
    query = select(timers.c.subject).where(timers.c.subject.not_in(select(_conversations.c.id)))
    for subject in tx.execute(query).scalars():
        yield Finding("timer", subject, "belongs to no conversation")


def security_log_is_whole(tx: Transaction) -> Iterator[Finding]:
    """Each row of the security log has the hash of what it says and of the row before, and none is missing."""
    problem = SecurityLog.check(tx).problem
    if problem is not None:
        yield Finding("security log", "chain", problem)


CHECKS: tuple[Check, ...] = (
    words_are_as_written,
    streams_are_gapless,
    conversations_follow_from_the_log,
    rows_belong,
    owners_are_single,
    handoffs_end,
    offers_are_open,
    turns_are_owed,
    decisions_are_single,
    resolutions_are_published_once,
    examples_come_of_resolutions,
    proposals_come_of_resolutions,
    timers_belong,
    models_are_known,
    security_log_is_whole,
    answers_are_decided,
    audits_are_of_drawn_answers,
    verdicts_rest_on_labels,
)
