"""`python -m tests.benchmarks gain`: what fine-tuning the encoder gains over the head alone, by examples an intent.

Only the encoders that end up in a model are tuned, as `full` plans them without a budget; those that calibrate it do
not change its first labels. So what is compared is accuracy, and the share that could be answered at 2 % wrong, ranked
by one score that needs no calibration (top probability times similarity to the nearest example), strangers as 15 % of
the stream. `auto` chooses by these figures (`classifier/tuning/plan.py`).
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from tokenizers import Tokenizer

from escalation.classifier import Example, Model, build_model
from escalation.classifier.build import embed_all
from escalation.classifier.confidence.signals import SIGNALS, signals
from escalation.classifier.encoder.export import export_fine_tuned
from escalation.classifier.encoder.folder import TOKENIZER
from escalation.classifier.encoder.serving import load_encoder, prepare_tokenizer
from escalation.classifier.encoder.source import EncoderSource, find_encoder
from escalation.classifier.encoder.transformer import PooledEncoder, load_transformer
from escalation.classifier.evaluation import auroc
from escalation.classifier.head.fit import encode_labels
from escalation.classifier.head.training_set import name_text, training_set
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.tuning.averaging import average, between
from escalation.classifier.tuning.batches import TokenizedExamples, tokenized
from escalation.classifier.tuning.checkpoint import Checkpoint
from escalation.classifier.tuning.device import choose_device
from escalation.classifier.tuning.loop import TuningContext, tune
from escalation.classifier.tuning.plan import Size, make_plan
from escalation.classifier.tuning.recipe import RECIPE
from escalation.classifier.tuning.remaining_time import RunProgress
from escalation.kernel.arrays import Floats
from tests.benchmarks.corpora import CorpusMissing, Draw, SetUnknown, data_folder, draw
from tests.benchmarks.figures import answered_at, stream_weights
from tests.real_encoder import real_encoders

SETS = "clinc5,banking5,hwu5,clinc25,banking25,hwu25"
RISK, STRANGERS, MOST_STRANGERS = 0.02, 0.15, 500
AT_ONCE = 100
STDOUT, STDERR = Console(), Console(stderr=True)


@dataclass(frozen=True)
class Gain:
    """Shares 0..1 on one draw. `tuned_share` 0: the head alone; `possible` at RISK; `auroc` of strangers."""

    name: str
    split: str
    seed: int
    tuned_share: float
    accuracy: float
    possible: float
    auroc: float
    seconds: float


def measured(data: Draw, seed: int, shares: Sequence[float], finals: int) -> Iterator[Gain]:
    """Yield the figures of the head alone, and of tuned encoders mixed with the published one by `shares`."""
    with tempfile.TemporaryDirectory() as place:
        began = time.perf_counter()
        head = build_model(
            data.fitted, name="gain", folder=Path(place) / "model", encoders=real_encoders(), seed=seed
        )  # fmt: skip
        yield judged(head, data, seed, 0.0, time.perf_counter() - began)
        source = find_encoder()
        began = time.perf_counter()
        states = tuned(source, data.fitted, seed, finals, Path(place))
        seconds = time.perf_counter() - began
        for share in shares:
            module = load_transformer(source.folder)
            module.load_state_dict(between(module.state_dict(), average(states), share))
            yield judged(_with_encoder(head, module, data.fitted, Path(place)), data, seed, share, seconds)


def tuned(
    source: EncoderSource, rows: Sequence[Example], seed: int, finals: int, place: Path
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the weights of the first `finals` final encoders of a full run without a budget."""
    labels = sorted({str(row.label) for row in rows})
    plan = make_plan(
        Size(len(rows), len(labels)), wanted="full", seed=seed, seconds_a_step=0.1, budget=None, recipe=RECIPE
    )
    context = TuningContext(
        source, len(labels), RECIPE, choose_device(), RunProgress(plan.seconds, lambda _: None, lambda: False), 0.1
    )
    examples = _tokenized(source, rows, labels)
    return [
        tune(context, examples, final, Checkpoint(place / f"{final.name}.checkpoint"), "").module.state_dict()
        for final in plan.finals[:finals]
    ]


