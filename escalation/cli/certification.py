"""`model certify`: from which confidence on a frozen model is wrong at most alpha of the time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from escalation.classifier import Model
from escalation.cli import models
from escalation.cli.audit_files import LOG, Audited, fingerprints, log_analysis, read_analyses, read_audits, version_of
from escalation.cli.output import as_json, clear_errors, facts, say_json
from escalation.kernel.arrays import Floats
from escalation.kernel.errors import Invalid
from escalation.proof import interim_analysis
from escalation.proof.audits import miss_bound
from escalation.proof.certificate import TEST_SHARE, Terms
from escalation.proof.forecast import Missing, VersionCertificate
from escalation.proof.interim_analysis import AuditedSample, InterimAnalysis
from escalation.settings import load_settings

MOST_KNOWN = 0.2
"""A file with more messages than this that the model was trained on is not what arrived afterwards."""

Audits = Annotated[
    Path, typer.Option("--data", help='Audited drawn messages as they arrived, JSONL: {"text", "label", "id"?, "at"?}.')
]


class TrainingFile(Invalid):
    """The file to certify on is what the model was trained on; the message says how much of it."""

    code = "training_file"


class NothingToCertify(Invalid):
    """No message is left to certify on; the message says why."""

    code = "nothing_to_certify"


@dataclass(frozen=True)
class Kept:
    """What may be tested, in order; and how many rows were left out, and why."""

    rows: tuple[Audited, ...]
    older: int
    trained: int


@clear_errors
def certify(
    name: str,
    data: Audits,
    alpha: Annotated[float, typer.Option(min=0.0001, max=0.49, help="Accepted share of wrong answers.")] = 0.02,
    delta: Annotated[float, typer.Option(min=1e-6, max=0.5, help="Accepted chance that the proof is wrong.")] = 0.05,
    probes: Annotated[int, typer.Option(min=0, help="Known-wrong answers shown to auditors; 0: labels are true.")] = 0,
    confirmed: Annotated[int, typer.Option(min=0, help="How many of the probes were called right.")] = 0,
    often: Annotated[bool, typer.Option("--often", help="Look whenever the file has grown, not once.")] = False,
    a_day: Annotated[float | None, typer.Option(min=0, help="Drawn messages a day; else from the times.")] = None,
    json_: bool = as_json,
) -> None:
    """Certify a frozen model on audited messages that were drawn at random and arrived after it was made.

    Repeated texts stay in. The first messages give the thresholds to test and are not tested. Each look is logged: the
    same file with messages added goes on with the same test, any other file is another attempt and costs more.
    """
    if confirmed > probes:
        raise typer.BadParameter("there cannot be more confirmed than probes")
    settings = load_settings()
    folder = models.folder_of(settings, name)
    model = models.load(settings, name)
    kept = usable(model, read_audits(data))
    drawn = judged(model, kept)
    terms = Terms(alpha, delta, miss_bound(probes, confirmed, delta * (1 - TEST_SHARE)) if probes else None)
    log, version = folder.resolve().parent / LOG, version_of(folder)
    analysis = interim_analysis.next_analysis(read_analyses(log, version), drawn, terms, often=often)
    found = interim_analysis.certificate(analysis, drawn)
    lacking = interim_analysis.missing(analysis, drawn, a_day or _a_day(kept.rows))
    result = _result(name, kept, analysis, found, lacking)
    log_analysis(log, version, analysis, {**result, "data": data.name, "looked_at": datetime.now(UTC).isoformat()})
    say_json(result) if json_ else facts(f"certificate of {name}", _shown(result))


def usable(model: Model, rows: Sequence[Audited]) -> Kept:
    """Leave out what arrived before the model was made, and what it was trained on.

    Trained on: an id of the file's own that the model learnt from, or the id of a line together with the same vector.
    A text that merely repeats one of the training's stays. Raises: TrainingFile, NothingToCertify.
    """
    vectors = model.embed([row.text for row in rows])
    learnt = {id: _key(vector) for id, vector in model.scorer.training.vectors_by_id().items()}
    keys, known = [_key(vector) for vector in vectors], set(learnt.values())
    share = sum(key in known for key in keys) / len(rows)
    if share > MOST_KNOWN:
        raise TrainingFile(
            f"{share:.0%} of the messages equal one that {model.name!r} was trained on: this looks like its training "
            "file. Certify on messages that arrived after it was made."
        )
    frozen = _frozen_at(model)
    older = [frozen is not None and row.at is not None and row.at < frozen for row in rows]
    trained = [row.id in learnt and (row.named or learnt[row.id] == key) for row, key in zip(rows, keys, strict=True)]
    places = [at for at in range(len(rows)) if not older[at] and not trained[at]]
    if not places:
        raise NothingToCertify(
            f"No message is left: {sum(older)} of {len(rows)} arrived before {model.name!r} was made, "
            f"{sum(trained)} were trained on."
        )
    return Kept(tuple(rows[at] for at in places), sum(older), sum(trained))


def judged(model: Model, kept: Kept) -> AuditedSample:
    """Return what the model makes of the messages; a language it does not know it would not answer."""
    made = model.predict([row.text for row in kept.rows])
    sure = [prediction.confidence if prediction.language.known else 0.0 for prediction in made]
    right = [
        row.label is not None and prediction.label == row.label for row, prediction in zip(kept.rows, made, strict=True)
    ]
    return AuditedSample(np.asarray(sure, np.float64), np.asarray(right, bool), fingerprints(kept.rows))


def _key(vector: Floats) -> bytes:
    """Return what makes vectors equal: their float16 numbers, as they are stored."""
    return vector.astype(np.float16).tobytes()


def _frozen_at(model: Model) -> datetime | None:
    if not model.lineage.created_at:
        return None
    found = datetime.fromisoformat(model.lineage.created_at)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _a_day(rows: Sequence[Audited]) -> float | None:
    """Return drawn messages a day as the file tells, None where it spans less than an hour or lacks times."""
    times = [row.at for row in rows if row.at is not None]
    if len(times) < len(rows) or len(rows) < 2:
        return None
    days = (max(times) - min(times)).total_seconds() / 86_400
    return len(rows) / days if days > 1 / 24 else None


def _result(
    name: str, kept: Kept, analysis: InterimAnalysis, found: VersionCertificate, lacking: Missing
) -> dict[str, Any]:
    at = next((step for step in reversed(found.steps) if step.certified), None)
    return {
        "name": name, "certified": found.certified, "threshold": found.threshold, "coverage": found.coverage,
        "e_value": found.e_value, "needed": found.needed, "alpha": analysis.terms.alpha, "delta": analysis.terms.delta,
        "auditor_miss": analysis.terms.miss, "answered": at.answered if at else 0, "wrong": at.wrong if at else 0,
        "audits_used": found.used, "audits_missing": asdict(lacking), "audits_for_the_grid": analysis.sampled,
        "left_out": {"older_than_the_model": kept.older, "trained_on": kept.trained}, "attempt": analysis.attempt,
        "thresholds": len(analysis.grid.thresholds), "planned": analysis.grid.planned,
    }  # fmt: skip


def _shown(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result as words for people."""
    lacking, left = result["audits_missing"], result["left_out"]
    sure = "certified" if result["certified"] else "not certified"
    return {
        "verdict": f"{sure}: at most {result['alpha']:.2%} wrong, confidence {1 - result['delta']:.1%}",
        "threshold": "-" if result["threshold"] is None else f"{result['threshold']:.6f}",
        "coverage": f"{result['coverage']:.1%}",
        "answered, wrong": f"{result['answered']}, {result['wrong']}",
        "e-value": f"{result['e_value']:.4g} (needs {result['needed']:.4g})",
        "audits used": f"{result['audits_used']}, and {result['audits_for_the_grid']} to choose thresholds",
        "audits missing": f"{_needed(lacking, 'half')} (50 %), {_needed(lacking, 'likely')} (80 %)",
        "left out": f"{left['older_than_the_model']} older than the model, {left['trained_on']} trained on",
        "attempt": result["attempt"],
    }


def _needed(lacking: dict[str, Any], power: str) -> str:
    count, days = lacking[power], lacking[f"days_{power}"]
    if count is None:
        return "no number at this risk"
    return f"{count}" if days is None else f"{count} in {days:.1f} days"
