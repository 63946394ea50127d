"""`python -m tests.benchmarks classifier`: the classifier's speed and memory, as ratios to torch in the same run.

The yardstick is a `transformers` text-classification pipeline with the same encoder, float32, one thread, and a head of
random weights. The model is fitted on CLINC150's train split: 15,000 examples of 150 intents. What serves is measured
in processes of its own, in turn with the yardstick so that both meet the same machine.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from escalation.classifier import Model, build_model, load_model
from escalation.classifier.explanation import explain
from tests.benchmarks.against_torch import agreement, milliseconds, torch_pipeline
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw
from tests.benchmarks.fast_refit import SHOWN, FastRefitBench, new_intents
from tests.benchmarks.serving_probe import CALLERS, probe, probe_callers, probe_memory
from tests.benchmarks.timing import show
from tests.real_encoder import ENCODERS

NEW_INTENTS = 12
EXPLAINED = (10, 20, 40)
"""Words of the messages whose explanation is timed."""
REPEATS = 15


def beside_torch(
    folder: Path, labels: int, texts: Sequence[str], everything: Sequence[str], rounds: int
) -> dict[str, Any]:
    """One message at a time, then 64 callers, each in turn with the pipeline; the median of some rounds by the ratio.

    One message: tokenising to prediction with confidence, novelty and neighbours. The callers share `everything`; the
    pipeline's rate is that of its median message, one by one.
    """
    pipeline = torch_pipeline(labels)
    ones, many = [], []
    for number in range(rounds):
        part = texts[number::rounds]
        reference, served = milliseconds(pipeline, part), probe(folder, ENCODERS, part)
        times = round(reference["p50"] / served.p50_ms, 2)
        tail = round(served.p99_ms / served.p50_ms, 2)
        ones.append({"torch": reference, **asdict(served), "times": times, "p99_over_p50": tail})
        reference, called = milliseconds(pipeline, part), probe_callers(folder, ENCODERS, everything)
        times = round(called.per_second * reference["p50"] / 1000, 2)
        many.append({"torch": reference, **asdict(called), "times": times})
    return {"one_message": middle(ones), "batcher": middle(many)}


def middle(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the round with the median ratio, and every round's ratio."""
    ordered = sorted(rounds, key=lambda each: float(each["times"]))
    return {**ordered[len(ordered) // 2], "every_ratio": [each["times"] for each in ordered]}


def explanations(model: Model, texts: Sequence[str]) -> dict[str, float]:
    """Return the 95th percentile of an explanation's milliseconds, for messages of so many words put together."""
    words = " ".join(texts).split()
    found = {}
    for count in EXPLAINED:
        rounds = []
        for number in range(REPEATS):
            began = time.perf_counter()
            explain(model, " ".join(words[number * count : (number + 1) * count]))
            rounds.append(1000 * (time.perf_counter() - began))
        found[f"{count} words"] = round(float(np.percentile(rounds, 95)), 1)
    return found


def run(data: Draw, arguments: argparse.Namespace) -> dict[str, Any]:
    """Build the model, measure everything, return it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "bench"
        began = time.perf_counter()
        build_model(list(data.fitted), name="bench", mode="head", folder=folder, encoders=ENCODERS)
        result: dict[str, Any] = {"build_seconds": round(time.perf_counter() - began, 1)}
        model = load_model(folder, ENCODERS)
        checked = [row.text for row in data.judged]
        texts = checked[:: max(1, len(checked) // arguments.messages)]
        result |= beside_torch(folder, len(model.labels), texts, checked, arguments.rounds)
        result["memory"] = asdict(probe_memory(folder, ENCODERS, texts))
        result["explanation_p95_ms"] = explanations(model, texts)
        refits = FastRefitBench(model, data)
        result["served_against_float"] = agreement(model, refits.gate_vectors, checked)
        result["fast_refit"] = refits.measure(data.judged[:: max(1, len(data.judged) // arguments.labels)])
        result["new_intents"] = new_intents(model, data, refits.gate_vectors, arguments.new_intents)
        if arguments.training_run:
            began = time.perf_counter()
            build_model(
                list(data.fitted)[: arguments.training_run], name="slow", mode="full", folder=Path(place) / "slow",
                encoders=Path(place),
            )  # fmt: skip
            result["training_run"] = {"messages": arguments.training_run, "seconds": round(time.perf_counter() - began)}
    return result


def rows_of(result: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """Return (what, measured, goal) for the table."""
    one, many, refits = result["one_message"], result["batcher"], result["fast_refit"]
    near, fresh = result["served_against_float"], result["new_intents"]
    rows = [
        ("torch pipeline, p50 ms", one["torch"]["p50"], ""),
        ("one message, p50 ms", one["p50_ms"], ""),
        ("times faster than torch", one["times"], ">= 6"),
        ("p99 / p50", one["p99_over_p50"], "<= 3"),
        ("load and verify, s", one["load_seconds"], ""),
        ("resident MiB, one model", result["memory"]["serving"], "<= 300"),
        ("... after five revisions", result["memory"]["revised"], "<= 300"),
        ("... while two models are held", result["memory"]["both"], ""),
        ("... after a swap of encoders", result["memory"]["swapped"], "<= 300"),
        (f"{CALLERS} callers, messages/s", many["per_second"], ""),
        ("times the pipeline", many["times"], ">= 4"),
        ("most batches a caller waited for", many["most_batches"], "<= 2"),
        *((f"explanation of {words}, p95 ms", ms, "<= 300") for words, ms in result["explanation_p95_ms"].items()),
        ("same first label as float32", near["same_label"], ">= .995"),
        ("fast refit, p95 ms", refits["label_to_judged_ms"]["p95"], "<= 2000"),
        ("furthest from the converged refit", refits["furthest_probability"], "<= .02"),
        ("weights moved at least", refits["least_moved"], "> 0"),
        *(
            (f"new intent, recall after {n}", fresh["recall"][n], g)
            for n, g in zip(SHOWN, (">= .60", ">= .80", ">= .85"), strict=True)
        ),
        ("points lost elsewhere", max(fresh["points_lost"].values()), "<= .2"),
    ]
    if "training_run" in result:
        run = result["training_run"]
        rows.append((f"training run, {run['messages']} messages, s", run["seconds"], "<= 900"))
    return rows


def main() -> None:
    """Parse arguments, measure, print; says so and measures nothing where the data is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    parser.add_argument("--set", default="clinc", help="what to fit on: clinc (the goals' size), or clincN for a look")
    parser.add_argument("--messages", type=int, default=900)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--labels", type=int, default=20, help="resolutions to refit for, timed")
    parser.add_argument("--new-intents", type=int, default=NEW_INTENTS)
    parser.add_argument("--training-run", type=int, default=0, metavar="MESSAGES", help="also fine-tune on so many")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        data = draw(arguments.set, data_folder(arguments.data), 0)
    except CorpusMissing as missing:
        sys.stderr.write(f"classifier left out: {missing}\n")
        return
    result = run(data, arguments)
    title = f"classifier, {len(data.fitted)} examples of {len({row.label for row in data.fitted})} intents"
    show(title, ("what", "measured", "goal"), rows_of(result), result, arguments.json)


if __name__ == "__main__":
    main()
