"""How commands speak: tables for people, one JSON object with --json, one clear line for an error."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escalation.kernel.errors import EscalationError

P = ParamSpec("P")
R = TypeVar("R")

console = Console()
errors = Console(stderr=True)

WRONG_SETTINGS = {"encoder_missing", "encoder_invalid", "encoder_hash_mismatch"}

as_json = typer.Option(False, "--json", help="Print one JSON object instead of text.")


def say(text: str) -> None:
    """Print a line for people."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """Print a line for people on standard error: the command went on, and they should know this."""
    errors.print(f"[bold yellow]note[/]: {escape(text)}", highlight=False, soft_wrap=True)


def say_json(value: Any) -> None:
    """Print one JSON object."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table."""
    shown = Table(title=title, title_justify="left")
    for column in columns:
        shown.add_column(column)
    for row in rows:
        shown.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else escape(str(cell)) for cell in row))
    console.print(shown)


def facts(title: str, values: Mapping[str, Any]) -> None:
    """Print names with values."""
    table(title, ["", ""], list(values.items()))


def clear_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn our errors, and files that cannot be read or written, into one line on standard error and exit status 1.

    An encoder that cannot serve is a wrong setting, like a wrong option: status 2.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except EscalationError as error:
            _complain(error.code, error.message)
            raise typer.Exit(2 if error.code in WRONG_SETTINGS else 1) from error
        except OSError as error:
            _complain("file_unusable", f"{error.filename or 'A file'}: {error.strerror or error}.")
            raise typer.Exit(1) from error

    return run


def _complain(code: str, message: str) -> None:
    errors.print(f"[bold red]{code}[/]: {escape(message)}", highlight=False, soft_wrap=True)
