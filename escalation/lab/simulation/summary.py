"""From runs to what is written: figures with bands over the repeats, as plain JSON values. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from math import inf
from typing import Any

import numpy as np

from escalation.kernel.arrays import Doubles
from escalation.lab.simulation.measures import CURVE, FIRST_FEW, share
from escalation.lab.simulation.outcomes import Ending, LabelKind
from escalation.lab.simulation.run import Result, Run
from escalation.proof.forecast import Missing
from escalation.proof.outlook import Outlook

PARTS = 20
"""Pieces the stream is cut into for what is shown over time."""
LOW, HIGH = 10, 90
"""Percentiles of a band."""

Json = dict[str, Any]


def summarise(runs: Sequence[Run], source: Mapping[str, Any]) -> Json:
    """Return everything the report shows; `source` describes the data files. NaN becomes None."""
    keys = [result.key for result in runs[0].results]
    each = {key: [(run, result) for run in runs for result in run.results if result.key == key] for key in keys}
    summary = {
        "scenario": asdict(runs[0].scenario),
        "repeats": len(runs),
        "data": {**source, "stream": _facts(runs)},
        "strategies": {key: {n: band(v) for n, v in _columns(pairs).items()} for key, pairs in each.items()},
        "certificates": _certificates(runs),
        "windows": _windows(runs),
        "series": {key: _series(pairs) for key, pairs in each.items()},
        "events": [{"at": at, "what": what} for at, what in runs[0].results[0].journal.events],
    }
    plain: Json = _plain(summary)
    return plain


def band(values: Sequence[float]) -> Json:
    """Return mean, 10th and 90th percentile of what is finite, and each run's value."""
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return {"mean": None, "low": None, "high": None, "runs": list(values)}
    low, high = np.percentile(finite, [LOW, HIGH])
    return {"mean": float(np.mean(finite)), "low": float(low), "high": float(high), "runs": list(values)}


