"""The arithmetic of the certificates: against its definition, against exact enumeration, and at its edges."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from math import comb, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.proof import evidence
from escalation.proof.binomial import binomial_at_most, binomial_most, clopper_pearson
from escalation.proof.certificate import LONGEST, DrawnAnswer, Terms, Window, Windows, certify_window, latest_certified
from escalation.proof.coins import draw
from escalation.proof.evidence import (
    chance_bound,
    log_e_value,
    log_e_value_of_window,
    running_maximum,
    wrong_share_bound,
)

START = datetime(2025, 3, 1, tzinfo=UTC)


def test_the_e_value_is_the_mixed_product_of_its_definition() -> None:
    alpha, audits = 0.1, [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    thetas = (np.arange(200_000) + 0.5) / 200_000 * alpha
    weight = (1 - thetas) ** (2 / alpha - 1)
    bet = (alpha - thetas) / (alpha * (1 - alpha))
    wealth = np.prod([1 + bet * (alpha - wrong) for wrong in audits], axis=0)
    expected = (wealth * weight).sum() / weight.sum()
    assert float(np.exp(log_e_value(8, 2, alpha))) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("alpha", [0.01, 0.02, 0.05, 0.2])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0, 2.0])
def test_few_nodes_are_enough(monkeypatch: pytest.MonkeyPatch, alpha: float, share: float) -> None:
    audits = 1_000 / alpha
    wrong = round(audits * alpha * share)
    few = float(log_e_value(audits - wrong, wrong, alpha))
    monkeypatch.setattr(evidence, "NODES", 256)
    evidence._nodes.cache_clear()
    evidence._bets.cache_clear()
    many = float(log_e_value(audits - wrong, wrong, alpha))
    monkeypatch.undo()
    evidence._nodes.cache_clear()
    evidence._bets.cache_clear()
    assert few == pytest.approx(many, abs=1e-3)


@pytest.mark.parametrize("alpha", [0.02, 0.3])
@pytest.mark.parametrize("audits", [1, 7, 40])
def test_at_exactly_alpha_the_expected_e_value_is_one(alpha: float, audits: int) -> None:
    wrong = np.arange(audits + 1)
    chance = [comb(audits, k) * alpha**k * (1 - alpha) ** (audits - k) for k in wrong]
    assert float(np.exp(log_e_value(audits - wrong, wrong, alpha)) @ chance) == pytest.approx(1)


EIGHT = np.asarray(list(product([False, True], repeat=8)))
"""Every way eight coins can fall, and every way eight answers can be wrong."""


@pytest.mark.parametrize("p", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("delta", [0.1, 0.3, 0.5])
def test_every_world_of_eight_answers_and_every_fall_of_the_coins(p: float, delta: float) -> None:
    """The exact chance of a false certificate at any look, for each of 256 worlds: never above delta."""
    alpha, answers = 0.25, np.arange(1, 9)
    fallen = EIGHT.sum(axis=1)
    chance = p**fallen * (1 - p) ** (8 - fallen)
    worst = 0.0
    for wrong in EIGHT:
        right, found = np.cumsum(EIGHT & ~wrong, axis=1), np.cumsum(EIGHT & wrong, axis=1)
        wealth = log_e_value_of_window(answers, right, found, alpha=alpha, p=p)
        false = (wealth >= -log(delta)) & (np.cumsum(wrong) >= alpha * answers)
        worst = max(worst, float(chance @ false.any(axis=1)))
        if wrong.sum() == 2:  # exactly alpha: the divisor is the true expectation, so the e-value's mean is 1
            assert float(chance @ np.exp(wealth[:, -1])) == pytest.approx(1)
        elif wrong.sum() > 2:
            assert float(chance @ np.exp(wealth[:, -1])) < 1
    assert worst <= delta


@pytest.mark.parametrize("delta", [0.1, 0.4])
def test_the_bound_in_every_world_of_eight_answers(delta: float) -> None:
    answers = np.arange(1, 9)
    table = wrong_share_bound(np.arange(9)[:, None], np.arange(9), p=0.5, delta=delta)
    for wrong in EIGHT:
        bound = table[answers, np.cumsum(EIGHT & wrong, axis=1)]
        missed = (np.cumsum(wrong) / answers > bound + 1e-9).any(axis=1)
        assert missed.mean() <= delta


def test_a_census_knows_and_the_window_s_e_value_is_never_below_the_plain_product() -> None:
    assert float(log_e_value_of_window(1_000, 985, 15, alpha=0.02, p=1.0)) > log(1_000)
    assert float(log_e_value_of_window(1_000, 980, 20, alpha=0.02, p=1.0)) == pytest.approx(0)
    right, wrong = np.arange(0, 400, 7)[:, None], np.arange(20)
    plain, window = log_e_value(right, wrong, 0.02), log_e_value_of_window(1_000, right, wrong, alpha=0.02, p=0.3)
    assert (window > plain).all()
    assert wrong_share_bound(1_000, 15, p=1.0, delta=0.05) < 0.02


@settings(max_examples=60)
@given(right=st.integers(0, 3_000), wrong=st.integers(0, 50), alpha=st.floats(0.005, 0.3))
def test_right_audits_raise_the_e_value_and_wrong_ones_lower_it(right: int, wrong: int, alpha: float) -> None:
    here, better, worse = (float(log_e_value(right + r, wrong + w, alpha)) for r, w in ((0, 0), (1, 0), (0, 1)))
    assert worse < here < better


def test_shapes_are_broadcast_and_empty_counts_are_fine() -> None:
    assert log_e_value(np.arange(5)[:, None], np.arange(3), 0.02).shape == (5, 3)
    assert log_e_value([], [], 0.02).shape == (0,)
    assert float(log_e_value(0, 0, 0.02)) == pytest.approx(0)
    assert wrong_share_bound(0, 0, p=0.1, delta=0.05) == 1
    many = np.arange(20_000)
    assert np.allclose(log_e_value(many, 3, 0.02)[::5_000], [float(log_e_value(n, 3, 0.02)) for n in many[::5_000]])


def test_the_binomial_is_exact() -> None:
    assert binomial_at_most(2, 10, 0.3) == pytest.approx(sum(comb(10, k) * 0.3**k * 0.7 ** (10 - k) for k in range(3)))
    assert binomial_at_most(-1, 10, 0.3) == 0 and binomial_at_most(10, 10, 0.3) == pytest.approx(1)
    most, chance = binomial_most(1_200, 0.02, 0.04)
    assert chance == pytest.approx(binomial_at_most(most, 1_200, 0.02)) and chance <= 0.04
    assert binomial_at_most(most + 1, 1_200, 0.02) > 0.04
    assert binomial_most(10, 0.02, 0.04) == (-1, 1.0)
    assert clopper_pearson(3, 100, 0.05) == pytest.approx(0.0757, abs=1e-3)


def window(right: int, wrong: int = 0, pending: int = 0, answers: int = 5_000) -> Window:
    return Window(START, 0.1, answers, right, wrong, pending)


def test_a_window_counts_its_answers_and_audits() -> None:
    now = Window(START, 0.5)
    for drawn in (True, False, True, True):
        now = now.answered(drawn)
    now = now.audited(True).audited(False)
    assert now == Window(START, 0.5, answers=4, right=1, wrong=1, pending=1) and now.drawn == 3


def test_delta_is_shared_by_windows_and_by_the_bound_of_missed_errors() -> None:
    assert certify_window(window(500), Terms()).needed == pytest.approx(40)
    assert certify_window(window(500), Terms(miss=0.05)).needed == pytest.approx(50)
    assert certify_window(window(500), Terms(), windows=1).needed == pytest.approx(20)
    easy, strict = certify_window(window(500), Terms()), certify_window(window(500), Terms(miss=0.05))
    assert easy.certified and easy.bound < 0.02 and strict.e_value < easy.e_value


def test_pending_audits_count_as_wrong_and_blind_auditors_prove_nothing() -> None:
    assert certify_window(window(450), Terms()).certified
    assert not certify_window(window(450, pending=40), Terms()).certified
    assert certify_window(window(450, pending=40), Terms()).e_value == certify_window(window(450, 40), Terms()).e_value
    assert not certify_window(window(100_000, answers=10**6), Terms(miss=1.0)).certified
    with pytest.raises(ValueError, match="out of range"):
        Terms(alpha=0.0)


def test_audits_pending_at_the_end_leave_the_certificate_of_the_beginning() -> None:
    right = [DrawnAnswer(place, True) for place in range(10, 5_000, 10)]
    open_ = [DrawnAnswer(place, None) for place in range(5_000, 5_400, 10)]
    now = window(len(right), pending=len(open_), answers=5_405)
    assert not certify_window(now, Terms()).certified
    found = latest_certified(now, right + open_, Terms())
    assert found.certified and found.window.answers >= 4_999 and found.window.pending < 10
    assert found.e_value >= found.needed
    nothing = latest_certified(window(0, pending=40, answers=400), open_, Terms())
    assert not nothing.certified and nothing.window.answers == 400
    with pytest.raises(ValueError, match="do not match"):
        latest_certified(now, right, Terms())


def test_two_windows_run_half_a_length_apart() -> None:
    windows = Windows()
    seen: list[list[int]] = []
    for day in range(300):
        windows = windows.rolled(START + timedelta(days=day), 0.1)
        seen.append([(START + timedelta(days=day) - each.started_at).days for each in windows.running])
    assert max(map(len, seen)) == 2 and max(map(max, seen)) == LONGEST.days - 1
    assert seen[100] == [55, 10]


def test_windows_of_different_chance_share_one_coin() -> None:
    windows = Windows((Window(START, 0.5), Window(START + timedelta(days=45), 0.1)))
    late = START + timedelta(days=50)
    for n in range(2_000):
        number = draw(b"key", f"m{n}")
        windows = windows.answered(number).audited(late, number, right=True)
    wide, narrow = windows.running
    assert 900 < wide.right < 1_100 and 150 < narrow.right < 250
    assert wide.pending == narrow.pending == 0
    before_the_second = windows.audited(START, draw(b"key", "m0"), right=True)
    assert before_the_second.running[1] == narrow


def test_the_oldest_certified_window_speaks() -> None:
    young = Window(START + timedelta(days=45), 0.1, answers=5_000, right=500)
    old = Window(START, 0.1, answers=9_000, right=860, wrong=40)
    found = Windows((old, young)).certificate(Terms())
    assert found is not None and found.certified and found.window == young
    assert Windows().certificate(Terms()) is None


def test_an_auditor_who_misses_a_share_is_a_coin_that_falls_less_often() -> None:
    bound = wrong_share_bound(1_000, 3, p=0.2, delta=0.05, miss=0.25)
    assert bound == pytest.approx(wrong_share_bound(1_000, 3, p=0.2 * 0.75, delta=0.05), abs=1e-12)
    assert bound > wrong_share_bound(1_000, 3, p=0.2, delta=0.05)


def test_the_running_maximum_goes_along_the_last_axis() -> None:
    found = running_maximum(np.array([[1.0, 3.0, 2.0], [0.5, 0.0, 4.0]]))
    assert found.tolist() == [[1.0, 3.0, 3.0], [0.5, 0.5, 4.0]]


def test_a_chance_is_bounded_by_all_trials_at_once() -> None:
    assert chance_bound(0, 0, 0.01) == 1.0
    assert chance_bound(113, 0, 0.01) > 0.05 >= chance_bound(114, 0, 0.01)
    assert chance_bound(200, 3, 0.01) > chance_bound(200, 0, 0.01) > 200**-1


def test_who_looks_at_every_trial_is_rarely_misled() -> None:
    random = np.random.default_rng(20261129)
    bound, misled = cache(chance_bound), 0  # many worlds count alike
    for chance in random.uniform(0.01, 0.3, 200):
        successes = np.cumsum(random.random(200) < chance)
        misled += any(bound(n, int(successes[n - 1]), 0.1) < chance for n in range(4, 201, 4))
    assert misled <= 0.1 * 200, "a bound for a fixed number of trials would be wrong about twice as often"
