"""Line plots as SVG inside a page, drawn by matplotlib (extra `lab`), in the colours of the page around them.

Drawn in the light colours of `style`; each is then replaced by the page's variable, so that a plot follows the reader's
light or dark setting. Nothing in it has an id or refers to anything, so that many plots stand in one page.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from io import StringIO
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from escalation.kernel.errors import EscalationError
from escalation.lab.simulation.style import COLOURS, DASHES, PAGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 420, 270
"""Units of the drawing; the page scales it."""
POINTS_PER_INCH = 72
SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none", "text.parse_math": False, "font.size": 11, "lines.scale_dashes": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "axes.spines.bottom": False,
    "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True, "grid.color": PAGE["rule"],
    "grid.linewidth": 1.0, "text.color": PAGE["soft"], "axes.labelcolor": PAGE["soft"],
    "xtick.labelcolor": PAGE["soft"], "ytick.labelcolor": PAGE["soft"], "xtick.bottom": False, "ytick.left": False,
}  # fmt: skip
_VARIABLES = {colour: f"var(--{name})" for name, colour in PAGE.items()} | {
    colour: f"var(--s{style})" for style, colour in enumerate(COLOURS["light"])
}
_WHOLE_FILE = re.compile(r"<defs>.*?</defs>|<metadata>.*?</metadata>| font-family: [^;]*;", re.DOTALL)
_REFERENCES = re.compile(r'\s(?:id|clip-path|width|height|version|xmlns(?::\w+)?)="[^"]*"')
_COLOUR = re.compile("|".join(_VARIABLES))

Point = tuple[float, float]


class PlotsMissing(EscalationError):
    """Plots need matplotlib, which is not installed."""

    code = "plots_missing"


@dataclass(frozen=True, slots=True)
class Line:
    """`band` holds (x, low, high). `style` picks colour and dash; points that are not finite break the line."""

    name: str
    points: Sequence[Point]
    style: int
    band: Sequence[tuple[float, float, float]] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """`name` stands beside it; values from `low` to `high`, written by `show`; what is outside lies on the edge."""

    name: str
    low: float
    high: float
    show: Callable[[float], str]

    def place(self, value: float) -> float:
        """Return where a value is drawn; nan for one that is not finite."""
        return min(max(value, self.low), self.high) if isfinite(value) else nan


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the plot at `value`, with words."""

    value: float
    name: str


def require_matplotlib() -> None:
    """Find out before minutes of work whether plots can be drawn. Raises: PlotsMissing."""
    if find_spec("matplotlib") is None:
        raise PlotsMissing("The report's plots need matplotlib; install it: pip install 'escalation[lab]'")


def line_plot(
    title: str, lines: Sequence[Line], x: Axis, y: Axis, *, across: Sequence[Mark] = (), moments: Sequence[Mark] = ()
) -> str:
    """Return an SVG element. `across` are marks on the y axis, `moments` on the x axis. Without a point it says so."""
    name = escape(f"{title}: {', '.join(line.name for line in lines)}", quote=True)
    with _canvas() as (axes, drawn):
        _scale(axes, x, y)
        for line in lines:
            _band(axes, line, x, y)
        for mark in moments:
            axes.axvline(mark.value, color=PAGE["soft"], lw=1, ls=(0, (1, 3)), clip_on=False)
            axes.annotate(mark.name, (mark.value, y.high), (-3, -8), textcoords="offset points", ha="right")
        for mark in across:
            axes.axhline(mark.value, color=PAGE["bad"], lw=1, ls=(0, (3, 3)), clip_on=False)
            axes.annotate(mark.name, (x.high, mark.value), (0, 4), textcoords="offset points", ha="right")
        for line in lines:
            _line(axes, line, x, y)
        if not any(line.points for line in lines):
            axes.text(0.5, 0.5, "nothing to show", ha="center", transform=axes.transAxes)
    return _inside_a_page(drawn.getvalue(), name)


@contextmanager
def _canvas() -> "Iterator[tuple[Axes, StringIO]]":
    """Give an empty plot; what was drawn is in the text buffer at the end."""
    from matplotlib import style
    from matplotlib.figure import Figure

    drawn = StringIO()
    with style.context(["default", SETTINGS]):
        figure = Figure((WIDTH / POINTS_PER_INCH, HEIGHT / POINTS_PER_INCH), layout="constrained")
        yield figure.add_subplot(), drawn
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(drawn, format="svg", transparent=True, metadata=nothing)


def _scale(axes: "Axes", x: Axis, y: Axis) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for axis, scale in ((axes.xaxis, x), (axes.yaxis, y)):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _, show=scale.show: show(value)))
        axis.set_label_text(scale.name)
    axes.set_xlim(x.low, max(x.high, x.low + 1e-12))
    axes.set_ylim(y.low, max(y.high, y.low + 1e-12))


def _line(axes: "Axes", line: Line, x: Axis, y: Axis) -> None:
    across, up = [x.place(point[0]) for point in line.points], [y.place(point[1]) for point in line.points]
    dashes = (0, DASHES[line.style]) if DASHES[line.style] else "solid"
    width = 2.6 if line.style in {0, 6} else 1.6
    axes.plot(across, up, color=COLOURS["light"][line.style], ls=dashes, lw=width, clip_on=False)


def _band(axes: "Axes", line: Line, x: Axis, y: Axis) -> None:
    rows = [row for row in line.band if all(isfinite(value) for value in row)]
    upper = [(x.place(at), y.place(high)) for at, _, high in rows]
    lower = [(x.place(at), y.place(low)) for at, low, _ in reversed(rows)]
    if rows:
        across, up = zip(*upper, *lower, strict=True)
        axes.fill(across, up, color=COLOURS["light"][line.style], alpha=0.14, lw=0, clip_on=False)


def _inside_a_page(svg: str, name: str) -> str:
    """Return the element of a whole SVG file, named, without ids and name spaces, with the page's colours and font."""
    element = _REFERENCES.sub("", _WHOLE_FILE.sub("", svg[svg.index("<svg") :]))
    element = _COLOUR.sub(lambda found: _VARIABLES[found[0]], element)
    return element.replace("<svg", f'<svg role="img" aria-label="{name}"', 1).strip()
