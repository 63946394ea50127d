"""Progress of long work: a line now and then where there is no terminal, nothing for work that is over at once."""

import io

from rich.console import Console

from escalation.cli.progress import SECONDS_BETWEEN_LINES, lines_on, shown_on
from tests.fakes import FakeClock


def test_lines_come_at_intervals_whatever_is_told_in_between() -> None:
    clock, lines = FakeClock(), list[str]()
    show = lines_on(lines.append, clock=lambda: clock.now().timestamp())
    for step in range(100):
        clock.advance(SECONDS_BETWEEN_LINES / 10)
        show("tuning", step / 100, "about 3 min left" if step > 50 else "")
    assert lines[0] == "9% tuning"
    assert lines[-1] == "99% tuning, about 3 min left"
    assert len(lines) == 10


def test_short_work_writes_nothing_into_a_log() -> None:
    log = io.StringIO()
    with shown_on(Console(file=log, force_terminal=False)) as show:
        show("embedding", 0.5)
        show("head", 1.0, "[not markup]")
    assert log.getvalue() == ""


def test_a_terminal_gets_a_bar_that_is_gone_afterwards() -> None:
    screen = io.StringIO()
    with shown_on(Console(file=screen, force_terminal=True, width=80)) as show:
        show("embedding", 0.5, "about 3 min left")
    assert "embedding" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K"), "the line is erased"
