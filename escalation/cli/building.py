"""What `model build` needs beside building: durations and modes as people write them, a bar with the time left."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, cast

import typer

from escalation.classifier import Progress as Step
from escalation.cli.output import console, errors, say
from escalation.cli.progress import shown_on

UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
STOPPED = "Stopped; what was done is kept. The same command goes on from there, with --fresh it starts over."

Mode = Literal["auto", "head", "full"]


def mode_of(text: str) -> Mode:
    """Return a mode. Raises: typer.BadParameter."""
    if text not in {"auto", "head", "full"}:
        raise typer.BadParameter(f"{text} is not a mode; choose auto, head or full")
    return cast(Mode, text)


def seconds_of(text: str) -> float:
    """Return the seconds of "90s", "10m", "1.5h" or "600". Raises: typer.BadParameter."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip().lower())
    if found is None or float(found[1]) == 0:
        raise typer.BadParameter(f"{text} is not a duration; write 90s, 10m or 1h")
    return float(found[1]) * UNITS[found[2]]


def in_words(seconds: float) -> str:
    """Return a duration for people: `45 s`, `8 min`, `1 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def watched(quiet: bool) -> Iterator[Callable[[Step], None]]:
    """Yield what shows a build's steps: how far it is, the time left, and a line for what was decided.

    `quiet`: nothing on standard output. Ctrl-C ends the command and says how to go on.
    """
    output = errors if quiet else console
    with shown_on(output) as on_screen:

        def show(step: Step) -> None:
            if step.note:
                output.print(step.note, highlight=False, markup=False, soft_wrap=True)
            left = "" if step.eta is None else f"about {in_words(step.eta)} left"
            on_screen(step.stage, step.share, left)

        try:
            yield show
        except KeyboardInterrupt as interrupt:
            if not quiet:
                say(STOPPED)
            raise typer.Exit(130) from interrupt
