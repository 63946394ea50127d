"""What an interim analysis says is still missing: with a grid to test, and while there are too few messages for one."""

from dataclasses import replace

import numpy as np
import pytest

from escalation.proof.certificate import Terms
from escalation.proof.forecast import FEWEST_DRAWN, Grid, audits_missing
from escalation.proof.interim_analysis import (
    FEWEST_SAMPLED,
    AuditedSample,
    InterimAnalysis,
    missing,
    next_analysis,
    terms_of,
)

EASY = Terms(alpha=0.2, delta=0.2)


def sample(count: int, wrong: int = 0) -> AuditedSample:
    """As many messages, all different in confidence; the last ones are wrong."""
    right = np.arange(count) < count - wrong
    return AuditedSample(np.linspace(0.99, 0.5, count), right, [str(number) for number in range(count + 1)])


def without_grid(drawn: AuditedSample, terms: Terms = EASY) -> InterimAnalysis:
    return InterimAnalysis(terms, len(drawn), drawn.fingerprints[-1], len(drawn) // 4, Grid(()), 1)


def test_with_a_grid_it_is_what_the_tested_messages_miss() -> None:
    drawn = sample(2_000, wrong=300)
    analysis = replace(next_analysis([], drawn, EASY), attempt=3)
    assert analysis.grid.thresholds
    tested = drawn.confidence[analysis.sampled :], drawn.right[analysis.sampled :]
    expected = audits_missing(*tested, analysis.grid, terms_of(analysis), drawn_a_day=40)
    assert missing(analysis, drawn, 40) == expected
    assert missing(analysis, drawn) == audits_missing(*tested, analysis.grid, terms_of(analysis))


def test_without_a_grid_it_is_never_less_than_a_grid_needs() -> None:
    drawn = sample(80)
    analysis = without_grid(drawn)
    middle = Grid((float(np.median(drawn.confidence)),))
    tested = drawn.confidence[analysis.sampled :], drawn.right[analysis.sampled :]
    half_answered = audits_missing(*tested, middle, terms_of(analysis))
    assert half_answered.half is not None and half_answered.likely is not None
    least = FEWEST_DRAWN + FEWEST_SAMPLED - len(drawn)
    found = missing(analysis, drawn, 40)
    assert (found.half, found.likely) == (max(half_answered.half, least), max(half_answered.likely, least))
    assert found.half is not None and found.half >= least
    assert found.days_half == pytest.approx(found.half / 40)
    assert missing(analysis, drawn).days_half is None


def test_what_can_never_be_proved_misses_nothing_that_could_be_counted() -> None:
    drawn = sample(80, wrong=70)
    hopeless = missing(without_grid(drawn, Terms(alpha=0.01, delta=0.2)), drawn, 40)
    assert hopeless.half is None and hopeless.likely is None


def test_the_grid_is_chosen_on_the_terms_of_the_analysis() -> None:
    drawn = sample(2_000)
    strict, easy = (next_analysis([], drawn, terms).grid for terms in (Terms(alpha=0.01, delta=0.05), EASY))
    assert len(strict.thresholds) > len(easy.thresholds) > 0, "easy terms need no careful steps"
