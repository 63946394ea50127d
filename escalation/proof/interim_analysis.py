"""Interim analyses of one frozen version on a growing file of drawn messages: what each may cost. Pure.

Delta covers every analysis ever made of a version:

- The first fixes the thresholds, from the first messages of the file, which are then not tested: so the grid knows
  neither the labels nor the confidences it is tested on, and the promise needs no assumption about either. (Quantiles
  of the tested messages themselves would cost nothing, but which threshold is the first bad one would depend on which
  messages were drawn; that is harmless only if risk never falls while confidence does.)
- The same file with messages added continues the same test: the grid stays, and e-processes may be looked at any time.
- Any other file or claim is another attempt, with a delta of its own: FIRST_SHARE of it belongs to the first, and the
  k-th after it gets 6 / (pi k)^2 of the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from escalation.kernel.arrays import Doubles, Mask
from escalation.proof.certificate import Terms
from escalation.proof.forecast import (
    FEWEST_DRAWN,
    Grid,
    Missing,
    VersionCertificate,
    audits_missing,
    certify_version,
    choose_grid,
    delta_of_nth,
)

FIRST_SHARE = 0.95
FEWEST_SAMPLED = 100
SAMPLED_SHARE = 0.05
"""Share of the file, but at least FEWEST_SAMPLED messages, whose confidences give the grid: cost and gain balance."""
DIGITS = 1e6
"""Thresholds have six decimals, so that what is printed is what was tested."""


@dataclass(frozen=True, slots=True)
class InterimAnalysis:
    """One analysis as it is logged. `rows` messages were used, `fingerprint` names them in order; the first `sampled`
    gave the `grid`. `attempt` 1 is the first test of a version."""

    terms: Terms
    rows: int
    fingerprint: str
    sampled: int
    grid: Grid
    attempt: int


@dataclass(frozen=True, slots=True)
class AuditedSample:
    """The audited drawn messages of a frozen version, in order of arrival; arrays of equal length (n).

    `confidence`: 0 where it would not answer whatever the threshold; `right`: its first label is the audited one.
    `fingerprints` (n + 1): one for each number of messages from the start.
    """

    confidence: Doubles
    right: Mask
    fingerprints: Sequence[str]

    def __len__(self) -> int:
        """How many messages."""
        return len(self.right)


def next_analysis(
    earlier: Sequence[InterimAnalysis], drawn: AuditedSample, terms: Terms, *, often: bool = False
) -> InterimAnalysis:
    """Return what an analysis of `drawn` is, given the `earlier` ones of the same version, oldest first.

    `often`: none is planned; all of delta goes to the e-process that may be looked at any time.
    """
    for before in reversed(earlier):
        if (
            before.terms == terms
            and before.rows <= len(drawn)
            and drawn.fingerprints[before.rows] == before.fingerprint
        ):
            return replace(before, rows=len(drawn), fingerprint=drawn.fingerprints[-1])
    attempt = 1 + max((analysis.attempt for analysis in earlier), default=0)
    sampled = max(min(FEWEST_SAMPLED, len(drawn) // 4), round(len(drawn) * SAMPLED_SHARE))
    chosen = choose_grid(drawn.confidence[:sampled], len(drawn) - sampled, terms, one_analysis=not often)
    rounded = sorted({floor(each * DIGITS) / DIGITS for each in chosen.thresholds}, reverse=True)
    grid = Grid(tuple(rounded), chosen.planned)
    return InterimAnalysis(terms, len(drawn), drawn.fingerprints[-1], sampled, grid, attempt)


def terms_of(analysis: InterimAnalysis) -> Terms:
    """Return the terms of an analysis: its attempt has its own part of delta."""
    rest = 1 - FIRST_SHARE
    share = FIRST_SHARE if analysis.attempt == 1 else delta_of_nth(rest, analysis.attempt - 1)
    return replace(analysis.terms, delta=analysis.terms.delta * share)


def certificate(analysis: InterimAnalysis, drawn: AuditedSample) -> VersionCertificate:
    """Return what the analysis finds; messages that gave the grid are left out."""
    return certify_version(
        drawn.confidence[analysis.sampled :], drawn.right[analysis.sampled :], analysis.grid, terms_of(analysis)
    )


def missing(analysis: InterimAnalysis, drawn: AuditedSample, drawn_a_day: float | None = None) -> Missing:
    """Return what is missing until a certificate, if the same file goes on growing.

    While there are too few messages for a grid, as if half of the messages were answered; then never less than what a
    grid needs.
    """
    tested = drawn.confidence[analysis.sampled :], drawn.right[analysis.sampled :]
    if analysis.grid.thresholds or not analysis.sampled:
        return audits_missing(*tested, analysis.grid, terms_of(analysis), drawn_a_day=drawn_a_day)
    middle = Grid((float(np.median(drawn.confidence)),))
    found = audits_missing(*tested, middle, terms_of(analysis), drawn_a_day=drawn_a_day)
    if found.half is None or found.likely is None:
        return found
    least = FEWEST_DRAWN + FEWEST_SAMPLED - len(drawn)
    half, likely = max(found.half, least), max(found.likely, least)
    days = [None if not drawn_a_day else each / drawn_a_day for each in (half, likely)]
    return Missing(half, likely, *days)
