"""`escalation certificate ...`: what is proven of a window, as a file that others can check without us."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from escalation.cli.output import as_json, clear_errors, say, say_json, table, warn
from escalation.cli.target import Data, own_database
from escalation.database import Database, Transaction
from escalation.database.copying import copy_sqlite
from escalation.database.engines import parse_url
from escalation.kernel.errors import Conflict, NotFound
from escalation.proof import disclosure, outside
from escalation.proof.chosen import proof_settings
from escalation.proof.printed import Printed, page
from escalation.proof.values import ProofSettings
from escalation.secrets_file import NAME as KEY_FILE
from escalation.secrets_file import master_key
from escalation.settings import Settings, load_settings

STATUS = {"holds": 0, "does not hold": 1, "cannot be checked yet": 2}
KEYS = {None: "can be given out", "running": "not yet: it goes on", "waiting": "not yet: audits wait", "lost": "lost"}

app = typer.Typer(no_args_is_help=True, help="Certificates of automatic answers: export and verify.")


class FileThere(Conflict):
    """An export never overwrites."""

    code = "file_exists"


@app.callback()
def _group() -> None:
    """Certificates of automatic answers: export and verify."""


@app.command("list")
@clear_errors
def list_(data: Data = None, json_: bool = as_json) -> None:
    """List the windows, with the commitments to publish when they begin."""
    with _opened(data) as (database, settings):
        found = database.read_now(lambda tx: [_window(tx, settings, row) for row in disclosure.windows(tx)])
    if json_:
        say_json({"windows": found})
        return
    columns = ["window", "began (UTC)", "ended", "because", "alpha", "chance", "keys"]
    shown = [[each["window"], each["started_at"][:16], (each["ended_at"] or "")[:16], each["ended_because"] or "",
              each["alpha"], each["chance"], KEYS[each["no_key_because"]]] for each in found]  # fmt: skip
    table("windows", columns, shown)
    for each in found:
        say(outside.PUBLISHED.format(period=each["window"], **each))


@app.command()
@clear_errors
def export(
    window: Annotated[int, typer.Option(help="Number of the window; `certificate list` shows them.")],
    output: Annotated[Path, typer.Option(help="File to write; it must not be there yet.")],
    html: Annotated[Path | None, typer.Option(help="Write a page to print as well.")] = None,
    data: Data = None,
    json_: bool = as_json,
) -> None:
    """Write a window's certificate, and check it as an outsider would. The service may run meanwhile."""
    for path in filter(None, (output, html)):
        _check_free(path)
    with _opened(data) as (database, settings):
        records, days = database.read_now(
            lambda tx: (disclosure.disclose(tx, settings, window), disclosure.days(tx, window))
        )
    text = "".join(json.dumps(record) + "\n" for record in records)
    digest, finding = hashlib.sha256(text.encode()).hexdigest(), outside.check(text.splitlines())
    with output.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
    if html is not None:
        with html.open("x", encoding="utf-8") as file:
            file.write(page(Printed(records[0], finding, output.name, digest, days)))
    told = {"file": str(output), "sha256": digest, "answers": records[0]["answers"], **_shown(finding)}
    say_json(told) if json_ else say(f"{output}: {told['answers']:,} answers, SHA-256 {digest}\n{_says(finding)}")


@app.command()
@clear_errors
def verify(file: Path, json_: bool = as_json) -> None:
    """Check a certificate's file; exit status 1: it does not hold, 2: its draws cannot be checked yet."""
    with file.open(encoding="utf-8") as lines:
        finding = outside.check(lines)
    if json_:
        say_json(_shown(finding) | {"published": finding.published})
    else:
        say(_says(finding))
        for line in finding.published:
            say(f"published when it began? {line}")
    raise typer.Exit(STATUS[finding.result])


def _says(finding: outside.Finding) -> str:
    return f"{finding.result}: {finding.says}"


def _shown(finding: outside.Finding) -> dict[str, Any]:
    return {"result": finding.result, "says": finding.says, "line": finding.line}


def _check_free(path: Path) -> None:
    if path.exists():
        raise FileThere(f"{path} is there already. Name another file, or move it away.")
    if not path.parent.is_dir():
        raise NotFound(f"There is no folder {path.parent}. Make it first.")


def _window(tx: Transaction, settings: ProofSettings, row: Any) -> Mapping[str, Any]:
    return {
        "window": row.number, "started_at": row.started_at.isoformat(),
        "ended_at": None if row.ended_at is None else row.ended_at.isoformat(), "ended_because": row.ended_because,
        "alpha": row.alpha, "chance": row.chance, "commitment": row.commitment,
        "no_key_because": disclosure.no_key_because(tx, settings, row),
    }  # fmt: skip


@contextmanager
def _opened(data: Path | None) -> Iterator[tuple[Database, ProofSettings]]:
    """Lend the database and what is proven with. Of SQLite it is a copy, so that a running service is not disturbed."""
    settings = load_settings(data_dir=data)
    chosen = proof_settings(settings, _master(settings))
    url = parse_url(settings.database)
    if url.get_backend_name() != "sqlite":
        with own_database(settings) as database:
            yield database, chosen
        return
    if not Path(str(url.database)).is_file():
        raise NotFound(f"There is no database {url.database}.")
    with tempfile.TemporaryDirectory(prefix="escalation-certificate-") as folder:
        copy_sqlite(Path(str(url.database)), Path(folder) / "copy.sqlite")
        copied = settings.model_copy(update={"database_url": f"sqlite:///{folder}/copy.sqlite"})
        with own_database(copied) as database:
            yield database, chosen


def _master(settings: Settings) -> bytes:
    """Return the master key; none is made where it is missing, and then no key of a coin can be given out."""
    if (settings.data_dir / KEY_FILE).is_file():
        return master_key(settings.data_dir)
    warn(f"{settings.data_dir / KEY_FILE} is missing, so that no key of a coin can be given out")
    return bytes(32)
