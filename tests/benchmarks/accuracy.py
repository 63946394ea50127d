"""`python -m tests.benchmarks accuracy`: how right, how careful, how fast and how big, on real data held out.

A row is a data set, a mode and whether out-of-scope messages were given in fitting; figures are means over draws with
their standard deviation. Out-of-scope messages are weighted up to 18 % of the stream: CLINC150 has 100 to 3,000.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from escalation.classifier import Model, Prediction, build_model
from tests.benchmarks.corpora import SETS, CorpusMissing, Draw, SetUnknown, data_folder, draw
from tests.benchmarks.figures import Figures, Fragments, figures, fragments
from tests.benchmarks.serving_probe import Served, probe
from tests.real_encoder import ENCODERS

OUT_OF_SCOPE_SHARE = 0.18
SMALL_TALK = frozenset({"openinggreeting", "closinggreeting", "thankyou"})
PROBED = 500
AT_ONCE = 100
STDERR = Console(stderr=True)
STDOUT = Console()
COLUMNS = (
    "data set", "split", "mode", "oos fitted", "accuracy", "AUROC", "FPR95 %", "at 1 %", "at 2 %", "at 5 %",
    "coverage", "risk %", "build s", "p50 ms", "p99 ms", "MiB", "fragments answered %",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One model built and judged. `fragments` by kind, empty where the data has none."""

    name: str
    split: str
    mode: str
    outside_fitted: bool
    seed: int
    build_seconds: float
    served: Served
    figures: Figures
    fragments: dict[str, Fragments]


@dataclass(frozen=True)
class Plan:
    """What to build: a data set by name, a mode, whether with out-of-scope messages, the accepted error, the encoder
    as in `find_encoder`.
    """

    name: str
    mode: Any
    outside: bool
    alpha: float
    data: Path
    encoder: str | None


