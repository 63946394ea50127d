"""`replay`: plays data files as customers, with simulated agents, against a running service."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from escalation.cli.data_files import (
    DataFileInvalid,
    Encoding,
    FileOptions,
    LabelColumn,
    SkipInvalid,
    TextColumn,
    read_examples,
)
from escalation.cli.output import clear_errors, errors, facts, say_json
from escalation.cli.progress import Show, shown_on
from escalation.lab.replay import runner
from escalation.lab.replay.plan import Line, check_target, make_plan, playable

Files = Annotated[list[Path], typer.Argument(help="Labelled messages: JSON lines, JSON, CSV, YAML, Rasa.")]
Url = Annotated[str, typer.Option(envvar="ESCALATION_URL", help="Root address of the running service.")]
Agents = Annotated[int, typer.Option(min=0, help="Simulated agents.")]
Customers = Annotated[int, typer.Option(min=1, help="Customers at the same time.")]
Rate = Annotated[float, typer.Option(min=0, help="New customers a second; 0: as fast as they get free.")]
Seed = Annotated[int, typer.Option(help="Same seed, same order, arrivals and mistakes.")]
Auditors = Annotated[int, typer.Option(min=0, help="Simulated auditors, who label what is drawn for audit.")]
AuditorError = Annotated[float, typer.Option(min=0, max=1, help="Share of wrong labels by auditors.")]
AgentError = Annotated[float, typer.Option(min=0, max=1, help="Share of wrong labels by agents.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Play only so many messages.")]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds the whole replay may take.")]
Patience = Annotated[float, typer.Option(min=1, help="Seconds one customer waits at most.")]
Site = Annotated[str, typer.Option(help="The customers' site.")]
Locale = Annotated[str, typer.Option(help="The customers' locale.")]
AdminEmail = Annotated[str, typer.Option(envvar="ESCALATION_ADMIN_EMAIL", help="Makes the agents, reads the log.")]
AdminPassword = Annotated[str, typer.Option(envvar="ESCALATION_ADMIN_PASSWORD", help="Better set in the environment.")]
StaffFile = Annotated[Path | None, typer.Option(help='Be these agents: JSON lines {"email", "password"}.')]
AllowRemote = Annotated[bool, typer.Option("--allow-remote", help="Allow a service on another machine.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@clear_errors
def replay(
    files: Files,
    url: Url = "http://127.0.0.1:8000",
    agents: Agents = 4,
    customers: Customers = 20,
    rate: Rate = 10.0,
    seed: Seed = 0,
    agent_error: AgentError = 0.0,
    auditors: Auditors = 0,
    auditor_error: AuditorError = 0.0,
    limit: Limit = None,
    timeout: Timeout = 3600.0,
    patience: Patience = 120.0,
    site: Site = "demo",
    locale: Locale = "en",
    admin_email: AdminEmail = "",
    admin_password: AdminPassword = "",
    staff_file: StaffFile = None,
    allow_remote: AllowRemote = False,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    skip_invalid: SkipInvalid = False,
    encoding: Encoding = None,
    as_json: AsJson = False,
) -> None:
    """Play data files as customers over real sockets, count what the bot did, and check delivery against the log.

    Exit status 1 if anything was lost, duplicated, leaked to a customer or left unfinished.
    """
    file_options = FileOptions(text_column, label_column, skip_invalid, encoding)
    plan = make_plan(_lines(files, file_options), seed=seed, rate=rate, agent_error=agent_error, limit=limit)
    options = runner.Options(
        url=check_target(url, allow_remote=allow_remote),
        admin_email=admin_email,
        admin_password=admin_password,
        agents=agents,
        customers=customers,
        site=site,
        locale=locale,
        seed=seed,
        seconds=timeout,
        patience=patience,
        staff=_read_staff(staff_file),
        auditors=auditors,
        auditor_error=auditor_error,
    )
    with shown_on(errors) as show:
        summary = asyncio.run(runner.Replay(plan, options, _reporter(show, len(plan))).run())
    say_json(summary) if as_json else facts("Replay", dict(_rows(summary)))
    raise typer.Exit(0 if _is_clean(summary) else 1)


def _lines(files: list[Path], options: FileOptions) -> list[Line]:
    return [playable(line.text, line.label, line.id) for path in files for line in read_examples(path, options)]


def _is_clean(summary: dict[str, Any]) -> bool:
    return not any(summary[key] for key in ("lost", "duplicated", "leaked", "unfinished", "not_played"))


def _read_staff(path: Path | None) -> tuple[tuple[str, str], ...]:
    """Return sign-ins. Raises DataFileInvalid naming the line."""
    accounts: list[tuple[str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path else (), start=1):
        try:
            row = json.loads(line)
            accounts.append((str(row["email"]), str(row["password"])))
        except (ValueError, KeyError, TypeError) as error:
            raise DataFileInvalid(f'{path}:{number}: expected {{"email", "password"}} ({error}).') from None
    return tuple(accounts)


def _reporter(show: Show, total: int) -> Callable[[runner.Progress], None]:
    return lambda now: show(
        f"replay {now.done} of {total}", now.done / max(total, 1), f"answered {now.answered}, resolved {now.resolved}"
    )


def _rows(summary: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the summary as names and values of one table."""
    rows: list[tuple[str, Any]] = []
    for key, value in summary.items():
        if key == "latency_ms":
            rows += [(f"{name} {p}, ms", ms) for name, points in value.items() for p, ms in points.items()]
        elif key == "parts":
            columns = ("coverage", "risk", "accuracy")
            rows += [(f"{c}, over time", " ".join(str(part[c]) for part in value)) for c in columns]
        elif key == "models":
            rows.append(("models", len(value)))
        elif isinstance(value, dict):
            rows += [(f"{key}: {name}", count) for name, count in value.items()]
        else:
            rows.append((key, "-" if value is None else value))
    return rows
