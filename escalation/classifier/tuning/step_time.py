"""How long one step takes on this machine: measured with a few real ones before anything is planned."""

import time

import torch

from escalation.classifier.encoder.source import EncoderSource
from escalation.classifier.encoder.transformer import load_transformer
from escalation.classifier.tuning.batches import TokenizedExamples
from escalation.classifier.tuning.device import Device
from escalation.classifier.tuning.loop import TrainingState
from escalation.classifier.tuning.recipe import TuningRecipe
from escalation.classifier.tuning.vocabulary import shrink

WARMING, TIMED = 2, 8


def measure_step(
    source: EncoderSource, examples: TokenizedExamples, classes: int, recipe: TuningRecipe, device: Device
) -> float:
    """Return the seconds of a mean step: batches of all lengths, from the shortest to the longest, on a copy."""
    torch.manual_seed(0)
    module = load_transformer(source.folder)
    vocabulary = shrink(module, examples.tokens)
    examples = vocabulary.translated(examples)
    directions = torch.randn((classes, int(module.transformer.config.hidden_size)))
    state = TrainingState(module, directions, WARMING + TIMED, recipe, device)
    module.train()
    codes = torch.tensor(examples.codes, device=device.name)
    began = 0.0
    for number, batch in enumerate(_sample(examples, recipe.batch, recipe.together)):
        began = time.perf_counter() if number == WARMING else began
        state.step(number, [examples.tokens[row] for row in batch], codes[torch.tensor(batch)])
    return (time.perf_counter() - began) / TIMED


def _sample(examples: TokenizedExamples, size: int, together: int) -> list[list[int]]:
    """Return batches for warming up and, evenly spread over their lengths, for timing."""
    (batches,) = examples.batches(size, 1, 0, together)
    batches.sort(key=lambda batch: max(map(examples.length, batch)))
    spread = [batches[int((place + 0.5) / TIMED * len(batches))] for place in range(TIMED)]
    return spread[:WARMING] + spread
