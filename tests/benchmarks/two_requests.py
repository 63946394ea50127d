"""`python -m tests.benchmarks two_requests`: how many messages with two requests are seen to hold two.

Two messages that are held out are made one in ten ways (`joining`); single requests are the same messages alone. The
ways are those kept apart from developing unless `--developed` is given. The first table is of the finder alone, the
second of the whole decision (`several_decided`).
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from escalation.classifier import Example, Model, Prediction
from escalation.classifier.parts import Cut, Sides, Span, cuts, two_requests
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw, sample
from tests.benchmarks.joining import DEVELOPED_ON, KEPT_APART, pairs
from tests.benchmarks.several_decided import of_pairs, of_singles
from tests.benchmarks.typos import RISK, built

SETS = ("starter", "banking25", "clinc25")
STARTER_SIZE = 25
FINDER: Sequence[str] = ("set", "pairs found", "both right", "both answered", "of these wrong", "single split")
DECISION: Sequence[str] = (
    *("set", "what", "messages", "both answered", "wrong", "handed over as several", "handed over otherwise", "asked"),
    *("answered as one", "split", "taken", "no longer answered", "texts read a message"),
)
STDOUT, STDERR = Console(), Console(stderr=True)


@dataclass(frozen=True)
class Found:
    """Shares 0..1. Of pairs: found, found with both intents right, both at the model's own threshold, of these wrong.

    `split`: share of single requests taken for two.
    """

    found: float
    right: float
    answered: float
    wrong: float
    split: float


def read(model: Model, texts: Sequence[str]) -> Iterator[Sides | None]:
    """Yield the two requests of each message, None where it holds one."""
    for text in texts:
        places = cuts(text)
        if not places:
            yield None
            continue
        whole, *parts = _predictions(model, [text, *_parts(text, places)])
        sides = (Sides(cut, *parts[2 * at : 2 * at + 2]) for at, cut in enumerate(places))
        yield next(iter(two_requests(whole, sides)), None)


def _parts(text: str, places: Sequence[Cut]) -> Iterator[str]:
    spans: Iterator[Span] = (span for cut in places for span in (cut.first, cut.second))
    return (text[span.start : span.end] for span in spans)


def _predictions(model: Model, texts: Sequence[str]) -> list[Prediction]:
    return model.judge_embedded(model.embed_messages(texts), texts)


def measured(model: Model, rows: Sequence[Example], ways: Sequence[str], seed: int) -> Found:
    """Return what a model finds in pairs of these messages, and in the messages alone."""
    joined = pairs(rows, ways, seed)
    seen = list(read(model, [pair.text for pair in joined]))
    alone = list(read(model, [row.text for row in rows]))
    found = [(sides, pair) for sides, pair in zip(seen, joined, strict=True) if sides is not None]
    right = [(sides.first.label, sides.second.label) == (pair.first, pair.second) for sides, pair in found]
    sure = [min(sides.first.confidence, sides.second.confidence) >= model.threshold for sides, _ in found]
    wrong = sum(answered and not fits for answered, fits in zip(sure, right, strict=True))
    count = len(joined)
    split = sum(sides is not None for sides in alone) / len(rows)
    return Found(len(found) / count, sum(right) / count, sum(sure) / count, wrong / max(sum(sure), 1), split)


def fitted_and_judged(name: str, folder: Path) -> Draw:
    """Return a set by name; of the starter 25 messages an intent are fitted. Raises: CorpusMissing."""
    if name != "starter":
        return draw(name, folder, 0)
    whole = draw(name, folder, 1)
    return Draw(name, "", sample(whole.fitted, STARTER_SIZE, 1), [], whole.judged, [], {})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default=",".join(SETS), help="comma separated")
    parser.add_argument("--developed", action="store_true", help="the ways of joining that were developed on")
    parser.add_argument("--accepted-error", type=float, default=RISK, help="share of answers that may be wrong")
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    arguments = parser.parse_args()
    ways = DEVELOPED_ON if arguments.developed else KEPT_APART
    tables: list[list[Sequence[str]]] = [[head, ["---"] * len(head)] for head in (FINDER, DECISION)]
    for name in arguments.set.split(","):
        try:
            data = fitted_and_judged(name, data_folder(arguments.data))
        except CorpusMissing as missing:
            STDERR.print(f"{name} left out: {missing}", soft_wrap=True)
            continue
        model = built(data.fitted, arguments.accepted_error)
        found = measured(model, data.judged, ways, 1)
        shares = (found.found, found.right, found.answered, found.wrong, found.split)
        tables[0].append((name, *(f"{100 * share:.1f} %" for share in shares)))
        tables[1] += decided(name, model, data.judged, ways)
    for row in (*tables[0], ("",), *tables[1]):
        _print(row)


def decided(name: str, model: Model, rows: Sequence[Example], ways: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield a row of pairs and one of single requests: what the whole decision does with them."""
    for what, made in (("pairs", of_pairs(model, pairs(rows, ways, 1))), ("singles", of_singles(model, rows))):
        counts = (f"{made.done[column]} ({100 * made.done[column] / made.total:.1f} %)" for column in DECISION[3:-1])
        yield (name, what, str(made.total), *counts, f"{made.read / made.total:.2f}")


def _print(cells: Sequence[str]) -> None:
    STDOUT.print(f"| {' | '.join(cells)} |", soft_wrap=True, markup=False, highlight=False)


if __name__ == "__main__":
    main()
