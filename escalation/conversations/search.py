"""Finding conversations: by words, by facts, by when they began; newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select

from escalation.conversations.scoping import within
from escalation.conversations.search_index import fact, place_of, written
from escalation.conversations.search_terms import Part, is_beginning, marked, matches, terms, wanted
from escalation.conversations.tables import ConversationRow, MessageRow, SearchDocumentRow, SearchTermRow
from escalation.database import Transaction, table_of
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.messages import Author

COUNTED = 5_000
"""Terms are counted up to here to find the rarest, which is looked up first."""
MOST_WORDS = 12
SHOWN = 160
"""Characters of a message that a result shows."""
BEFORE_HIT = 50

_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)
_documents = table_of(SearchDocumentRow)
_terms = table_of(SearchTermRow)


@dataclass(frozen=True)
class Wanted:
    """What a conversation must have; what is None or empty does not matter."""

    words: str = ""
    customer: str = ""
    """A customer's id, the end of it that is shown, or words of the name or address they left."""
    intent: str | None = None
    """A label or an answered intent; empty is out of scope."""
    agent: str | None = None
    status: str | None = None
    outcome: str | None = None
    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    scope: Scope = EVERYTHING
    """What the reader sees of conversations: a page is full of what is theirs."""
    tag: str | None = None


class Found(NamedTuple):
    """A conversation that matches, and its place in the order."""

    place: int
    state: dict[str, Any]


class Snippet(NamedTuple):
    """Where the words stand: the newest message that has most of them."""

    author: Author
    internal: bool
    parts: list[Part]


class _Condition(NamedTuple):
    """One term a conversation must have; of a beginning, all terms that begin with it."""

    term: str
    beginning: bool

    def on(self, table: FromClause) -> ColumnElement[bool]:
        """Return what a row of terms must be."""
        if not self.beginning:
            return table.c.term == self.term
        return and_(table.c.term >= self.term, table.c.term < self.term + "\U0010ffff")


def find(tx: Transaction, what: Wanted, before: int | None, limit: int) -> list[Found]:
    """Return conversations that have everything wanted, the newest begun first, from behind the place `before`.

    What begins while somebody turns pages comes before the first page: no page shows anything twice or leaves it out.
    """
    places = statement(tx, what, before, limit).subquery()
    joined = places.join(_documents, _documents.c.place == places.c.place).join(
        _conversations, _conversations.c.id == _documents.c.conversation
    )
    query = select(places.c.place, _conversations.c.state).select_from(joined).order_by(places.c.place.desc())
    return [Found(row.place, row.state) for row in tx.execute(query)]


def statement(tx: Transaction, what: Wanted, before: int | None, limit: int) -> Select[Any]:
    """Return the query for the places that match, in order."""
    conditions = _rarest_first(tx, _conditions(what))
    if not conditions:
        within = _within(_documents.c.place, what, before)
        return select(_documents.c.place).where(*within).order_by(_documents.c.place.desc()).limit(limit)
    first, others = conditions[0], conditions[1:]
    query = select(_terms.c.place).where(first.on(_terms), *_within(_terms.c.place, what, before))
    query = query.where(*(_also(each) for each in others)).order_by(_terms.c.place.desc()).limit(limit)
    return query.distinct() if first.beginning else query


def _also(condition: _Condition) -> ColumnElement[bool]:
    """A single term is looked up for each place; the many of a beginning are gathered once."""
    other = _terms.alias()
    if condition.beginning:
        return _terms.c.place.in_(select(other.c.place).where(condition.on(other)))
    return select(other.c.place).where(condition.on(other), other.c.place == _terms.c.place).exists()


def _within(place: ColumnElement[int], what: Wanted, before: int | None) -> list[ColumnElement[bool]]:
    bounds = [place < before] if before is not None else []
    bounds += [place >= place_of(what.since)] if what.since is not None else []
    bounds += [place < place_of(what.until)] if what.until is not None else []
    return bounds + ([place.in_(_seen_places(what.scope))] if what.scope.limited else [])


def _seen_places(scope: Scope) -> Select[Any]:
    joined = _documents.join(_conversations, _conversations.c.id == _documents.c.conversation)
    return select(_documents.c.place).select_from(joined).where(*within(scope))


def _conditions(what: Wanted) -> list[_Condition]:
    words = [_Condition(term, is_beginning(term)) for term in wanted(what.words)[:MOST_WORDS]]
    names = [_Condition(fact("customer", term), is_beginning(term)) for term in wanted(what.customer)[:MOST_WORDS]]
    kinds = {"intent": what.intent, "agent": what.agent, "status": what.status, "outcome": what.outcome}
    kinds["tag"] = what.tag
    facts = [(kind, value) for kind, value in (*kinds.items(), ("site", what.site)) if value is not None]
    return words + names + [_Condition(fact(kind, value), False) for kind, value in facts]


def _rarest_first(tx: Transaction, conditions: Sequence[_Condition]) -> list[_Condition]:
    if len(conditions) < 2:
        return list(conditions)
    return sorted(conditions, key=lambda each: (_count(tx, each), each.beginning))


def _count(tx: Transaction, condition: _Condition) -> int:
    some = select(_terms.c.place).where(condition.on(_terms)).limit(COUNTED).subquery()
    count: int = tx.execute(select(func.count()).select_from(some)).scalar_one()
    return count


def snippets(tx: Transaction, conversations: Sequence[str], words: str) -> dict[str, Snippet]:
    """Return where the words stand, by conversation; nothing for one that is found without words."""
    asked = wanted(words)
    if not asked:
        return {}
    columns = (_messages.c.conversation, _messages.c.author, _messages.c.internal, _messages.c.body)
    query = select(*columns).where(_messages.c.conversation.in_(conversations)).order_by(_messages.c.seq.desc())
    best: dict[str, tuple[int, Snippet]] = {}
    for row in tx.execute(query.where(_messages.c.author.in_(("customer", "agent")))):
        text = written(row.body)
        score = _score(text, asked)
        if score > best.get(row.conversation, (0,))[0]:
            best[row.conversation] = (score, Snippet(row.author, row.internal, _cut(text, asked)))
    return {conversation: snippet for conversation, (_, snippet) in best.items()}


def _score(text: str, asked: Sequence[str]) -> int:
    """How many of the words a text has."""
    had = terms(text)
    return sum(any(matches(term, each) for term in had) for each in asked)


def _cut(text: str, asked: Sequence[str]) -> list[Part]:
    """Return the surroundings of the first word found."""
    first = 0
    for part in marked(text, asked):
        if part.hit:
            break
        first += len(part.text)
    start = max(0, first - BEFORE_HIT)
    start = text.find(" ", start, first) + 1 or start if start else 0
    end = start + SHOWN
    shown = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return marked(shown, asked)
