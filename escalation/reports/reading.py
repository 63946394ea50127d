"""A report as it is answered: with the names of its groups."""

from datetime import date, timedelta

from escalation.catalogue import repository as catalogue
from escalation.database import Transaction
from escalation.people import staff
from escalation.protocol.rest.reports import Figures, ReportGroup, ReportRow, ReportView
from escalation.reports.counting import uncounted
from escalation.reports.days import Days, days_of, zone_of
from escalation.reports.figures import Filter, compute

MOST_ROWS = 500


def report(
    tx: Transaction,
    since: date | None,
    until: date | None,
    zone: str = "UTC",
    by: ReportGroup = "day",
    wanted: Filter | None = None,
) -> ReportView:
    """Return the figures of the cases that began on these days, by default today and 29 days before.

    Raises: Invalid for a zone or range that is none.
    """
    days = range_of(tx, since, until, zone)
    total, groups = compute(tx, days, by, wanted or Filter())
    names = _names(tx, by, list(groups))
    rows = [ReportRow(key=key, name=names.get(key, key), figures=figures) for key, figures in groups.items()]
    if by != "day":
        rows = sorted(rows, key=_most_first)[:MOST_ROWS]
    return ReportView(
        by=by, since=days.since.isoformat(), until=days.until.isoformat(), zone=zone, total=total, rows=rows,
        uncounted=uncounted(tx),
    )  # fmt: skip


def range_of(tx: Transaction, since: date | None, until: date | None, zone: str) -> Days:
    """Return these days, by default today and 29 days before. Raises: Invalid for a zone or range that is none."""
    last = until or tx.now.astimezone(zone_of(zone)).date()
    return days_of(since or last - timedelta(days=29), last, zone)


def _most_first(row: ReportRow) -> tuple[int, str]:
    figures: Figures = row.figures
    return -figures.conversations, row.key


def _names(tx: Transaction, by: ReportGroup, keys: list[str]) -> dict[str, str]:
    if by == "agent":
        return staff.names(tx, keys)
    return catalogue.titles(tx, keys) if by == "intent" else {}
