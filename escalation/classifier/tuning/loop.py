"""The training loop: one encoder and its head, tuned on some examples, from the start or from where it was killed.

The head starts from the class means of the published encoder, so the first steps do not tear that apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from escalation.classifier.encoder.source import EncoderSource
from escalation.classifier.encoder.transformer import PooledEncoder, load_transformer
from escalation.classifier.errors import TrainingCancelled
from escalation.classifier.tuning.batches import TokenizedExamples, padded
from escalation.classifier.tuning.checkpoint import Checkpoint, Saved, part, prefixed
from escalation.classifier.tuning.device import Device
from escalation.classifier.tuning.objective import loss_of
from escalation.classifier.tuning.plan import Tuning, start_seconds
from escalation.classifier.tuning.recipe import TuningRecipe
from escalation.classifier.tuning.remaining_time import RunProgress
from escalation.classifier.tuning.vocabulary import shrink

Epochs = Sequence[Sequence[Sequence[int]]]
"""Rows of each batch of each epoch."""


@dataclass(frozen=True)
class Tuned:
    """A tuned encoder, on the processor and in eval mode, and the directions (c, d) of its head."""

    module: PooledEncoder
    directions: Any


class TrainingState:
    """An encoder, a head and their optimiser in the middle of a tuning: all that a checkpoint holds."""

    def __init__(
        self, module: PooledEncoder, directions: Any, steps: int, recipe: TuningRecipe, device: Device
    ) -> None:
        self._module = device.put(module)
        self.directions = torch.nn.Parameter(directions.to(device.name))
        self._steps = steps
        self._recipe = recipe
        self._device = device
        groups = [
            {"params": list(module.parameters()), "lr": recipe.encoder_rate, "top": recipe.encoder_rate},
            {"params": [self.directions], "lr": recipe.head_rate, "top": recipe.head_rate, "weight_decay": 0.0},
        ]
        # Fused: one pass over the weights; 28 ms of processor time a step where the default takes 484.
        self._optimiser = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, fused=True)

    def step(self, number: int, tokens: Sequence[Sequence[int]], codes: Any) -> float:
        """Take step `number` (from 0) and return its loss."""
        for group in self._optimiser.param_groups:
            group["lr"] = group["top"] * triangle(number, self._steps, self._recipe.warm_up)
        with self._device.autocast():
            vectors = self._module(*padded(tokens, self._device.name))
        loss = loss_of(vectors, self.directions, codes, self._recipe)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._module.parameters(), self._recipe.clip)
        self._optimiser.step()
        return float(loss.detach())

    def to_save(self, step: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return tensors and values from which `restore` goes on after `step` steps."""
        tensors = prefixed("module", self._module.state_dict()) | {"directions": self.directions}
        for number, slots in self._optimiser.state_dict()["state"].items():
            tensors |= prefixed(f"optimiser/{number}", slots)
        tensors["random"] = torch.get_rng_state()
        if self._device.name == "cuda":
            tensors["random_cuda"] = torch.cuda.get_rng_state()
        return tensors, {"step": step}

    def restore(self, saved: Saved) -> int:
        """Take over what `to_save` returned; return the number of steps done."""
        self._module.load_state_dict(part(saved.tensors, "module"))
        with torch.no_grad():
            self.directions.copy_(saved.tensors["directions"])
        slots: dict[int, dict[str, Any]] = {}
        for name, tensor in part(saved.tensors, "optimiser").items():
            number, _, slot = name.partition("/")
            slots.setdefault(int(number), {})[slot] = tensor
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": slots, "param_groups": groups})
        torch.set_rng_state(saved.tensors["random"])
        if self._device.name == "cuda" and "random_cuda" in saved.tensors:
            torch.cuda.set_rng_state(saved.tensors["random_cuda"])
        return int(saved.values["step"])


@dataclass(frozen=True)
class TuningContext:
    """What all tunings of a run share. `seconds_a_step` is what `progress` expects of one."""

    source: EncoderSource
    classes: int
    recipe: TuningRecipe
    device: Device
    progress: RunProgress
    seconds_a_step: float


