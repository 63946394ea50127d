"""What keeps the service from starting is told in one line with its code, and exit status 1; nothing is left behind."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from escalation.cli.target import own_database
from escalation.settings import Settings
from tests.live_service import ROOT


@dataclass
class Start:
    """A start that must fail."""

    code: str
    names: str
    """What the line must name."""
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    command: str = "serve"


def newer(folder: Path) -> Path:
    """A data folder written by a later version."""
    with own_database(Settings(data_dir=folder)):
        pass
    with sqlite3.connect(folder / "escalation.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    return folder


def no_key(folder: Path) -> Path:
    """A data folder whose key was cut."""
    folder.mkdir()
    (folder / "secret.key").write_bytes(b"short")
    return folder


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def starts(folder: Path, taken: int) -> dict[str, Start]:
    data = {"ESCALATION_DATA_DIR": str(folder / "data")}
    file = written(folder / "file", "")
    return {
        "port": Start("port_in_use", str(taken), ("--port", str(taken)), data),
        "demo port": Start("port_in_use", str(taken), ("--port", str(taken)), data, "demo"),
        "unwritable": Start("data_folder_unwritable", file, ("--data", f"{file}/[data]", "--port", "0")),
        "newer": Start("database_newer", "9999", ("--data", str(newer(folder / "newer")), "--port", "0")),
        "key": Start("secret_unreadable", "secret.key", ("--data", str(no_key(folder / "key")), "--port", "0")),
        "setting": Start("settings_invalid", "alpha", (), {"ESCALATION_ALPHA": "2"}),
        "json setting": Start("settings_invalid", "sites", (), {"ESCALATION_SITES": "{"}),
        "toml": Start(
            "settings_invalid", "bad.toml", (), {"ESCALATION_CONFIG": written(folder / "bad.toml", "port = = 3")}
        ),
        "unknown setting": Start(
            "settings_invalid", "colour", (), {"ESCALATION_CONFIG": written(folder / "odd.toml", 'colour = "red"')}
        ),
        "no file": Start("settings_invalid", "gone.toml", (), {"ESCALATION_CONFIG": str(folder / "gone.toml")}),
    }


NAMES = (
    "port", "demo port", "unwritable", "newer", "key", "setting", "json setting", "toml", "unknown setting", "no file",
)  # fmt: skip


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Start, subprocess.Popen[str]]]]:
    """Every start, all begun at once: each costs seconds of importing."""
    folder = tmp_path_factory.mktemp("start")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = {
            name: (
                start,
                subprocess.Popen(
                    [sys.executable, "-m", "escalation", start.command, *start.arguments],
                    env={**os.environ, "ESCALATION_DATA_DIR": str(folder / "own"), **start.environment},
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                ),
            )
            for name, start in starts(folder, taken.getsockname()[1]).items()
        }
        yield running
        for _, process in running.values():
            process.kill()
            process.communicate()


@pytest.mark.parametrize("name", NAMES)
def test_a_start_that_cannot_be_says_why_in_one_line(
    ended: dict[str, tuple[Start, subprocess.Popen[str]]], name: str
) -> None:
    start, process = ended[name]
    out, err = process.communicate(timeout=90)
    assert process.returncode == 1, out + err
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith(f"{start.code}: ")
    assert start.names in lines[0]
    assert out == ""
