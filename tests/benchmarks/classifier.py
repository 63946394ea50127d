"""`python -m tests.benchmarks classifier`: the classifier's speed and memory, as ratios to torch in the same run.

The yardstick is a `transformers` text-classification pipeline with the same encoder, float32, one thread, and a head of
random weights. The model is fitted on CLINC150's train split: 15,000 examples of 150 intents. What serves is measured
in a process of its own, one message at a time, in turn with the yardstick so that both meet the same machine.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from escalation.classifier import Classifier, Example, Model, build_model, find_encoder, load_model, refit_head
from escalation.classifier.encoder_folder import TOKENIZER
from escalation.classifier.head import Floats, Ints, softmax
from escalation.classifier.out_of_fold import TrainingSet
from escalation.learning import gate
from escalation.learning.datasets import Labelled
from escalation.learning.gate import Contender
from escalation.replay.accounting import percentiles
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw
from tests.benchmarks.phrases import phrases
from tests.benchmarks.serving_probe import probe
from tests.benchmarks.timing import show
from tests.live_service import ENCODERS

CALLERS = 64
NEW_INTENTS = 12
SHOWN = (1, 3, 5)

Pipeline = Callable[[str], object]


def torch_pipeline(labels: int) -> Pipeline:
    """Return the yardstick: the default encoder in torch, float32, one thread, with a random head."""
    import torch
    import transformers

    torch.set_num_threads(1)
    torch.manual_seed(0)
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()  # it says that the head is new
    folder = str(find_encoder().folder)
    network = transformers.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=labels)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    made: Pipeline = transformers.pipeline(
        "text-classification", model=network.float().eval(), tokenizer=tokenizer, device="cpu"
    )
    return made


def milliseconds(work: Pipeline, texts: Sequence[str], warm_up: int = 20) -> dict[str, float | None]:
    """Return percentiles of one call a text, in milliseconds."""
    for text in texts[:warm_up]:
        work(text)
    rounds = []
    for text in texts:
        began = time.perf_counter()
        work(text)
        rounds.append(time.perf_counter() - began)
    return percentiles(rounds)


def one_message(folder: Path, labels: int, texts: Sequence[str], rounds: int) -> dict[str, Any]:
    """Tokenising to prediction with confidence, novelty and neighbours: the median of some rounds beside torch."""
    pipeline = torch_pipeline(labels)
    found = []
    for number in range(rounds):
        part = texts[number::rounds]
        reference, served = milliseconds(pipeline, part), probe(folder, ENCODERS, part)
        times = round(float(reference["p50"] or 0) / served.p50_ms, 2)
        tail = round(served.p99_ms / served.p50_ms, 2)
        found.append({"torch": reference, **asdict(served), "times_faster": times, "p99_over_p50": tail})
    found.sort(key=lambda each: float(each["times_faster"]))
    return {**found[len(found) // 2], "every_ratio": [each["times_faster"] for each in found]}


async def batched(model: Model, seconds: float, one_by_one_ms: float) -> dict[str, Any]:
    """Messages a second with 64 callers through the live batcher, against the pipeline called one by one."""
    classifier = Classifier(model, remembered=0)
    texts = phrases(seed=64)
    waited: list[float] = []
    end = time.perf_counter() + seconds

    async def caller() -> None:
        while (began := time.perf_counter()) < end:
            await classifier.predict(next(texts))
            waited.append(time.perf_counter() - began)

    began = time.perf_counter()
    try:
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
    finally:
        classifier.close()
    rate = len(waited) / (time.perf_counter() - began)
    times = round(rate * one_by_one_ms / 1000, 2)
    return {"per_second": round(rate, 1), "times_pipeline": times, "ms": percentiles(waited)}


def float_vectors(texts: Sequence[str]) -> Floats:
    """Return what `embed` would with the same encoder in torch, float32 (n, d)."""
    import torch
    from tokenizers import Tokenizer

    from escalation.classifier.encoder import clean_text, prepare_tokenizer
    from escalation.classifier.export import MAX_TOKENS, load_transformer
    from escalation.classifier.lexical import with_words

    source = find_encoder()
    module = load_transformer(source.folder)
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(source.folder / TOKENIZER)), MAX_TOKENS)
    cleaned = [clean_text(text) for text in texts]
    rows = []
    with torch.inference_mode():
        for text in cleaned:
            ids = torch.tensor([tokenizer.encode(text).ids])
            rows.append(module(ids, torch.ones_like(ids))[0].numpy())
    return with_words(np.stack(rows), cleaned)


def agreement(model: Model, served: Floats, texts: Sequence[str]) -> dict[str, float]:
    """The served vectors against float32 ones: cosine, and messages with the same first label under the same head."""
    floats = float_vectors(texts)
    cosine = (served * floats).sum(axis=1)
    head = model.scorer.head
    same = head.logits(served).argmax(axis=1) == head.logits(floats).argmax(axis=1)
    return {
        "messages": len(texts), "same_label": round(float(same.mean()), 4),
        "cosine_mean": round(float(cosine.mean()), 5), "cosine_min": round(float(cosine.min()), 4),
    }  # fmt: skip


class Lane:
    """The fast lane's work without its database: examples known before, and what comes in."""

    def __init__(self, model: Model, data: Draw) -> None:
        training = model.scorer.training
        self.model = model
        self.labels = [training.labels[code] for code in training.codes]
        self.vectors, self.ids = training.vectors, list(training.ids)
        self.gate = gate_rows(data.judged)
        self.gate_vectors = model.embed([row.text for row in data.judged])
        # What answers now was judged on these rows when it was a challenger; its predictions are kept since.
        self.champion = gate.predicted(Contender(model, self.gate_vectors), self.gate)

    def refit(self, text: str, label: str, name: str) -> Model:
        """Embed one message, refit on everything with it, judge the result: the whole of what the label waits for."""
        vectors = np.concatenate([self.vectors, self.model.embed([text])])
        made = refit_head(
            self.model, vectors, [*self.labels, label], [*self.ids, name], name, recalibrate=False
        )  # fmt: skip
        challenger = gate.predicted(Contender(made, self.gate_vectors), self.gate)
        gate.run_gate(self.champion, challenger, self.gate, self.model.alpha)
        return made

    def measure(self, messages: Sequence[Example], converged: int = 400) -> dict[str, Any]:
        """Time one label after another, each on its own; compare the first with a refit run to the end."""
        seconds, moved = [], []
        before = self.model.scorer.head.weights
        first: Model | None = None
        for number, row in enumerate(messages):
            began = time.perf_counter()
            made = self.refit(row.text, str(row.label), f"new-{number}")
            seconds.append(time.perf_counter() - began)
            moved.append(float(np.abs(made.scorer.head.weights - before).max()))
            first = first or made
        assert first is not None
        exact = first.scorer.training.fit(start=first.scorer.head, iterations=converged)
        live, end = (softmax(head.logits(self.gate_vectors)) for head in (first.scorer.head, exact))
        return {
            "label_to_judged_ms": percentiles(seconds), "least_moved": round(min(moved), 4),
            "furthest_probability": round(float(np.abs(live - end).max()), 4),
        }  # fmt: skip


