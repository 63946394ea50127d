"""The command `replay`: what it refuses before it sends anything."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escalation.cli import app


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["replay", *arguments])
    return result.exit_code, result.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps({"text": "where is my order", "label": None}) + "\n", encoding="utf-8")
    return path


def test_another_machine_is_refused(file: Path) -> None:
    code, said = run(str(file), "--url", "http://192.0.2.7:8000")
    assert code == 1
    assert "not_loopback" in said
    assert "--allow-remote" in said


def test_a_service_that_is_not_there_is_one_line(file: Path) -> None:
    code, said = run(str(file), "--url", "http://127.0.0.1:9")
    assert code == 1
    assert said.startswith("unreachable")


@pytest.mark.parametrize("line", ["{", '{"text": "a"}', '{"text": "", "label": null}', '{"text": "a", "label": []}'])
def test_a_bad_line_is_named(file: Path, line: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + line, encoding="utf-8")
    code, said = run(str(file))
    assert code == 1
    assert "lines.jsonl:2" in said
