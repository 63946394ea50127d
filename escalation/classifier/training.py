"""Fine-tuning an encoder together with a cosine head in torch, then exporting it (the slow lane's work).

The head starts from the fitted frozen one, so the first steps do not tear the encoder apart.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from escalation.classifier.encoder import clean_text, load_encoder, prepare_tokenizer
from escalation.classifier.encoder_source import EncoderSource
from escalation.classifier.errors import TrainingCancelled, TrainingDiverged
from escalation.classifier.export import PooledEncoder, export_fine_tuned, load_transformer
from escalation.classifier.head import Ints, encode_labels
from escalation.classifier.out_of_fold import OutOfFold, joined
from escalation.classifier.prediction import Example
from escalation.classifier.progress import Progress, Stop, Tell
from escalation.classifier.scouting import judged, splits
from escalation.classifier.training_set import name_text, training_set

BATCH = 32
MAX_TOKENS = 64  # 99.9 % of customer messages are shorter; time grows with it
ENCODER_RATE, HEAD_RATE, WEIGHT_DECAY = 8e-5, 2e-3, 0.01
WARM_UP_SHARE = 0.1
SCALE = 20.0  # cosine logits times this: softmax over 150 intents can reach certainty
SMOOTHING = 0.05  # labels from resolutions are wrong now and then
FEWEST_STEPS, LEAST_EPOCHS, MOST_EPOCHS = 150, 4, 6
SECONDS_BETWEEN_TOLD = 0.5


@dataclass
class Pace:
    """Steps done of all steps of a run (scouts and final), for progress, ETA and the check whether to stop."""

    steps: int
    tell: Tell
    stop: Stop
    done: int = 0
    began: float = 0.0
    told: float = 0.0

    def step(self, stage: str, epoch: int, epochs: int, loss: float) -> None:
        """Count one step. Raises: TrainingCancelled, TrainingDiverged."""
        if not np.isfinite(loss):
            raise TrainingDiverged(f"The loss is {loss} at step {self.done} of {self.steps}; look for odd examples.")
        if self.stop():
            raise TrainingCancelled(f"Stopped at step {self.done} of {self.steps}.")
        now = time.monotonic()
        self.began = self.began or now
        self.done += 1
        if now - self.told >= SECONDS_BETWEEN_TOLD or self.done == self.steps:
            self.told = now
            eta = (now - self.began) / self.done * (self.steps - self.done)
            self.tell(Progress(stage, 0.8 * self.done / self.steps, epoch, epochs, self.done, self.steps, loss, eta))


@dataclass(frozen=True)
class Lesson:
    """What one encoder is tuned on: token ids and codes of rows and names."""

    tokens: tuple[tuple[int, ...], ...]
    codes: Ints

    @property
    def epochs(self) -> int:
        """Enough for FEWEST_STEPS, within bounds."""
        batches = max(1, -(-len(self.codes) // BATCH))
        return int(np.clip(-(-FEWEST_STEPS // batches), LEAST_EPOCHS, MOST_EPOCHS))

    @property
    def steps(self) -> int:
        """Optimiser steps of all epochs."""
        return self.epochs * -(-len(self.codes) // BATCH)


def fine_tune(
    rows: Sequence[Example],
    *,
    source: EncoderSource,
    encoders: Path,
    name: str,
    seed: int,
    tell: Tell,
    stop: Stop,
) -> tuple[str, OutOfFold]:
    """Tune scouts and the final encoder, export the final one; return its key and the scouts' rows to calibrate on.

    Raises: TrainingCancelled, TrainingDiverged, EncoderInvalid.
    """
    torch.set_num_threads(_free_processors())
    inside = [row for row in rows if row.label is not None]
    labels = sorted({row.label for row in inside if row.label is not None})
    codes = encode_labels([row.label or "" for row in inside], labels)
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(source.folder / "tokenizer.json")), MAX_TOKENS)
    plans = splits(codes, [row.group for row in inside], len(labels), seed)
    everyone = np.arange(len(labels))
    lessons = [_lesson(tokenizer, inside, codes, labels, ~plan.held, plan.present) for plan in plans]
    final = _lesson(tokenizer, inside, codes, labels, np.ones(len(codes), bool), everyone)
    pace = Pace(sum(lesson.steps for lesson in [*lessons, final]), tell, stop)
    parts = []
    for number, (plan, lesson) in enumerate(zip(plans, lessons, strict=True)):
        module = _tune(source, lesson, len(labels), seed + 1 + number, "calibrating", pace)
        with tempfile.TemporaryDirectory() as place:
            parts.append(judged(_embedded(module, source, inside, Path(place)), plan))
    module = _tune(source, final, len(labels), seed, "fine-tuning", pace)
    return export_fine_tuned(module, source.folder / "tokenizer.json", name, encoders).name, joined(parts)


def _free_processors() -> int:
    """Return 1 or 2: on a machine that is busy serving, two threads wait for each other longer than one works."""
    processors = os.cpu_count() or 1
    return 2 if processors > 1 and os.getloadavg()[0] < 0.75 * processors else 1


def _lesson(
    tokenizer: Tokenizer, rows: Sequence[Example], codes: Ints, labels: Sequence[str], kept: Any, present: Ints
) -> Lesson:
    texts = [row.text for row, keep in zip(rows, kept, strict=True) if keep]
    texts += [name_text(labels[code]) for code in present]
    encodings = tokenizer.encode_batch([clean_text(text) for text in texts])
    return Lesson(tuple(tuple(encoding.ids) for encoding in encodings), np.concatenate([codes[kept], present]))


def _embedded(module: PooledEncoder, source: EncoderSource, rows: Sequence[Example], place: Path) -> Any:
    """Return the training set with a scout's vectors, made as they will be served: exported and quantised."""
    key = export_fine_tuned(module, source.folder / "tokenizer.json", "scout", place).name
    encoder = load_encoder(key, place)
    return training_set(
        encoder.embed([row.text for row in rows]), [row.label for row in rows], [row.id for row in rows],
        name_vectors={}, embed=encoder.embed, groups=[row.group for row in rows],
    )  # fmt: skip


