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
from typer.testing import CliRunner

from escalation.cli import app
from escalation.cli.target import own_database
from escalation.settings import Settings
from tests.live_service import ROOT
from tests.waiting import PATIENCE


@dataclass
class Start:
    """A start that must fail."""

    code: str
    names: str
    """What the line must name."""
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


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
    """Those that get as far as opening something."""
    data = {"ESCALATION_DATA_DIR": str(folder / "data")}
    file = written(folder / "file", "")
    return {
        "port": Start("port_in_use", str(taken), ("--port", str(taken)), data),
        "unwritable": Start("data_folder_unwritable", file, ("--data", f"{file}/[data]", "--port", "0")),
        "newer": Start("database_newer", "9999", ("--data", str(newer(folder / "newer")), "--port", "0")),
        "files": Start(
            "storage_unusable", "nosuch", ("--port", "0"), data | {"ESCALATION_ATTACHMENTS_URL": "nosuch://mine"}
        ),
        "key": Start("secret_unreadable", "secret.key", ("--data", str(no_key(folder / "key")), "--port", "0")),
    }


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Start, subprocess.Popen[str]]]]:
    """Every start, all begun at once: each costs seconds of importing."""
    folder = tmp_path_factory.mktemp("start")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = {name: (start, process(start)) for name, start in starts(folder, taken.getsockname()[1]).items()}
        yield running
        for _, each in running.values():
            each.kill()
            each.communicate()


def process(start: Start) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "escalation", "serve", *start.arguments],
        env={**os.environ, **start.environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def check(start: Start, status: int, out: str, err: str) -> None:
    assert status == 1, out + err
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith(f"{start.code}: ")
    assert start.names in lines[0]
    assert out == ""


@pytest.mark.parametrize("name", ["port", "unwritable", "newer", "files", "key"])
def test_a_start_that_cannot_be_says_why_in_one_line(
    ended: dict[str, tuple[Start, subprocess.Popen[str]]], name: str
) -> None:
    start, running = ended[name]
    out, err = running.communicate(timeout=PATIENCE)
    check(start, running.returncode, out, err)


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"ESCALATION_ALPHA": "2"}, "alpha"),
        ({"ESCALATION_PORT": "http"}, "port"),
        ({"ESCALATION_TURN_PAUSE": "soon"}, "turn_pause"),
        ({"ESCALATION_SITES": "{"}, "sites"),
        ({"ESCALATION_QUEUES": '["billing"]'}, "names with commas between them"),
        ({"ESCALATION_CONFIG": "port = = 3"}, "escalation.toml"),
        ({"ESCALATION_CONFIG": 'colour = "red"'}, "colour"),
        ({"ESCALATION_CONFIG": ""}, "escalation.toml"),
    ],
)
def test_a_wrong_setting_is_named(
    environment: dict[str, str], names: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (text := environment.get("ESCALATION_CONFIG")) is not None:
        path = tmp_path / "escalation.toml"
        if text:
            path.write_text(text, encoding="utf-8")
        environment = {"ESCALATION_CONFIG": str(path)}
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    ran = CliRunner().invoke(
        app, ["serve", "--data", str(tmp_path / "data"), "--port", "0"][: 3 if "port" in names else 5]
    )
    check(Start("settings_invalid", names), ran.exit_code, ran.stdout, ran.stderr)
    assert not (tmp_path / "data").exists()


def test_the_demo_prints_no_address_it_cannot_have(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = CliRunner().invoke(app, ["demo", "--data", str(tmp_path / "data"), "--port", port])
    check(Start("port_in_use", port), ran.exit_code, ran.stdout, ran.stderr)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["catalogue", "export", "{tmp}/gone/[x]/all.yaml"], "file_unusable"),
        (["catalogue", "import", "{tmp}/none.yaml"], "catalogue_file_invalid"),
        (["verify", "--data", "{tmp}/none"], "not_found"),
        (["restore", "{tmp}/none.tar.gz", "--data", "{tmp}/new"], "backup_invalid"),
        (["staff", "add", "nobody", "--name", "N"], "invalid"),
        (["model", "evaluate", "none", "--data", "{tmp}/none.jsonl"], "model_incomplete"),
    ],
)
def test_commands_name_what_is_wrong(
    arguments: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_DATA_DIR", str(tmp_path / "data"))
    ran = CliRunner().invoke(app, [each.replace("{tmp}", str(tmp_path)) for each in arguments])
    check(Start(code, ""), ran.exit_code, ran.stdout, ran.stderr)