def gate_rows(judged: Sequence[Example]) -> list[Labelled]:
    """Return examples as the gate has them."""
    return [Labelled(id=row.id, text=row.text, label=row.label) for row in judged]


def new_intents(model: Model, data: Draw, judged: Floats, count: int) -> dict[str, Any]:
    """Recall of intents that were unknown, after 1, 3 and 5 examples, and what the others lose, in points.

    Each refit is the fast lane's own: from the model before, with one intent's examples gone and then coming back.
    """
    training = model.scorer.training
    truth = np.asarray([str(row.label) for row in data.judged])
    recall: dict[int, list[float]] = {shown: [] for shown in SHOWN}
    lost: dict[int, list[float]] = {shown: [] for shown in SHOWN}
    for code in np.random.default_rng(0).choice(len(training.labels), count, replace=False):
        label, others = training.labels[code], training.codes != code
        known = truth != label
        rows, fresh = np.flatnonzero(others), np.flatnonzero(~others)
        without = refit_rows(model, training, rows)
        before = first_labels(without, judged[known]) == truth[known]
        for shown in SHOWN:
            found = first_labels(refit_rows(without, training, np.append(rows, fresh[:shown])), judged) == truth
            recall[shown].append(float(found[~known].mean()))
            lost[shown].append(100 * float(before.mean() - found[known].mean()))
    return {
        "intents": count,
        "recall": {shown: round(float(np.mean(recall[shown])), 3) for shown in SHOWN},
        "points_lost": {shown: round(float(np.mean(lost[shown])), 3) for shown in SHOWN},
    }


