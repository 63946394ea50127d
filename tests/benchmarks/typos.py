"""`python -m tests.benchmarks typos`: what one misspelt word in each message costs, with and without putting it right.

One content word of each validation message is misspelt by one slip of the hand (`misspelling`); the starter is judged
out of fold. Figures are of real requests and, in CLINC150 and the starter, strangers as 15 % of the stream.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from random import Random

import numpy as np
from rich.console import Console

from escalation.classifier import Example, Model, Prediction, build_model
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw, sample
from tests.benchmarks.figures import answered_at, stream_weights
from tests.benchmarks.misspelling import misspelt
from tests.real_encoder import real_encoders

SETS = ("starter", "banking", "hwu", "clinc")
ALL = 500
FOLDS = 5
STRANGERS = 0.15
RISK = 0.02
AT_ONCE = 100
WAYS = ("clean, as it is", "clean, put right", "misspelt, as it is", "misspelt, put right", "two slips, put right")
STDOUT, STDERR = Console(), Console(stderr=True)
Change = Callable[[str], str]


@dataclass(frozen=True)
class Typed:
    """Shares 0..1: right first label and right among five, of requests; the rest of the stream, strangers included.

    `answered`, `wrong`: by the model's own threshold; `possible`: the most that could be answered with 2 % of it wrong.
    """

    accuracy: float
    among_five: float
    answered: float
    wrong: float
    possible: float


def typed(model: Model, rows: Sequence[Example], strangers: Sequence[str], change: Change, *, put_right: bool) -> Typed:
    """Return what a model makes of messages that were changed."""
    texts = [change(text) for text in (*(row.text for row in rows), *strangers)]
    made = list(predictions(model, texts, put_right=put_right))
    inside = made[: len(rows)]
    right = np.asarray([each.label == row.label for each, row in zip(inside, rows, strict=True)], bool)
    five = np.mean([row.label in each.labels for each, row in zip(inside, rows, strict=True)])
    weights = stream_weights(len(rows), len(strangers), STRANGERS) if strangers else np.ones(len(rows))
    confidence = np.asarray([each.confidence for each in made], np.float64)
    all_right = np.append(right, np.zeros(len(strangers), bool))
    answered = confidence >= model.threshold
    covered = float(weights[answered].sum())
    wrong = float(weights[answered & ~all_right].sum()) / covered if covered else 0.0
    possible = answered_at(confidence, all_right, weights, RISK)
    return Typed(float(right.mean()), float(five), covered / float(weights.sum()), wrong, possible)


def predictions(model: Model, texts: Sequence[str], *, put_right: bool) -> Iterator[Prediction]:
    embed = model.embed_messages if put_right else model.embed
    for at in range(0, len(texts), AT_ONCE):
        page = texts[at : at + AT_ONCE]
        yield from model.judge_embedded(embed(page), page)


def slip(seed: int, slips: int = 1) -> Change:
    """Return what misspells a text, the same text always alike."""
    return lambda text: misspelt(text, Random(f"{seed} {text}"), slips)


def draws(name: str, size: int | None, folder: Path) -> Iterator[Draw]:
    """Yield what is fitted and judged: one draw, or of the starter every fold. Raises: CorpusMissing."""
    if name != "starter":
        yield draw(f"{name}{size or ('' if name == 'clinc' else ALL)}", folder, 0)
        return
    for seed in range(FOLDS):
        data = draw(name, folder, seed)
        fitted = data.fitted if size is None else sample(data.fitted, size, seed)
        yield Draw(name, "", fitted, [], data.judged, data.outside_judged, {})


def measured(name: str, size: int | None, folder: Path) -> dict[str, Typed]:
    """Return the figures of one set and size, by way of typing and reading; means over the draws."""
    found: dict[str, list[Typed]] = {way: [] for way in WAYS}
    for data in draws(name, size, folder):
        model = built(data.fitted)
        for way in WAYS:
            change = {"clean": str, "missp": slip(1)}.get(way[:5], slip(1, 2))
            put_right = way.endswith("right")
            found[way].append(typed(model, data.judged, data.outside_judged, change, put_right=put_right))
    return {way: mean(made) for way, made in found.items()}


def mean(made: Sequence[Typed]) -> Typed:
    """Return the mean of several figures."""
    return Typed(*(float(np.mean([getattr(each, field.name) for each in made])) for field in fields(Typed)))


def built(fitted: Sequence[Example], accepted_error: float = RISK) -> Model:
    """Return a model of a frozen encoder for an accepted error; its folder goes away."""
    with tempfile.TemporaryDirectory() as place:
        folder, encoders = Path(place) / "model", real_encoders()
        return build_model(fitted, name="typos", folder=folder, encoders=encoders, alpha=accepted_error)


def cost_ms(model: Model, texts: Sequence[str], rounds: int = 5) -> float:
    """Return the milliseconds that putting one message right takes, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        for text in texts:
            model.speller.correct(text)
        best = min(best, time.perf_counter() - began)
    return 1000 * best / len(texts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default=",".join(SETS), help="comma separated, of the four that are the default")
    parser.add_argument("--size", default="5,25,all", help="comma separated messages an intent, or all")
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    done: dict[str, dict[str, Typed]] = {}
    for cells in (("messages", "typed", *(field.name for field in fields(Typed))), ["---"] * 7):
        _print(cells)
    for name in arguments.set.split(","):
        for size in [None if given == "all" else int(given) for given in arguments.size.split(",")]:
            try:
                found = measured(name, size, data_folder(arguments.data))
            except CorpusMissing as missing:
                STDERR.print(f"{name} left out: {missing}", soft_wrap=True)
                break
            done[f"{name}, {size or 'all'} an intent"] = found
            for way, figures in found.items():
                _print((f"{name}, {size or 'all'}", way, *(f"{100 * share:.1f}" for share in asdict(figures).values())))
    if arguments.json is not None:
        plain = {name: {way: asdict(each) for way, each in ways.items()} for name, ways in done.items()}
        arguments.json.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


def _print(cells: Sequence[str]) -> None:
    STDOUT.print(f"| {' | '.join(cells)} |", soft_wrap=True, markup=False, highlight=False)


if __name__ == "__main__":
    main()
