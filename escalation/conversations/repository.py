"""Storing what happened to a conversation: its state, and a row for each kind of event that has one."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Row, String, bindparam, case, select, union_all

from escalation.attachments import rows as files
from escalation.conversations import (
    changed_messages,
    upcasts,  # noqa: F401  declares the versions whoever reads the log needs
)
from escalation.conversations import events as e
from escalation.conversations.digests import ERASED, digest_of
from escalation.conversations.model import Conversation
from escalation.conversations.tables import (
    CallRow,
    ConversationRow,
    DecisionRow,
    DraftRow,
    EditedAnswerRow,
    EpisodeRow,
    MessageRow,
    RatingRow,
    ReadStateRow,
    ResolutionRow,
    TimerRow,
    TurnRow,
    WhisperRow,
)
from escalation.database import Prepared, Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.people.tables import CustomerMergeRow
from escalation.protocol.messages import Body
from escalation.protocol.states import Status

_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)
_episodes = table_of(EpisodeRow)
_resolutions = table_of(ResolutionRow)
_ratings = table_of(RatingRow)
_edited_answers = table_of(EditedAnswerRow)
_timers = table_of(TimerRow)
_merges = table_of(CustomerMergeRow)
_turns = table_of(TurnRow)

CHUNK = 200

_every_id = union_all(
    select(bindparam("author", type_=String)),
    select(_merges.c.survivor).where(_merges.c.customer == bindparam("author")),
    select(_merges.c.customer).where(_merges.c.survivor == bindparam("author")),
)
"""Of an author: a customer may have sent a message before they were merged, and send it again after."""

_INSERT = Prepared(_conversations.insert())
_STATE = Prepared(select(_conversations.c.state).where(_conversations.c.id == bindparam("key")))
_TURN_OF = Prepared(_turns.select().where(_turns.c.conversation == bindparam("of")))
_DROP_TURN = Prepared(_turns.delete().where(_turns.c.conversation == bindparam("of")))
_DROP_TIMER = Prepared(
    _timers.delete().where(_timers.c.kind == bindparam("which"), _timers.c.subject == bindparam("of"))
)
_UPDATE = Prepared(_conversations.update().where(_conversations.c.id == bindparam("key")))
_SETTLE = Prepared(_resolutions.update().where(_resolutions.c.id == bindparam("of")))
_INSERT_MESSAGE = Prepared(_messages.insert())
_INSERT_DECISION = Prepared(table_of(DecisionRow).insert())
_SENT = Prepared(
    select(_messages).where(_messages.c.author_id.in_(_every_id), _messages.c.client_message_id == bindparam("sent"))
)
_BODIES = Prepared(select(_messages.c.id, _messages.c.body).where(_messages.c.id.in_(bindparam("ids", expanding=True))))
_is_open = case((_conversations.c.status != Status.CLOSED.value, 1), else_=0)
_NEWEST = Prepared(
    select(_conversations.c.id)
    .where(_conversations.c.customer == bindparam("who"), _conversations.c.site == bindparam("where"))
    .order_by(_is_open.desc(), _conversations.c.last_activity_at.desc(), _conversations.c.id.desc())
    .limit(1)
)
_STILL_OPEN = select(_conversations.c.id).where(
    _conversations.c.customer == bindparam("who"),
    _conversations.c.site == bindparam("where"),
    _conversations.c.status != Status.CLOSED.value,
)
_CHANGE_EPISODE = Prepared(
    _episodes.update().where(_episodes.c.conversation == bindparam("of"), _episodes.c.number == bindparam("nth"))
)


def load(tx: Transaction, conversation: str) -> Conversation:
    """Lock a conversation and return it. Raises NotFound."""
    row = tx.lock(ConversationRow, conversation)
    if row is None:
        raise NotFound(f"There is no conversation {conversation}.")
    return Conversation.model_validate(row.state)


def peek(tx: Transaction, conversation: str) -> Conversation | None:
    """Return a conversation without locking it, None if there is none."""
    row = tx.execute(_STATE, {"key": conversation}).first()
    return None if row is None else Conversation.model_validate(row.state)


def newest_of(tx: Transaction, customer: str, site: str) -> str | None:
    """Return the id of a customer's open conversation on a site, without one that of the newest."""
    found: str | None = tx.execute(_NEWEST, {"who": customer, "where": site}).scalar()
    return found


def open_of(tx: Transaction, customer: str, site: str) -> str | None:
    """Return the id of a customer's open conversation on a site."""
    found: str | None = tx.execute(_STILL_OPEN, {"who": customer, "where": site}).scalar()
    return found