def headline(run: Run, result: Result) -> dict[str, float]:
    """Return the figures of one strategy in one run; shares are of all messages unless they say otherwise."""
    journal, alpha = result.journal, run.scenario.alpha
    fates = journal.fates
    late = fates[3 * len(fates) // 4 :]
    automatic = [fate for fate in fates if fate.automatic]
    asked = [fate for fate in fates if fate.ending is Ending.CHOSEN]
    return {
        "coverage": len(automatic) / len(fates),
        "coverage_asked": len(asked) / len(fates),
        "coverage_late": share([fate.automatic for fate in late]),
        "wrong_share": share([fate.wrong for fate in automatic]),
        "wrong_share_late": share([fate.wrong for fate in late if fate.automatic]),
        "claims": sum(claim.stated for claim in journal.claims),
        "false_claims": sum(claim.false(alpha) for claim in journal.claims),
        "labels": journal.spent,
        **{f"labels_{kind.value}": len(moments) for kind, moments in journal.labels.items()},
        "accuracy": result.verdicts.accuracy,
        "accuracy_known": result.verdicts.known,
        "forgotten": result.checkpoints[0].known - result.checkpoints[-1].known,
        "recall_new": result.verdicts.emerged,
        "answerable": result.verdicts.at_alpha,
        "delay_guess": _middle(result.delays["guess"]),
        "delay_answer": _middle(result.delays["answer"]),
        "never_answered": share([moment is None for moment in result.delays["answer"]]),
        "refits": journal.refits,
    }


def _columns(pairs: Sequence[tuple[Run, Result]]) -> dict[str, list[float]]:
    rows = [headline(run, result) for run, result in pairs]
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def _middle(delays: Sequence[int | None]) -> float:
    """Return the median; what never came counts as longer than anything, infinity if that is the median."""
    return float(np.median([np.inf if each is None else each for each in delays])) if delays else float("nan")


def _facts(runs: Sequence[Run]) -> Json:
    """Return what the streams held, on average over the repeats."""
    parts: dict[str, Callable[[Any], bool]] = {
        "out_of_scope": lambda message: message.label is None,
        "with_typos": lambda message: message.typo,
        "repeated_texts": lambda message: message.repeated,
        "repeated_in_scope": lambda message: message.repeated and message.label is not None,
    }
    streams = [run.stream for run in runs]
    found = {
        name: band([share([test(m) for m in stream.messages]) for stream in streams]) for name, test in parts.items()
    }
    return {
        **found, "intents_known": len(streams[0].known), "intents_emerging": len(streams[0].emerging),
        "outside_from": streams[0].outside_from, "test_messages": len(streams[0].test),
    }  # fmt: skip


def _certificates(runs: Sequence[Run]) -> Json:
    """Return how the certificates did: a run's window promise failed if it was granted at any look and untrue."""
    alpha = runs[0].scenario.alpha
    journals = [run.results[0].journal for run in runs]
    firsts = [next((claim.at for claim in journal.claims if claim.stated), None) for journal in journals]
    versions = [claim for journal in journals for claim in journal.versions]
    covered = [_covered(run.results[0]) for run in runs]
    return {
        "runs": len(runs),
        "runs_certified_at_end": sum(bool(j.claims and j.claims[-1].stated) for j in journals),
        "runs_ever_certified": sum(first is not None for first in firsts),
        "first_certified_at": band([float("nan") if first is None else first for first in firsts]),
        "looks_granted": sum(journal.granted for journal in journals),
        "looks_granted_falsely": sum(journal.granted_falsely for journal in journals),
        "runs_with_a_false_certificate": sum(journal.granted_falsely > 0 for journal in journals),
        "version_certificates": len(versions),
        "version_certificates_false": sum(claim.realised > alpha for claim in versions),
        "coverage_certified_at_end": band(covered),
        "outlook": _outlook([journal.outlook for journal in journals]),
        "trial": _outlook([journal.trial for journal in journals]),
    }


def _outlook(runs: Sequence[Outlook | Missing | None]) -> Json | None:
    """Return how near certificates are, with bands; None where there is none to come in any run."""
    found = [{name: inf if x is None else float(x) for name, x in asdict(each).items()} for each in runs if each]
    if not found:
        return None
    bands = {name: band([each[name] for each in found]) for name in found[0]}
    return {**bands, "runs": len(found), "runs_hopeless": sum(each["half"] == inf for each in found)}


def _covered(ours: Result) -> float:
    """Return the share of the window's messages that were answered, if its certificate stands at the end, else 0."""
    if not ours.journal.claims or not ours.journal.claims[-1].stated:
        return 0.0
    last = ours.journal.claims[-1]
    return last.answers / max(last.at - last.since, 1)


def _windows(runs: Sequence[Run]) -> Json:
    """Return day by day the window's bound and realised share, and the coverage that is certified."""
    claims = [run.results[0].journal.claims for run in runs]
    days = range(min(len(each) for each in claims))

    def over(pick: Callable[[Any], float]) -> list[Json]:
        return [band([pick(each[day]) for each in claims]) for day in days]

    return {
        "at": [claims[0][day].at for day in days],
        "bound": over(lambda claim: claim.bound if claim.answers else float("nan")),
        "realised": over(lambda claim: claim.realised if claim.answers else float("nan")),
        "certified": over(lambda claim: float(claim.stated)),
        "covered": over(lambda claim: claim.answers / max(claim.at - claim.since, 1) if claim.stated else 0.0),
    }


def _series(pairs: Sequence[tuple[Run, Result]]) -> Json:
    """Return the curves of one strategy as {"x": [...], "y": [band, ...]} each."""
    count = len(pairs[0][1].journal.fates)
    ends = [round(count * part / PARTS) for part in range(1, PARTS + 1)]
    return {
        "coverage": _curve(ends, [_coverages(result, ends) for _, result in pairs]),
        "wrong_share": _curve(ends, [_wrong_so_far(result, ends) for _, result in pairs]),
        "labels": _curve(ends, [_labels_by(result, ends) for _, result in pairs]),
        "risk": _curve(CURVE.tolist(), [result.verdicts.risks for _, result in pairs]),
        "guessed": _curve(list(range(1, FIRST_FEW + 1)), [result.guessed for _, result in pairs]),
        "answered": _curve(list(range(1, FIRST_FEW + 1)), [result.answered for _, result in pairs]),
        "known": _at_checkpoints(pairs, "known"),
        "emerged": _at_checkpoints(pairs, "emerged"),
    }


def _curve(x: Sequence[float], rows: Sequence[Sequence[float] | Doubles]) -> Json:
    return {"x": list(x), "y": [band([float(row[k]) for row in rows]) for k in range(len(x))]}


def _at_checkpoints(pairs: Sequence[tuple[Run, Result]], name: str) -> Json:
    rows = [[float(getattr(checkpoint, name)) for checkpoint in result.checkpoints] for _, result in pairs]
    return _curve([checkpoint.at for checkpoint in pairs[0][1].checkpoints], rows)


def _coverages(result: Result, ends: Sequence[int]) -> list[float]:
    starts = [0, *ends[:-1]]
    pieces = (result.journal.fates[start:end] for start, end in zip(starts, ends, strict=True))
    return [share([fate.automatic for fate in piece]) for piece in pieces]


def _wrong_so_far(result: Result, ends: Sequence[int]) -> list[float]:
    return [share([fate.wrong for fate in result.journal.fates[:end] if fate.automatic]) for end in ends]


def _labels_by(result: Result, ends: Sequence[int]) -> list[float]:
    moments = np.sort(np.asarray([at for kind in LabelKind for at in result.journal.labels[kind]], np.int64))
    return [float(spent) for spent in np.searchsorted(moments, ends, side="right")]


def _plain(value: Any) -> Any:
    """Return the value with NaN and infinity as None."""
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