def refit_rows(parent: Model, training: TrainingSet, rows: Ints) -> Model:
    """Refit the parent on some of the examples, as the fast lane does before it calibrates."""
    labels = [training.labels[code] for code in training.codes[rows]]
    ids = [training.ids[row] for row in rows]
    return refit_head(parent, training.vectors[rows], labels, ids, "part", recalibrate=False)


def first_labels(model: Model, vectors: Floats) -> Any:
    """Return the first label of each vector."""
    return np.asarray(model.labels)[model.scorer.head.logits(vectors).argmax(axis=1)]


def run(data: Draw, arguments: argparse.Namespace) -> dict[str, Any]:
    """Build the model, measure everything, return it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "bench"
        began = time.perf_counter()
        build_model(list(data.fitted), name="bench", mode="head", folder=folder, encoders=ENCODERS)
        result: dict[str, Any] = {"build_seconds": round(time.perf_counter() - began, 1)}
        model = load_model(folder, ENCODERS)
        texts = [row.text for row in data.judged][: arguments.messages]
        result["one_message"] = one_message(folder, len(model.labels), texts, arguments.rounds)
        slow = result["one_message"]["torch"]["p50"]
        result["batcher"] = asyncio.run(batched(model, arguments.seconds, slow))
        lane = Lane(model, data)
        checked = [row.text for row in data.judged]
        result["served_against_float"] = agreement(model, lane.gate_vectors, checked)
        result["fast_lane"] = lane.measure(data.judged[:: max(1, len(data.judged) // arguments.labels)])
        result["new_intents"] = new_intents(model, data, lane.gate_vectors, arguments.new_intents)
        if arguments.slow_lane:
            began = time.perf_counter()
            build_model(
                list(data.fitted)[: arguments.slow_lane], name="slow", mode="full", folder=Path(place) / "slow",
                encoders=Path(place),
            )  # fmt: skip
            result["slow_lane"] = {"messages": arguments.slow_lane, "seconds": round(time.perf_counter() - began)}
    return result


def rows_of(result: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """Return (what, measured, goal) for the table."""
    one, many, lane = result["one_message"], result["batcher"], result["fast_lane"]
    near, fresh = result["served_against_float"], result["new_intents"]
    rows = [
        ("torch pipeline, p50 ms", one["torch"]["p50"], ""),
        ("one message, p50 ms", one["p50_ms"], ""),
        ("times faster than torch", one["times_faster"], ">= 6"),
        ("p99 / p50", one["p99_over_p50"], "<= 3"),
        ("resident MiB, one model", one["resident_mib"], "<= 300"),
        ("load and verify, s", one["load_seconds"], ""),
        (f"{CALLERS} callers, messages/s", many["per_second"], ""),
        ("times the pipeline", many["times_pipeline"], ">= 4"),
        ("same first label as float32", near["same_label"], ">= .995"),
        ("fast lane, p95 ms", lane["label_to_judged_ms"]["p95"], "<= 2000"),
        ("furthest from the converged refit", lane["furthest_probability"], "<= .02"),
        ("weights moved at least", lane["least_moved"], "> 0"),
        *(
            (f"new intent, recall after {n}", fresh["recall"][n], g)
            for n, g in zip(SHOWN, (0.6, 0.8, 0.85), strict=True)
        ),
        ("points lost elsewhere", max(fresh["points_lost"].values()), "<= .2"),
    ]
    if "slow_lane" in result:
        rows.append(
            (f"slow lane, {result['slow_lane']['messages']} messages, s", result["slow_lane"]["seconds"], "<= 900")
        )
    return rows


def main() -> None:
    """Parse arguments, measure, print; says so and measures nothing where the data is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    parser.add_argument("--set", default="clinc", help="what to fit on: clinc (the goals' size), or clincN for a look")
    parser.add_argument("--messages", type=int, default=900)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--labels", type=int, default=20, help="resolutions to time in the fast lane")
    parser.add_argument("--new-intents", type=int, default=NEW_INTENTS)
    parser.add_argument("--slow-lane", type=int, default=0, metavar="MESSAGES", help="also fine-tune on so many")
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