def measure(plan: Plan, seed: int) -> Measured:
    """Build one model in a temporary folder, judge it, and time it in a process of its own. Raises: CorpusMissing."""
    data = draw(plan.name, plan.data, seed)
    with tempfile.TemporaryDirectory() as place:
        encoders, folder = _borrowed_encoders(Path(place)), Path(place) / "model"
        began = time.perf_counter()
        model = build_model(
            data.fitted, out_of_scope=data.outside_fitted if plan.outside else (), name="model", mode=plan.mode,
            folder=folder, encoders=encoders, encoder=plan.encoder, seed=seed, alpha=plan.alpha,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        judged, apart = _judge(model, data)
        served = probe(folder, encoders, [row.text for row in data.judged[:: max(len(data.judged) // PROBED, 1)]])
    return Measured(data.name, data.split, plan.mode, plan.outside, seed, round(seconds, 1), served, judged, apart)


def _borrowed_encoders(place: Path) -> Path:
    """Return a folder with links to the encoders there are: a fine-tuned one goes away with it."""
    folder = place / "encoders"
    folder.mkdir()
    for encoder in ENCODERS.iterdir() if ENCODERS.is_dir() else ():
        (folder / encoder.name).symlink_to(encoder.resolve(), target_is_directory=True)
    return folder


def _judge(model: Model, data: Draw) -> tuple[Figures, dict[str, Fragments]]:
    inside = _predict(model, [row.text for row in data.judged])
    outside = _predict(model, data.outside_judged)
    apart = {kind: _predict(model, texts) for kind, texts in data.fragments.items()}
    judged = figures(inside, data.judged, outside, threshold=model.threshold, share=OUT_OF_SCOPE_SHARE)
    return judged, fragments(apart, inside, threshold=model.threshold, small_talk=SMALL_TALK)


def _predict(model: Model, texts: Sequence[str]) -> list[Prediction]:
    pages = [texts[at : at + AT_ONCE] for at in range(0, len(texts), AT_ONCE)]
    with ThreadPoolExecutor(2) as pool:
        return [prediction for page in pool.map(model.predict, pages) for prediction in page]


def row(runs: Sequence[Measured]) -> tuple[str, ...]:
    """Return one line of the table: the draws of one plan, mean and standard deviation where there are several."""
    first = runs[0]
    judged = [asdict(run.figures) for run in runs]
    apart = " ".join(
        f"{kind} {_spread([100 * run.fragments[kind].answered_with_request for run in runs], 1)}"
        for kind in first.fragments
    )
    return (
        first.name, first.split, first.mode, "yes" if first.outside_fitted else "no",
        *(_spread([each[key] for each in judged], 3) for key in ("accuracy", "auroc")),
        _spread([100 * each["fpr95"] for each in judged], 1),
        *(_spread([each[key] for each in judged], 3) for key in ("at_1", "at_2", "at_5", "coverage")),
        _spread([100 * each["risk"] for each in judged], 2),
        _spread([run.build_seconds for run in runs], 0),
        *(_spread([getattr(run.served, key) for run in runs], 1) for key in ("p50_ms", "p99_ms")),
        _spread([run.served.resident_mib for run in runs], 0),
        apart or "-",
    )  # fmt: skip


def _spread(values: Sequence[float], digits: int) -> str:
    mean = f"{np.mean(values):.{digits}f}"
    return f"{mean} ±{np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else mean


def _plans(arguments: argparse.Namespace) -> list[Plan]:
    outside = {"no": [False], "yes": [True], "both": [False, True]}[arguments.out_of_scope]
    folder = data_folder(arguments.data)
    return [
        Plan(name, mode, fitted, arguments.alpha, folder, arguments.encoder)
        for name in arguments.set.split(",")
        for mode in arguments.mode.split(",")
        for fitted in outside
    ]


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="starter,clinc5,clinc,airline,finance", help=f"comma separated, of: {SETS}")
    parser.add_argument("--mode", default="head", help="head, full, or both, comma separated")
    parser.add_argument("--out-of-scope", choices=("no", "yes", "both"), default="no", help="given in fitting")
    parser.add_argument("--encoder", help="a name or a folder; default: the packaged one")
    parser.add_argument("--draws", type=int, default=1, help="seeds 0, 1, ...; data that is not sampled differs less")
    parser.add_argument("--alpha", type=float, default=0.02, help="accepted share of wrong answers")
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    parser.add_argument("--json", type=Path, help="also write the figures here, every draw by itself")
    return parser.parse_args()


def main() -> None:
    """Parse arguments, measure, print. Data that is missing is said and left out."""
    arguments = _parsed()
    done: list[list[Measured]] = []
    for plan in _plans(arguments):
        try:
            done.append([_told(plan, seed) for seed in range(arguments.draws)])
        except CorpusMissing as missing:
            STDERR.print(f"{plan.name} left out: {missing}", soft_wrap=True)
        except SetUnknown as unknown:
            sys.exit(str(unknown))
    values = {
        "alpha": arguments.alpha, "out_of_scope_share": OUT_OF_SCOPE_SHARE,
        "runs": [asdict(run) for runs in done for run in runs],
    }  # fmt: skip
    print_table([row(runs) for runs in done])
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print a table that reads well as it is and can be pasted into a page."""
    widths = [max(len(cells[at]) for cells in (COLUMNS, *rows)) for at in range(len(COLUMNS))]
    for cells in (COLUMNS, ["-" * width for width in widths], *rows):
        line = " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        STDOUT.print(f"| {line} |", soft_wrap=True, markup=False, highlight=False)


def _told(plan: Plan, seed: int) -> Measured:
    """Measure, saying on stderr how it went: a full model takes minutes."""
    measured = measure(plan, seed)
    line = {"set": plan.name, "mode": plan.mode, "outside": plan.outside, "seed": seed, **asdict(measured.figures)}
    STDERR.print(json.dumps(line), soft_wrap=True, markup=False, highlight=False)
    return measured


if __name__ == "__main__":
    main()
