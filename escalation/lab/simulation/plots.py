"""Line plots as SVG, drawn by hand: no library, no script, no file from anywhere. Colours come from the page's style.

Pure. Every text is escaped here; numbers are written with one decimal of a unit of the drawing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, isfinite, log10

WIDTH, HEIGHT = 420.0, 270.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 22.0, 12.0, 40.0
TICKS = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """`band` holds (x, low, high). `style` picks colour and dash of the page; points that are not finite break it."""

    name: str
    points: Sequence[Point]
    style: int
    band: Sequence[tuple[float, float, float]] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """`name` stands beside it; values from `low` to `high`, written by `show`."""

    name: str
    low: float
    high: float
    show: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the plot at `value`, with words."""

    value: float
    name: str


def percent(value: float) -> str:
    """Write a share as per cent, as many digits as it needs."""
    return f"{100 * value:.4g} %"


def count(value: float) -> str:
    """Write a count, thousands apart."""
    return f"{value:,.0f}"


def line_plot(
    title: str, lines: Sequence[Line], x: Axis, y: Axis, *, across: Sequence[Mark] = (), moments: Sequence[Mark] = ()
) -> str:
    """Return an SVG element. `across` are marks on the y axis, `moments` on the x axis. Without a point it says so."""
    frame = _Frame(x, y)
    parts = [_grid(frame)]
    parts += [_band(frame, line) for line in lines if line.band]
    parts += [_moment(frame, mark) for mark in moments] + [_across(frame, mark) for mark in across]
    parts += [_path(frame, line) for line in lines]
    if not any(line.points for line in lines):
        parts.append(_text(WIDTH / 2, HEIGHT / 2, "nothing to show", "middle"))
    name = escape(f"{title}: {', '.join(line.name for line in lines)}", quote=True)
    return f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


def nice_ticks(low: float, high: float, most: int = TICKS) -> list[float]:
    """Return round values from `low` to `high`, at most `most` + 1 of them."""
    span = high - low
    if not span > 0:
        return [low]
    rough = span / most
    size = 10 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * (1 - 1e-9))
    first = int(-(-low // step)) if low % step else round(low / step)
    found = []
    while first * step <= high + step * 1e-6:
        found.append(first * step)
        first += 1
    return found


@dataclass(frozen=True, slots=True)
class _Frame:
    """Turns values into places."""

    x: Axis
    y: Axis

    def across(self, value: float) -> float:
        share = (value - self.x.low) / max(self.x.high - self.x.low, 1e-12)
        return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)

    def up(self, value: float) -> float:
        share = (value - self.y.low) / max(self.y.high - self.y.low, 1e-12)
        return HEIGHT - BOTTOM - min(max(share, 0.0), 1.0) * (HEIGHT - TOP - BOTTOM)


def _grid(frame: _Frame) -> str:
    parts = []
    for value in nice_ticks(frame.y.low, frame.y.high):
        at = frame.up(value)
        parts.append(f'<path class="grid" d="M{LEFT:.1f} {at:.1f}H{WIDTH - RIGHT:.1f}"/>')
        parts.append(_text(LEFT - 5, at + 4, frame.y.show(value), "end"))
    for value in nice_ticks(frame.x.low, frame.x.high):
        parts.append(_text(frame.across(value), HEIGHT - BOTTOM + 16, frame.x.show(value), "middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, frame.x.name, "middle"))
    return "".join(parts)


def _path(frame: _Frame, line: Line) -> str:
    drawn, broken = [], True
    for x, y in line.points:
        if not (isfinite(x) and isfinite(y)):
            broken = True
            continue
        drawn.append(f"{'M' if broken else 'L'}{frame.across(x):.1f} {frame.up(y):.1f}")
        broken = False
    return f'<path class="line s{line.style}" d="{"".join(drawn)}"/>' if drawn else ""


def _band(frame: _Frame, line: Line) -> str:
    rows = [row for row in line.band if all(isfinite(value) for value in row)]
    if not rows:
        return ""
    upper = [f"{frame.across(x):.1f} {frame.up(high):.1f}" for x, _, high in rows]
    lower = [f"{frame.across(x):.1f} {frame.up(low):.1f}" for x, low, _ in reversed(rows)]
    return f'<path class="band s{line.style}" d="M{"L".join(upper + lower)}Z"/>'


def _across(frame: _Frame, mark: Mark) -> str:
    at = frame.up(mark.value)
    line = f'<path class="mark" d="M{LEFT:.1f} {at:.1f}H{WIDTH - RIGHT:.1f}"/>'
    return line + _text(WIDTH - RIGHT, at - 4, mark.name, "end")


def _moment(frame: _Frame, mark: Mark) -> str:
    at = frame.across(mark.value)
    line = f'<path class="moment" d="M{at:.1f} {TOP:.1f}V{HEIGHT - BOTTOM:.1f}"/>'
    return line + _text(at - 3, TOP + 8, mark.name, "end")


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
