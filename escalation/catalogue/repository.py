"""Rows of the catalogue: reading it, and bringing the rows in line with a wished catalogue inside a transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Row, Table, bindparam, func, select, text

from escalation.catalogue.history import Version
from escalation.catalogue.model import DEFAULT_LOCALE, Catalogue, Intent, LocalText, as_policy, relocated
from escalation.catalogue.tables import IntentAnswer, IntentExample, IntentRow, IntentTitle
from escalation.database import Prepared, Transaction, table_of
from escalation.kernel.ids import Ids

T = TypeVar("T")
CHUNK: Final = 200
_intents = table_of(IntentRow)
_examples = table_of(IntentExample)
_answers = table_of(IntentAnswer)
_titles = table_of(IntentTitle)
_ACTIVE = select(_intents).where(_intents.c.archived_at.is_(None)).order_by(_intents.c.position, _intents.c.name)
_TEXTS = (
    select(_examples)
    .join(_intents, _intents.c.name == _examples.c.intent)
    .where(_intents.c.archived_at.is_(None))
    .order_by(_examples.c.intent, _examples.c.position)
)
_CHANGING: Final = ("title", "description", "answer", "policy", "locale", "updated_at", "archived_at")
_TITLES = Prepared(
    select(_intents.c.name, _intents.c.title).where(_intents.c.name.in_(bindparam("names", expanding=True)))
)
_PLACE = _intents.update().where(_intents.c.name == bindparam("key")).values(position=bindparam("place"))
_MOVE = _examples.update().where(_examples.c.id == bindparam("key")).values(position=bindparam("place"))


@dataclass(frozen=True, slots=True)
class SeedExample:
    """An example of the catalogue with the id under which its embedding is cached."""

    id: str
    text: str
    intent: str


def titles(tx: Transaction, names: Iterable[str]) -> dict[str, str]:
    """Return the titles of intents in the catalogue's own locale by name, of archived ones too."""
    wanted = list(names)
    if not wanted:
        return {}
    return {row.name: row.title for row in tx.execute(_TITLES, {"names": wanted})}


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
    others = _Others.read(tx, [row.name for row in rows])
    intents = tuple(_intent(row, tuple(texts[row.name]), others) for row in rows)
    return Catalogue(rows[0].locale if rows else DEFAULT_LOCALE, intents)


@dataclass(frozen=True, slots=True)
class _Others:
    """What intents say in other locales than the catalogue's own, by name, sorted by locale."""

    answers: Mapping[str, tuple[LocalText, ...]]
    titles: Mapping[str, tuple[LocalText, ...]]

    @classmethod
    def read(cls, tx: Transaction, names: Sequence[str]) -> "_Others":
        return cls(_texts_of(tx, _answers, names), _texts_of(tx, _titles, names))


def _texts_of(tx: Transaction, table: Table, names: Sequence[str]) -> dict[str, tuple[LocalText, ...]]:
    found: dict[str, tuple[LocalText, ...]] = {}
    for chunk in chunks(names):
        query = select(table).where(table.c.intent.in_(chunk)).order_by(table.c.intent, table.c.locale)
        for row in tx.execute(query):
            found[row.intent] = (*found.get(row.intent, ()), LocalText(row.locale, row.text))
    return found


def _intent(row: Row[Any], examples: tuple[str, ...], others: _Others) -> Intent:
    # A policy this version does not know (written by a newer one) must not let the bot answer.
    policy = as_policy(row.policy) or "always_handoff"
    answers, titles = others.answers.get(row.name, ()), others.titles.get(row.name, ())
    return Intent(row.name, row.title, row.description, examples, row.answer, policy, answers, titles)


def locale(tx: Transaction) -> str:
    """Return the catalogue's own locale."""
    found = tx.execute(select(_intents.c.locale).where(_intents.c.archived_at.is_(None)).limit(1)).scalar()
    return found or DEFAULT_LOCALE


def seed_examples(tx: Transaction) -> list[SeedExample]:
    """Return the examples of all intents that are not archived, by intent and position."""
    return [SeedExample(row.id, row.text, row.intent) for row in tx.execute(_TEXTS)]


