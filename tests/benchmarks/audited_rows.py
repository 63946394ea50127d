"""`python -m tests.benchmarks audited_rows`: what do audits teach calibration and threshold, beside out-of-fold rows?

The simulation of `escalation simulate`, our own way alone, lived through twice in each world: with rows out of fold
alone, and with labelled traffic among them (decision 22). Texts are embedded once and kept in `--kept`.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from escalation.classifier import Example, Model, build_model
from escalation.lab.simulation import Scenario
from escalation.lab.simulation.product import Product
from escalation.lab.simulation.repeats import Material, corpus_of
from escalation.lab.simulation.run import make_world
from escalation.lab.simulation.strategy import World, run_strategy
from escalation.lab.simulation.stream import make_stream
from escalation.lab.simulation.vectors import Vectors
from tests.benchmarks.corpora import data_folder, read_lines
from tests.benchmarks.timing import show
from tests.real_encoder import real_encoders

WAYS = {"out of fold": False, "with traffic": True}
COLUMNS = (
    "set", "rows", "answered", "answered at once", "wrong", "at most", "threshold", "certified", "falsely",
    "audits", "labels",
)  # fmt: skip


@dataclass(frozen=True)
class Lived:
    """What came of one life. Shares are of all messages, `wrong` of the automatic answers."""

    answered: float
    at_once: float
    wrong: float
    threshold: float
    certified: bool
    falsely: bool
    audits: int
    labels: int


def material(name: str, folder: Path) -> Material:
    """Return what a data set's stream is made of. Raises: CorpusMissing."""
    place = folder / name
    judged = read_lines(place / ("val.jsonl" if name == "clinc150" else "valid.jsonl"))
    strangers = read_lines(place / "oos_train.jsonl") if name == "clinc150" else []
    return Material(read_lines(place / "train.jsonl"), judged, [row.text for row in strangers])


def live(world: World) -> Lived:
    """Let our way live through a world."""
    product = Product(world)
    run_strategy(world, product, lambda at: None)
    journal, anchor = product.journal, product._proof.anchor
    automatic = [fate for fate in journal.fates if fate.automatic]
    claims = journal.claims
    return Lived(
        answered=len(automatic) / len(journal.fates),
        at_once=sum(fate.ending.value == "answered" for fate in journal.fates) / len(journal.fates),
        wrong=sum(fate.wrong for fate in automatic) / max(len(automatic), 1),
        threshold=anchor.threshold if anchor else 1.0,
        certified=any(claim.stated for claim in claims),
        falsely=journal.granted_falsely > 0 or any(claim.false(world.scenario.alpha) for claim in claims),
        audits=sum(len(at) for kind, at in journal.labels.items() if kind.value == "audit"),
        labels=journal.spent,
    )


def worlds(name: str, arguments: argparse.Namespace, place: Path, vectors: Vectors) -> Sequence[World]:
    """Return a world for each seed."""
    stuff, made = material(name, data_folder(arguments.data)), []
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        scenario = Scenario(
            messages=arguments.messages, seed_per_intent=arguments.seed_per_intent, seed=seed,
            audits_per_day=arguments.audits_a_day,
        )  # fmt: skip
        stream = make_stream(stuff.pool, stuff.test, stuff.outside, scenario, np.random.default_rng([seed, 0]))
        first = _first(stream.seeds, place / f"{name}-{seed}", scenario)
        vectors.embed(first, vectors.missing(stream.texts), lambda steps: None, Event())
        made.append(make_world(scenario, corpus_of(stream, vectors), first))
    return made


def _first(seeds: Sequence[Example], folder: Path, scenario: Scenario) -> Model:
    return build_model(
        seeds, name="first", folder=folder, encoders=real_encoders(), alpha=scenario.alpha, seed=scenario.seed
    )


class Kept(Vectors):
    """Vectors that are read from a file, and written there."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._path = path
        if path is not None and path.is_file():
            stored = np.load(path)
            self._known.update(zip(stored["texts"].tolist(), stored["vectors"], strict=True))

    def keep(self) -> None:
        """Write them."""
        if self._path is not None and self._known:
            np.savez(self._path, texts=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))


def _row(name: str, way: str, lived: Sequence[Lived]) -> list[Any]:
    def mean(what: str, digits: int = 2) -> str:
        return f"{statistics.mean(getattr(each, what) for each in lived):.{digits}%}"

    return [
        name, way, mean("answered", 1), mean("at_once", 1), mean("wrong"), f"{max(each.wrong for each in lived):.2%}",
        round(statistics.mean(each.threshold for each in lived), 3),
        f"{sum(each.certified for each in lived)} of {len(lived)}", sum(each.falsely for each in lived),
        round(statistics.mean(each.audits for each in lived)), round(statistics.mean(each.labels for each in lived)),
    ]  # fmt: skip


def _paired(name: str, before: Sequence[Lived], after: Sequence[Lived]) -> str:
    parts = []
    for what in ("answered", "at_once", "wrong"):
        gained = [getattr(b, what) - getattr(a, what) for a, b in zip(before, after, strict=True)]
        error = statistics.stdev(gained) / len(gained) ** 0.5 if len(gained) > 1 else float("nan")
        parts.append(f"{what} {statistics.mean(gained):+.2%} (standard error {error:.2%})")
    return f"{name}, with traffic less out of fold, paired: " + ", ".join(parts)


def main() -> None:
    """Parse arguments, live, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", default=["clinc150", "banking77"])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--seed-per-intent", type=int, default=5)
    parser.add_argument("--audits-a-day", type=float, default=40.0)
    parser.add_argument("--kept", type=Path, help="where vectors are kept")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows, said, lives, vectors = [], [], [], Kept(arguments.kept)
    with tempfile.TemporaryDirectory() as place:
        for name in arguments.sets:
            made = worlds(name, arguments, Path(place), vectors)
            vectors.keep()
            found: dict[str, list[Lived]] = {}
            for way, on in WAYS.items():
                found[way] = [live(replace(each, scenario=replace(each.scenario, from_traffic=on))) for each in made]
                print(name, way, *found[way], sep="\n  ", file=sys.stderr, flush=True)  # noqa: T201
                rows.append(_row(name, way, found[way]))
            lives += [{"set": name, "way": way, **asdict(each)} for way, all_ in found.items() for each in all_]
            said.append(_paired(name, *found.values()))
    show(f"{arguments.seeds} worlds of {arguments.messages:,} messages", COLUMNS, rows, {"lives": lives}, arguments.out)
    print(*said, sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
