"""`python -m tests.benchmarks starter`: how much of what customers ask the starter answers, and what it confuses.

Its own messages are judged out of fold: in turn a fifth of them, by a model that was fitted on the rest. One author
wrote many of them in one go, so nearly equal messages of an intent (cosine >= .8, also through others between them)
share a fold, as in the calibration: in two folds they would vouch for each other. What stays alike still flatters.
`--judged` also judges messages in other words (`tests/ml/data/starter_judged.txt`), by a model of the whole catalogue;
nothing is tuned on them. Answered: the confidence is at least the model's own threshold, also where a person answers.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
from rich.console import Console

from escalation.catalogue.starter import starter_catalogue, starter_out_of_scope
from escalation.classifier import Example, Model, Prediction
from escalation.classifier.confidence.folds import FOLDS, deal_folds
from escalation.classifier.confidence.paraphrases import linked
from escalation.kernel.arrays import Doubles, Ints, Mask
from tests.benchmarks.figures import answered_at, stream_weights
from tests.benchmarks.mentions import ALPHA, WRITTEN, Counted, built, count, count_written
from tests.benchmarks.typos import predictions, slip

JUDGED = "starter_judged.txt"
STRANGERS = 0.15
PAIRS = 15
STDOUT = Console()


@dataclass(frozen=True)
class Judged:
    """One message, the intent it asks for (None: none of the catalogue's), what the model says, whether it answers."""

    text: str
    truth: str | None
    label: str
    confidence: float
    answered: bool

    @property
    def right(self) -> bool:
        """Whether the first label is the intent that is asked for."""
        return self.label == self.truth


@dataclass(frozen=True)
class Summary:
    """Shares 0..1 of `messages`: right first label, answered, and wrong among the answered.

    `wrong_with_strangers`: the same where strangers are 15 % of all that is written. `possible`: how much could be
    answered with ALPHA wrong in that stream, by the same confidence.
    """

    name: str
    messages: int
    accuracy: float
    answered: float
    wrong: float
    wrong_with_strangers: float
    possible: float


def summary(name: str, rows: Sequence[Judged], strangers: Sequence[Judged]) -> Summary:
    """Return the figures of messages that ask for an intent, by themselves and among strangers (at least one)."""
    everyone = [*rows, *strangers]
    weights = stream_weights(len(rows), len(strangers), STRANGERS)
    right, answered = (np.asarray([getattr(row, of) for row in everyone], bool) for of in ("right", "answered"))
    confidence = np.asarray([row.confidence for row in everyone], np.float64)
    inside = np.arange(len(everyone)) < len(rows)
    shares = [
        float(weights[chosen & answered & ~right].sum()) / max(float(weights[chosen & answered].sum()), 1e-9)
        for chosen in (inside, np.ones(len(everyone), bool))
    ]
    lowest = lowest_confidence(confidence, right, weights)
    means = [float(of[inside].mean()) for of in (right, answered, confidence >= lowest)]
    return Summary(name, len(rows), means[0], means[1], shares[0], shares[1], means[2])


def lowest_confidence(confidence: Doubles, right: Mask, weights: Doubles) -> float:
    """Return from which confidence on at most ALPHA of the answers would be wrong; above 1 where there is none."""
    covered = answered_at(confidence, right, weights, ALPHA) * float(weights.sum())
    order = np.argsort(-confidence, kind="stable")
    at = int(np.searchsorted(np.cumsum(weights[order]), covered - 1e-6))
    return float(confidence[order][at]) if covered else 2.0


def judge(model: Model, rows: Sequence[Example], seed: int | None = None) -> list[Judged]:
    """Return what a model makes of messages; with a `seed` one content word of each is misspelt first."""
    texts = [row.text if seed is None else slip(seed)(row.text) for row in rows]
    made: Iterator[Prediction] = predictions(model, texts, put_right=True)
    return [
        Judged(text, row.label, each.label, each.confidence, each.confidence >= model.threshold)
        for text, row, each in zip(texts, rows, made, strict=True)
    ]


def folds(rows: Sequence[Example], model: Model, seed: int) -> Ints:
    """Return the fold of each message (n); nearly equal ones of an intent share it."""
    codes = np.unique([row.label or "" for row in rows], return_inverse=True)[1].astype(np.int64)
    groups = linked(model.embed([row.text for row in rows]), codes, np.arange(len(rows)))
    return deal_folds(codes, groups, FOLDS, np.random.default_rng(seed))


def out_of_fold(rows: Sequence[Example], turn: Ints, strangers: Sequence[Example], seed: int) -> list[list[Judged]]:
    """Return what models without their fold say of all messages, plain and misspelt, and of strangers likewise."""
    found: list[list[Judged]] = [[], [], [], []]
    for fold in np.unique(turn):
        kept = [row for row, at in zip(rows, turn, strict=True) if at == fold]
        model = built([row for row, at in zip(rows, turn, strict=True) if at != fold])
        for at, (part, slips) in enumerate(product((kept, strangers), (None, seed))):
            found[at] += judge(model, part, slips)
    return found


def confused(rows: Sequence[Judged]) -> list[tuple[str, str, int, int]]:
    """Return which intent was taken for which, how often, and how often that was answered; most frequent first."""
    wrong = [row for row in rows if not row.right]
    times = Counter((row.truth or "-", row.label) for row in wrong)
    answered = Counter((row.truth or "-", row.label) for row in wrong if row.answered)
    return [(*pair, number, answered[pair]) for pair, number in times.most_common()]


def kept_apart(name: str = JUDGED) -> dict[str, list[Example]]:
    """Return the messages that judge, by kind: `wish`, `stranger` and `mention`."""
    rows: dict[str, list[Example]] = {}
    for line in (WRITTEN / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            kind, label, text = line.split(" | ", 2)
            rows.setdefault(kind, []).append(Example(text, None if label == "-" else label))
    return rows


def judged_apart(model: Model, seed: int) -> tuple[list[Summary], Counted]:
    """Return the figures of the messages that judge: plain and misspelt, and of the mentions."""
    parts = kept_apart()
    made = [[judge(model, parts[kind], slips) for kind in ("wish", "stranger")] for slips in (None, seed)]
    summaries = [
        summary(f"kept apart, {name}", *part) for name, part in zip(("plain", "one word misspelt"), made, strict=True)
    ]
    return summaries, count("kept apart, mentions", model, parts["mention"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of folds and misspellings")
    parser.add_argument("--judged", action="store_true", help="also judge the messages that are kept apart")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    rows = [Example(text, label, id=f"starter-{at}") for at, (text, label) in enumerate(starter_catalogue().labelled())]
    strangers = [Example(text, None) for text in starter_out_of_scope()]
    whole = built(rows)
    turn = folds(rows, whole, arguments.seed)
    plain, typed, *foreign = out_of_fold(rows, turn, strangers, arguments.seed)
    summaries = [summary("plain", plain, foreign[0]), summary("one word misspelt", typed, foreign[1])]
    mentions = count_written("starter", whole)
    if arguments.judged:
        apart, mentioned = judged_apart(whole, arguments.seed)
        summaries, mentions = [*summaries, *apart], [*mentions, mentioned]
    _table(("messages", "number", *list(asdict(summaries[0]))[2:]), [_cells(each) for each in summaries])
    _table(
        ("mentions", "number", "answered as the wish"), [(m.name, m.messages, _percent(m.shares[3])) for m in mentions]
    )
    pairs = confused(plain)
    _table(("intent", "taken for", "messages", "answered"), pairs[:PAIRS])
    _table(("strangers", "taken for", "messages", "answered"), confused(foreign[0])[:PAIRS])
    if arguments.json is not None:
        made = {"figures": [asdict(each) for each in summaries], "mentions": [asdict(each) for each in mentions]}
        arguments.json.write_text(json.dumps(made | {"confused": pairs}, indent=1) + "\n", encoding="utf-8")


def _cells(made: Summary) -> tuple[object, ...]:
    name, number, *shares = asdict(made).values()
    return (name, number, *map(_percent, shares))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    for cells in (head, ["---"] * len(head), *rows):
        STDOUT.print(f"| {' | '.join(map(str, cells))} |", soft_wrap=True, markup=False, highlight=False)
    STDOUT.print()


if __name__ == "__main__":
    main()
