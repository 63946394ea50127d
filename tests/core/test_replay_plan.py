"""Plans of a replay: what is read, in which order it is played, and where it may be sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.lab.replay.errors import LineNotPlayable, NotLoopback
from escalation.lab.replay.plan import Line, check_target, make_plan, playable

lines = st.lists(st.builds(Line, st.text("ab ", min_size=1).filter(str.strip), st.sampled_from(["x", "y", "z", None])))


@pytest.mark.parametrize("text", ["", "  ", "a" * 4001])
def test_a_line_nobody_can_say_is_named(text: str) -> None:
    with pytest.raises(LineNotPlayable, match=r"f\.jsonl:3"):
        playable(text, "x", "f.jsonl:3")


@given(lines, st.integers(), st.floats(0, 100))
def test_a_plan_plays_every_line_once_in_an_order_the_seed_decides(rows: list[Line], seed: int, rate: float) -> None:
    plan = make_plan(rows, seed=seed, rate=rate)
    key = lambda line: (line.text, line.label or "")  # noqa: E731
    assert sorted((p.line for p in plan), key=key) == sorted(rows, key=key)
    assert plan == make_plan(rows, seed=seed, rate=rate)
    assert [p.at for p in plan] == sorted(p.at for p in plan)
    assert all(p.resolved_as == p.line.label for p in plan)


def test_arrivals_come_at_the_given_rate() -> None:
    rows = [Line(str(n), None) for n in range(5_000)]
    assert make_plan(rows, seed=1, rate=50)[-1].at == pytest.approx(100, rel=0.1)
    assert make_plan(rows, seed=1, rate=0)[-1].at == 0


def test_agents_err_as_often_as_told_and_always_with_another_label() -> None:
    rows = [Line(str(n), label) for n in range(2_000) for label in ("x", "y", "z", None)]
    plan = make_plan(rows, seed=3, rate=0, agent_error=0.05)
    wrong = [p for p in plan if p.resolved_as != p.line.label]
    assert len(wrong) == pytest.approx(400, rel=0.15)
    assert {p.resolved_as for p in wrong} == {"x", "y", "z"}


def test_more_mistakes_leave_the_order_alone() -> None:
    rows = [Line(str(n), "x" if n % 2 else "y") for n in range(100)]
    never, often = (make_plan(rows, seed=3, rate=5, agent_error=share) for share in (0.0, 0.5))
    assert [(p.at, p.line) for p in never] == [(p.at, p.line) for p in often]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_may_be_played_against(url: str) -> None:
    assert check_target(url, allow_remote=False) == url.rstrip("/")


@pytest.mark.parametrize("url", ["http://192.0.2.1:8000", "https://shop.example.com", "http://localhost.example.com"])
def test_another_machine_must_be_allowed(url: str) -> None:
    with pytest.raises(NotLoopback):
        check_target(url, allow_remote=False)
    assert check_target(url, allow_remote=True) == url


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotLoopback):
        check_target(url, allow_remote=True)
