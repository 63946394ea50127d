"""Rows of the catalogue: reading it, and bringing the rows in line with a wished catalogue inside a transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Row, bindparam, func, select, text

from escalation.catalogue.model import DEFAULT_LOCALE, Catalogue, Intent, as_policy
from escalation.catalogue.tables import IntentExample, IntentRow
from escalation.database import Transaction, table_of
from escalation.kernel.ids import Ids

T = TypeVar("T")
CHUNK: Final = 200
_intents = table_of(IntentRow)
_examples = table_of(IntentExample)
_ACTIVE = select(_intents).where(_intents.c.archived_at.is_(None)).order_by(_intents.c.position, _intents.c.name)
_TEXTS = (
    select(_examples)
    .join(_intents, _intents.c.name == _examples.c.intent)
    .where(_intents.c.archived_at.is_(None))
    .order_by(_examples.c.intent, _examples.c.position)
)
_CHANGING: Final = ("title", "description", "answer", "policy", "locale", "updated_at", "archived_at")
_PLACE = _intents.update().where(_intents.c.name == bindparam("key")).values(position=bindparam("place"))
_MOVE = _examples.update().where(_examples.c.id == bindparam("key")).values(position=bindparam("place"))


@dataclass(frozen=True, slots=True)
class SeedExample:
    """An example of the catalogue with the id under which its embedding is cached."""

    id: str
    text: str
    intent: str


def titles(tx: Transaction, names: Iterable[str]) -> dict[str, str]:
    """Return the titles of intents by name, of archived ones too."""
    wanted = list(names)
    if not wanted:
        return {}
    query = select(_intents.c.name, _intents.c.title).where(_intents.c.name.in_(wanted))
    return {row.name: row.title for row in tx.execute(query)}


def lock(tx: Transaction) -> None:
    """Let no other transaction change the catalogue before this one commits; readers go on. SQLite has one writer."""
    if tx.is_postgres:
        tx.execute(text("LOCK TABLE intents IN SHARE ROW EXCLUSIVE MODE"))


def load(tx: Transaction) -> Catalogue:
    """Return the stored catalogue without what is archived."""
    rows = tx.execute(_ACTIVE).all()
    texts: dict[str, list[str]] = {row.name: [] for row in rows}
    for example in seed_examples(tx):
        texts[example.intent].append(example.text)
    intents = tuple(_intent(row, tuple(texts[row.name])) for row in rows)
    return Catalogue(rows[0].locale if rows else DEFAULT_LOCALE, intents)


def _intent(row: Row[Any], examples: tuple[str, ...] = ()) -> Intent:
    # A policy this version does not know (written by a newer one) must not let the bot answer.
    policy = as_policy(row.policy) or "always_handoff"
    return Intent(row.name, row.title, row.description, examples, row.answer, policy)


def seed_examples(tx: Transaction) -> list[SeedExample]:
    """Return the examples of all intents that are not archived, by intent and position."""
    return [SeedExample(row.id, row.text, row.intent) for row in tx.execute(_TEXTS)]


def find(tx: Transaction, name: str) -> tuple[Intent, bool] | None:
    """Return the intent, without its examples, and whether it is archived; None if it never was there."""
    row = tx.execute(select(_intents).where(_intents.c.name == name)).first()
    if row is None:
        return None
    return _intent(row), row.archived_at is not None


def put(tx: Transaction, intent: Intent) -> None:
    """Store one intent behind the others, or in its old place; its examples stay as they are."""
    locale = tx.execute(select(_intents.c.locale).where(_intents.c.archived_at.is_(None)).limit(1)).scalar()
    last = tx.execute(select(func.max(_intents.c.position))).scalar()
    row = _row(tx, intent, locale or DEFAULT_LOCALE, 0 if last is None else last + 1)
    tx.upsert(IntentRow, row, update=_CHANGING)


def archive(tx: Transaction, names: Sequence[str]) -> None:
    """Take intents out of the catalogue; rows and examples stay."""
    for chunk in chunks(names):
        tx.execute(_intents.update().where(_intents.c.name.in_(chunk)).values(archived_at=tx.now, updated_at=tx.now))


def save(tx: Transaction, stored: Catalogue, wished: Catalogue, ids: Ids) -> None:
    """Bring the rows from `stored`, which they say now, to `wished`. Examples whose text stays keep their ids."""
    archive(tx, [name for name in stored.names if name not in wished])
    for place, intent in enumerate(wished.intents):
        if stored.locale != wished.locale or stored.find(intent.name) != intent:
            tx.upsert(IntentRow, _row(tx, intent, wished.locale, place), update=_CHANGING)
    if stored.names != wished.names:
        # Archiving leaves gaps in the numbers, so all are numbered anew whenever the order changes.
        tx.execute(_PLACE, [{"key": name, "place": place} for place, name in enumerate(wished.names)])
    texts = {intent.name: intent.examples for intent in stored.intents}
    _save_examples(tx, [intent for intent in wished.intents if texts.get(intent.name) != intent.examples], ids)


def _row(tx: Transaction, intent: Intent, locale: str, position: int) -> dict[str, Any]:
    return {
        "name": intent.name,
        "title": intent.title,
        "description": intent.description,
        "answer": intent.answer,
        "policy": intent.policy,
        "locale": locale,
        "position": position,
        "created_at": tx.now,
        "updated_at": tx.now,
        "archived_at": None,
    }


def _save_examples(tx: Transaction, intents: Sequence[Intent], ids: Ids) -> None:
    added: list[Mapping[str, Any]] = []
    moved: list[Mapping[str, Any]] = []
    removed: list[str] = []
    for intent in intents:
        found = tx.execute(select(_examples).where(_examples.c.intent == intent.name))
        rows = {row.text: (row.id, row.position) for row in found}
        for place, words in enumerate(intent.examples):
            row = rows.pop(words, None)
            if row is None:
                added.append({"id": ids(), "intent": intent.name, "text": words, "position": place})
            elif row[1] != place:
                moved.append({"key": row[0], "place": place})
        removed.extend(id for id, _ in rows.values())
    for gone in chunks(removed):
        tx.execute(_examples.delete().where(_examples.c.id.in_(gone)))
    for steps in chunks(moved):
        tx.execute(_MOVE, steps)
    for rows_added in chunks(added):
        tx.execute(_examples.insert(), rows_added)


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut into pieces of at most 200, so that no statement grows with the file."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