def tune(
    context: TuningContext, examples: TokenizedExamples, tuning: Tuning, checkpoint: Checkpoint, stage: str
) -> Tuned:
    """Return the published encoder tuned on the examples, going on from the checkpoint if there is one.

    With the same number of threads a resumed run gives the weights of an uninterrupted one, to the last bit.
    Raises: TrainingCancelled (what was done is in the checkpoint), TrainingDiverged, ModelNotSaved.
    """
    torch.manual_seed(tuning.seed)
    module = load_transformer(context.source.folder)
    vocabulary = shrink(module, examples.tokens)
    examples = vocabulary.translated(examples)
    epochs = examples.batches(context.recipe.batch, tuning.epochs, tuning.seed, context.recipe.together)
    state, done = _begin(context, module, examples, epochs, checkpoint, stage)
    module.train()
    _go_on(context, state, examples, epochs, done, checkpoint, stage)
    module.cpu()
    vocabulary.restore(module)
    module.eval()
    return Tuned(module, state.directions.detach().cpu())


def _begin(
    context: TuningContext, module: PooledEncoder, examples: TokenizedExamples, epochs: Epochs, checkpoint: Checkpoint,
    stage: str,
) -> tuple[TrainingState, int]:  # fmt: skip
    """Return the state at the start, or where the checkpoint left it, and the steps done."""
    steps = sum(map(len, epochs))
    start = start_seconds(len(epochs[0]), context.seconds_a_step)
    saved = checkpoint.read()
    if saved is None:
        directions = class_means(context.device.put(module), examples, context)
        context.progress.advance(start, stage)
        return TrainingState(module, directions, steps, context.recipe, context.device), 0
    directions = torch.zeros_like(saved.tensors["directions"])
    state = TrainingState(module, directions, steps, context.recipe, context.device)
    done = state.restore(saved)
    context.progress.skip(start + done * context.seconds_a_step)
    return state, done


def _go_on(
    context: TuningContext, state: TrainingState, examples: TokenizedExamples, epochs: Epochs, done: int,
    checkpoint: Checkpoint, stage: str,
) -> None:  # fmt: skip
    """Take all steps from number `done` on."""
    codes = torch.tensor(examples.codes, device=context.device.name)
    batches = [(epoch, batch) for epoch, of_epoch in enumerate(epochs, 1) for batch in of_epoch]
    for number, (epoch, batch) in enumerate(batches[done:], done + 1):
        rows = torch.tensor(batch, device=context.device.name)
        tokens = [examples.tokens[row] for row in batch]
        loss = state.step(number - 1, tokens, codes[rows])
        told = {"epoch": epoch, "epochs": len(epochs), "step": number, "steps": len(batches), "loss": loss}
        try:
            context.progress.advance(context.seconds_a_step, stage, **told)
        except TrainingCancelled:
            checkpoint.save(lambda done=number: state.to_save(done))  # type: ignore[misc]
            raise
        checkpoint.save_if_due(lambda done=number: state.to_save(done))  # type: ignore[misc]


def class_means(module: PooledEncoder, examples: TokenizedExamples, context: TuningContext) -> Any:
    """Return each class's summed vectors (c, d). A class without examples gets a constant; it is never a target."""
    batch, device = context.recipe.batch, context.device.name
    sums = torch.full((context.classes, int(module.transformer.config.hidden_size)), 1e-4, device=device)
    with torch.inference_mode():
        for at in range(0, len(examples.codes), batch):
            vectors = module(*padded(examples.tokens[at : at + batch], device))
            sums.index_add_(0, torch.tensor(examples.codes[at : at + batch], device=device), vectors)
    return sums.clone()


def triangle(step: int, steps: int, warm_up: float) -> float:
    """Return the rate factor of a step: rising over the share `warm_up` of all steps, then falling to zero."""
    warm = max(1, int(warm_up * steps))
    return (step + 1) / warm if step < warm else float(np.clip((steps - step) / max(1, steps - warm), 0.0, 1.0))
