"""Full runs on a random transformer: they learn, tell how far they are, stop when asked, and keep nothing half done."""

from pathlib import Path

import numpy as np
import pytest

from escalation.classifier import Example, Model, Progress, build_model, evaluate, load_model, save_model
from escalation.classifier.confidence.folds import Origin
from escalation.classifier.errors import TrainingCancelled, TrainingDiverged
from escalation.classifier.progress import Stop, Tell
from escalation.classifier.tuning.held_out import splits
from escalation.classifier.tuning.recipe import RECIPE, TuningRecipe
from tests.ml.refitting import learn
from tests.ml.small_world import Encoder, shop_examples, unknown_messages

pytestmark = pytest.mark.usefixtures("one_thread")


def build_full(
    place: Path, encoder: Encoder, *, each: int = 10, progress: Tell | None = None, stop: Stop | None = None,
    recipe: TuningRecipe = RECIPE,
) -> Model:  # fmt: skip
    return build_model(
        shop_examples(each), out_of_scope=unknown_messages(15), name="tuned", mode="full", folder=place / "tuned",
        encoders=place / "encoders", encoder=encoder.source, alpha=0.2, progress=progress, cancelled=stop,
        recipe=recipe,
    )  # fmt: skip


@pytest.mark.slow
def test_a_full_run_learns_saves_and_is_refitted(encoder: Encoder, tmp_path: Path) -> None:
    told: list[Progress] = []
    model = build_full(tmp_path, encoder, progress=told.append)
    assert model.encoder.manifest.fine_tuned
    assert model.lineage.mode == "full"
    assert {"calibrating", "fine-tuning", "embedding", "head", "done"} <= {progress.stage for progress in told}
    shares = [progress.share for progress in told]
    assert shares == sorted(shares)
    losses = [progress for progress in told if progress.loss is not None]
    assert losses[-1].step == losses[-1].steps
    assert all(progress.eta is not None and progress.eta >= 0.0 for progress in losses)
    again = load_model(tmp_path / "tuned", tmp_path / "encoders")
    report = evaluate(again, shop_examples(10, seed=5))
    assert report.accuracy is not None
    assert report.accuracy > 0.8
    scorer = again.scorer
    assert scorer.training.rows.seen.all()
    assert {Origin.INSIDE, Origin.HELD_OUT} <= set(scorer.base.origin.tolist())
    child = learn(again, [Example("volcano ribbon", "gift_wrap", id="new")], "tuned.1", recalibrate=True)
    assert child.scorer.training.rows.seen.sum() == len(scorer.training.rows)
    save_model(child, tmp_path / "tuned.1")
    assert load_model(tmp_path / "tuned.1", tmp_path / "encoders").scorer.seen == scorer.seen


def test_a_cancelled_run_leaves_nothing(encoder: Encoder, tmp_path: Path) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 4

    with pytest.raises(TrainingCancelled, match="Stopped at"):
        build_full(tmp_path, encoder, each=4, stop=stop)
    assert not list(tmp_path.iterdir())


def test_a_loss_that_is_no_number_ends_the_run(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(TrainingDiverged):
        build_full(tmp_path, encoder, each=4, recipe=TuningRecipe(scale=float("inf")))
    assert not list(tmp_path.iterdir())


def test_an_encoder_is_judged_on_rows_and_intents_it_never_saw() -> None:
    codes = np.repeat(np.arange(20), 10)
    groups = [f"g{row // 2}" for row in range(200)]
    made = splits(codes, groups, 20, seed=1)
    assert len(made) == 5
    for split in made:
        away = np.setdiff1d(np.arange(20), split.present)
        assert len(away) == 2
        assert split.held[np.isin(codes, away)].all()
        kept = split.held[np.isin(codes, split.present)]
        assert 0.1 < kept.mean() < 0.3
        held_groups = {groups[row] for row in np.flatnonzero(split.held)}
        assert not held_groups & {groups[row] for row in np.flatnonzero(~split.held)}
    away = np.concatenate([np.setdiff1d(np.arange(20), split.present) for split in made])
    assert len(set(away.tolist())) == len(away) == 10


def test_few_intents_are_never_held_out_whole() -> None:
    for split in splits(np.repeat(np.arange(5), 4), [""] * 20, 5, seed=0):
        assert split.present.tolist() == [0, 1, 2, 3, 4]


def test_much_data_needs_one_calibration() -> None:
    assert len(splits(np.repeat(np.arange(50), 80), [""] * 4000, 50, seed=0)) == 1


def test_examples_without_ids_are_all_marked_as_seen(encoder: Encoder, tmp_path: Path) -> None:
    rows = [Example(row.text, row.label) for row in shop_examples(3)]
    model = build_model(
        rows, name="t", mode="full", folder=tmp_path / "t", encoders=tmp_path / "e", encoder=encoder.source,
        recipe=TuningRecipe(fewest_steps=4),
    )  # fmt: skip
    assert model.scorer.training.rows.seen.all()


@pytest.mark.parametrize(
    ("each", "budget", "mode", "why"),
    [
        (2, 600.0, "head", "too few"),
        (8, 1e-6, "head", "more than the 0 s allowed"),
        (8, 600.0, "full", "7 tunings"),
        (11, 600.0, "head", "(11 here)"),
    ],
)
def test_auto_says_what_it_chose_and_why(
    encoder: Encoder, tmp_path: Path, each: int, budget: float, mode: str, why: str
) -> None:
    told: list[Progress] = []
    rows = shop_examples(each)
    model = build_model(
        rows, name="t", mode="auto", budget=budget, folder=tmp_path / "t", encoders=encoder.encoders,
        encoder=encoder.source, progress=told.append, recipe=TuningRecipe(fewest_steps=4),
    )  # fmt: skip
    (note,) = (progress.note for progress in told if progress.note)
    assert model.lineage.mode == mode
    assert note.startswith(f"{mode}: ") and (why in note)
    assert not (tmp_path / ".building-t").exists()
