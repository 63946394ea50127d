"""Files of `model certify`: audited messages to read, and the log of analyses beside the model folders."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from escalation.cli.data_files import DataFileInvalid, as_examples, read_data
from escalation.proof.certificate import Terms
from escalation.proof.forecast import Grid
from escalation.proof.interim_analysis import InterimAnalysis

LOG = "looks.jsonl"


@dataclass(frozen=True)
class Audited:
    """One audited message. `label` None: out of scope. `id`: `file:line` unless `named` in the file; `at`: arrival."""

    text: str
    label: str | None
    id: str
    named: bool
    at: datetime | None


def read_audits(path: Path) -> list[Audited]:
    """Return the messages of a file in order: text and label, and `id` and `at` where given.

    Raises: DataFileInvalid.
    """
    rows = read_data(path)
    return [
        Audited(
            row.text, row.label, str(row.fields.get("id") or example.id), bool(row.fields.get("id")),
            _at(row.fields, example.id),
        )
        for row, example in zip(rows, as_examples(rows, path), strict=True)
    ]  # fmt: skip


def _at(fields: Mapping[str, Any], place: str) -> datetime | None:
    if fields.get("at") in (None, ""):
        return None
    try:
        found = datetime.fromisoformat(fields["at"])
    except (TypeError, ValueError) as error:
        raise DataFileInvalid(f'{place}: "at" must be a time like 2025-01-31T12:00:00Z.') from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fingerprints(rows: Sequence[Audited]) -> list[str]:
    """Return a sha256 for each number of rows from the start, none first: what was looked at, without its words."""
    digest, found = hashlib.sha256(), []
    for row in [None, *rows]:
        if row is not None:
            digest.update(json.dumps([row.text, row.label, row.id if row.named else ""]).encode())
        found.append(digest.copy().hexdigest())
    return found


def version_of(folder: Path) -> str:
    """Return what tells one frozen model from every other, whatever its name: its manifest names all its files."""
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def read_analyses(log: Path, version: str) -> list[InterimAnalysis]:
    """Return the analyses of a version, oldest first. Raises: DataFileInvalid for a log that cannot be read."""
    if not log.is_file():
        return []
    try:
        rows = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.strip()]
        return [_analysis(row) for row in rows if row["version"] == version]
    except (ValueError, KeyError, TypeError) as error:
        raise DataFileInvalid(f"{log} was altered; move it away to start counting looks anew.") from error


def _analysis(row: dict[str, Any]) -> InterimAnalysis:
    grid = Grid(tuple(row["grid"]["thresholds"]), row["grid"]["planned"])
    return InterimAnalysis(Terms(**row["terms"]), row["rows"], row["fingerprint"], row["sampled"], grid, row["attempt"])


def log_analysis(log: Path, version: str, analysis: InterimAnalysis, result: dict[str, Any]) -> None:
    """Add an analysis and what it found to the log."""
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"version": version, **asdict(analysis), "result": result}) + "\n")
