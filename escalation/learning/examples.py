"""Examples for people: pages of them, the texts of some, and leaving a collected one out of training."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, func, or_, select

from escalation.catalogue import repository as catalogue
from escalation.catalogue.tables import IntentExample
from escalation.conversations import repository
from escalation.conversations.scoping import of_seen
from escalation.conversations.tables import ConversationRow
from escalation.database import Prepared, Transaction, table_of
from escalation.learning.datasets import text_of, texts_of
from escalation.learning.errors import ExampleUnknown
from escalation.learning.tables import ExampleRow
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.rest.learning import ExamplePage, ExampleSource, ExampleView

BY_HAND = "excluded by hand"

_examples = table_of(ExampleRow)
_seeds = table_of(IntentExample)
_conversations = table_of(ConversationRow)

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_SEEDS = Prepared(select(_seeds.c.id, _seeds.c.text).where(_seeds.c.id.in_(_ids)))
_LEARNT = Prepared(
    select(_examples.c.id, _examples.c.message_ids, _examples.c.starts, _examples.c.ends).where(
        _examples.c.id.in_(_ids)
    )
)
_PLACES = Prepared(
    select(_examples.c.id, _conversations.c.site, _conversations.c.state["queue"].as_string().label("queue"))
    .select_from(_examples.join(_conversations, _conversations.c.id == _examples.c.conversation))
    .where(_examples.c.id.in_(_ids))
)


def page(
    tx: Transaction,
    limit: int,
    before: str | None,
    label: str | None,
    source: ExampleSource,
    scope: Scope = EVERYTHING,
) -> ExamplePage:
    """Return a page of the examples of a source, from behind the example `before`; `label` "" means out of scope.

    Collected ones come newest first, seeds in the order of the catalogue. Raises: ExampleUnknown for a `before` that is
    none.
    """
    return _seeds_page(tx, limit, before, label) if source == "seed" else _collected(tx, limit, before, label, scope)


def _seeds_page(tx: Transaction, limit: int, before: str | None, label: str | None) -> ExamplePage:
    found = [] if label == "" else catalogue.seed_page(tx, limit + 1, before, label)
    if found is None:
        raise ExampleUnknown(f"There is no example '{before}'.")
    shown = found[:limit]
    titles = catalogue.titles(tx, {seed.intent for seed in shown})
    return ExamplePage(
        examples=[_seed_view(seed, titles[seed.intent]) for seed in shown],
        next=shown[-1].id if len(found) > limit else None,
    )


def _collected(tx: Transaction, limit: int, before: str | None, label: str | None, scope: Scope) -> ExamplePage:
    seen = of_seen(_examples.c.conversation, scope)
    query = select(_examples).where(*seen).order_by(_examples.c.at.desc(), _examples.c.id.desc()).limit(limit + 1)
    if before is not None:
        last = _find(tx, before, scope)
        same_time = and_(_examples.c.at == last.at, _examples.c.id < last.id)
        query = query.where(or_(_examples.c.at < last.at, same_time))
    if label is not None:
        query = query.where(_examples.c.label == label if label else _examples.c.label.is_(None))
    rows = tx.execute(query).all()
    shown = rows[:limit]
    words = texts_of(tx, (id for row in shown for id in row.message_ids))
    titles = catalogue.titles(tx, {row.label for row in shown if row.label is not None})
    return ExamplePage(
        examples=[_view(row, words, titles) for row in shown],
        next=shown[-1].id if len(rows) > limit else None,
    )


def texts(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Return the text of examples by id: seeds keep their own, learnt ones are words of messages."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = {row.id: row.text for row in tx.execute(_SEEDS, {"ids": wanted})}
    learnt = tx.execute(_LEARNT, {"ids": wanted}).all()
    spoken = repository.texts(tx, {message for row in learnt for message in row.message_ids})
    for row in learnt:
        if text := text_of(row, spoken):
            found[row.id] = text
    return found


def places(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return by id the site and queue of the conversations that examples were learnt from; seeds have none."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: (row.site, row.queue) for row in tx.execute(_PLACES, {"ids": wanted})}


def collected(tx: Transaction) -> dict[str, int]:
    """Return how many examples from resolutions each intent has to be learnt from; the gate's are not."""
    query = select(_examples.c.label, func.count()).group_by(_examples.c.label)
    learnt = query.where(
        _examples.c.label.is_not(None), _examples.c.excluded_at.is_(None), _examples.c.split == "train"
    )
    return {row[0]: row[1] for row in tx.execute(learnt)}


def exclude(tx: Transaction, id: str, excluded: bool, scope: Scope = EVERYTHING) -> None:
    """Leave an example out of training, or take it back in. Raises: ExampleUnknown."""
    _find(tx, id, scope)
    values = {"excluded_at": tx.now if excluded else None, "excluded_because": BY_HAND if excluded else None}
    tx.execute(_examples.update().where(_examples.c.id == id).values(**values))


def _find(tx: Transaction, id: str, scope: Scope) -> Row[Any]:
    row = tx.execute(_examples.select().where(_examples.c.id == id, *of_seen(_examples.c.conversation, scope))).first()
    if row is None:
        raise ExampleUnknown(f"There is no example '{id}'.")
    return row


def _seed_view(seed: catalogue.SeedExample, title: str) -> ExampleView:
    return ExampleView(
        id=seed.id,
        at=None,
        text=seed.text,
        label=seed.intent,
        title=title,
        source="seed",
        split="train",
        excluded=False,
        excluded_because=None,
        conversation=None,
        by=None,
    )


def _view(row: Row[Any], words: dict[str, str], titles: dict[str, str]) -> ExampleView:
    return ExampleView(
        id=row.id,
        at=row.at,
        text=text_of(row, words),
        label=row.label,
        title=None if row.label is None else titles.get(row.label, row.label),
        source=row.source,
        split=row.split,
        excluded=row.excluded_at is not None,
        excluded_because=row.excluded_because,
        conversation=row.conversation,
        by=row.by,
    )
