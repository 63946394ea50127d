"""`python -m tests.benchmarks mentions`: how many messages that only mention an intent are answered as its request.

The mentions and the innocent negations are our own words (`tests/ml/data/`), one model each for the starter's intents,
banking77's and CLINC150's; routine messages are the starter's own out of fold, and the validation messages of
banking77, HWU64 and CLINC150. "Before" is the same model without reading the words.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from escalation.classifier import Example, Model, build_model
from escalation.classifier.mentions.cues import read
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw
from tests.real_encoder import real_encoders

WRITTEN = Path(__file__).resolve().parent.parent / "ml" / "data"
CATALOGUES = {"starter": "starter", "banking": "banking25", "clinc": "clinc25"}
ROUTINE = ("banking25", "hwu25", "clinc25")
SETS = (
    "mentions_development", "mentions_second", "mentions_third", "mentions_kept_apart", "innocent_negations",
)  # fmt: skip
FOLDS = 5
ALPHA = 0.05  # laxer than the default: more is answered, mentions too
AT_ONCE = 100
STDOUT = Console()
STDERR = Console(stderr=True)


@dataclass(frozen=True)
class Written:
    """One message of our own: the catalogue it is written for, the intent it is about, and its words."""

    catalogue: str
    label: str
    text: str


@dataclass(frozen=True)
class Counted:
    """Of `messages`: how many are answered, and how many with the intent they are about; before and after."""

    name: str
    messages: int
    answered_before: int
    answered: int
    as_wish_before: int
    as_wish: int

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """The four counts as shares of the messages."""
        counts = (self.answered_before, self.answered, self.as_wish_before, self.as_wish)
        return tuple(count / max(self.messages, 1) for count in counts)  # type: ignore[return-value]


def written(name: str) -> list[Written]:
    """Return a set of our own messages by name, one of SETS."""
    lines = (WRITTEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [Written(*(cell.strip() for cell in line.split(" | "))) for line in lines if line and line[0] != "#"]


def count(name: str, model: Model, rows: Sequence[Example]) -> Counted:
    """Return what a model answers of messages with and without telling mentions."""
    pages = [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
    texts = [[row.text for row in page] for page in pages]
    vectors = [model.embed(page) for page in texts]
    before = [each for page in vectors for each in model.scorer.predict(page, evidence=False)]
    after = [each for page, of in zip(texts, vectors, strict=True) for each in model.judge_embedded(of, page)]
    answered = [np.asarray([each.confidence >= model.threshold for each in made], bool) for made in (before, after)]
    right = np.asarray([each.label == row.label for each, row in zip(before, rows, strict=True)], bool)
    return Counted(
        name, len(rows), int(answered[0].sum()), int(answered[1].sum()), int((answered[0] & right).sum()),
        int((answered[1] & right).sum()),
    )  # fmt: skip


def together(name: str, parts: Sequence[Counted]) -> Counted:
    """Return the sum of several counts."""
    columns = zip(*(list(asdict(part).values())[1:] for part in parts), strict=True)
    return Counted(name, *(sum(column) for column in columns))


def built(fitted: Sequence[Example], outside: Sequence[str] = ()) -> Model:
    """Return a model of a frozen encoder; its folder goes away."""
    with tempfile.TemporaryDirectory() as place:
        return build_model(
            fitted, out_of_scope=outside, name="mentions", folder=Path(place) / "model", encoders=real_encoders(),
            alpha=ALPHA,
        )  # fmt: skip


def count_written(catalogue: str, model: Model) -> list[Counted]:
    """Return what a model answers of our own messages for its catalogue, set by set."""
    mine = {name: [row for row in written(name) if row.catalogue == catalogue] for name in SETS}
    return [
        count(f"{name} ({catalogue})", model, [Example(row.text, row.label) for row in rows])
        for name, rows in mine.items()
    ]


def starter_out_of_fold(folder: Path) -> Counted:
    """Return what is answered of each starter message by a model that was not fitted on it."""
    whole = draw("starter", folder, 0)
    rows = sorted([*whole.fitted, *whole.judged], key=lambda row: row.label or "")
    parts = []
    for fold in range(FOLDS):
        judged = rows[fold::FOLDS]
        rest = [row for at, row in enumerate(rows) if at % FOLDS != fold]
        parts.append(count("starter", built(rest, [*whole.outside_fitted, *whole.outside_judged]), judged))
    return together("routine: starter, out of fold", parts)


def measured(folder: Path) -> Iterator[Counted]:
    """Yield every row of the table; data that is missing is said and left out."""
    yield starter_out_of_fold(folder)
    sums: dict[str, list[Counted]] = {name: [] for name in SETS}
    for catalogue, corpus in {**CATALOGUES, "hwu": "hwu25"}.items():
        try:
            data = draw(corpus, folder, 0)
        except CorpusMissing as missing:
            STDERR.print(f"{corpus} left out: {missing}", soft_wrap=True)
            continue
        model = built(_all_of(data) if catalogue == "starter" else data.fitted, data.outside_fitted)
        if corpus in ROUTINE:
            yield count(f"routine: {data.name}", model, data.judged)
        for name, counted in zip(SETS, count_written(catalogue, model), strict=True):
            sums[name].append(counted)
            if counted.messages:
                yield counted
    for name, parts in sums.items():
        yield together(name, parts)


def _all_of(data: Draw) -> list[Example]:
    return [*data.fitted, *data.judged]


def cost_ms(texts: Sequence[str], rounds: int = 5) -> float:
    """Return the milliseconds of processor time that reading one message takes, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        for text in texts:
            read(text)
        best = min(best, time.thread_time() - began)
    return 1000 * best / len(texts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    done = list(measured(data_folder(arguments.data)))
    for cells in (["messages", "number", "answered", "as the intent they are about"], ["---"] * 4, *map(_cells, done)):
        STDOUT.print(f"| {' | '.join(cells)} |", soft_wrap=True, markup=False, highlight=False)
    texts = [row.text for name in SETS for row in written(name)]
    STDOUT.print(f"reading a message: {cost_ms(texts):.3f} ms (goal: below 0.3)", highlight=False)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps([asdict(each) for each in done], indent=1) + "\n", encoding="utf-8")


def _cells(counted: Counted) -> list[str]:
    before, after, wish_before, wish = (f"{100 * share:.1f}" for share in counted.shares)
    return [counted.name, str(counted.messages), f"{before} to {after} %", f"{wish_before} to {wish} %"]


if __name__ == "__main__":
    main()
