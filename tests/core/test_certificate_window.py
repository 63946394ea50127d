"""The window certificate, 2,000 worlds a test: false at most as often as promised, and no guard is superfluous."""

from functools import lru_cache

import numpy as np
import pytest

from escalation.proof.audits import miss_bound
from escalation.proof.binomial import clopper_pearson
from escalation.proof.certificate import TEST_SHARE
from escalation.proof.evidence import log_e_value_of_window, running_maximum, wrong_share_bound
from tests.core.certificate_worlds import (
    WORLDS,
    Bits,
    Setting,
    allowed,
    certified,
    coins,
    false_share,
    never_below,
)

ANSWERS = 1_000
COMMON = Setting()
OFTEN = Setting(alpha=0.1, p=0.15)


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def even(setting: Setting) -> Bits:
    """Every 1 / alpha-th answer is wrong, the first of them at once: the share is never below alpha."""
    places = np.arange(ANSWERS) % round(1 / setting.alpha) == 0
    return np.broadcast_to(places, (WORLDS, ANSWERS))


def by_chance(setting: Setting) -> Bits:
    """Each answer is wrong with chance alpha, and more where the share would fall below."""
    return never_below(coins(random(1), (WORLDS, ANSWERS), setting.alpha), setting.alpha)


def clustered(setting: Setting) -> Bits:
    """Wrong answers come ten at a time, from a random place in each stretch; the first stretch begins with them."""
    stretch = round(10 / setting.alpha)
    starts = random(2).integers(0, stretch - 10, (WORLDS, ANSWERS // stretch))
    starts[:, 0] = 0
    places = np.arange(ANSWERS) % stretch
    begun = np.repeat(starts, stretch, axis=1)[:, :ANSWERS]
    return never_below((places >= begun) & (places < begun + 10), setting.alpha)


def drifting(setting: Setting) -> Bits:
    """Good for half of the time, then ever worse until the share passes alpha."""
    rate = np.concatenate([np.full(ANSWERS // 2, 0.1), np.linspace(0.1, 5, ANSWERS - ANSWERS // 2)]) * setting.alpha
    return random(3).random((WORLDS, ANSWERS)) < rate


def many_models(setting: Setting) -> Bits:
    """Twenty models one after the other, each with its own share of wrong answers, from none to three alpha."""
    rates = random(4).uniform(0, 3 * setting.alpha, (WORLDS, 20)).repeat(ANSWERS // 20, axis=1)
    return never_below(random(5).random((WORLDS, ANSWERS)) < rates, setting.alpha)


PATTERNS = [even, by_chance, clustered, drifting, many_models]


@pytest.mark.parametrize("setting", [COMMON, OFTEN], ids=["2%", "10%"])
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: str(pattern.__name__))
def test_a_look_after_every_audit_keeps_the_promise(pattern: object, setting: Setting) -> None:
    wrong = pattern(setting)  # type: ignore[operator]
    assert false_share(wrong, coins(random(10), wrong.shape, setting.p), setting) <= allowed(setting.delta)


@lru_cache
def adaptive(setting: Setting) -> tuple[Bits, Bits]:
    """Thresholds follow past audits: after a right one answers get riskier, after a wrong one none is wrong for a while
    unless the share would fall below alpha."""
    draws, risks = coins(random(11), (WORLDS, ANSWERS), setting.p), random(12).random((WORLDS, ANSWERS))
    wrong = np.zeros((WORLDS, ANSWERS), bool)
    total, rate = np.zeros(WORLDS), np.full(WORLDS, setting.alpha)
    for at in range(ANSWERS):
        wrong[:, at] = (risks[:, at] < rate) | (total < setting.alpha * (at + 1) - 1e-9)
        total += wrong[:, at]
        audited = draws[:, at]
        rate = np.where(audited & wrong[:, at], 0.0, np.where(audited, rate + setting.alpha / 20, rate))
    return wrong, draws


@pytest.mark.parametrize("setting", [COMMON, OFTEN], ids=["2%", "10%"])
def test_thresholds_that_follow_past_audits_keep_the_promise(setting: Setting) -> None:
    assert false_share(*adaptive(setting), setting) <= allowed(setting.delta)


def test_an_adversary_who_stops_erring_when_a_certificate_is_near_gains_nothing() -> None:
    setting = Setting(alpha=0.1, p=0.3)
    draws = coins(random(13), (WORLDS, 400), setting.p)
    wrong = np.zeros(draws.shape, bool)
    total, right, found = np.zeros(WORLDS), np.zeros(WORLDS), np.zeros(WORLDS)
    false = np.zeros(WORLDS, bool)
    for at in range(draws.shape[1]):
        evidence = log_e_value_of_window(at, right, found, alpha=setting.alpha, p=setting.p)
        wrong[:, at] = (total < setting.alpha * (at + 1) - 1e-9) | (evidence < -1)
        total += wrong[:, at]
        right += draws[:, at] & ~wrong[:, at]
        found += draws[:, at] & wrong[:, at]
        now = log_e_value_of_window(at + 1, right, found, alpha=setting.alpha, p=setting.p)
        false |= now >= -np.log(setting.delta)  # the share is never below alpha
    assert false.mean() <= allowed(setting.delta)


def test_audits_never_done_count_as_wrong_and_leaving_them_out_breaks_the_promise() -> None:
    wrong = by_chance(COMMON)
    drawn = coins(random(14), wrong.shape, COMMON.p)
    avoided = random(15).random(wrong.shape) < np.where(wrong, 0.6, 0.05)  # awkward ones are left lying
    assert false_share(wrong, drawn, COMMON, right_said=~wrong & ~avoided) <= allowed(COMMON.delta)
    assert false_share(wrong, drawn & ~avoided, COMMON) > 0.15


def judged(wrong: Bits, error: float, seed: int) -> Bits:
    """Return what adjudicated audits say is right: the first label if it confirms, else the first two who agree, of at
    most four. Who errs confirms a wrong answer, and takes a right one for one of three near intents.
    """
    draws = random(seed)
    errs, slip = draws.random((4, *wrong.shape)) < error, draws.choice(3, (4, *wrong.shape), p=(0.5, 0.3, 0.2))
    confirms = errs ^ ~wrong
    names = np.where(confirms, -1, np.where(wrong, 0, slip))
    right, open_ = confirms[0].copy(), ~confirms[0]
    for last in range(1, 4):
        agree = np.max([(names[: last + 1] == each).sum(axis=0) for each in range(3)], axis=0) >= 2
        enough = confirms[: last + 1].sum(axis=0) >= 2
        right |= open_ & enough
        open_ &= ~enough & ~agree
    return right


def test_auditors_who_err_keep_the_promise_with_adjudication_and_probes() -> None:
    error, probes = 0.05, 90
    confirmed = judged(np.ones((WORLDS, probes), bool), error, 16).sum(axis=1)
    bounds = {int(k): miss_bound(probes, int(k), 0.05 * (1 - TEST_SHARE)) for k in np.unique(confirmed)}
    wrong = by_chance(COMMON)
    said, drawn = judged(wrong, error, 17), coins(random(18), wrong.shape, COMMON.p)
    false = 0.0
    for k, bound in bounds.items():
        own = confirmed == k
        setting = Setting(delta=0.05 * TEST_SHARE, miss=bound)
        false += false_share(wrong[own], drawn[own], setting, right_said=said[own]) * own.mean()
    assert false <= allowed(0.05)


def test_auditors_who_miss_a_third_break_the_promise_unless_probed() -> None:
    wrong = even(COMMON)
    said, drawn = ~wrong | coins(random(19), wrong.shape, 0.3), coins(random(20), wrong.shape, COMMON.p)
    assert false_share(wrong, drawn, COMMON, right_said=said) > 2 * COMMON.delta
    bounded = Setting(delta=0.04, miss=0.35)
    assert false_share(wrong, drawn, bounded, right_said=said) <= allowed(0.04)


def test_small_talk_is_not_counted_because_it_would_dilute() -> None:
    requests = coins(random(21), (WORLDS, 2 * ANSWERS), 0.3)
    wrong = requests & (random(22).random(requests.shape) < 0.025)
    drawn = coins(random(23), requests.shape, COMMON.p)
    share = wrong.sum(axis=1) / requests.sum(axis=1)
    with_talk, _ = certified(wrong, drawn, COMMON)
    assert (with_talk.any(axis=1) & (share >= COMMON.alpha)).mean() > 0.4
    order = np.argsort(~requests, axis=1, kind="stable")  # requests alone, in order
    count = int(requests.sum(axis=1).min())
    alone = [np.take_along_axis(each, order, axis=1)[:, :count] for each in (wrong, drawn)]
    assert false_share(*alone, COMMON) <= allowed(COMMON.delta)


def test_removing_repeated_texts_would_certify_a_frequent_wrong_answer() -> None:
    frequent = coins(random(24), (WORLDS, ANSWERS), 0.04)
    frequent[:, 0] = True
    drawn = coins(random(25), frequent.shape, COMMON.p)
    assert false_share(frequent, drawn, COMMON) <= allowed(COMMON.delta)
    first_audit = frequent & drawn & (np.cumsum(frequent & drawn, axis=1) == 1)
    assert false_share(frequent, drawn & (~frequent | first_audit), COMMON) > 0.9


def test_an_exact_binomial_bound_looked_at_repeatedly_breaks_the_promise() -> None:
    looks = np.arange(25, 1_001, 25)
    most = [max((k for k in range(60) if clopper_pearson(k, int(n), 0.05) <= 0.02), default=-1) for n in looks]
    found = np.cumsum(coins(random(26), (WORLDS, 1_000), 0.02), axis=1)[:, looks - 1]
    assert (found <= np.asarray(most)).any(axis=1).mean() > 0.12
    assert abs(clopper_pearson(0, 90, 0.01) - 0.0499) < 1e-4


def test_the_greatest_e_value_so_far_says_nothing_of_the_window_now() -> None:
    wrong = drifting(OFTEN)
    drawn = coins(random(10), wrong.shape, OFTEN.p)
    reached, _ = certified(wrong, drawn, OFTEN)
    once = running_maximum(reached.astype(np.float64)) > 0
    above = np.cumsum(wrong, axis=1) >= OFTEN.alpha * np.arange(1, ANSWERS + 1)
    assert (once & above).any(axis=1).mean() > 0.3


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: str(pattern.__name__))
def test_the_bound_holds_at_all_times_at_once(pattern: object) -> None:
    wrong = pattern(OFTEN)  # type: ignore[operator]
    drawn = coins(random(27), wrong.shape, OFTEN.p)
    every = slice(9, None, 10)
    found = np.cumsum(drawn & wrong, axis=1)[:, every]
    answers = np.broadcast_to(np.arange(1, ANSWERS + 1)[every], found.shape)
    table = wrong_share_bound(
        np.arange(10, ANSWERS + 1, 10)[:, None], np.arange(found.max() + 1), p=OFTEN.p, delta=0.05
    )
    bounds = table[answers // 10 - 1, found]
    share = np.cumsum(wrong, axis=1)[:, every] / answers
    assert (share > bounds + 1e-9).any(axis=1).mean() <= allowed(0.05)


def test_good_answers_are_certified_soon_enough() -> None:
    wrong = coins(random(28), (400, 4_000), 0.005)
    drawn = coins(random(29), wrong.shape, 0.1)
    reached, _ = certified(wrong, drawn, Setting(p=0.1))
    assert reached.any(axis=1).mean() > 0.6  # about 400 audits, at a quarter of the accepted error
