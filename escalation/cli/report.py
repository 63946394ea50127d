"""`report`: the figures of the console's page Reports, for those who read them elsewhere."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, get_args
from urllib.parse import urlencode

import typer

from escalation.cli.output import as_json, clear_errors, say_json, table
from escalation.cli.target import Data, Url, own_database, remote
from escalation.kernel.errors import Invalid
from escalation.protocol.rest.reports import Figures, ReportGroup, ReportView
from escalation.reports.counting import ReportCounter
from escalation.reports.figures import Filter
from escalation.reports.reading import report as read_report
from escalation.settings import load_settings

COLUMNS = ("conversations", "requests", "automated", "contained", "durable", "handed_off", "abandoned", "transfers",
           "sla_breached", "occupancy")  # fmt: skip

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; default: 29 days before.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; default: today.")]
By = Annotated[str, typer.Option(help="day, queue, agent, team, intent, reason or site.")]
Team = Annotated[str | None, typer.Option(help="Only cases, and the presence, of this team.")]
Zone = Annotated[str, typer.Option(help="Time zone of the days, such as Europe/Madrid.")]


@clear_errors
def report(
    since: Since = None, until: Until = None, by: By = "day", zone: Zone = "UTC", team: Team = None,
    data: Data = None, url: Url = None, json_: bool = as_json,
) -> None:  # fmt: skip
    """Count conversations by day, queue, agent, team, intent, reason or site; --json tells every figure."""
    days = {name: day.date().isoformat() for name, day in (("since", since), ("until", until)) if day is not None}
    asked = {"by": by, "zone": zone, **days, **({"team": team} if team is not None else {})}
    found = _read(asked, data, url)
    if json_:
        say_json(found.model_dump(mode="json"))
        return
    lines = [(row.name or "-", *_cells(row.figures)) for row in found.rows]
    lines.append(("total", *_cells(found.total)))
    table(f"{found.since} to {found.until}, days of {found.zone}", [found.by, *COLUMNS], lines)


def _cells(figures: Figures) -> list[int | str]:
    share = "-" if figures.occupancy is None else f"{figures.occupancy:.1%}"
    return [*(getattr(figures, name) for name in COLUMNS[:-1]), share]


def _read(asked: dict[str, str], data: Path | None, url: str | None) -> ReportView:
    if url:
        with remote(url) as service:
            return ReportView.model_validate(service.call("GET", f"/reports?{urlencode(asked)}"))
    by = next((each for each in get_args(ReportGroup) if each == asked["by"]), None)
    if by is None:
        raise Invalid(f"Reports go by {', '.join(get_args(ReportGroup))}, not by {asked['by']}.")
    first, last = (date.fromisoformat(asked[name]) if name in asked else None for name in ("since", "until"))
    with own_database(load_settings(data_dir=data)) as database:
        asyncio.run(ReportCounter(database).catch_up())
        return database.read_now(
            lambda tx: read_report(tx, first, last, asked["zone"], by, Filter(team=asked.get("team")))
        )
