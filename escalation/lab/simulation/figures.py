"""The report's plots: which curves, which axes, which words. Pure; drawing is in `plots.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from escalation.lab.simulation.plots import Axis, Line, Mark, line_plot
from escalation.lab.simulation.words import count, percent

NAMES = {
    "ours": "this product",
    "fixed": "fixed threshold 0.7",
    "tuned_once": "threshold tuned once",
    "never_retrain": "never retrain",
    "random_review": "random review",
    "escalated_only": "calibrated on escalated only",
}
"""Shown names; their order is that of the colours."""
STYLES = {key: style for style, key in enumerate(NAMES)}
CERTIFIED_STYLE, BOUND_STYLE = 6, 7

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One plot with its words; `legend` holds (style, name)."""

    title: str
    text: str
    svg: str
    legend: tuple[tuple[int, str], ...]


def figures(summary: Json) -> list[Figure]:
    """Return all plots of a summary."""
    return [
        _coverage(summary), _window(summary), _wrong(summary), _labels(summary), _risk(summary), _new(summary),
        _forgetting(summary),
    ]  # fmt: skip


def _coverage(summary: Json) -> Figure:
    windows = summary["windows"]
    certified = replace(
        _line("this product, certified so far", windows["at"], windows["covered"], CERTIFIED_STYLE), band=()
    )
    text = (
        "Share of the messages answered automatically, piece by piece; and the share under a valid certificate: that "
        "of all messages since the window began, zero while the window is not certified, the mean of the runs."
    )
    lines = [*_strategies(summary, "coverage"), certified]
    return _figure(
        "Coverage", text, lines, _messages(summary), Axis("answered", 0, 1, percent), moments=_jumps(summary)
    )


def _window(summary: Json) -> Figure:
    windows, alpha = summary["windows"], summary["scenario"]["alpha"]
    lines = [
        _line("realised wrong share", windows["at"], windows["realised"], 0),
        _line("certified bound", windows["at"], windows["bound"], BOUND_STYLE),
    ]
    text = (
        "Of the answers in the running window: the share that was wrong, which only a simulation knows, and the upper "
        "bound proven from audits. The bound has to stay above; it is cut off at four times the accepted share."
    )
    y = Axis("wrong answers", 0, 4 * alpha, percent)
    return _figure("The window: truth and proof", text, lines, _messages(summary), y, across=_alpha(summary))


def _wrong(summary: Json) -> Figure:
    lines, alpha = _strategies(summary, "wrong_share"), summary["scenario"]["alpha"]
    y = Axis("wrong answers", 0, max(2 * alpha, min(_highest(lines), 10 * alpha)), percent)
    text = "Of all automatic answers so far, the share that was wrong."
    return _figure("Wrong answers", text, lines, _messages(summary), y, across=_alpha(summary))


def _labels(summary: Json) -> Figure:
    lines = _strategies(summary, "labels")
    text = "Labels people gave: resolutions, audits with their second opinions, probes; for random review, reviews."
    y = Axis("labels", 0, max(_highest(lines), 1.0), count)
    return _figure("Labels spent", text, lines, _messages(summary), y)


def _risk(summary: Json) -> Figure:
    lines, alpha = _strategies(summary, "risk"), summary["scenario"]["alpha"]
    text = (
        "At the end, on test messages that decided nothing (out of scope weighted to its share of the traffic): how "
        "much could be answered at which wrong share, surest first."
    )
    y = Axis("wrong answers", 0, 8 * alpha, percent)
    return _figure("Risk and coverage", text, lines, Axis("answered", 0, 1, percent), y, across=_alpha(summary))


def _new(summary: Json) -> Figure:
    lines = _strategies(summary, "guessed")
    last = max((point[0] for line in lines for point in line.points), default=1)
    text = (
        "The first, second, ... message of intents that emerged after the start: how often the first guess, which "
        "agents see as a suggestion, is right."
    )
    x = Axis("message of a new intent", 1, last, count)
    return _figure("New intents", text, lines, x, Axis("right first guess", 0, 1, percent))


def _forgetting(summary: Json) -> Figure:
    lines = _strategies(summary, "known")
    values = [y for line in lines for _, y in line.points]
    low = max(0.0, min(values, default=0.0) - 0.05)
    text = "Accuracy on test messages of the intents known at the start, while others are learnt."
    y = Axis("accuracy", int(low * 20) / 20, 1, percent)
    return _figure("Forgetting", text, lines, _messages(summary), y, moments=_jumps(summary))


def _figure(
    title: str, text: str, lines: Sequence[Line], x: Axis, y: Axis, *, across: Sequence[Mark] = (),
    moments: Sequence[Mark] = (),
) -> Figure:  # fmt: skip
    svg = line_plot(title, lines, x, y, across=across, moments=moments)
    return Figure(title, text, svg, tuple((line.style, line.name) for line in lines if line.points))


def _strategies(summary: Json, series: str) -> list[Line]:
    """Return one line a strategy, ours last so that it lies on top."""
    found = [
        _line(NAMES[key], curves[series]["x"], curves[series]["y"], STYLES[key])
        for key, curves in summary["series"].items()
    ]
    return found[::-1]


def _line(name: str, x: Sequence[float], y: Sequence[Json], style: int) -> Line:
    rows = [(at, each) for at, each in zip(x, y, strict=True) if each["mean"] is not None]
    band = [(at, each["low"], each["high"]) for at, each in rows] if any(len(e["runs"]) > 1 for _, e in rows) else []
    return Line(name, [(at, each["mean"]) for at, each in rows], style, band)


def _messages(summary: Json) -> Axis:
    return Axis("messages", 0, summary["scenario"]["messages"], count)


def _alpha(summary: Json) -> list[Mark]:
    alpha = summary["scenario"]["alpha"]
    return [Mark(alpha, f"accepted {percent(alpha)}")]


def _jumps(summary: Json) -> list[Mark]:
    messages = summary["scenario"]["messages"]
    return [Mark(messages // 2, "frequencies jump"), Mark(3 * messages // 4, "typos")]


def _highest(lines: Sequence[Line]) -> float:
    return max((y for line in lines for _, y in line.points), default=0.0)
