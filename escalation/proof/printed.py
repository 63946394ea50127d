"""A window's certificate as a page to print: one HTML file without scripts and without other files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import log10
from typing import Any

from escalation.proof.outside import PUBLISHED, WHY, Finding

TITLES = {
    "holds": "Proven", "does not hold": "Not proven", "cannot be checked yet": "Not finished",
}  # fmt: skip
ENDED = {
    "over": "it was 90 days old", "terms": "the accepted share was changed", "traffic": "it drew far more than the "
    "budget of audits", "key": WHY["key"], "restored": WHY["restored"],
}  # fmt: skip
WIDTH, HEIGHT, LEFT, BOTTOM = 640.0, 165.0, 46.0, 22.0
TICKS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)

STYLE = """@page{size:A4;margin:13mm 16mm}
*{box-sizing:border-box}
body{font:9.5pt/1.35 system-ui,sans-serif;color:#1c1f23;max-width:178mm;margin:0 auto;padding:8mm 0}
h1{font-size:17pt;margin:0 0 1mm}h2{font-size:10.5pt;margin:3mm 0 .5mm}p,ul{margin:0 0 2mm}ul{padding-left:5mm}
.when{color:#555}.says{border:1.5pt solid #1c1f23;padding:3mm 4mm;margin:3mm 0;font-size:12.5pt}
.says b{display:block;font-size:10.5pt;letter-spacing:.03em}
table{border-collapse:collapse;width:100%}td{border-bottom:.5pt solid #bbb;padding:.8mm 0}td+td{text-align:right}
figure{margin:3mm 0;break-inside:avoid}figcaption{color:#555}svg{width:100%;height:auto;font:9px system-ui,sans-serif}
.grid{stroke:#ddd}.bound{fill:none;stroke:#0b57a4;stroke-width:2}
.alpha{stroke:#a4310b;stroke-width:1.5;stroke-dasharray:5 4}
code{font:8.5pt/1.3 ui-monospace,monospace;overflow-wrap:anywhere}section{break-inside:avoid}
@media print{body{padding:0;max-width:none}}"""


@dataclass(frozen=True)
class Printed:
    """What a page is made of: the file's first line, what checking it came to, the file, and the window's days."""

    header: dict[str, Any]
    finding: Finding
    file: str
    sha256: str
    days: Sequence[Any]


def page(told: Printed) -> str:
    """Return the page."""
    header, finding = told.header, told.finding
    title = f"Automatic answers, window {header['window']}"
    ended = "It goes on." if header["ended_at"] is None else (
        f"It ended on {header['ended_at'][:10]}: {ENDED.get(header['ended_because'], header['ended_because'])}."
    )  # fmt: skip
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="when">{escape("Begun on " + header["started_at"][:10] + ". " + ended)}</p>',
        f'<div class="says"><b>{TITLES[finding.result]}</b>{escape(finding.says)}</div>',
        _section("What this says", _list(_meaning(header))),
        _section("What this does not say", _list(_limits(header))),
        _section("What was counted", _counts(header)),
        f"<figure>{_plot(told)}<figcaption>{escape(CAPTION)}</figcaption></figure>" if told.days else "",
        _section("How to check it", _checking(told)),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    body = "".join(parts).replace(" %", "\u00a0%")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


CAPTION = (
    "Day by day: the most that can be wrong of the answers so far (line), and the accepted share (dashed). The proof "
    "compares evidence and not this line, so the line may end a little above the accepted share."
)


def _meaning(header: dict[str, Any]) -> list[str]:
    terms = header["terms"]
    return [
        f"A secret coin chose which answers are audited, each with a chance of {100 * terms['chance']:.3g} %. A number "
        "that was stored when the window began shows that the coin's key was not changed later.",
        f"{_many(header['auditors'], 'auditor')} saw the request and not the answer, and said what would serve it. "
        "An audit that nobody decided within seven days counts as wrong.",
        "The share of wrong answers among all of them follows from the audited ones, with the confidence named above. "
        f"At most {100 * terms['alpha']:g} % is the share the company accepts.",
    ]  # fmt: skip


def _limits(header: dict[str, Any]) -> list[str]:
    miss = header["claim"]["miss_bound"]
    missed = (
        "Nobody knows yet how often the auditors miss a wrong answer."
        if miss >= 1
        else f"Auditors may miss a wrong answer in up to {100 * miss:.2g} % of all cases; the proof allows for that."
    )
    return [
        "It does not speak of answers that come later, nor of answers that people gave.",
        f"It rests on the auditors' honesty, and on their not knowing which answer was given. {missed}",
        "It rests on the company's word that no answer was left out of the file.",
    ]


def _counts(header: dict[str, Any]) -> str:
    claim = header["claim"]
    audited = claim["right"] + claim["wrong"] + claim["pending"]
    outcome = f"{claim['right']:,} / {claim['wrong']:,} / {claim['pending']:,}"
    tests = f"{header['probes']:,} / {header['confirmed']:,} / {header['void']:,}"
    rows = [
        ("Automatic answers in the file", f"{header['answers']:,}"),
        ("Those the statement speaks of", f"{claim['answers']:,}"),
        ("Of these audited", f"{audited:,}"),
        ("Confirmed / wrong or too late / not decided", outcome),
        ("At most so many of the answers are wrong", f"{100 * claim['bound']:.3g} %"),
        ("Tests of the auditors with a wrong answer / missed / void", tests),
        ("Auditors", f"{header['auditors']:,}"),
    ]  # fmt: skip
    return (
        f"<table>{''.join(f'<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>' for name, value in rows)}</table>"
    )


def _checking(told: Printed) -> str:
    published = "".join(f"<li><code>{escape(PUBLISHED.format(**each))}</code></li>" for each in told.header["periods"])
    return (
        f"<p>The file {escape(told.file)} holds every answer as a number. Anybody can check it with the program "
        "<code>outside.py</code> of the product, without the company: <code>python outside.py "
        f"{escape(told.file)}</code>. Its SHA-256 is <code>{told.sha256}</code>.</p>"
        f"<p>Compare these lines with what was published when the window began:</p><ul>{published}</ul>"
    )


def _plot(told: Printed) -> str:
    """Draw the bound of each day against alpha, on a scale of powers."""
    alpha, days = told.header["terms"]["alpha"], told.days
    lowest = min(alpha, *(each.bound for each in days)) / 2
    first, last = days[0].day.toordinal(), days[-1].day.toordinal()

    def across(day: date) -> float:
        return LEFT + (WIDTH - LEFT - 8) * ((day.toordinal() - first) / (last - first) if last > first else 0.5)

    def down(share: float) -> float:
        return 8 + (HEIGHT - BOTTOM - 8) * log10(max(share, lowest)) / log10(lowest)

    grid = "".join(
        f'<path class="grid" d="M{LEFT} {down(tick):.1f}H{WIDTH}"/><text x="{LEFT - 5}" y="{down(tick) + 3:.1f}" '
        f'text-anchor="end">{100 * tick:g} %</text>'
        for tick in TICKS
        if tick >= lowest
    )
    points = " ".join(f"{across(each.day):.1f},{down(each.bound):.1f}" for each in days)
    ends = "".join(
        f'<text x="{across(day):.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{day.isoformat()}</text>'
        for day, anchor in ((days[0].day, "start"), (days[-1].day, "end"))[: 1 + (last > first)]
    )
    dots = "".join(
        f'<circle cx="{across(each.day):.1f}" cy="{down(each.bound):.1f}" r="2" fill="#0b57a4"/>' for each in days
    )
    name = (
        f"Bound of the share of wrong answers by day, from {100 * days[0].bound:.3g} % to {100 * days[-1].bound:.3g} %"
    )
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(name)}">{grid}'
        f'<path class="alpha" d="M{LEFT} {down(alpha):.1f}H{WIDTH}"/>'
        f'<polyline class="bound" points="{points}"/>{dots}{ends}</svg>'
    )


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{inner}</section>"


def _list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
