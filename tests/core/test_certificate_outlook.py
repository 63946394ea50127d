"""How many audits a window still needs: the number said comes true, and hopeless cases are called so."""

from datetime import UTC, datetime, timedelta
from math import inf

import numpy as np
import pytest

from escalation.proof.certificate import Terms, Window, certify_window
from escalation.proof.evidence import log_e_value_of_window
from escalation.proof.forecast import window_audits_missing
from escalation.proof.outlook import outlook
from tests.core.certificate_worlds import coins

START = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = Terms(miss=0.05)


@pytest.mark.parametrize("p", [0.1, 0.4])
def test_what_a_window_misses_comes_true(p: float) -> None:
    now = Window(START, p, answers=round(300 / p), right=298, wrong=2)
    missing = window_audits_missing(now, TERMS, drawn_a_day=40)
    assert missing.half is not None and missing.likely is not None and 0 < missing.half < missing.likely
    assert missing.days_half == pytest.approx(missing.half / 40)
    draws, risk = np.random.default_rng(30), (2 + 100 * 0.019 / 2) / 400
    for more, low, high in [(missing.half, 0.45, 0.75), (missing.likely, 0.75, 0.95)]:
        wrong = coins(draws, (1_000, more), risk).sum(axis=1)
        evidence = log_e_value_of_window(
            now.answers + more / p, 298 + more - wrong, 2 + wrong, alpha=0.02, p=p, miss=0.05
        )
        assert low < (evidence >= np.log(50)).mean() < high


def test_pending_audits_delay_and_one_window_alone_needs_less() -> None:
    now = Window(START, 0.3, answers=2_000, right=594, wrong=6)
    later = Window(START, 0.3, answers=2_000, right=592, wrong=6, pending=2)
    half, delayed = window_audits_missing(now, TERMS).half, window_audits_missing(later, TERMS).half
    alone = window_audits_missing(now, TERMS, windows=1).half
    assert alone is not None and half is not None and delayed is not None and alone < half < delayed
    assert window_audits_missing(now, TERMS).days_half is None


def test_a_certified_window_misses_nothing_and_a_bad_one_is_hopeless() -> None:
    good = Window(START, 0.3, answers=5_000, right=1_500)
    assert certify_window(good, TERMS).certified and window_audits_missing(good, TERMS).likely == 0
    bad = Window(START, 0.3, answers=5_000, right=1_460, wrong=40)
    assert window_audits_missing(bad, TERMS).half is None
    assert window_audits_missing(good, Terms(miss=1.0)).likely is None


@pytest.mark.parametrize(
    ("condemned", "median", "within"), [(0.0049, (75, 120), (0.35, 0.60)), (0.0021, (25, 45), (0.85, 1.0))]
)
def test_fewer_right_answers_condemned_bring_a_certificate_within_a_windows_life(
    condemned: float, median: tuple[float, float], within: tuple[float, float]
) -> None:
    """44 audits a day of 143 answers, .84 % of them wrong, misses bounded at 9 %: a majority of three condemns .49 % of
    the right ones, the first two who agree .21 % (see `audits.ruling`).
    """
    draws, a_day, p, days = np.random.default_rng(32), 143, 0.3077, 150
    wrong, drawn = (coins(draws, (300, a_day * days), chance) for chance in (0.0084, p))
    said_wrong = wrong | coins(draws, wrong.shape, condemned)
    ends = np.arange(a_day, a_day * days + 1, a_day)
    bad, good = (np.cumsum(drawn & each, axis=1)[:, ends - 1] for each in (said_wrong, ~said_wrong))
    enough = log_e_value_of_window(ends[None], good, bad, alpha=0.02, p=p, miss=0.09) >= np.log(2 / 0.04)
    first = np.where(enough.any(axis=1), enough.argmax(axis=1) + 1, days + 1)
    assert median[0] <= np.median(first) <= median[1]
    assert within[0] <= (first <= 90).mean() <= within[1]


def test_the_outlook_of_a_window_says_how_it_stands_and_what_is_missing() -> None:
    window = Window(START, 0.5, answers=600, right=294, wrong=2, pending=4)
    certificate, missing = certify_window(window, TERMS), window_audits_missing(window, TERMS, drawn_a_day=30)
    found = outlook(certificate, START + timedelta(days=10))
    assert (found.audits, found.noticed, found.left) == (300, 0.02, 80)
    assert found.tested == pytest.approx(0.02 * 0.95)
    assert (found.e_value, found.needed) == (certificate.e_value, certificate.needed) and found.needed == pytest.approx(
        50
    )
    assert (found.half, found.likely, found.days) == (missing.half, missing.likely, missing.days_half)
    assert 0 < found.half < inf


def test_the_outlook_of_a_window_in_its_first_moment() -> None:
    found = outlook(certify_window(Window(START, 0.5), Terms()), START)
    assert (found.audits, found.noticed, found.tested, found.left) == (0, 0, 0.02, 90)


def test_the_outlook_is_endless_where_auditors_notice_nothing() -> None:
    window = Window(START, 0.5, answers=2, pending=1)
    found = outlook(certify_window(window, Terms(miss=1.0)), START + timedelta(days=1))
    assert found.noticed == 1 and (found.half, found.likely, found.days) == (inf, inf, inf)