def of_customer(tx: Transaction, customer: str) -> list[str]:
    """Return the ids of all conversations of a customer that are not erased, in order."""
    rows = tx.execute(select(_conversations.c.id, _conversations.c.state).where(_conversations.c.customer == customer))
    return sorted(row.id for row in rows if not row.state.get("erased"))


def is_by(tx: Transaction, conversation: str, message_id: str, author: str) -> bool:
    """Return whether this is a public message of this author (bot, agent, ...) in this conversation."""
    row = tx.execute(_messages.select().where(_messages.c.id == message_id)).first()
    return row is not None and (row.conversation, row.author, row.internal) == (conversation, author, False)


def already_sent(tx: Transaction, author: str, client_message_id: str) -> Row[Any] | None:
    """Return the message this author already sent under this client id."""
    return tx.execute(_SENT, {"author": author, "sent": client_message_id}).first()


def texts(tx: Transaction, message_ids: Iterable[str]) -> dict[str, str]:
    """Return the text of each message that has one, by id."""
    return {id: body["text"] for id, body in bodies(tx, message_ids).items() if body.get("text")}


def bodies(tx: Transaction, message_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what each message says, as it is stored, by id."""
    wanted = list(message_ids)
    return {row.id: row.body for row in tx.execute(_BODIES, {"ids": wanted})} if wanted else {}


def keep_edited_answer(tx: Transaction, resolution: str, conversation: str, text: str) -> None:
    """Store a reply as its agent edited it for learning."""
    tx.execute(_edited_answers.insert(), {"resolution": resolution, "conversation": conversation, "text": text})


def drop_edited_answer(tx: Transaction, resolution: str) -> None:
    """Forget a reply edited for learning: it was withdrawn, or nothing is learnt from it."""
    tx.execute(_edited_answers.delete().where(_edited_answers.c.resolution == resolution))


def edited_answers(tx: Transaction, resolutions: Iterable[str]) -> dict[str, str]:
    """Return the edited replies of these resolutions; those learnt as they were sent are absent."""
    query = _edited_answers.select().where(_edited_answers.c.resolution.in_(list(resolutions)))
    return {row.resolution: row.text for row in tx.execute(query)}


def languages(tx: Transaction, conversations: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Return by conversation the locale of its page, and the language its customer writes in as far as known."""
    rows = tx.execute(select(_conversations.c.state).where(_conversations.c.id.in_(list(conversations))))
    return {state["id"]: (state["locale"], state.get("language")) for (state,) in rows}


def save(tx: Transaction, before: Conversation, after: Conversation) -> None:
    """Store the state; the first time, insert it."""
    values = {
        "customer": after.customer,
        "site": after.site,
        "status": after.status.value,
        "controller": after.controller,
        "epoch": after.epoch,
        "seq": after.seq,
        "deadline": after.deadline,
        "last_activity_at": after.last_message_at or tx.now,
        "unindexed": True,
        "state": after.model_dump(mode="json"),
    }
    if before.seq == 0:
        tx.execute(_INSERT, {"id": after.id, **values})
    else:
        tx.execute(_UPDATE, {"key": after.id, **values})
    if after.episode != before.episode or (after.status is Status.CLOSED) != (before.status is Status.CLOSED):
        _change_episode(tx, before, after)


def _change_episode(tx: Transaction, before: Conversation, after: Conversation) -> None:
    because = after.reason or after.outcome or after.status.value
    if before.seq and before.episode and before.status is not Status.CLOSED:
        ending = {"of": after.id, "nth": before.episode, "ended_at": tx.now, "ended_because": because}
        tx.execute(_CHANGE_EPISODE, ending)
    if after.status is not Status.CLOSED:
        row = {"conversation": after.id, "number": after.episode, "began_at": tx.now, "began_because": because}
        row |= {"kind": "bot" if after.status is Status.BOT else "human", "ended_at": None, "ended_because": None}
        # A withdrawn resolution goes on with its episode: the row is there, and only its end was wrong.
        tx.upsert(EpisodeRow, row, update=("ended_at", "ended_because"))


def store(tx: Transaction, after: Conversation, event: e.ConversationEvent) -> None:
    """Write the row `event` has besides its place in the log, if any. `after` is the state it led to."""
    rule = _ROWS.get(type(event))
    if rule is not None:
        rule(tx, after, event)


def _message(tx: Transaction, after: Conversation, event: e.MessageAdded) -> None:
    body: Body | None = event.body
    row = {
        "id": event.message_id,
        "conversation": after.id,
        "seq": after.seq,
        "at": tx.now,
        "author": event.author,
        "author_id": event.author_id,
        "kind": event.kind,
        "internal": event.internal,
        "intent": event.intent,
        "client_message_id": event.client_message_id,
        "body": body.model_dump(mode="json") if body else {},
    }
    tx.execute(_INSERT_MESSAGE, {**row, "digest": digest_of(row)})


def _decision(tx: Transaction, after: Conversation, event: e.DecisionMade) -> None:
    payload = event.payload()
    del payload["language"]  # staff read it in the thread
    identity = {"id": payload.pop("decision_id"), "conversation": after.id, "customer": after.customer, "at": tx.now}
    tx.execute(_INSERT_DECISION, identity | payload)
    if event.model is not None:
        tx.execute(_CHANGE_EPISODE, {"of": after.id, "nth": after.episode, "model": event.model})


def _shown(tx: Transaction, _: Conversation, event: e.GuessesShown) -> None:
    decisions = table_of(DecisionRow)
    tx.execute(decisions.update().where(decisions.c.id == event.decision.decision_id).values(blind=False))


def _resolution(tx: Transaction, after: Conversation, event: e.Resolved) -> None:
    payload = event.payload()
    del payload["epoch"]
    row = {"id": payload.pop("resolution_id"), "conversation": after.id, "at": tx.now, **payload}
    tx.add(ResolutionRow, row)


def _settled(tx: Transaction, _: Conversation, event: e.ResolutionSettled) -> None:
    tx.execute(_SETTLE, {"of": event.resolution_id, "settled_at": tx.now})


def _withdrawn(tx: Transaction, _: Conversation, event: e.ResolutionWithdrawn) -> None:
    tx.execute(_resolutions.update().where(_resolutions.c.id == event.resolution_id).values(withdrawn_at=tx.now))
    drop_edited_answer(tx, event.resolution_id)


def _rated(tx: Transaction, after: Conversation, event: e.Rated) -> None:
    row = {"conversation": after.id, "episode": event.episode, "at": tx.now, "score": event.score, "comment": ""}
    tx.upsert(RatingRow, row)


def keep_comment(tx: Transaction, rated: Conversation, comment: str) -> None:
    """Store what a customer says beside the rating of this episode."""
    row = (_ratings.c.conversation == rated.id, _ratings.c.episode == rated.rated_episode)
    tx.execute(_ratings.update().where(*row).values(comment=comment))


def erase_words(tx: Transaction, conversation: str, most: int) -> int:
    """Overwrite the words of at most `most` messages; return how many had any left."""
    told = (_messages.c.conversation == conversation, _messages.c.body["kind"].as_string() != ERASED["kind"])
    ids = list(tx.execute(select(_messages.c.id).where(*told).order_by(_messages.c.seq).limit(most)).scalars())
    for at in range(0, len(ids), CHUNK):
        part = _messages.c.id.in_(ids[at : at + CHUNK])
        tx.execute(_messages.update().where(part).values(body=ERASED, digest=None))
    return len(ids)


def _erased(tx: Transaction, after: Conversation, _: e.Erased) -> None:
    erase_words(tx, after.id, after.seq)
    files.give_up(tx, after.id)
    tx.execute(_ratings.update().where(_ratings.c.conversation == after.id).values(comment=""))
    tx.execute(_edited_answers.delete().where(_edited_answers.c.conversation == after.id))
    for kept in map(table_of, (WhisperRow, CallRow, DraftRow, ReadStateRow)):
        tx.execute(kept.delete().where(kept.c.conversation == after.id))


_ROWS: dict[type[e.Event], Callable[[Transaction, Conversation, Any], None]] = {
    e.MessageAdded: _message,
    e.MessageEdited: changed_messages.edit,
    e.MessageDeleted: changed_messages.delete,
    e.DecisionMade: _decision,
    e.GuessesShown: _shown,
    e.Resolved: _resolution,
    e.ResolutionSettled: _settled,
    e.ResolutionWithdrawn: _withdrawn,
    e.Rated: _rated,
    e.Erased: _erased,
}


def drop_turn(tx: Transaction, conversation: str) -> None:
    """The bot owes nothing any more."""
    tx.execute(_DROP_TURN, {"of": conversation})


def turn_of(tx: Transaction, conversation: str) -> Row[Any] | None:
    """Return what the bot owes this conversation, None if nothing."""
    return tx.execute(_TURN_OF, {"of": conversation}).first()


def set_timer(tx: Transaction, kind: str, after: Conversation, due_at: Any, detail: str = "") -> None:
    """Plan a timer for the conversation under its present epoch, replacing one of the same kind."""
    row = {"kind": kind, "subject": after.id, "due_at": due_at, "epoch": after.epoch, "detail": detail}
    tx.upsert(TimerRow, row)


def drop_timer(tx: Transaction, kind: str, conversation: str) -> None:
    """Forget a timer."""
    tx.execute(_DROP_TIMER, {"which": kind, "of": conversation})
