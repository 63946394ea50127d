"""A report as a file of comma-separated values, for spreadsheets."""

import csv
import io
from typing import Any, Final

from escalation.catalogue.formats.marks import is_formula, marked
from escalation.desk.routing.work import TARGETS
from escalation.protocol.rest.reports import Figures, ReportRow, ReportView

SHARES: Final = {
    "automated_share": ("automated", "requests"),
    "contained_share": ("contained", "requests"),
    "durable_share": ("durable", "due"),
    "abandoned_share": ("abandoned", "waited"),
    "satisfied_share": ("satisfied", "ratings"),
    "overridden_share": ("overridden", "compared"),
    **{f"{target}_met_share": (f"{target}_met", f"{target}_targets") for target in TARGETS},
}
"""Columns beside the counts: one count by another, empty where the second is 0."""
PLACES = 4


def as_csv(report: ReportView) -> str:
    """Return a line for each group and one for all together. Times are in seconds. No cell begins as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow((report.by, "name", *Figures.model_fields, *SHARES))
    for row in (*report.rows, ReportRow(key="total", name="total", figures=report.total)):
        writer.writerow((_text(row.key), _text(row.name), *_numbers(row.figures)))
    return out.getvalue()


def _text(text: str) -> str:
    return marked(text, is_formula)


def _numbers(figures: Figures) -> list[Any]:
    shares = [_share(getattr(figures, part), getattr(figures, whole)) for part, whole in SHARES.values()]
    return [_number(value) for value in (*figures.model_dump().values(), *shares)]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.{PLACES}f}" if isinstance(value, float) else str(value)
