"""The small rules around the certificates: audits, breaker, lanes, swaps, interim analyses."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.conversations.lanes import Lane, LaneChoice, Probation, Vote, choose_lane
from escalation.proof.audits import Label, Ruling, agreed, coin_probability, is_late, miss_bound, ruling
from escalation.proof.breaker import Breaker
from escalation.proof.certificate import Terms
from escalation.proof.forecast import Grid, VersionCertificate
from escalation.proof.interim_analysis import AuditedSample, InterimAnalysis, certificate, next_analysis, terms_of
from escalation.proof.swaps import Challenger, Swap, freeze_due, may_lower, swap

NOW = datetime(2025, 3, 1, tzinfo=UTC)
YES, OTHER, OUTSIDE = Label(frozenset({"refund", "return"})), Label(frozenset({"hours"})), Label()
THIRD = Label(frozenset({"invoice"}))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], Ruling.MORE),
        ([YES], Ruling.RIGHT),
        ([OTHER], Ruling.MORE),
        ([OTHER, YES], Ruling.MORE),
        ([OTHER, OTHER], Ruling.WRONG),
        ([OUTSIDE, OUTSIDE], Ruling.WRONG),
        ([OTHER, OUTSIDE], Ruling.MORE),
        ([OTHER, OUTSIDE, THIRD], Ruling.WRONG),
        ([OTHER, Label(frozenset({"hours", "delivery"}))], Ruling.WRONG),
        ([OUTSIDE, YES, YES], Ruling.RIGHT),
        ([OTHER, YES, OTHER], Ruling.WRONG),
        ([OTHER, YES, OUTSIDE], Ruling.MORE),
        ([OTHER, YES, OUTSIDE, YES], Ruling.RIGHT),
        ([OTHER, OUTSIDE, YES, YES], Ruling.RIGHT),
        ([OTHER, OUTSIDE, YES, OTHER], Ruling.WRONG),
        ([OTHER, OUTSIDE, YES, THIRD], Ruling.WRONG),
        ([OTHER, YES, Label(cannot_tell=True)], Ruling.WRONG),
        ([Label(frozenset({"refund"}), cannot_tell=True), OTHER], Ruling.WRONG),
        ([Label(frozenset({"refund"}), unserved=True), OUTSIDE], Ruling.WRONG),
        ([YES, OTHER, OTHER], Ruling.RIGHT),
    ],
)
def test_a_disagreement_is_decided_by_the_first_two_who_agree(labels: list[Label], expected: Ruling) -> None:
    assert ruling("refund", labels) is expected


def test_a_disagreement_may_be_decided_by_a_majority_of_three() -> None:
    assert ruling("refund", [OTHER, YES], most=3) is Ruling.MORE
    assert ruling("refund", [OTHER, OUTSIDE], most=3) is Ruling.WRONG
    assert ruling("refund", [OTHER, YES, OUTSIDE], most=3) is Ruling.WRONG
    assert ruling("refund", [OTHER, YES, YES], most=3) is Ruling.RIGHT


@given(labels=st.lists(st.sampled_from([YES, OTHER, OUTSIDE, THIRD, Label(cannot_tell=True)]), max_size=8))
def test_an_audit_ends_and_what_is_decided_stays(labels: list[Label]) -> None:
    for most in (3, 4, 5):
        said = [ruling("refund", labels[:count], most=most) for count in range(len(labels) + 1)]
        decided = [each for each in said if each is not Ruling.MORE]
        assert len(said) - len(decided) <= most
        assert len({*decided}) <= 1
        if said[-1] is Ruling.RIGHT:
            assert labels[0] is YES or sum(label is YES for label in labels) * 2 >= most


def test_a_disagreement_may_be_decided_by_five() -> None:
    assert ruling("refund", [OTHER, OUTSIDE], most=5) is Ruling.MORE
    assert ruling("refund", [OTHER, OUTSIDE, YES, OTHER], most=5) is Ruling.WRONG
    assert ruling("refund", [OTHER, OUTSIDE, YES, YES], most=5) is Ruling.MORE
    assert ruling("refund", [OTHER, OUTSIDE, YES, YES, YES], most=5) is Ruling.RIGHT
    assert ruling("refund", [YES], most=5) is Ruling.RIGHT


def test_an_audit_may_take_seven_days() -> None:
    assert not is_late(NOW, NOW + timedelta(days=7))
    assert is_late(NOW, NOW + timedelta(days=7, seconds=1))


def test_what_more_than_half_of_the_people_say_is_agreed() -> None:
    assert agreed([OTHER]) == agreed([OTHER, YES, OTHER]) == OTHER
    assert agreed([OUTSIDE, OUTSIDE, YES]) == OUTSIDE
    assert agreed([]) is agreed([OTHER, YES]) is agreed([OTHER, YES, THIRD]) is None


@pytest.mark.parametrize(("most", "condemned"), [(3, 0.0049), (4, 0.0021), (5, 0.0006)])
def test_adjudication_takes_most_of_the_auditors_errors_away(most: int, condemned: float) -> None:
    """Of right answers; a slip is one of three near intents, as in the simulation (q = .38 that two are the same)."""
    random = np.random.default_rng(1)
    rows = np.where(random.random((100_000, most)) < 0.05, random.choice(3, (100_000, most), p=(0.5, 0.3, 0.2)), 3)
    first_wrong = rows[rows[:, 0] < 3]
    assert len(first_wrong) == pytest.approx(5_000, abs=300)
    kinds = (OTHER, OUTSIDE, THIRD, YES)
    said = [ruling("refund", [kinds[kind] for kind in row], most=most) for row in first_wrong.tolist()]
    assert Ruling.MORE not in said
    assert said.count(Ruling.WRONG) / 100_000 == pytest.approx(condemned, abs=0.0006)


def test_a_wrong_answer_is_hardly_ever_confirmed() -> None:
    """An auditor who errs confirms it, the others name the right intent: what the first label lets through remains."""
    errs = np.random.default_rng(2).random((20_000, 4)) < 0.05
    said = [ruling("refund", [YES if err else OTHER for err in row]) for row in errs]
    assert np.mean([each is Ruling.RIGHT for each in said]) == pytest.approx(0.052, abs=0.005)


def test_the_coin_spends_the_budget() -> None:
    assert coin_probability(1_000) == pytest.approx(0.04)
    assert coin_probability(30) == coin_probability(0) == 1
    assert coin_probability(1_000, 100) == pytest.approx(0.1)


def test_probes_bound_what_auditors_miss() -> None:
    assert miss_bound(90, 0) == pytest.approx(1 - 0.01 ** (1 / 90), abs=1e-6) and miss_bound(90, 0) <= 0.05
    assert miss_bound(0, 0) == miss_bound(5, 5) == 1
    assert miss_bound(90, 0) < miss_bound(90, 1) < miss_bound(90, 5)
    with pytest.raises(ValueError, match="probes"):
        miss_bound(5, 6)


def trips_after(risk: float, seed: int, most: int) -> int:
    breaker, draws = Breaker(0.02), np.random.default_rng(seed).random(most) >= risk
    for count, right in enumerate(draws, 1):
        breaker = breaker.audited(bool(right))
        if breaker.tripped:
            return count
    return most


def test_the_breaker_trips_soon_at_five_times_alpha_and_hardly_ever_at_alpha() -> None:
    bad = np.mean([trips_after(0.10, seed, 2_000) for seed in range(300)])
    assert 70 < bad < 110
    assert np.mean([trips_after(0.02, seed, 3_000) == 3_000 for seed in range(60)]) > 0.75
    assert Breaker(0.02).audited(True) == Breaker(0.02), "right answers never bring it below nothing"
    tripped = Breaker(0.02, 10.0, tripped=True)
    assert tripped.audited(True).tripped and tripped.reset() == Breaker(0.02)


SURE, UNSURE = Vote("refund", accepts=True), Vote("refund", accepts=False)
OPEN, CLOSED = Probation(share=0.05, budget=2, messages=100), Probation()


@pytest.mark.parametrize(
    ("anchor", "live", "probation", "expected"),
    [
        (SURE, UNSURE, CLOSED, LaneChoice(Lane.CERTIFIED, "refund")),
        (SURE, Vote("hours", True), CLOSED, LaneChoice(Lane.HAND_OFF, None, vetoed=True)),
        (SURE, Vote("hours", True), OPEN, LaneChoice(Lane.PROBATION, "hours", vetoed=True)),
        (SURE, Vote("hours", False), OPEN, LaneChoice(Lane.HAND_OFF, None, vetoed=True)),
        (UNSURE, SURE, CLOSED, LaneChoice(Lane.HAND_OFF, None)),
        (UNSURE, SURE, OPEN, LaneChoice(Lane.PROBATION, "refund")),
        (UNSURE, UNSURE, OPEN, LaneChoice(Lane.HAND_OFF, None)),
        (None, SURE, OPEN, LaneChoice(Lane.PROBATION, "refund")),
        (None, SURE, CLOSED, LaneChoice(Lane.HAND_OFF, None)),
    ],
)
def test_lanes(anchor: Vote | None, live: Vote, probation: Probation, expected: LaneChoice) -> None:
    assert choose_lane(anchor, live, probation) == expected


def test_probation_keeps_to_its_share_and_stops_over_budget() -> None:
    probation = Probation(share=0.05, budget=1)
    for _ in range(1_000):
        probation = probation.seen(Lane.PROBATION if probation.open else Lane.HAND_OFF)
    assert probation.answers == 50
    once = Probation(share=1.0, budget=1).audited(right=True).audited(right=False)
    assert once.open and not once.audited(right=False).open


def proven(threshold: float | None) -> VersionCertificate:
    return VersionCertificate(threshold, 0.5, 30.0, 20.0, 900, ())


def test_a_live_head_is_frozen_at_most_once_a_day_with_fifty_new_examples() -> None:
    assert freeze_due(None, NOW, 50) and not freeze_due(None, NOW, 49)
    assert freeze_due(NOW - timedelta(days=1), NOW, 50) and not freeze_due(NOW - timedelta(hours=23), NOW, 500)


@pytest.mark.parametrize(
    ("present", "challenger", "expected"),
    [
        (0.9, Challenger(0.8, False, None, proven(0.7)), Swap(0.7, "certificate")),
        (0.9, Challenger(0.8, False, 0.0, proven(None)), None),
        (0.9, Challenger(0.8, True, 0.011), Swap(0.9, "gate")),
        (0.9, Challenger(0.8, True, 0.010), Swap(0.8, "gate")),
        (0.9, Challenger(0.8, True, None), Swap(0.9, "gate")),
        (0.9, Challenger(0.95, True, None), Swap(0.95, "gate")),
        (None, Challenger(0.8, True, None), Swap(0.8, "gate")),
    ],
)
def test_swaps(present: float | None, challenger: Challenger, expected: Swap | None) -> None:
    assert swap(present, challenger, alpha=0.02) == expected


def test_a_version_that_answers_nothing_replaces_only_one_that_failed() -> None:
    nothing = Challenger(1.0, accepted=True)
    assert swap(0.9, nothing, alpha=0.02) is None
    assert swap(0.9, nothing, alpha=0.02, tripped=True) == swap(1.0, nothing, alpha=0.02) == Swap(1.0, "gate")
    assert not may_lower(None, 0.02)


def drawn(count: int, *, other: str = "") -> AuditedSample:
    sure = np.linspace(0.99, 0.5, 1_000)[np.random.default_rng(3).permutation(1_000)][:count]
    return AuditedSample(sure, np.ones(count, bool), [f"{other}{n}" for n in range(count + 1)])


def test_analyses_of_a_growing_file_are_one_test_and_other_files_are_others() -> None:
    terms = Terms(alpha=0.05)
    first = next_analysis([], drawn(600), terms)
    assert (first.attempt, first.sampled, first.grid.planned) == (1, 100, 500) and certificate(
        first, drawn(600)
    ).certified
    again = next_analysis([first], drawn(800), terms)
    assert (again.attempt, again.grid, again.rows) == (1, first.grid, 800)
    shorter, other = (
        next_analysis([first], drawn(500), terms),
        next_analysis([first, again], drawn(800, other="x"), terms),
    )
    assert shorter.attempt == other.attempt == 2
    assert next_analysis([first, other], drawn(900, other="x"), terms) == InterimAnalysis(
        terms, 900, "x900", other.sampled, other.grid, 2
    )
    assert next_analysis([first], drawn(600), Terms(alpha=0.06)).attempt == 2
    assert next_analysis([], drawn(600), terms, often=True).grid.planned == 0


def test_all_attempts_together_cost_delta() -> None:
    analysis = next_analysis([], drawn(600), Terms())
    spent = [terms_of(InterimAnalysis(Terms(), 0, "", 0, Grid(()), attempt)).delta for attempt in range(1, 5_000)]
    assert terms_of(analysis).delta == spent[0] == pytest.approx(0.0475)
    assert sum(spent) == pytest.approx(0.05, abs=1e-5) and spent[1] > spent[2]


BOTH = Label(frozenset({"refund", "order"}), unserved=True)
"""Who labels blind: each answer serves one of two requests, and leaves the other open."""


@pytest.mark.parametrize(
    ("label", "right"),
    [
        (BOTH, True),
        (Label(frozenset({"refund", "order"})), True),
        (Label(frozenset({"refund", "order", "card"})), True),
        (Label(frozenset({"refund"})), False),
        (Label(frozenset({"refund"}), unserved=True), False),
        (Label(frozenset({"refund", "order", "card"}), unserved=True), False),
        (Label(frozenset({"refund", "order"}), cannot_tell=True), False),
        (Label(), False),
    ],
)
def test_several_answers_are_right_together_if_they_leave_nothing_open(label: Label, right: bool) -> None:
    assert label.confirms("refund", ("order",)) == label.confirms("order", ("refund",)) == right
    assert ruling("refund", [label], also=("order",)) is (Ruling.RIGHT if right else Ruling.MORE)
    assert not BOTH.confirms("refund"), "one answer alone is half an answer"


def test_several_answers_are_wrong_once_two_say_so() -> None:
    one = Label(frozenset({"refund"}))
    assert ruling("refund", [one, Label(frozenset({"refund"}), unserved=True)], also=("order",)) is Ruling.WRONG
