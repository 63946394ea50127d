"""Which encoders a run tunes, for how long, and whether it tunes at all. Pure: numbers in, a plan out.

A run tunes calibration encoders (on part of the data, judged on the rest) and one or more final encoders (on
everything, the same but for the seed, averaged). `auto` gives `head` below FEWEST_EXAMPLES examples or FEWEST_AN_INTENT
an intent, where there is nothing to judge on, and above MOST_AN_INTENT an intent, where fine-tuning gains too little
for its minutes; between them `full`, as thorough as the budget allows. Asked for `full` on two quiet cores with
all-MiniLM-L6-v2 (.14 s a step) and ten minutes, two final encoders go up to about 10,000 messages, one up to about
15,000, with fewer epochs up to about 20,000. A GPU or a larger budget moves these.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from escalation.classifier.tuning.held_out import INTENT_SHARE, ROW_SHARE, calibrations_for
from escalation.classifier.tuning.recipe import TuningRecipe

BuildMode = Literal["head", "full"]
RequestedMode = Literal["auto", "head", "full"]

FEWEST_EXAMPLES = 40  # fewer leave nothing to judge on
FEWEST_AN_INTENT = 2.0
WORTH = 1.5  # points of accuracy that `full` must gain over `head`, in the mean of three data sets
MOST_AN_INTENT = 10.0  # the most messages an intent with which it did: docs/decisions/0020-what-auto-chooses.md
START_SHARE = 0.35  # class means before the first step: a forward pass over everything, of a step's three
SECONDS_AN_EXPORT = 12.0
SECONDS_A_MESSAGE = 0.003  # embedding one for judging, int8, one thread


@dataclass(frozen=True)
class Shape:
    """How thorough a run is: final encoders, `least` to `most` epochs, at most so many calibration encoders."""

    finals: int
    least: int
    most: int
    calibrations: int


# Best first; the first that fits the budget is taken.
# The mean of two finals is .1 to .35 points more often right than one (CLINC150 5 and 25 an intent, our catalogue).
SHAPES = (
    Shape(finals=2, least=4, most=12, calibrations=5),
    Shape(finals=1, least=4, most=12, calibrations=5),
    Shape(finals=1, least=4, most=8, calibrations=2),
    Shape(finals=1, least=3, most=3, calibrations=1),
    Shape(finals=1, least=2, most=2, calibrations=1),
)


@dataclass(frozen=True)
class Size:
    """What there is to learn from: labelled examples, and the intents they are of."""

    examples: int
    classes: int


@dataclass(frozen=True)
class Tuning:
    """One encoder to tune. `split`: the number of the split that it is tuned without; None: on everything."""

    name: str
    seed: int
    epochs: int
    rows: int
    split: int | None = None


@dataclass(frozen=True)
class Plan:
    """What a run does. `seconds`: an estimate of the whole fine-tuning; `why`: one line for people."""

    mode: BuildMode
    why: str
    tunings: tuple[Tuning, ...] = ()
    seconds: float = 0.0
    seconds_a_step: float = 0.0

    @property
    def calibrations(self) -> tuple[Tuning, ...]:
        """The tunings that are judged on what they have not seen."""
        return tuple(tuning for tuning in self.tunings if tuning.split is not None)

    @property
    def finals(self) -> tuple[Tuning, ...]:
        """The tunings that become the encoder."""
        return tuple(tuning for tuning in self.tunings if tuning.split is None)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON values."""
        return asdict(self)

    @classmethod
    def of_json(cls, values: dict[str, Any]) -> "Plan":
        """Return what `as_json` gave. Raises: TypeError, KeyError."""
        return replace(cls(**values), tunings=tuple(Tuning(**each) for each in values["tunings"]))


def without_tuning(size: Size, wanted: RequestedMode) -> Plan | None:
    """Return the plan of a run that need not measure anything: a head was asked for, or is the better choice."""
    if wanted == "head":
        return Plan("head", "head, as asked: the encoder stays as published")
    if wanted == "full":
        return None
    if size.examples < FEWEST_EXAMPLES or size.examples < FEWEST_AN_INTENT * size.classes:
        return Plan("head", f"head: {_what(size)} are too few to fine-tune on")
    if size.examples > MOST_AN_INTENT * size.classes:
        return Plan("head", f"head: {_too_little(size)}")
    return None


