"""The command line names its commands without importing them."""

import subprocess
import sys

import pytest

from escalation.cli import Commands
from escalation.cli.lazy import Entry
from tests.real_encoder import ROOT


@pytest.mark.parametrize("name", list(Commands.entries))
def test_a_command_says_of_itself_what_the_list_says_of_it(name: str) -> None:
    entry = Commands.entries[name]
    first = (entry.load().help or "").split("\n\n")[0]
    assert " ".join(first.split()) == entry.help


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_names_every_command_and_imports_none() -> None:
    program = "import sys; from escalation.cli import app\ntry: app(['--help'])\nexcept SystemExit: pass\n"
    heavy = "print([name for name in sys.modules if name in ('sqlalchemy', 'pydantic', 'numpy', 'torch', 'fastapi')])"
    done = python("-c", program + heavy)
    assert done.stdout.endswith("[]\n"), done.stdout + done.stderr
    assert all(name in done.stdout for name in Commands.entries)


def test_a_command_nobody_knows_is_refused_by_name() -> None:
    done = python("-m", "escalation", "catalog", "import")
    assert done.returncode == 2
    assert "catalog" in done.stderr


def test_a_function_becomes_a_command_under_the_name_of_the_list() -> None:
    assert Entry("upkeep", "verify", "").load().params
