"""The fine-tuning loop against the same recipe written down as plainly as possible.

The plain one takes the whole table of words, embeds one message at a time without padding, writes the losses as their
formulas and Adam's steps as in Loshchilov and Hutter 2019 ("Decoupled weight decay regularization", algorithm 2).
"""

import json
import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

from escalation.classifier.encoder.source import find_encoder
from escalation.classifier.head.fit import encode_labels
from escalation.classifier.tuning.batches import TokenizedExamples, tokenized
from escalation.classifier.tuning.checkpoint import Checkpoint
from escalation.classifier.tuning.device import Device
from escalation.classifier.tuning.loop import TuningContext, tune
from escalation.classifier.tuning.plan import Tuning
from escalation.classifier.tuning.recipe import RECIPE, TuningRecipe
from escalation.classifier.tuning.remaining_time import RunProgress
from tests.ml.small_world import Encoder, shop_examples

TOPICS, EACH, EPOCHS, SEED = 6, 8, 6, 3
SEEN = replace(RECIPE, batch=12, weight_decay=2.0, warm_up=0.3, clip=0.5)
"""The recipe with a decay and a clip that can be seen in a few dozen steps of a random encoder."""
BOUND = 0.001
"""Of the way that the weights went; rounding leaves 3e-6."""

Weights = dict[str, torch.Tensor]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Work this small is a hundred times slower when threads wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def still(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the random transformer without dropout, so that equal steps give equal weights."""
    folder = tmp_path_factory.mktemp("still") / "encoder"
    shutil.copytree(encoder.source, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (folder / "config.json").write_text(json.dumps(config))
    return str(folder)


def tokens_of(source: str) -> TokenizedExamples:
    rows = shop_examples(EACH, topics=TOPICS)
    codes = encode_labels([row.label or "" for row in rows], sorted({row.label or "" for row in rows}))
    return tokenized(Tokenizer.from_file(f"{source}/tokenizer.json"), [row.text for row in rows], codes)


def by_the_loop(source: str, place: Path, recipe: TuningRecipe) -> Weights:
    progress = RunProgress(1.0, lambda _: None, lambda: False)
    context = TuningContext(find_encoder(source), TOPICS, recipe, Device("cpu", bfloat16=False), progress, 0.1)
    examples = tokens_of(source)
    found = tune(context, examples, Tuning("t", SEED, EPOCHS, len(examples.codes)), Checkpoint(place / "c"), "tuning")
    return dict(found.module.transformer.state_dict()) | {"head": found.directions}


def plainly(source: str) -> tuple[Weights, Weights]:
    """Return the weights before and after the plain recipe."""
    examples = tokens_of(source)
    transformer = AutoModel.from_pretrained(source, attn_implementation="eager", add_pooling_layer=False).eval()
    head = torch.full((TOPICS, transformer.config.hidden_size), 1e-4)
    for vector, code in zip(embed(transformer, examples.tokens), examples.codes, strict=True):
        head[code] += vector.detach()
    weights = dict(transformer.named_parameters()) | {"head": head.requires_grad_()}
    before = {name: weight.detach().clone() for name, weight in weights.items()}
    order = examples.batches(SEEN.batch, EPOCHS, SEED, SEEN.together)
    adam = Adam(weights, sum(map(len, order)))
    for batch in (batch for epoch in order for batch in epoch):
        loss = plain_loss(
            embed(transformer, [examples.tokens[row] for row in batch]), head, examples.codes[batch].tolist()
        )
        adam.step(dict(zip(weights, torch.autograd.grad(loss, list(weights.values()), allow_unused=True), strict=True)))
    return before, {name: weight.detach() for name, weight in weights.items()}


def embed(transformer: torch.nn.Module, tokens: Sequence[Sequence[int]]) -> torch.Tensor:
    means = [transformer(torch.tensor([row])).last_hidden_state[0].mean(0) for row in tokens]
    return torch.stack([mean / mean.norm() for mean in means])


def plain_loss(vectors: torch.Tensor, head: torch.Tensor, codes: list[int]) -> torch.Tensor:
    """Cross-entropy with smoothed labels under cosine logits, plus the contrast, both averaged over the batch."""
    total = torch.zeros(())
    for row, code in enumerate(codes):
        likely = torch.log_softmax(torch.stack([SEEN.scale * (vectors[row] @ way / way.norm()) for way in head]), 0)
        total = total - (1 - SEEN.smoothing) * likely[code] - SEEN.smoothing * likely.mean()
        others = [other for other in range(len(codes)) if other != row]
        near = {other: vectors[row] @ vectors[other] / SEEN.temperature for other in others}
        whole = torch.logsumexp(torch.stack(list(near.values())), 0)
        companions = [whole - near[other] for other in others if codes[other] == code]
        if companions:
            total = total + SEEN.contrast * torch.stack(companions).mean()
    return total / len(codes)


class Adam:
    """AdamW with betas .9 and .999 and rates that rise to the top in `warm_up` of all steps and fall to nothing."""

    def __init__(self, weights: Weights, steps: int) -> None:
        self._weights = weights
        self._steps = steps
        self._done = 0
        self._first = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self._second = {name: torch.zeros_like(weight) for name, weight in weights.items()}

    def step(self, slopes: dict[str, torch.Tensor | None]) -> None:
        self._done += 1
        given = {name: slope for name, slope in slopes.items() if slope is not None}
        length = math.sqrt(sum(float(slope.square().sum()) for name, slope in given.items() if name != "head"))
        for name, slope in given.items():
            shorter = min(1.0, SEEN.clip / (length + 1e-6)) if name != "head" else 1.0
            self._move(name, slope * shorter)

    def _move(self, name: str, slope: torch.Tensor) -> None:
        top, decay = (SEEN.head_rate, 0.0) if name == "head" else (SEEN.encoder_rate, SEEN.weight_decay)
        rate = top * self._height()
        first = self._first[name].mul_(0.9).add_(slope, alpha=0.1)
        second = self._second[name].mul_(0.999).add_(slope.square(), alpha=0.001)
        ahead = first / (1 - 0.9**self._done)
        spread = (second / (1 - 0.999**self._done)).sqrt() + 1e-8
        with torch.no_grad():
            self._weights[name].mul_(1 - rate * decay).sub_(rate * ahead / spread)

    def _height(self) -> float:
        rising = int(SEEN.warm_up * self._steps)
        if self._done <= rising:
            return self._done / rising
        return (self._steps - self._done + 1) / (self._steps - rising)


@pytest.fixture(scope="module")
def plain(still: str) -> tuple[Weights, Weights]:
    return plainly(still)


def apart(plain: tuple[Weights, Weights], found: Weights, source: str) -> dict[str, float]:
    """Return how far encoder and head ended from the plain ones, as a share of the way these went.

    Rows of words that no message has are left out: the loop does not touch them, and the plain decay does.
    """
    before, wanted = plain
    assert found.keys() == wanted.keys()
    used = sorted({id for row in tokens_of(source).tokens for id in row})

    def length(one: Weights, other: Weights, names: list[str]) -> float:
        rows = {name: used if "word_embeddings" in name else slice(None) for name in names}
        return math.sqrt(sum(float((one[name] - other[name])[rows[name]].square().sum()) for name in names))

    parts = {"encoder": [name for name in wanted if name != "head"], "head": ["head"]}
    return {part: length(found, wanted, names) / length(wanted, before, names) for part, names in parts.items()}


def test_the_loop_gives_what_the_plain_recipe_gives(plain: tuple[Weights, Weights], still: str, tmp_path: Path) -> None:
    assert max(apart(plain, by_the_loop(still, tmp_path, SEEN), still).values()) < BOUND


LEFT_OUT: dict[str, dict[str, float]] = {
    "contrast": {"contrast": 0.0},
    "companions": {"together": 1},
    "temperature": {"temperature": 0.1},
    "warm-up": {"warm_up": 0.0},
    "weight decay": {"weight_decay": 0.0},
    "clip": {"clip": math.inf},
    "smoothing": {"smoothing": 0.0},
    "scale": {"scale": 10.0},
}


@pytest.mark.parametrize("part", LEFT_OUT)
def test_a_part_left_out_is_seen(plain: tuple[Weights, Weights], still: str, tmp_path: Path, part: str) -> None:
    found = apart(plain, by_the_loop(still, tmp_path, replace(SEEN, **LEFT_OUT[part])), still)
    assert max(found.values()) > 10 * BOUND


def test_dropout_is_on_while_tuning(plain: tuple[Weights, Weights], encoder: Encoder, tmp_path: Path) -> None:
    assert max(apart(plain, by_the_loop(encoder.source, tmp_path, SEEN), encoder.source).values()) > 10 * BOUND
