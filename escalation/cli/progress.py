"""How far long work is, on a terminal a bar, in a log a line now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

SECONDS_BETWEEN_LINES = 15.0
"""Work that is over sooner writes no line."""


class Show(Protocol):
    """Shows a stage, its share done (0..1) and a few words beside it, such as the time left."""

    def __call__(self, stage: str, share: float, beside: str = "") -> None:
        """Show it."""
        ...


@contextmanager
def shown_on(console: Console) -> Iterator[Show]:
    """Yield what shows progress on `console`; a bar is gone afterwards, lines stay."""
    if not console.is_terminal:
        yield lines_on(lambda line: console.print(line, highlight=False, markup=False, soft_wrap=True))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[beside]}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0, beside="")

        def show(stage: str, share: float, beside: str = "") -> None:
            bar.update(task, completed=share, description=stage, beside=beside)

        yield show


def lines_on(write: Callable[[str], object], *, clock: Callable[[], float] = time.monotonic) -> Show:
    """Return what writes a line for a log, at most one in SECONDS_BETWEEN_LINES."""
    told = clock()

    def show(stage: str, share: float, beside: str = "") -> None:
        nonlocal told
        if clock() - told < SECONDS_BETWEEN_LINES:
            return
        told = clock()
        write(f"{share:.0%} {stage}" + (f", {beside}" if beside else ""))

    return show
