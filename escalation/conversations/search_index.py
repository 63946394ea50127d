"""The search index: the terms a conversation is found by, kept true after the fact and emptied with an erasure.

A change of a conversation only marks it (`unindexed`); a worker makes its terms anew. Why not in the same
transaction, and why not the databases' own text search: `docs/decisions/0014-an-index-of-our-own.md`.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from escalation.conversations.model import Conversation
from escalation.conversations.search_terms import terms
from escalation.conversations.tables import (
    ContactRow,
    ConversationRow,
    EpisodeRow,
    MessageRow,
    ResolutionRow,
    SearchDocumentRow,
    SearchTermRow,
)
from escalation.database import Database, Prepared, Transaction, table_of
from escalation.logs import get_logger
from escalation.people.tables import CustomerRow
from escalation.protocol.states import Status

PAGE = 200
CHUNK = 20
"""Conversations of one transaction: 10 to 30 ms."""

_log = get_logger(__name__)
_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)
_resolutions = table_of(ResolutionRow)
_contacts = table_of(ContactRow)
_customers = table_of(CustomerRow)
_episodes = table_of(EpisodeRow)
_documents = table_of(SearchDocumentRow)
_terms = table_of(SearchTermRow)

_TO_INDEX = select(_conversations.c.id).where(_conversations.c.unindexed).order_by(_conversations.c.id.desc())
_WRITTEN = Prepared(
    select(_messages.c.author, _messages.c.author_id, _messages.c.intent, _messages.c.body).where(
        _messages.c.conversation == bindparam("of")
    )
)
_LABELS = Prepared(
    select(_resolutions.c.label, _resolutions.c.parts, _resolutions.c.agent).where(
        _resolutions.c.conversation == bindparam("of"), _resolutions.c.withdrawn_at.is_(None)
    )
)
_CONTACT = Prepared(select(_contacts.c.email, _contacts.c.name).where(_contacts.c.conversation == bindparam("of")))
_KNOWN = Prepared(
    select(
        _customers.c.name, _customers.c.email, _customers.c.known_as, _customers.c.given_name, _customers.c.given_email
    ).where(_customers.c.id == bindparam("who"))
)
_BEGAN = Prepared(select(func.min(_episodes.c.began_at)).where(_episodes.c.conversation == bindparam("of")))
_DOCUMENT = Prepared(_documents.select().where(_documents.c.conversation == bindparam("of")))
_TAKEN = Prepared(select(_documents.c.place).where(_documents.c.place == bindparam("at")))
_ADD_DOCUMENT = Prepared(_documents.insert())
_CHANGE_DOCUMENT = Prepared(_documents.update().where(_documents.c.place == bindparam("at")))
_ADD = Prepared(_terms.insert())
_DROP = Prepared(_terms.delete().where(_terms.c.term == bindparam("which"), _terms.c.place == bindparam("at")))
_INDEXED = Prepared(_conversations.update().where(_conversations.c.id == bindparam("of")).values(unindexed=False))

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def place_of(at: datetime) -> int:
    """Return the place of a conversation that began then."""
    return (at - EPOCH) // timedelta(microseconds=1)


def began(place: int) -> datetime:
    """Return when the conversation at this place began."""
    return EPOCH + timedelta(microseconds=place)


def fact(kind: str, value: str) -> str:
    """Return the term for a fact; no word has a colon."""
    return f"{kind}:{value}"


def forget(tx: Transaction, conversation: str) -> None:
    """Take every term of a conversation out of the index; what is left of it is indexed again later."""
    known = tx.execute(_DOCUMENT, {"of": conversation}).first()
    if known is not None:
        _replace(tx, known.place, known.terms, ())
        tx.execute(_CHANGE_DOCUMENT, {"at": known.place, "terms": []})


def index(tx: Transaction, conversation: str) -> None:
    """Make the terms of a conversation anew, if something happened to it."""
    row = tx.lock(ConversationRow, conversation)
    if row is None or not row.unindexed:
        return
    state = Conversation.model_validate(row.state)
    made = sorted({*_facts(state), *_words(tx, state)})
    known = tx.execute(_DOCUMENT, {"of": conversation}).first()
    place = known.place if known is not None else _free_place(tx, conversation)
    if known is None:
        tx.execute(_ADD_DOCUMENT, {"place": place, "conversation": conversation, "terms": made})
    elif known.terms != made:
        tx.execute(_CHANGE_DOCUMENT, {"at": place, "terms": made})
    _replace(tx, place, known.terms if known is not None else (), made)
    tx.execute(_INDEXED, {"of": conversation})


def _free_place(tx: Transaction, conversation: str) -> int:
    place = place_of(tx.execute(_BEGAN, {"of": conversation}).scalar() or tx.now)
    while tx.execute(_TAKEN, {"at": place}).first() is not None:
        place += 1
    return place


def _replace(tx: Transaction, place: int, old: Iterable[str], new: Iterable[str]) -> None:
    before, after = set(old), set(new)
    if gone := sorted(before - after):
        tx.execute(_DROP, [{"which": term, "at": place} for term in gone])
    if added := sorted(after - before):
        tx.execute(_ADD, [{"term": term, "place": place} for term in added])


def _facts(state: Conversation) -> Iterator[str]:
    yield fact("site", state.site)
    yield fact("status", state.status.value)
    yield from (fact("tag", tag) for tag in state.tags)
    if state.outcome is not None:
        yield fact("outcome", state.outcome)
    if state.status is Status.ASSIGNED:
        yield fact("agent", state.controller)
    if state.last_agent is not None:
        yield fact("agent", state.last_agent)
    yield from (fact("customer", term) for term in terms(f"{state.customer} {state.customer[-4:]}"))


def _words(tx: Transaction, state: Conversation) -> Iterator[str]:
    """What customers and agents wrote, what it was about, and how its customer calls themselves."""
    for message in tx.execute(_WRITTEN, {"of": state.id}):
        if message.author in {"customer", "agent"}:
            yield from terms(written(message.body))
        if message.author == "agent":
            yield fact("agent", message.author_id)
        if message.author == "bot" and message.intent is not None:
            yield fact("intent", message.intent)
    for resolution in tx.execute(_LABELS, {"of": state.id}):
        labels = [part["label"] for part in resolution.parts] or [resolution.label]
        yield from (fact("intent", label or "") for label in labels)
        yield fact("agent", resolution.agent)
    for contact in tx.execute(_CONTACT, {"of": state.id}):
        yield from (fact("customer", term) for term in terms(f"{contact.name} {contact.email}"))
    for known in tx.execute(_KNOWN, {"who": state.customer}) if not state.erased else ():
        yield from (fact("customer", term) for term in terms(" ".join(filter(None, known))))


def written(body: dict[str, Any]) -> str:
    """Return what a person wrote in a message: its text, and the names of its files."""
    names = [file["name"] for file in body.get("files", ())]
    return " ".join([str(body.get("text") or ""), *names]).strip()


def missing(tx: Transaction, most: int) -> int:
    """Return how many conversations are not in the index at all, counted up to `most`."""
    absent = _TO_INDEX.where(_conversations.c.id.not_in(select(_documents.c.conversation))).limit(most).subquery()
    count: int = tx.execute(select(func.count()).select_from(absent)).scalar_one()
    return count


@dataclass
class SearchIndexer:
    """Keeps the index true; one instance a process."""

    database: Database
    quiet: timedelta = timedelta(seconds=2)
    """A conversation in which somebody wrote this lately waits, so that a run of messages is indexed once."""
    poll_seconds: float = 1.0

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                done = await self.step()
            except Exception:
                _log.exception("search_index_failed")
                done = 0
            await asyncio.sleep(0.05 if done == PAGE else self.poll_seconds)

    async def step(self) -> int:
        """Index what changed, the newest first; return how many conversations that were."""
        ids = await self.database.read(self._to_index)
        for start in range(0, len(ids), CHUNK):
            await self._index(sorted(ids[start : start + CHUNK]))
        return len(ids)

    def _to_index(self, tx: Transaction) -> list[str]:
        is_quiet = _conversations.c.last_activity_at <= tx.now - self.quiet
        return list(tx.execute(_TO_INDEX.where(is_quiet).limit(PAGE)).scalars())

    async def _index(self, ids: list[str]) -> None:
        def work(tx: Transaction) -> None:
            for each in ids:
                index(tx, each)

        await self.database.write(work)
