"""Invariants of what is learnt: examples and proposals come of settled resolutions, each once; models are known."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, func, select

from escalation.conversations.streams import ERASED, PUBLISHED, RESOLUTIONS, REVOKED
from escalation.conversations.tables import ResolutionRow
from escalation.database import Transaction, table_of
from escalation.learning.tables import ExampleRow, ModelRow, RunRow, ServingRow
from escalation.proposals.tables import ProposalRow
from escalation.verification.storage import Finding, all_events

_resolutions = table_of(ResolutionRow)
_examples = table_of(ExampleRow)


def examples_come_of_resolutions(tx: Transaction) -> Iterator[Finding]:
    """A resolution makes at most one example of each request that it labels, and none without permission to learn."""
    allowed = {row.id: row for row in tx.execute(select(_resolutions))}
    seen: set[tuple[str, int]] = set()
    for row in tx.execute(select(_examples).where(_examples.c.resolution.is_not(None))):
        origin = allowed.get(row.resolution)
        if origin is None:
            yield Finding("example", row.id, f"comes from an unknown resolution {row.resolution}")
        elif not origin.learn or origin.settled_at is None:
            yield Finding("example", row.id, f"resolution {row.resolution} may not be learnt from")
        elif (row.starts, row.ends, row.label) not in _labelled(origin):
            yield Finding("example", row.id, f"resolution {row.resolution} does not label this request so")
        if (row.resolution, row.starts) in seen:
            yield Finding("example", row.id, f"a second example of one request of resolution {row.resolution}")
        seen.add((row.resolution, row.starts))


def _labelled(resolution: Row[Any]) -> list[tuple[int, int | None, str | None]]:
    """Return what a resolution labels: where each request begins and ends, and its label."""
    parts = [(part["start"], part["end"], part["label"]) for part in resolution.parts]
    return parts or [(0, None, resolution.label)]


def resolutions_are_published_once(tx: Transaction) -> Iterator[Finding]:
    """A settled resolution was told to learning exactly once, any other never; a late withdrawal likewise."""
    told: dict[tuple[str, str], int] = {}
    for envelope in all_events(tx, RESOLUTIONS):
        if envelope.type == ERASED:
            continue
        key = envelope.type, str(envelope.payload.get("resolution_id"))
        told[key] = told.get(key, 0) + 1
    for row in tx.execute(select(_resolutions)):
        revoked = row.settled_at is not None and row.withdrawn_at is not None
        for type_, wanted in ((PUBLISHED, row.settled_at is not None), (REVOKED, revoked)):
            times = told.pop((type_, row.id), 0)
            if times != wanted:
                yield Finding("resolution", row.id, f"{type_} {times} times")
    for type_, resolution in told:
        yield Finding("resolution", resolution, f"{type_}, but nobody stored it")


def proposals_come_of_resolutions(tx: Transaction) -> Iterator[Finding]:
    """What is proposed as an answer is what a settled resolution named, for its intent and with permission."""
    settled = {row.id: row for row in tx.execute(_resolutions.select().where(_resolutions.c.settled_at.is_not(None)))}
    for row in tx.execute(select(table_of(ProposalRow))):
        origin = settled.get(row.resolution)
        if origin is None or not origin.learn:
            yield Finding("proposal", row.resolution, "no settled resolution allows it")
        elif (origin.label, origin.answer_message_id) != (row.intent, row.message_id):
            yield Finding(
                "proposal", row.resolution, f"its resolution names {origin.answer_message_id}, {origin.label}"
            )


def models_are_known(tx: Transaction) -> Iterator[Finding]:
    """What answers is a known model; a run published at most one."""
    models, runs = table_of(ModelRow), table_of(RunRow)
    known = set(tx.execute(select(models.c.name)).scalars())
    for row in tx.execute(select(table_of(ServingRow))):
        for name in {row.champion, row.live, row.anchor} - known:
            yield Finding("model", name, "answers, but is not among the models")
    published = select(runs.c.model, func.count()).where(runs.c.model.is_not(None)).group_by(runs.c.model)
    for name, count in tx.execute(published):
        if count > 1:
            yield Finding("model", name, f"published by {count} runs")
