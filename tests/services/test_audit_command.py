"""`escalation audit`, and what verification, backup and restore by command leave in the security log."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.services.test_upkeep import data as data  # noqa: PLC0414
from tests.services.test_upkeep import run


def rows(folder: Path, *options: str) -> list[dict[str, Any]]:
    done = run("audit", "list", "--data", folder, "--json", *options)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return found


def checked(folder: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("audit", "verify", "--data", folder, "--json", *options).stdout)
    return found


def test_what_commands_do_is_listed_and_checked(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("verify").exit_code == 0
    kept = checked(data)["newest"]
    assert run("backup", tmp_path / "saved.tgz").exit_code == 0
    assert run("staff", "set", "ana@example.com", "--role", "admin").exit_code == 0
    assert run("contacts").exit_code == 0
    assert run("catalogue", "export", tmp_path / "out.yaml").exit_code == 0
    kinds = ["account_made", "verified", "backed_up", "role_changed", "contacts_exported", "catalogue_exported"]
    assert [row["kind"] for row in reversed(rows(data))] == kinds
    assert {row["actor"] for row in rows(data)} == {"command"}
    assert [row["subject_name"] for row in rows(data, "--actor", "ana@example.com")] == ["Ana", "Ana"]
    assert [row["kind"] for row in rows(data, "--kind", "verified")] == ["verified"]
    assert rows(data, "--since", "2999-01-01") == []
    assert run("audit", "list", "--since", "yesterday").exit_code == 1

    done = run("audit", "verify", "--expect", kept)
    assert done.exit_code == 0 and done.stdout.startswith("6 rows, the newest has the hash ")
    monkeypatch.setenv("ESCALATION_MODELS_DIR", str(tmp_path / "other"))
    assert run("restore", tmp_path / "saved.tgz", "--data", tmp_path / "restored").exit_code == 0
    assert [row["kind"] for row in rows(tmp_path / "restored")] == ["restored", "verified", "account_made"]
    assert checked(tmp_path / "restored", "--expect", kept)["problem"] is None


def test_a_row_changed_by_hand_ends_both_checks_with_status_1(data: Path) -> None:
    assert run("verify").exit_code == 0
    with sqlite3.connect(data / "escalation.sqlite") as connection:
        connection.execute("UPDATE security_log SET actor = 'nobody' WHERE seq = 1")
    connection.close()
    done = run("audit", "verify")
    assert done.exit_code == 1
    assert "row 1 was changed" in done.stderr
    assert run("verify").exit_code == 1


@pytest.mark.parametrize("change", ["at = 'noon'", "facts = '{'", "facts = '[]'"])
def test_a_row_nobody_can_read_is_named_too(data: Path, change: str) -> None:
    assert run("verify").exit_code == 0
    with sqlite3.connect(data / "escalation.sqlite") as connection:
        connection.execute(f"UPDATE security_log SET {change} WHERE seq = 2")
    connection.close()
    assert "row 2 " in checked(data)["problem"]
    assert run("verify").exit_code == 1
