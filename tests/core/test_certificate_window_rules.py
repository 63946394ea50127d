"""The window certificate's bookkeeping, case by case; what it promises is tried out in test_certificate_window."""

from datetime import timedelta
from math import log

import pytest

from escalation.proof.certificate import DrawnAnswer, Terms, Window, Windows, certify_window, latest_certified
from tests.factories import NOON

EASY = Terms(alpha=0.2, delta=0.2)


@pytest.mark.parametrize(
    "given",
    [{"alpha": 0}, {"alpha": 0.5}, {"alpha": 0.7}, {"delta": 0}, {"delta": 1}, {"delta": 1.5}, {"miss": -0.1},
     {"miss": 1.1}],
)  # fmt: skip
def test_terms_are_shares_of_their_range(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Terms(**given)


@pytest.mark.parametrize("given", [{"alpha": 0.49}, {"delta": 0.99}, {"miss": 0.0}, {"miss": 1.0}])
def test_their_edges_are_in_range(given: dict[str, float]) -> None:
    assert Terms(**given).provable is (given.get("miss") != 1.0)


def test_an_audit_counts_once_as_right_or_wrong_and_waits_no_longer() -> None:
    window = Window(NOON, 0.1).answered(True).answered(True).answered(False)
    assert (window.answers, window.right, window.wrong, window.pending, window.drawn) == (3, 0, 0, 2, 2)
    window = window.audited(True)
    assert (window.right, window.wrong, window.pending) == (1, 0, 1)
    window = window.audited(False)
    assert (window.answers, window.right, window.wrong, window.pending, window.drawn) == (3, 1, 1, 0, 2)


def a_window(drawn: list[DrawnAnswer], answers: int, p: float = 0.5) -> Window:
    right, wrong = (sum(each.right is truth for each in drawn) for truth in (True, False))
    return Window(NOON, p, answers, right, wrong, len(drawn) - right - wrong)


def longest_by_hand(window: Window, drawn: list[DrawnAnswer], terms: Terms, windows: int) -> Window | None:
    """Each beginning counted anew and asked by itself; the last certified one, None if there is none."""
    ends = [*(each.place - 1 for each in drawn), window.answers]
    beginnings = [a_window(drawn[:count], answers, window.p) for count, answers in enumerate(ends)]
    certified = [
        each
        for each in beginnings
        if certify_window(Window(NOON, each.p, each.answers, each.right, each.wrong + each.pending), terms,
                          windows=windows).certified
    ]  # fmt: skip
    return certified[-1] if certified else None


@pytest.mark.parametrize("windows", [1, 2, 6])
@pytest.mark.parametrize(
    "late", [{}, {39: None}, {30: None, 35: None}, {38: False, 39: False}, {20: None, 36: False}, {0: False}]
)
def test_the_longest_certified_beginning_is_the_one_found_by_hand(late: dict[int, bool | None], windows: int) -> None:
    drawn = [DrawnAnswer(2 * number + 2, late.get(number, True)) for number in range(40)]
    window = a_window(drawn, 81)
    found = latest_certified(window, drawn, EASY, windows=windows)
    by_hand = longest_by_hand(window, drawn, EASY, windows)
    assert by_hand is not None and found.certified
    assert found == certify_window(by_hand, EASY, windows=windows)
    assert found.window.started_at == NOON


def test_without_a_certified_beginning_it_is_all_of_the_window() -> None:
    drawn = [DrawnAnswer(number, False) for number in range(1, 9)]
    window = a_window(drawn, 9)
    assert latest_certified(window, drawn, EASY, windows=3) == certify_window(window, EASY, windows=3)
    unheard = Terms(alpha=0.2, delta=0.2, miss=1.0)
    assert not latest_certified(window, drawn, unheard).certified


def test_draws_and_counts_must_agree() -> None:
    with pytest.raises(ValueError, match="do not match"):
        latest_certified(a_window([DrawnAnswer(1, True)], 5), [], EASY)


def test_windows_share_delta() -> None:
    window = a_window([DrawnAnswer(number, True) for number in range(1, 31)], 30, 0.9)
    one, two = (certify_window(window, EASY, windows=windows) for windows in (1, 2))
    assert log(two.needed) == pytest.approx(log(one.needed) + log(2))
    assert certify_window(window, EASY) == two


def test_windows_show_the_oldest_certified_one_else_the_oldest() -> None:
    assert Windows().certificate(EASY) is None
    hopeless = a_window([DrawnAnswer(number, False) for number in range(1, 9)], 9)
    good = a_window([DrawnAnswer(number, True) for number in range(1, 61)], 60, 0.9)
    assert Windows((hopeless, good)).certificate(EASY) == certify_window(good, EASY)
    assert Windows((hopeless, Window(NOON, 0.5))).certificate(EASY) == certify_window(hopeless, EASY)
    assert Windows((hopeless,)).certificate(EASY) == certify_window(hopeless, EASY)


def test_an_audit_counts_where_its_answer_was_given_and_drawn() -> None:
    older, newer = Window(NOON, 0.5), Window(NOON + timedelta(days=1), 0.1)
    both = Windows((older, newer))
    drawn_once = both.answered(0.3)
    assert [each.pending for each in drawn_once.running] == [1, 0]
    audited = drawn_once.audited(NOON + timedelta(days=2), 0.3, True)
    assert [(each.right, each.pending) for each in audited.running] == [(1, 0), (0, 0)]
    drawn_twice = drawn_once.answered(0.05).audited(NOON, 0.05, False)
    assert [(each.wrong, each.pending) for each in drawn_twice.running] == [(1, 1), (0, 1)]
