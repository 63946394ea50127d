"""Models and runs as people read them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row

from escalation.catalogue import repository as catalogue
from escalation.database import Transaction, table_of
from escalation.learning import anchors, registry, run_rows
from escalation.learning.tables import ModelRow
from escalation.protocol.rest.learning import LearntView, ModelList, ModelView, NewLabelView, RunList, RunView
from escalation.protocol.states import AnsweringMode

SHOWN_REVISIONS = 20

_models = table_of(ModelRow)


def models(tx: Transaction, mode: AnsweringMode, alpha: float, folders: Collection[str] = frozenset()) -> ModelList:
    """Return what serves, all versions and the newest revisions, newest first; `folders` are those there are."""
    serving, how = registry.serving(tx), anchors.present(tx)
    newest = _models.select().order_by(_models.c.created_at.desc(), _models.c.name.desc())
    versions = tx.execute(newest.where(_models.c.kind == "version")).all()
    revisions = tx.execute(newest.where(_models.c.kind == "revision").limit(SHOWN_REVISIONS)).all()
    shown = {row.name for row in revisions}
    older = newest.where(_models.c.kind == "revision", _models.c.name == (serving.anchor if serving else None))
    revisions = [*revisions, *(row for row in tx.execute(older) if row.name not in shown)]
    rows = sorted((*versions, *revisions), key=lambda row: (row.created_at, row.name), reverse=True)
    titles = catalogue.titles(tx, {label for row in rows for label, _ in _added(row.report) if label is not None})
    return ModelList(
        mode=mode,
        alpha=alpha,
        champion=serving.champion if serving else None,
        live=serving.live if serving else None,
        anchor=serving.anchor if serving else None,
        anchor_threshold=serving.anchor_threshold if serving else None,
        anchor_since=how.at if how else None,
        anchor_grounds=how.grounds if how else None,
        anchor_certified_alpha=how.certified_alpha if how else None,
        anchor_certified_until=how.certified_until if how else None,
        pinned=serving.pinned if serving else False,
        rollback_to=registry.rollback_target(tx, serving) if serving else None,
        models=[_model(row, titles, _may_answer(row, serving, folders)) for row in rows],
    )


def _added(report: Mapping[str, Any]) -> list[tuple[str | None, int]]:
    found: list[tuple[str | None, int]] = report.get("learnt", {}).get("added", [])
    return found


def _learnt(report: Mapping[str, Any], titles: Mapping[str, str]) -> LearntView | None:
    if "learnt" not in report:
        return None
    added = [
        NewLabelView(label=label, title=None if label is None else titles.get(label, label), count=count)
        for label, count in _added(report)
    ]
    return LearntView(**{**report["learnt"], "added": added})


def _may_answer(row: Row[Any], serving: registry.Serving | None, folders: Collection[str]) -> bool:
    """The live head may be made the anchor at once; the champion without its refits is what a rollback goes to."""
    if row.name not in folders or serving is None:
        return row.name in folders
    return row.name != serving.champion and row.name not in {serving.live} & {serving.anchor}


def _model(row: Row[Any], titles: Mapping[str, str], promotable: bool) -> ModelView:
    report = row.report
    return ModelView(
        name=row.name,
        kind=row.kind,
        state=row.state,
        created_at=row.created_at,
        mode=row.mode,
        examples=row.examples,
        intents=row.intents,
        threshold=row.threshold,
        accuracy=report.get("accuracy"),
        coverage=report.get("coverage"),
        risk=report.get("risk"),
        novelty_auroc=report.get("novelty_auroc"),
        grounds=report.get("grounds"),
        gate_labels=report.get("gate_in_scope"),
        gate_right=report.get("gate_right"),
        calibrated=report.get("calibrated", True),
        learnt=_learnt(report, titles),
        parent=row.parent,
        promotable=promotable,
        erased_examples=row.erased_examples,
        reasons=row.reasons,
    )


def all_runs(tx: Transaction) -> RunList:
    """Return the training runs, newest first."""
    return RunList(runs=[run(row) for row in run_rows.newest(tx)])


def run(row: Row[Any]) -> RunView:
    """Return one training run."""
    return RunView(
        id=row.id,
        state=row.state,
        progress=row.progress,
        stage=row.stage,
        eta_seconds=row.eta_seconds,
        detail=row.detail,
        mode=row.mode,
        created_at=row.created_at,
        finished_at=row.finished_at,
        model=row.model,
        reasons=row.reasons,
    )


def versions(tx: Transaction) -> list[str]:
    """Return the names of all versions, newest first."""
    newest = _models.select().where(_models.c.kind == "version").order_by(_models.c.created_at.desc())
    return [row.name for row in tx.execute(newest)]
