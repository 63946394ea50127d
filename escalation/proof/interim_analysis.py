"""Looks at the certificate of one frozen version from a growing file of drawn messages: what each may cost. Pure.

Delta covers every look ever taken at a version:

- The first look fixes the thresholds, from the first messages of the file, which are then not tested: so the grid knows
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
import numpy.typing as npt

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
class Look:
    """One look as it is logged. `rows` messages were used, `fingerprint` names them in order; the first `sampled` gave
    the `grid`. `attempt` 1 is the first test of a version."""

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

    confidence: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    fingerprints: Sequence[str]

    def __len__(self) -> int:
        """How many messages."""
        return len(self.right)


def next_look(earlier: Sequence[Look], drawn: AuditedSample, terms: Terms, *, often: bool = False) -> Look:
    """Return what a look at `drawn` is, given the `earlier` ones at the same version, oldest first.

    `often`: no look is planned; all of delta goes to the e-process that may be looked at any time.
    """
    for look in reversed(earlier):
        if look.terms == terms and look.rows <= len(drawn) and drawn.fingerprints[look.rows] == look.fingerprint:
            return replace(look, rows=len(drawn), fingerprint=drawn.fingerprints[-1])
    attempt = 1 + max((look.attempt for look in earlier), default=0)
    sampled = max(min(FEWEST_SAMPLED, len(drawn) // 4), round(len(drawn) * SAMPLED_SHARE))
    chosen = choose_grid(drawn.confidence[:sampled], len(drawn) - sampled, terms, one_look=not often)
    rounded = sorted({floor(each * DIGITS) / DIGITS for each in chosen.thresholds}, reverse=True)
    grid = Grid(tuple(rounded), chosen.planned)
    return Look(terms, len(drawn), drawn.fingerprints[-1], sampled, grid, attempt)


def terms_of(look: Look) -> Terms:
    """Return the terms of the look's attempt: its own part of delta."""
    rest = 1 - FIRST_SHARE
    share = FIRST_SHARE if look.attempt == 1 else delta_of_nth(rest, look.attempt - 1)
    return replace(look.terms, delta=look.terms.delta * share)


def certificate(look: Look, drawn: AuditedSample) -> VersionCertificate:
    """Return what the look finds; messages that gave the grid are left out."""
    return certify_version(drawn.confidence[look.sampled :], drawn.right[look.sampled :], look.grid, terms_of(look))


def missing(look: Look, drawn: AuditedSample, drawn_a_day: float | None = None) -> Missing:
    """Return what is missing until a certificate, if the same file goes on growing.

    While there are too few messages for a grid, as if half of the messages were answered; then never less than what a
    grid needs.
    """
    tested = drawn.confidence[look.sampled :], drawn.right[look.sampled :]
    if look.grid.thresholds or not look.sampled:
        return audits_missing(*tested, look.grid, terms_of(look), drawn_a_day=drawn_a_day)
    middle = Grid((float(np.median(drawn.confidence)),))
    found = audits_missing(*tested, middle, terms_of(look), drawn_a_day=drawn_a_day)
    if found.half is None or found.likely is None:
        return found
    least = FEWEST_DRAWN + FEWEST_SAMPLED - len(drawn)
    half, likely = max(found.half, least), max(found.likely, least)
    days = [None if not drawn_a_day else each / drawn_a_day for each in (half, likely)]
    return Missing(half, likely, *days)