def make_plan(
    size: Size, *, wanted: RequestedMode, seed: int, seconds_a_step: float, budget: float | None, recipe: TuningRecipe
) -> Plan:
    """Return the best plan that fits the budget (seconds; None: any). Asked for `full`, the quickest if none does.

    `seconds_a_step`: of one optimiser step of `recipe.batch` messages, measured on this machine.
    """
    decided = without_tuning(size, wanted)
    if decided is not None:
        return decided
    shaped = [_tunings(size, shape, seed, recipe) for shape in SHAPES]
    costs = [seconds_for(tunings, size, seconds_a_step, recipe) for tunings in shaped]
    for tunings, cost in zip(shaped, costs, strict=True):
        if budget is None or cost <= budget:
            why = f"{_chosen(wanted)}; {_summary(size, tunings, cost, recipe)}"
            return Plan("full", why, tunings, cost, seconds_a_step)
    summary = _summary(size, shaped[-1], costs[-1], recipe)
    over = f"more than the {_minutes(budget or 0.0)} allowed"
    if wanted == "auto":
        return Plan("head", f"head: fine-tuning would take {_minutes(costs[-1])}, {over} ({_what(size)})")
    return Plan("full", f"full, as asked; {summary}, {over}", shaped[-1], costs[-1], seconds_a_step)


def seconds_for(tunings: Sequence[Tuning], size: Size, seconds_a_step: float, recipe: TuningRecipe) -> float:
    """Return the estimated seconds of some tunings with all that belongs to them: starting, judging, exporting."""
    steps = sum(seconds_of(tuning, seconds_a_step, recipe) for tuning in tunings)
    calibrations = sum(tuning.split is not None for tuning in tunings)
    return steps + calibrations * judging_seconds(size.examples) + SECONDS_AN_EXPORT


def seconds_of(tuning: Tuning, seconds_a_step: float, recipe: TuningRecipe) -> float:
    """Return the estimated seconds of one tuning's start and steps."""
    batches = recipe.batches(tuning.rows)
    return start_seconds(batches, seconds_a_step) + tuning.epochs * batches * seconds_a_step


def start_seconds(batches: int, seconds_a_step: float) -> float:
    """Return the estimated seconds before the first step of a tuning with so many batches an epoch."""
    return START_SHARE * batches * seconds_a_step


def judging_seconds(examples: int) -> float:
    """Return the estimated seconds of exporting a calibration encoder and embedding all examples with it."""
    return SECONDS_AN_EXPORT + SECONDS_A_MESSAGE * examples


def _tunings(size: Size, shape: Shape, seed: int, recipe: TuningRecipe) -> tuple[Tuning, ...]:
    calibrations, away = calibrations_for(size.examples, size.classes)
    kept = (1 - 1 / ROW_SHARE) * (1 - (INTENT_SHARE if away else 0.0))
    rows = round(size.examples * kept) + size.classes - away
    made = [
        Tuning(f"calibration-{number}", seed + 1 + number, _epochs(rows, shape, recipe), rows, split=number)
        for number in range(min(calibrations, shape.calibrations))
    ]
    rows = size.examples + size.classes
    epochs = _epochs(rows, shape, recipe)
    made += [Tuning(f"final-{number}", seed + 101 * number, epochs, rows) for number in range(shape.finals)]
    return tuple(made)


def _epochs(rows: int, shape: Shape, recipe: TuningRecipe) -> int:
    """Enough for the recipe's fewest steps, within the bounds of the shape."""
    return min(max(-(-recipe.fewest_steps // recipe.batches(rows)), shape.least), shape.most)


def _summary(size: Size, tunings: Sequence[Tuning], seconds: float, recipe: TuningRecipe) -> str:
    steps = sum(tuning.epochs * recipe.batches(tuning.rows) for tuning in tunings)
    return f"{_what(size)}, {len(tunings)} tunings of {steps:,} steps together, about {_minutes(seconds)}"


def _chosen(wanted: RequestedMode) -> str:
    few = f"with at most {MOST_AN_INTENT:.0f} messages an intent fine-tuning gained {WORTH} points of accuracy or more"
    return f"full: {few} in our measurements" if wanted == "auto" else "full, as asked"


def _too_little(size: Size) -> str:
    many = f"more than {MOST_AN_INTENT:.0f} messages an intent ({size.examples / size.classes:.0f} here)"
    return f"with {many} full fine-tuning gained less than {WORTH} points of accuracy in our measurements"


def _what(size: Size) -> str:
    return f"{size.examples:,} examples of {size.classes:,} intents"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
