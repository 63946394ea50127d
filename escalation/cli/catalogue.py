"""`escalation catalogue ...`: bring intents in, give them out."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.files import decode, read_catalogue
from escalation.catalogue.formats import FORMATS, ROWS, FormatName, Parsed, detect, parse
from escalation.catalogue.formats.jsonl_format import as_lines
from escalation.catalogue.model import FEWEST_EXAMPLES
from escalation.catalogue.service import Catalogues
from escalation.catalogue.views import import_view
from escalation.cli.data_files import Encoding, FileOptions, LabelColumn, SkipInvalid, TextColumn, with_remedy
from escalation.cli.output import as_json, clear_errors, facts, say, say_json, warn
from escalation.cli.target import Data, Url, own_database, remote
from escalation.learning.examples import collected
from escalation.protocol.states import ImportMode
from escalation.security import COMMAND
from escalation.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Intents: import and export.")


@app.command(name="import")
@clear_errors
def import_(
    file: Path,
    format_: Annotated[str | None, typer.Option("--format", help="yaml, jsonl, csv or rasa; else detected.")] = None,
    replace: Annotated[bool, typer.Option(help="Archive intents the file does not name.")] = False,
    placeholder_answers: Annotated[bool, typer.Option(help="For trials: give answers to intents without.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would change, and change nothing.")] = False,
    data: Data = None,
    url: Url = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    skip_invalid: SkipInvalid = False,
    encoding: Encoding = None,
    json_: bool = as_json,
) -> None:
    """Take a file over: all of it or nothing. With --dry-run, say what that would change."""
    name = _format(format_)
    mode: ImportMode = "replace" if replace else "merge"
    options = FileOptions(text_column, label_column, skip_invalid, encoding)
    parsed = _read(file, name, options)
    if url:
        body = _body(file, name, options, parsed) | {"mode": mode}
        path = "/catalogue/import/report" if dry_run else "/catalogue/import"
        with remote(url) as service:
            report = service.call("POST", path, body | {"placeholder_answers": placeholder_answers})
    else:
        report = _imported(load_settings(data_dir=data), parsed, mode, placeholder_answers, dry_run)
    report["warnings"] = list(dict.fromkeys((*parsed.warnings, *report.get("warnings", ()))))
    if json_:
        say_json(report | {"read_as": parsed.read_as, "skipped": [asdict(each) for each in parsed.skipped]})
    else:
        _say(file.name, report | {"read as": parsed.read_as}, dry_run)


def _imported(
    settings: Settings, parsed: Parsed, mode: ImportMode, placeholder_answers: bool, dry_run: bool
) -> dict[str, Any]:
    with own_database(settings) as database:
        catalogues = Catalogues(database, collected=collected)
        if dry_run:
            doing = catalogues.preview_import(parsed, mode=mode, placeholder_answers=placeholder_answers)
        else:
            doing = catalogues.import_catalogue(
                parsed, actor="command", mode=mode, placeholder_answers=placeholder_answers
            )
        return import_view(asyncio.run(doing)).model_dump(mode="json")


def _say(name: str, report: dict[str, Any], dry_run: bool) -> None:
    counted = ("read as", "added", "changed", "archived", "examples_added", "examples_removed", "out_of_scope")
    facts(
        f"report on {name}" if dry_run else f"imported {name}",
        {key: len(report[key]) if isinstance(report[key], list) else report[key] for key in counted},
    )
    if dry_run:
        for each in report["differences"]:
            _say_difference(each)
        say("This is what would change; nothing is changed yet.")
    if report["unanswered"]:
        say(f"without an approved answer: {', '.join(report['unanswered'])}")
    if report["few_examples"]:
        few = ", ".join(f"{each['intent']} ({each['examples']})" for each in report["few_examples"])
        say(f"new intents with fewer than {FEWEST_EXAMPLES} examples: {few}")
        say("Until they have more, the bot asks back and hands off more, also for other intents.")
    for line in report["conflicting"]:
        say(f"same text, two labels: {line}")
    for line in report["warnings"]:
        say(f"note: {line}")


def _read(file: Path, name: FormatName | None, options: FileOptions) -> Parsed:
    try:
        return read_catalogue(file, name, options.reading(), options.encoding)
    except CatalogueFileInvalid as error:
        raise CatalogueFileInvalid(error.source, error.line, with_remedy(error)) from None


def _body(file: Path, name: FormatName | None, options: FileOptions, parsed: Parsed) -> dict[str, Any]:
    """Return the file as the service reads it. It knows none of the options, so it gets the rows they led to."""
    text = decode(file.read_bytes(), file.name, options.encoding)
    if options.reading().is_plain or (name or detect(text, file.name, options.reading())) not in ROWS:
        return {"text": text, "source": file.name, "format": name}
    return {"text": as_lines(parsed), "source": file.name, "format": "jsonl"}


def _say_difference(difference: dict[str, Any]) -> None:
    say(f"{difference['intent']}:")
    for field in difference["fields"]:
        say(f"  {field['field']}: {_shown(field['before'])} -> {_shown(field['after'])}")
    for sign, which in (("+", "examples_added"), ("-", "examples_removed")):
        for text in difference[which]:
            say(f"  {sign} {text}")
        if (more := difference[f"{which}_count"] - len(difference[which])) > 0:
            say(f"  {sign} and {more} more")


def _shown(value: str | None) -> str:
    return "nothing" if value is None else repr(value)


def _format(name: str | None) -> FormatName | None:
    if name is not None and name not in FORMATS:
        raise typer.BadParameter(f"{name} is not a format; choose one of {', '.join(FORMATS)}")
    return name


def _other_locales(text: str, source: str) -> list[str]:
    """Return in which locales beside its own a file has answers."""
    return sorted({other.locale for each in parse(text, source).intents for other in each.other_answers})


@app.command()
@clear_errors
def export(
    file: Path,
    format_: Annotated[str, typer.Option("--format", help="yaml, jsonl, csv or rasa.")] = "yaml",
    data: Data = None,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Write the catalogue to a file."""
    name = _format(format_) or "yaml"
    if url:
        with remote(url) as service:
            text = service.call("GET", f"/catalogue/export/{name}")
    else:
        with own_database(load_settings(data_dir=data)) as database:
            text = asyncio.run(Catalogues(database).give_out(name, COMMAND))
    file.write_text(text, encoding="utf-8", newline="")
    if name == "rasa" and (locales := _other_locales(text, file.name)):
        warn(f"Rasa gives the answers in {', '.join(locales)} where its slot 'locale' holds that locale: fill the slot")
    say_json({"file": str(file), "format": name}) if json_ else say(f"written to {file}")