def _tokenized(source: EncoderSource, rows: Sequence[Example], labels: list[str]) -> TokenizedExamples:
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(source.folder / TOKENIZER)), RECIPE.max_tokens)
    codes = np.append(encode_labels([str(row.label) for row in rows], labels), np.arange(len(labels)))
    return tokenized(tokenizer, [*(row.text for row in rows), *map(name_text, labels)], codes)


def _with_encoder(model: Model, module: PooledEncoder, rows: Sequence[Example], place: Path) -> Model:
    """Return the model with another encoder, exported as it would serve, and a head fitted on its vectors."""
    source = find_encoder()
    key = export_fine_tuned(module, source.folder / TOKENIZER, "gain", place / "encoders").name
    encoder = load_encoder(key, place / "encoders")
    vectors = embed_all(encoder, [row.text for row in rows], lambda _: None)
    ids = frozenset(model.scorer.training.rows.ids)
    known = [replace(row, id=id) for row, id in zip(rows, model.scorer.training.rows.ids, strict=True)]
    training = training_set(LabelledVectors.of(vectors, known, seen=ids), embed=encoder.embed)
    scorer = replace(model.scorer, training=training, head=training.fit(), around=training.around)
    return replace(model, encoder=encoder, scorer=scorer)


def judged(model: Model, data: Draw, seed: int, share: float, seconds: float) -> Gain:
    """Return what a model makes of the judged messages and of strangers."""
    strangers = data.outside_judged[:MOST_STRANGERS]
    texts = [*(row.text for row in data.judged), *strangers]
    seen = signals(model.scorer.head, model.scorer.around, _embedded(model, texts))
    truth = [model.labels.index(str(row.label)) for row in data.judged]
    right = np.append(seen.first[: len(truth)] == truth, np.zeros(len(strangers), bool))
    nearest = seen.matrix[:, SIGNALS.index("nearest_similarity")]
    sure = (seen.probabilities.max(axis=1) * nearest).astype(np.float64)
    weights = stream_weights(len(truth), len(strangers), STRANGERS)
    novelty = auroc(-nearest[len(truth) :].astype(np.float64), -nearest[: len(truth)].astype(np.float64))
    return Gain(
        data.name, data.split, seed, share, float(right[: len(truth)].mean()),
        answered_at(sure, right, weights, RISK), novelty, round(seconds, 1),
    )  # fmt: skip


def _embedded(model: Model, texts: Sequence[str]) -> Floats:
    pages = [texts[at : at + AT_ONCE] for at in range(0, len(texts), AT_ONCE)]
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(model.embed_messages, pages)))


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default=SETS, help="comma separated, as of the benchmark accuracy")
    parser.add_argument("--draws", default="0", help="seeds, comma separated")
    parser.add_argument("--share", default=str(RECIPE.tuned_share), help="of tuned weights, comma separated")
    parser.add_argument("--finals", type=int, default=2, help="encoders to average; 1 where the data is large")
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    return parser.parse_args()


def main() -> None:
    """Measure and print, a line for each model. Data that is missing is said and left out."""
    arguments = _parsed()
    shares = [float(share) for share in arguments.share.split(",")]
    for seed in map(int, arguments.draws.split(",")):
        for name in arguments.set.split(","):
            try:
                data = draw(name, data_folder(arguments.data), seed)
            except CorpusMissing as missing:
                STDERR.print(f"{name} left out: {missing}", soft_wrap=True)
                continue
            except SetUnknown as unknown:
                sys.exit(str(unknown))
            for gain in measured(data, seed, shares, arguments.finals):
                STDOUT.print(json.dumps(asdict(gain)), soft_wrap=True, markup=False, highlight=False)


if __name__ == "__main__":
    main()
