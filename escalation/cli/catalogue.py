"""`escalation catalogue ...`: bring intents in, give them out."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from escalation.catalogue.files import decode, read_catalogue
from escalation.catalogue.formats import FORMATS, FormatName
from escalation.catalogue.service import Catalogues
from escalation.cli.output import as_json, clear_errors, facts, say, say_json
from escalation.cli.target import Url, own_database, remote
from escalation.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Intents: import and export.")


@app.command(name="import")
@clear_errors
def import_(
    file: Path,
    format_: Annotated[str | None, typer.Option("--format", help="yaml, jsonl, csv or rasa; else detected.")] = None,
    replace: Annotated[bool, typer.Option(help="Archive intents the file does not name.")] = False,
    placeholder_answers: Annotated[bool, typer.Option(help="For trials: give answers to intents without.")] = False,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Take a file over: all of it or nothing."""
    name = _format(format_)
    mode: Literal["merge", "replace"] = "replace" if replace else "merge"
    parsed = read_catalogue(file, name)
    if url:
        body = {"text": decode(file.read_bytes(), file.name), "source": file.name, "format": name, "mode": mode}
        with remote(url) as service:
            report = service.call("POST", "/catalogue/import", body | {"placeholder_answers": placeholder_answers})
    else:
        with own_database(load_settings()) as database:
            catalogues = Catalogues(database)
            done = asyncio.run(
                catalogues.import_catalogue(parsed, actor="system", mode=mode, placeholder_answers=placeholder_answers)
            )
            report = _report(done)
    if json_:
        say_json(report)
        return
    facts(
        f"imported {file.name}",
        {key: len(value) if isinstance(value, list) else value for key, value in report.items()},
    )
    for line in report["conflicting"]:
        say(f"same text, two labels: {line}")


def _report(done: Any) -> dict[str, Any]:
    return {
        "added": list(done.added),
        "changed": list(done.changed),
        "archived": list(done.archived),
        "examples_added": done.examples_added,
        "examples_removed": done.examples_removed,
        "conflicting": [str(each) for each in done.conflicting],
    }


def _format(name: str | None) -> FormatName | None:
    if name is not None and name not in FORMATS:
        raise typer.BadParameter(f"{name} is not a format; choose one of {', '.join(FORMATS)}")
    return name


@app.command()
@clear_errors
def export(
    file: Path,
    format_: Annotated[str, typer.Option("--format", help="yaml, jsonl, csv or rasa.")] = "yaml",
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Write the catalogue to a file."""
    name = _format(format_) or "yaml"
    if url:
        with remote(url) as service:
            text = service.call("GET", f"/catalogue/export/{name}")
    else:
        with own_database(load_settings()) as database:
            text = asyncio.run(Catalogues(database).export(name))
    file.write_text(text, encoding="utf-8", newline="")
    say_json({"file": str(file), "format": name}) if json_ else say(f"written to {file}")