def versions(tx: Transaction, names: Sequence[str] | None = None) -> dict[str, Version]:
    """Return what is stored of these intents (None: of the archived ones), with their examples, by name.

    Titles and answers stand as they do in a catalogue of the present locale, also those of an intent that was archived
    under another.
    """
    now = locale(tx)
    found: dict[str, Version] = {}
    for wanted in [_intents.c.archived_at.is_not(None)] if names is None else map(_intents.c.name.in_, chunks(names)):
        rows = tx.execute(select(_intents).where(wanted).order_by(_intents.c.position, _intents.c.name)).all()
        known = [row.name for row in rows]
        texts: dict[str, list[str]] = {name: [] for name in known}
        for example in examples_of(tx, known):
            texts[example.intent].append(example.text)
        others = _Others.read(tx, known)
        for row in rows:
            intent = _intent(row, tuple(texts[row.name]), others)
            found[row.name] = Version(relocated(intent, row.locale, now), now, row.archived_at is not None)
    return found


def seed_page(tx: Transaction, limit: int, behind: str | None, intent: str | None) -> list[SeedExample] | None:
    """Return at most `limit` examples in the same order, those of one intent if it is given.

    They begin behind the example `behind`; None where there is no such example.
    """
    query = _TEXTS.limit(limit)
    if intent is not None:
        query = query.where(_examples.c.intent == intent)
    if behind is not None:
        last = tx.execute(select(_examples).where(_examples.c.id == behind)).first()
        if last is None:
            return None
        later = (_examples.c.intent == last.intent) & (_examples.c.position > last.position)
        query = query.where((_examples.c.intent > last.intent) | later)
    return [SeedExample(row.id, row.text, row.intent) for row in tx.execute(query)]


def examples_of(tx: Transaction, names: Sequence[str]) -> list[SeedExample]:
    """Return the examples of these intents, archived ones too, by intent and position."""
    query = select(_examples).where(_examples.c.intent.in_(names)).order_by(_examples.c.intent, _examples.c.position)
    return [SeedExample(row.id, row.text, row.intent) for row in tx.execute(query)]


def put(tx: Transaction, version: Version, ids: Ids) -> None:
    """Store one intent behind the others, or in its old place. Examples whose text stays keep their ids."""
    last = tx.execute(select(func.max(_intents.c.position))).scalar()
    row = _row(tx, version.intent, version.locale, 0 if last is None else last + 1)
    archived_at = tx.now if version.archived else None
    tx.upsert(IntentRow, row | {"archived_at": archived_at}, update=_CHANGING)
    _save_others(tx, [version.intent])
    _save_examples(tx, [version.intent], ids)


def archive(tx: Transaction, names: Sequence[str]) -> None:
    """Take intents out of the catalogue; rows, texts and examples stay."""
    for chunk in chunks(names):
        tx.execute(_intents.update().where(_intents.c.name.in_(chunk)).values(archived_at=tx.now, updated_at=tx.now))


def save(tx: Transaction, stored: Catalogue, wished: Catalogue, ids: Ids) -> None:
    """Bring the rows from `stored`, which they say now, to `wished`. Examples whose text stays keep their ids."""
    archive(tx, [name for name in stored.names if name not in wished])
    changed = [
        (place, intent)
        for place, intent in enumerate(wished.intents)
        if stored.locale != wished.locale or stored.find(intent.name) != intent
    ]
    for place, intent in changed:
        tx.upsert(IntentRow, _row(tx, intent, wished.locale, place), update=_CHANGING)
    if stored.names != wished.names:
        # Archiving leaves gaps in the numbers, so all are numbered anew whenever the order changes.
        tx.execute(_PLACE, [{"key": name, "place": place} for place, name in enumerate(wished.names)])
    _save_others(tx, [intent for _, intent in changed])
    texts = {intent.name: intent.examples for intent in stored.intents}
    _save_examples(tx, [intent for intent in wished.intents if texts.get(intent.name) != intent.examples], ids)


def _save_others(tx: Transaction, intents: Sequence[Intent]) -> None:
    for chunk in chunks(intents):
        names = [intent.name for intent in chunk]
        _replace_texts(tx, _answers, names, [(each.name, other) for each in chunk for other in each.other_answers])
        _replace_texts(tx, _titles, names, [(each.name, other) for each in chunk for other in each.other_titles])


def _replace_texts(tx: Transaction, table: Table, names: list[str], texts: list[tuple[str, LocalText]]) -> None:
    tx.execute(table.delete().where(table.c.intent.in_(names)))
    if texts:
        rows = [{"intent": name, "locale": other.locale, "text": other.text} for name, other in texts]
        tx.execute(table.insert(), rows)


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
