"""How long one step takes on this machine: measured with a few real ones before anything is planned."""

import time

import torch

from escalation.classifier.encoder.export import load_transformer
from escalation.classifier.encoder.source import EncoderSource
from escalation.classifier.tuning.batches import Lesson
from escalation.classifier.tuning.device import Device
from escalation.classifier.tuning.loop import Workout
from escalation.classifier.tuning.recipe import Recipe
from escalation.classifier.tuning.vocabulary import shrink

WARMING, TIMED = 2, 8


def measure_step(source: EncoderSource, lesson: Lesson, classes: int, recipe: Recipe, device: Device) -> float:
    """Return the seconds of a mean step: batches of all lengths, from the shortest to the longest, on a copy."""
    torch.manual_seed(0)
    module = load_transformer(source.folder)
    vocabulary = shrink(module, lesson.tokens)
    lesson = vocabulary.translated(lesson)
    directions = torch.randn((classes, int(module.transformer.config.hidden_size)))
    workout = Workout(module, directions, WARMING + TIMED, recipe, device)
    module.train()
    codes = torch.tensor(lesson.codes, device=device.name)
    began = 0.0
    for number, batch in enumerate(_sample(lesson, recipe.batch, recipe.together)):
        began = time.perf_counter() if number == WARMING else began
        workout.step(number, [lesson.tokens[row] for row in batch], codes[torch.tensor(batch)], None)
    return (time.perf_counter() - began) / TIMED


def _sample(lesson: Lesson, size: int, together: int) -> list[list[int]]:
    """Return batches for warming up and, evenly spread over their lengths, for timing."""
    (batches,) = lesson.order(size, 1, 0, together)
    batches.sort(key=lambda batch: max(map(lesson.length, batch)))
    spread = [batches[int((place + 0.5) / TIMED * len(batches))] for place in range(TIMED)]
    return spread[:WARMING] + spread
