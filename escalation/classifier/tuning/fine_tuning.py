"""Carrying out a plan: encoders to calibrate on; final ones tuned, averaged, exported; resumed where it stopped."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from escalation.classifier.confidence.folds import OutOfFold, joined
from escalation.classifier.encoder.export import export_fine_tuned
from escalation.classifier.encoder.folder import TOKENIZER
from escalation.classifier.encoder.serving import load_encoder, prepare_tokenizer
from escalation.classifier.encoder.source import EncoderSource
from escalation.classifier.encoder.transformer import PooledEncoder, load_transformer
from escalation.classifier.errors import ClassifierError, ModelNotSaved, TrainingCancelled
from escalation.classifier.head.fit import encode_labels
from escalation.classifier.head.training_set import TrainingSet, name_text, training_set
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.prediction import Example
from escalation.classifier.tuning.averaging import average, between
from escalation.classifier.tuning.batches import TokenizedExamples, tokenized
from escalation.classifier.tuning.checkpoint import part, prefixed
from escalation.classifier.tuning.device import choose_device
from escalation.classifier.tuning.held_out import HeldOutSplit, judged, splits
from escalation.classifier.tuning.loop import Tuned, TuningContext, tune
from escalation.classifier.tuning.plan import (
    SECONDS_AN_EXPORT,
    Plan,
    RequestedMode,
    Size,
    Tuning,
    judging_seconds,
    make_plan,
)
from escalation.classifier.tuning.plan import seconds_of as seconds_of_tuning
from escalation.classifier.tuning.recipe import RECIPE, TuningRecipe
from escalation.classifier.tuning.remaining_time import RunProgress
from escalation.classifier.tuning.step_time import measure_step
from escalation.classifier.tuning.work_folder import WorkFolder, run_fingerprint
from escalation.kernel.arrays import Ints, Mask

EMBEDDED_AT_ONCE = 200


@dataclass(frozen=True)
class TuningRequest:
    """What somebody wants fine-tuned: labelled rows, the encoder to start from, how long it may take, the seed."""

    rows: tuple[Example, ...]
    source: EncoderSource
    wanted: RequestedMode
    budget: float | None
    seed: int
    recipe: TuningRecipe = RECIPE

    @property
    def fingerprint(self) -> str:
        """Equal for requests that give the same encoder."""
        return run_fingerprint(
            self.rows, source=self.source, recipe=self.recipe, seed=self.seed, wanted=self.wanted, budget=self.budget
        )


class FineTuning:
    """A request being carried out: its examples, and what is finished of it in the work folder."""

    def __init__(self, request: TuningRequest, place: WorkFolder) -> None:
        self._request = request
        self._place = place
        self._device = choose_device()
        self._labels = sorted({row.label for row in request.rows if row.label is not None})
        self._codes = encode_labels([row.label or "" for row in request.rows], self._labels)
        file = str(request.source.folder / TOKENIZER)
        self._tokenizer = prepare_tokenizer(
            Tokenizer.from_file(file), min(request.recipe.max_tokens, request.source.sentence.max_tokens)
        )

    @cached_property
    def plan(self) -> Plan:
        """What the run does: as planned when it first began, else planned now, with a few real steps to measure."""
        if self._place.plan is None:
            self._place.begin(self._planned())
        assert self._place.plan is not None
        return self._place.plan

    def _planned(self) -> Plan:
        request = self._request
        seconds = measure_step(request.source, self._whole, len(self._labels), request.recipe, self._device)
        size = Size(len(request.rows), len(self._labels))
        return make_plan(
            size, wanted=request.wanted, seed=request.seed, seconds_a_step=seconds, budget=request.budget,
            recipe=request.recipe,
        )  # fmt: skip

    @cached_property
    def _splits(self) -> list[HeldOutSplit]:
        groups = [row.group for row in self._request.rows]
        return splits(self._codes, groups, len(self._labels), self._request.seed)

    @cached_property
    def _whole(self) -> TokenizedExamples:
        return self._examples(np.ones(len(self._codes), bool), np.arange(len(self._labels)))

    def _examples(self, kept: Mask, present: Ints) -> TokenizedExamples:
        texts = [row.text for row, keep in zip(self._request.rows, kept, strict=True) if keep]
        texts += [name_text(self._labels[code]) for code in present]
        return tokenized(self._tokenizer, texts, np.concatenate([self._codes[kept], present]))

    # --- carrying it out ------------------------------------------------------------------------------------------

    def fine_tune(self, name: str, encoders: Path, progress: RunProgress) -> tuple[str, OutOfFold]:
        """Tune all encoders, export the result; return its key and the rows to calibrate on.

        `name` is what the exported encoder is called. Raises: TrainingCancelled, TrainingDiverged, ModelNotSaved,
        EncoderInvalid.
        """
        request = self._request
        context = TuningContext(
            request.source, len(self._labels), request.recipe, self._device, progress, self.plan.seconds_a_step
        )
        parts = [self._judged(tuning, context) for tuning in self.plan.calibrations]
        modules = [self._tuned(final, self._whole, context, "fine-tuning").module for final in self.plan.finals]
        module = self._blended(modules)
        key = export_fine_tuned(module, request.source.folder / TOKENIZER, name, encoders).name
        progress.advance(SECONDS_AN_EXPORT, "exporting")
        return key, joined(parts)

    def _judged(self, tuning: Tuning, context: TuningContext) -> OutOfFold:
        """Return the rows that a tuning left out, judged with its encoder."""
        assert tuning.split is not None
        split = self._splits[tuning.split]
        found = self._place.judged(tuning.name)
        judging = judging_seconds(len(self._codes))
        if found is not None:
            context.progress.skip(self._seconds_of(tuning) + judging)
            return found
        tuned = self._tuned(tuning, self._examples(~split.held, split.present), context, "calibrating")
        tell = context.progress.stage("judging", judging)
        rows = judged(self._embedded(self._blended([tuned.module]), tuning.name, tell), split)
        self._place.keep_judged(tuning.name, rows)
        return rows

    def _tuned(self, tuning: Tuning, examples: TokenizedExamples, context: TuningContext, stage: str) -> Tuned:
        """Return a tuned encoder: finished before, or tuned now."""
        saved = self._place.tuned(tuning.name)
        if saved is not None:
            context.progress.skip(self._seconds_of(tuning))
            module = load_transformer(self._request.source.folder)
            module.load_state_dict(part(saved.tensors, "module"))
            return Tuned(module, saved.tensors["directions"])
        tuned = tune(context, examples, tuning, self._place.checkpoint(tuning.name), stage)
        tensors = prefixed("module", tuned.module.state_dict()) | {"directions": tuned.directions}
        self._place.keep_tuned(tuning.name, tensors)
        return tuned

    def _seconds_of(self, tuning: Tuning) -> float:
        return seconds_of_tuning(tuning, self.plan.seconds_a_step, self._request.recipe)

    def _blended(self, modules: Sequence[PooledEncoder]) -> PooledEncoder:
        """Return the mean of tuned encoders, mixed with the published one as the recipe says."""
        module = load_transformer(self._request.source.folder)
        mean = average([each.state_dict() for each in modules])
        module.load_state_dict(between(module.state_dict(), mean, self._request.recipe.tuned_share))
        return module

    def _embedded(self, module: PooledEncoder, name: str, tell: Callable[[int, int], None]) -> TrainingSet:
        """Return the training set with an encoder's vectors, made as they will be served: exported and quantised."""
        place = self._place.folder / f"{name}.exported"
        shutil.rmtree(place, ignore_errors=True)
        key = export_fine_tuned(module, self._request.source.folder / TOKENIZER, name, place).name
        encoder = load_encoder(key, place)
        rows = self._request.rows
        vectors = []
        for at in range(0, len(rows), EMBEDDED_AT_ONCE):
            vectors.append(encoder.embed([row.text for row in rows[at : at + EMBEDDED_AT_ONCE]]))
            tell(min(at + EMBEDDED_AT_ONCE, len(rows)), len(rows))
        shutil.rmtree(place, ignore_errors=True)
        return training_set(LabelledVectors.of(np.concatenate(vectors), rows), embed=encoder.embed)


@contextmanager
def opened(request: TuningRequest, work: Path, *, fresh: bool, kept_when_cancelled: bool) -> Iterator[FineTuning]:
    """Yield the request's fine-tuning, going on from what is in the folder `work` unless `fresh`.

    The folder is deleted when the block ends well or the run cannot succeed; it stays after a kill, an interrupt, a
    full disk and, if `kept_when_cancelled`, a run that was asked to stop. Raises: BuildRunning.
    """
    place = WorkFolder(work, request.fingerprint, fresh=fresh)
    remove = False
    try:
        yield FineTuning(request, place)
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
