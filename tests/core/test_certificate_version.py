"""The version certificate in 2,000 worlds each: thresholds truly worse than alpha pass at most as often as promised."""

import numpy as np
import pytest

from escalation.proof.certificate import Terms
from escalation.proof.evidence import log_e_value, running_maximum
from escalation.proof.forecast import FEWEST_DRAWN, Grid, audits_missing, certify_version, choose_grid, delta_of_nth
from tests.core.certificate_curves import HELD_OUT, Curve
from tests.core.certificate_worlds import WORLDS, allowed, coins

TERMS = Terms(alpha=0.02, delta=0.05)


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("alpha", [0.01, 0.02, 0.05])
def test_a_look_after_every_audit_keeps_the_promise(alpha: float) -> None:
    wrong = np.cumsum(coins(random(1), (WORLDS, 2_000), alpha), axis=1)
    table = log_e_value(np.arange(2_001)[:, None], np.arange(wrong.max() + 1), alpha)
    evidence = table[np.arange(1, 2_001) - wrong, wrong]
    assert (running_maximum(evidence)[:, -1] >= -np.log(0.05)).mean() <= allowed(0.05)
    assert (running_maximum(evidence)[:, -1] >= -np.log(0.5)).mean() > 0.1  # it can fail


@pytest.mark.parametrize("planned", [0, 600], ids=["any time", "planned"])
def test_the_command_s_arithmetic_keeps_the_promise_where_every_threshold_is_just_wrong(planned: int) -> None:
    grid, draws = Grid((0.1, 0.05, 0.0), planned), random(2)
    false = 0
    for _ in range(WORLDS):
        sure, right = draws.random(800), ~coins(draws, (800,), 0.0200001)
        early = certify_version(sure[:600], right[:600], grid, TERMS)  # looked at twice
        false += early.certified or certify_version(sure, right, grid, TERMS).certified
    assert false / WORLDS <= allowed(0.05)


def test_thresholds_found_on_other_messages_keep_the_promise() -> None:
    """The whole procedure: thresholds from 100 messages, tested on the next, truly too lax from some point on."""
    draws, curve, count = random(3), HELD_OUT, 900
    limit = curve.oracle(0.05)
    terms, false = Terms(alpha=0.05), 0
    for _ in range(WORLDS):
        sure, right = curve.messages(draws, count)
        grid = choose_grid(sure[:100], count - 100, terms, one_analysis=True)
        found = certify_version(sure[100:], right[100:], grid, terms)
        false += found.threshold is not None and found.threshold < curve.confidence_at(limit)
    assert false / WORLDS <= allowed(0.05)


def test_a_grid_of_badly_calibrated_confidences_keeps_the_promise() -> None:
    draws, false = random(4), 0
    flat = Curve((0, 1), (0.0201, 0.0201))
    for _ in range(WORLDS):
        sure, right = flat.messages(draws, 800, overconfident=20)
        grid = choose_grid(sure[:100], 700, TERMS, one_analysis=True)
        false += certify_version(sure[100:], right[100:], grid, TERMS).certified
    assert false / WORLDS <= allowed(0.05)


def test_none_of_many_certificates_is_wrong_when_each_pays_its_part() -> None:
    draws, grid, worlds, false = random(5), Grid((0.0,), 400), WORLDS, 0
    for _ in range(worlds):
        wrong = coins(draws, (4, 400), 0.0500001)
        terms = Terms(alpha=0.05)
        false += any(
            certify_version(np.ones(400), ~row, grid, terms, nth=k + 1).certified for k, row in enumerate(wrong)
        )
    assert false / worlds <= allowed(0.05)
    assert sum(delta_of_nth(0.05, k) for k in range(1, 10_000)) == pytest.approx(0.05, abs=1e-5)


def test_choosing_the_best_of_all_thresholds_would_break_the_promise() -> None:
    """The order is a guard: to test each threshold at delta and take any that passes certifies falsely."""
    draws, false = random(6), 0
    thresholds = np.linspace(0.85, 0.0, 12)
    for _ in range(WORLDS):
        sure, right = draws.random(2_000), ~coins(draws, (2_000,), 0.0200001)
        false += any(certify_version(sure, right, Grid((float(t),), 2_000), TERMS).certified for t in thresholds)
    assert false / WORLDS > 0.1


def test_the_strictest_threshold_has_enough_expected_answers() -> None:
    sure, _ = HELD_OUT.messages(random(8), 500)
    grid = choose_grid(sure, 2_000, TERMS)
    assert list(grid.thresholds) == sorted(set(grid.thresholds), reverse=True) and grid.planned == 0
    assert 2_000 * (sure >= grid.thresholds[0]).mean() >= FEWEST_DRAWN
    assert grid.thresholds[-1] == sure.min()
    assert choose_grid(sure, 299, TERMS) == choose_grid([], 2_000, TERMS) == Grid(())
    assert choose_grid(sure, 2_000, TERMS, one_analysis=True).planned == 2_000


def test_a_grid_stops_at_the_first_threshold_that_fails() -> None:
    sure = np.repeat([0.9, 0.6, 0.3], 400)
    order = random(11).permutation(1_200)
    right = np.repeat([True, False, True], 400)
    found = certify_version(sure[order], right[order], Grid((0.9, 0.6, 0.3)), TERMS)
    assert (found.threshold, found.coverage, len(found.steps)) == (0.9, pytest.approx(1 / 3), 2)
    assert found.e_value >= found.needed == pytest.approx(20)
    assert not found.steps[1].certified and found.steps[1].wrong == 400


def test_nothing_is_certified_without_messages_or_thresholds_or_with_blind_auditors() -> None:
    good = np.ones(2_000)
    assert not certify_version([], [], Grid((0.5,)), TERMS).certified
    assert not certify_version(good, good, Grid(()), TERMS).certified
    assert not certify_version(good, good, Grid((0.5,)), Terms(miss=1.0)).certified
    assert certify_version(good, good, Grid((0.5,)), Terms(miss=0.05)).certified


def test_what_is_missing_comes_true() -> None:
    """The number said to give a certificate with a chance of 80 % does so at least that often, and not much more."""
    draws, grid = random(9), Grid((0.5,))
    sure, right = np.ones(300), np.ones(300, bool)
    right[[50, 150]] = False
    missing = audits_missing(sure, right, grid, TERMS, drawn_a_day=40)
    assert missing.half is not None and missing.likely is not None and 0 < missing.half < missing.likely
    assert missing.days_likely == pytest.approx(missing.likely / 40)
    risk, hits = 3 / 400, 0  # two wrong of 300, and a prior of one in 100
    for _ in range(400):
        more = ~coins(draws, (missing.likely,), risk)
        hits += certify_version(np.ones(300 + len(more)), np.append(right, more), grid, TERMS).certified
    assert 0.75 < hits / 400 < 0.95


def test_nothing_is_missing_once_certified_and_nothing_helps_a_bad_model() -> None:
    sure = np.ones(1_000)
    done = audits_missing(sure, np.ones(1_000, bool), Grid((0.5,)), TERMS)
    assert (done.half, done.likely) == (0, 0)
    bad = audits_missing(sure, random(10).random(1_000) < 0.9, Grid((0.5,)), TERMS)
    assert (bad.half, bad.likely, bad.days_half) == (None, None, None)
