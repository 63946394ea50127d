"""Carrying out a plan: scouts tuned and judged, final encoders tuned, averaged, exported; resumed where it stopped."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from escalation.classifier.confidence.folds import OutOfFold, joined
from escalation.classifier.encoder.export import PooledEncoder, export_fine_tuned, load_transformer
from escalation.classifier.encoder.folder import TOKENIZER
from escalation.classifier.encoder.serving import load_encoder, prepare_tokenizer
from escalation.classifier.encoder.source import EncoderSource
from escalation.classifier.errors import ClassifierError, ModelNotSaved, TrainingCancelled
from escalation.classifier.head.fit import encode_labels
from escalation.classifier.head.training_set import TrainingSet, name_text, training_set
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.prediction import Example
from escalation.classifier.tuning.averaging import average, between
from escalation.classifier.tuning.batches import Lesson, make_lesson
from escalation.classifier.tuning.checkpoint import part, prefixed
from escalation.classifier.tuning.device import choose_device
from escalation.classifier.tuning.held_out import Split, judged, splits
from escalation.classifier.tuning.loop import Setting, Tuned, tune
from escalation.classifier.tuning.plan import SECONDS_AN_EXPORT, Plan, Size, Tuning, Wanted, judging_seconds, make_plan
from escalation.classifier.tuning.plan import seconds_of as seconds_of_tuning
from escalation.classifier.tuning.recipe import RECIPE, Recipe
from escalation.classifier.tuning.remaining_time import Pace
from escalation.classifier.tuning.step_time import measure_step
from escalation.classifier.tuning.work_folder import Workplace, run_fingerprint
from escalation.kernel.arrays import Ints, Mask

EMBEDDED_AT_ONCE = 200


@dataclass(frozen=True)
class Order:
    """What somebody wants fine-tuned: labelled rows, the encoder to start from, how long it may take, the seed."""

    rows: tuple[Example, ...]
    source: EncoderSource
    wanted: Wanted
    budget: float | None
    seed: int
    recipe: Recipe = RECIPE

    @property
    def fingerprint(self) -> str:
        """Equal for orders that give the same encoder."""
        return run_fingerprint(
            self.rows, source=self.source, recipe=self.recipe, seed=self.seed, wanted=self.wanted, budget=self.budget
        )


class Run:
    """An order in work: the lessons, and what is finished of it in the work folder."""

    def __init__(self, order: Order, place: Workplace) -> None:
        self._order = order
        self._place = place
        self._device = choose_device()
        self._labels = sorted({row.label for row in order.rows if row.label is not None})
        self._codes = encode_labels([row.label or "" for row in order.rows], self._labels)
        file = str(order.source.folder / TOKENIZER)
        self._tokenizer = prepare_tokenizer(Tokenizer.from_file(file), order.recipe.max_tokens)

    @cached_property
    def plan(self) -> Plan:
        """What the run does: as planned when it first began, else planned now, with a few real steps to measure."""
        if self._place.plan is None:
            self._place.begin(self._planned())
        assert self._place.plan is not None
        return self._place.plan

    def _planned(self) -> Plan:
        order = self._order
        seconds = measure_step(order.source, self._whole, len(self._labels), order.recipe, self._device)
        size = Size(len(order.rows), len(self._labels))
        return make_plan(
            size, wanted=order.wanted, seed=order.seed, seconds_a_step=seconds, budget=order.budget, recipe=order.recipe
        )

    @cached_property
    def _splits(self) -> list[Split]:
        groups = [row.group for row in self._order.rows]
        return splits(self._codes, groups, len(self._labels), self._order.seed)

    @cached_property
    def _whole(self) -> Lesson:
        return self._lesson(np.ones(len(self._codes), bool), np.arange(len(self._labels)))

    def _lesson(self, kept: Mask, present: Ints) -> Lesson:
        texts = [row.text for row, keep in zip(self._order.rows, kept, strict=True) if keep]
        texts += [name_text(self._labels[code]) for code in present]
        return make_lesson(self._tokenizer, texts, np.concatenate([self._codes[kept], present]))

    @property
    def expected(self) -> float:
        """Seconds the whole fine-tuning is expected to take."""
        return self.plan.seconds

    # --- carrying it out ------------------------------------------------------------------------------------------

    def fine_tune(self, name: str, encoders: Path, pace: Pace) -> tuple[str, OutOfFold]:
        """Tune scouts and final encoders, export the result; return its key and the scouts' rows to calibrate on.

        `name` is what the exported encoder is called. Raises: TrainingCancelled, TrainingDiverged, ModelNotSaved,
        EncoderInvalid.
        """
        order = self._order
        setting = Setting(order.source, len(self._labels), order.recipe, self._device, pace, self.plan.seconds_a_step)
        parts = [self._scouted(scout, setting) for scout in self.plan.scouts]
        modules = [self._tuned(final, self._whole, setting, "fine-tuning").module for final in self.plan.finals]
        module = self._blended(modules)
        key = export_fine_tuned(module, order.source.folder / TOKENIZER, name, encoders).name
        pace.work(SECONDS_AN_EXPORT, "exporting")
        return key, joined(parts)

    def _scouted(self, scout: Tuning, setting: Setting) -> OutOfFold:
        """Return the rows a scout was judged on."""
        assert scout.split is not None
        split = self._splits[scout.split]
        found = self._place.judged(scout.name)
        judging = judging_seconds(len(self._codes))
        if found is not None:
            setting.pace.skip(self._seconds_of(scout) + judging)
            return found
        tuned = self._tuned(scout, self._lesson(~split.held, split.present), setting, "calibrating")
        tell = setting.pace.portion("judging", judging)
        rows = judged(self._embedded(self._blended([tuned.module]), scout.name, tell), split)
        self._place.keep_judged(scout.name, rows)
        return rows

    def _tuned(self, tuning: Tuning, lesson: Lesson, setting: Setting, stage: str) -> Tuned:
        """Return a tuned encoder: finished before, or tuned now."""
        saved = self._place.tuned(tuning.name)
        if saved is not None:
            setting.pace.skip(self._seconds_of(tuning))
            module = load_transformer(self._order.source.folder)
            module.load_state_dict(part(saved.tensors, "module"))
            return Tuned(module, saved.tensors["directions"])
        tuned = tune(setting, lesson, tuning, self._place.checkpoint(tuning.name), stage)
        tensors = prefixed("module", tuned.module.state_dict()) | {"directions": tuned.directions}
        self._place.keep_tuned(tuning.name, tensors)
        return tuned

    def _seconds_of(self, tuning: Tuning) -> float:
        return seconds_of_tuning(tuning, self.plan.seconds_a_step, self._order.recipe)

    def _blended(self, modules: Sequence[PooledEncoder]) -> PooledEncoder:
        """Return the mean of tuned encoders, mixed with the published one as the recipe says."""
        module = load_transformer(self._order.source.folder)
        mean = average([each.state_dict() for each in modules])
        module.load_state_dict(between(module.state_dict(), mean, self._order.recipe.tuned_share))
        return module

    def _embedded(self, module: PooledEncoder, name: str, tell: Callable[[int, int], None]) -> TrainingSet:
        """Return the training set with a scout's vectors, made as they will be served: exported and quantised."""
        place = self._place.folder / f"{name}.exported"
        shutil.rmtree(place, ignore_errors=True)
        key = export_fine_tuned(module, self._order.source.folder / TOKENIZER, "scout", place).name
        encoder = load_encoder(key, place)
        rows = self._order.rows
        vectors = []
        for at in range(0, len(rows), EMBEDDED_AT_ONCE):
            vectors.append(encoder.embed([row.text for row in rows[at : at + EMBEDDED_AT_ONCE]]))
            tell(min(at + EMBEDDED_AT_ONCE, len(rows)), len(rows))
        shutil.rmtree(place, ignore_errors=True)
        return training_set(LabelledVectors.of(np.concatenate(vectors), rows), embed=encoder.embed)


@contextmanager
def opened(order: Order, work: Path, *, fresh: bool, kept_when_cancelled: bool) -> Iterator[Run]:
    """Yield the order's run, going on from what is in the folder `work` unless `fresh`.

    The folder is deleted when the block ends well or the run cannot succeed; it stays after a kill, an interrupt, a
    full disk and, if `kept_when_cancelled`, a run that was asked to stop. Raises: BuildRunning.
    """
    place = Workplace(work, order.fingerprint, fresh=fresh)
    remove = False
    try:
        yield Run(order, place)
        remove = True
    except TrainingCancelled:
        remove = not kept_when_cancelled
        raise
    except ModelNotSaved:
        raise
    except ClassifierError:
        remove = True
        raise
    finally:
        place.close(remove=remove)
