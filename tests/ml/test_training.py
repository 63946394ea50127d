"""Full runs on a random transformer: they learn, tell how far they are, stop when asked, and keep nothing half done."""

from pathlib import Path

import numpy as np
import pytest

from escalation.classifier import Example, Model, Progress, build_model, evaluate, extend_head, load_model, save_model
from escalation.classifier import training as tuning
from escalation.classifier.errors import TrainingCancelled, TrainingDiverged
from escalation.classifier.out_of_fold import Origin
from escalation.classifier.progress import Stop, Tell
from escalation.classifier.scouting import splits
from tests.ml.small_world import Encoder, shop_examples, strangers


def build_full(
    place: Path, encoder: Encoder, *, each: int = 10, progress: Tell | None = None, stop: Stop | None = None
) -> Model:
    return build_model(
        shop_examples(each), out_of_scope=strangers(15), name="tuned", mode="full", folder=place / "tuned",
        encoders=place / "encoders", encoder=encoder.source, alpha=0.2, progress=progress, cancelled=stop,
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
    assert losses[-1].eta == 0.0
    again = load_model(tmp_path / "tuned", tmp_path / "encoders")
    report = evaluate(again, shop_examples(10, seed=5))
    assert report.accuracy is not None
    assert report.accuracy > 0.8
    scorer = again.scorer
    assert scorer.training.seen.all()
    assert {Origin.INSIDE, Origin.HELD_OUT} <= set(scorer.base.origin.tolist())
    child = extend_head(again, again.embed(["volcano ribbon"]), ["gift_wrap"], ["new"], "tuned.1", recalibrate=True)
    assert child.scorer.training.seen.sum() == len(scorer.training.ids)
    save_model(child, tmp_path / "tuned.1")
    assert load_model(tmp_path / "tuned.1", tmp_path / "encoders").scorer.seen == scorer.seen


def test_a_cancelled_run_leaves_nothing(encoder: Encoder, tmp_path: Path) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 4

    with pytest.raises(TrainingCancelled, match="step 4"):
        build_full(tmp_path, encoder, each=4, stop=stop)
    assert not list(tmp_path.iterdir())


def test_a_loss_that_is_no_number_ends_the_run(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "SCALE", float("inf"))
    with pytest.raises(TrainingDiverged):
        build_full(tmp_path, encoder, each=4)
    assert not list(tmp_path.iterdir())


def test_a_scout_is_judged_on_rows_and_intents_it_never_saw() -> None:
    codes = np.repeat(np.arange(20), 10)
    groups = [f"g{row // 2}" for row in range(200)]
    first, second = splits(codes, groups, 20, seed=1)
    for split in (first, second):
        away = np.setdiff1d(np.arange(20), split.present)
        assert len(away) == 2
        assert split.held[np.isin(codes, away)].all()
        kept = split.held[np.isin(codes, split.present)]
        assert 0.1 < kept.mean() < 0.3
        held_groups = {groups[row] for row in np.flatnonzero(split.held)}
        assert not held_groups & {groups[row] for row in np.flatnonzero(~split.held)}
    assert not np.isin(np.setdiff1d(np.arange(20), first.present), np.setdiff1d(np.arange(20), second.present)).any()


def test_few_intents_are_never_held_out_whole() -> None:
    for split in splits(np.repeat(np.arange(5), 4), [""] * 20, 5, seed=0):
        assert split.present.tolist() == [0, 1, 2, 3, 4]


def test_much_data_needs_one_scout() -> None:
    assert len(splits(np.repeat(np.arange(50), 80), [""] * 4000, 50, seed=0)) == 1


def test_examples_without_ids_are_all_marked_as_seen(encoder: Encoder, tmp_path: Path) -> None:
    rows = [Example(row.text, row.label) for row in shop_examples(3)]
    model = build_model(
        rows, name="t", mode="full", folder=tmp_path / "t", encoders=tmp_path / "e", encoder=encoder.source
    )
    assert model.scorer.training.seen.all()