def _tune(source: EncoderSource, lesson: Lesson, classes: int, seed: int, stage: str, pace: Pace) -> PooledEncoder:
    """Return the published encoder tuned on one lesson, on the processor, in eval mode."""
    torch.manual_seed(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    module: PooledEncoder = load_transformer(source.folder).to(device)
    head = torch.nn.Linear(int(module.transformer.config.hidden_size), classes, bias=False, device=device)
    with torch.no_grad():
        head.weight.copy_(_class_means(module, lesson, classes, device))
    parameters = [
        {"params": list(module.parameters()), "lr": ENCODER_RATE},
        {"params": list(head.parameters()), "lr": HEAD_RATE, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(parameters, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _triangle(lesson.steps))
    codes = torch.tensor(lesson.codes, device=device)
    random = np.random.default_rng(seed)
    module.train()
    for epoch in range(lesson.epochs):
        for batch in _batches(lesson, random):
            loss = _loss(module, head, [lesson.tokens[row] for row in batch], codes[torch.tensor(batch)], device)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            pace.step(stage, epoch + 1, lesson.epochs, float(loss.detach()))
    module.cpu()
    module.eval()
    return module


def _loss(module: Any, head: Any, tokens: Sequence[Sequence[int]], codes: Any, device: Any) -> Any:
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=_has_fast_bfloat16(device)):
        vectors = module(*_padded(tokens, device))
    vectors = torch.nn.functional.normalize(vectors.float(), dim=1)
    logits = SCALE * vectors @ torch.nn.functional.normalize(head.weight, dim=1).T
    return torch.nn.functional.cross_entropy(logits, codes, label_smoothing=SMOOTHING)


def _has_fast_bfloat16(device: Any) -> bool:
    """Whether 16-bit arithmetic is in hardware: a step takes half the time; elsewhere it is emulated and slower."""
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return device.type == "cuda" or bool(supported())


def _class_means(module: Any, lesson: Lesson, classes: int, device: Any) -> Any:
    """Return each class's mean vector (c, d); a class without examples gets zeros' direction, never a target."""
    sums = torch.full((classes, int(module.transformer.config.hidden_size)), 1e-4, device=device)
    with torch.inference_mode():
        for at in range(0, len(lesson.codes), BATCH):
            vectors = module(*_padded(lesson.tokens[at : at + BATCH], device))
            sums.index_add_(0, torch.tensor(lesson.codes[at : at + BATCH], device=device), vectors)
    return sums


def _padded(tokens: Sequence[Sequence[int]], device: Any) -> tuple[Any, Any]:
    """Return ids and mask, int64 (b, s); the padding id does not matter under the mask."""
    width = max(1, *(len(row) for row in tokens))
    ids = np.zeros((len(tokens), width), np.int64)
    mask = np.zeros((len(tokens), width), np.int64)
    for position, row in enumerate(tokens):
        ids[position, : len(row)] = row
        mask[position, : len(row)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def _batches(lesson: Lesson, random: np.random.Generator) -> list[list[int]]:
    """Return shuffled batches of rows of similar length: a third less padding than plain shuffling."""
    order = random.permutation(len(lesson.codes))
    pools = [order[at : at + 16 * BATCH] for at in range(0, len(order), 16 * BATCH)]
    batches = []
    for pool in pools:
        by_length = sorted(pool.tolist(), key=lambda row: len(lesson.tokens[row]))
        batches += [by_length[at : at + BATCH] for at in range(0, len(by_length), BATCH)]
    return [batches[position] for position in random.permutation(len(batches))]


def _triangle(steps: int) -> Callable[[int], float]:
    """Return a rate factor rising over the first tenth of the steps, then falling to zero."""
    warm = max(1, int(WARM_UP_SHARE * steps))
    return lambda step: (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))
