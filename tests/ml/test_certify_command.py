"""`model certify` on the small shop: what it tests, leaves out, refuses, and how it counts its analyses."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from escalation.classifier import Model
from escalation.cli import app
from tests.ml.small_world import Encoder, sentences, shop_examples

Row = dict[str, Any]


@pytest.fixture
def folder(shop_folder: Path, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shop's model in a models folder of its own."""
    monkeypatch.setenv("ESCALATION_ENCODERS_DIR", str(encoder.encoders))
    monkeypatch.setenv("ESCALATION_MODELS_DIR", str(tmp_path / "models"))
    return Path(shutil.copytree(shop_folder, tmp_path / "models" / "shop"))


def arrived(shop: Model, count: int, *, wrong_every: int = 0, seed: int = 5) -> list[Row]:
    """Return fresh messages labelled as the model labels them, every nth otherwise."""
    texts = [row.text for row in shop_examples(count // 8 + 1, seed=seed)][:count]
    texts = sorted(texts, key=lambda text: sum(map(ord, text)))  # topics mixed
    found = [prediction.label for prediction in shop.predict(texts)]
    return [
        {"text": text, "label": None if wrong_every and place % wrong_every == 0 else label}
        for place, (text, label) in enumerate(zip(texts, found, strict=True))
    ]


def write(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def run(data: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["model", "certify", "shop", "--data", str(data), "--alpha", "0.05", *options])


def certified(data: Path, *options: str) -> dict[str, Any]:
    ran = run(data, "--json", *options)
    assert ran.exit_code == 0, ran.output
    found: dict[str, Any] = json.loads(ran.output)
    return found


def logged(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder.parent / "looks.jsonl").read_text().splitlines()]


def test_a_model_that_is_right_is_certified_and_the_analysis_is_logged_beside_it(
    folder: Path, shop: Model, tmp_path: Path
) -> None:
    inside = sorted(folder.iterdir())
    found = certified(write(tmp_path / "audits.jsonl", arrived(shop, 500)))
    assert found["certified"] and found["e_value"] >= found["needed"] and 0 < found["threshold"] < 1
    assert (found["audits_used"], found["audits_for_the_grid"], found["wrong"]) == (400, 100, 0)
    assert found["coverage"] > 0.9 and found["audits_missing"]["likely"] == 0
    assert sorted(folder.iterdir()) == inside and len(logged(folder)) == 1
    assert not any(row["text"] in json.dumps(logged(folder)) for row in arrived(shop, 20))


def test_a_model_that_is_wrong_too_often_is_not(folder: Path, shop: Model, tmp_path: Path) -> None:
    found = certified(write(tmp_path / "audits.jsonl", arrived(shop, 500, wrong_every=8)))
    assert not found["certified"] and found["threshold"] is None and found["coverage"] == 0
    assert found["audits_missing"]["likely"] is None


def test_what_is_missing_is_told_with_the_days(folder: Path, shop: Model, tmp_path: Path) -> None:
    rows = arrived(shop, 450, wrong_every=30)
    rows = [{**row, "at": f"2030-01-{1 + place // 45:02}T{place % 24:02}:00:00Z"} for place, row in enumerate(rows)]
    found = certified(write(tmp_path / "audits.jsonl", rows))
    missing = found["audits_missing"]
    assert not found["certified"] and 0 < missing["half"] < missing["likely"]
    assert missing["days_half"] == pytest.approx(missing["half"] / 45, rel=0.1)
    told = run(tmp_path / "audits.jsonl")
    assert "not certified" in told.output and "days" in told.output


def test_few_messages_certify_nothing_and_say_how_many_are_missing(folder: Path, shop: Model, tmp_path: Path) -> None:
    found = certified(write(tmp_path / "audits.jsonl", arrived(shop, 60)))
    assert not found["certified"] and found["audits_missing"]["half"] >= 300


def test_analyses_of_the_same_file_are_free_and_other_files_cost(folder: Path, shop: Model, tmp_path: Path) -> None:
    rows = arrived(shop, 600)
    first = certified(write(tmp_path / "audits.jsonl", rows[:500]))
    assert certified(write(tmp_path / "audits.jsonl", rows[:500])) == first
    grown = certified(write(tmp_path / "audits.jsonl", rows))
    assert (grown["attempt"], grown["needed"], grown["audits_used"]) == (1, first["needed"], 500)
    analyses = logged(folder)
    assert analyses[0]["grid"] == analyses[2]["grid"]
    other = certified(write(tmp_path / "audits.jsonl", rows[20:]))
    assert other["attempt"] == 2 and other["needed"] > 20 * first["needed"]
    stricter = certified(write(tmp_path / "audits.jsonl", rows), "--delta", "0.01")
    assert stricter["attempt"] == 3


def test_a_rebuilt_model_of_the_same_name_starts_anew(folder: Path, shop: Model, tmp_path: Path) -> None:
    data = write(tmp_path / "audits.jsonl", arrived(shop, 500))
    certified(data)
    change_manifest(folder, created_at="2030-01-01T00:00:00+00:00")
    assert certified(write(tmp_path / "audits.jsonl", arrived(shop, 480)))["attempt"] == 1


def change_manifest(folder: Path, *, created_at: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["lineage"]["created_at"] = created_at
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_the_grid_does_not_depend_on_labels(folder: Path, shop: Model, tmp_path: Path) -> None:
    rows = arrived(shop, 500)
    certified(write(tmp_path / "right.jsonl", rows))
    certified(write(tmp_path / "wrong.jsonl", [{**row, "label": None} for row in rows]))
    assert logged(folder)[0]["grid"] == logged(folder)[1]["grid"]


def test_looking_often_plans_no_analysis(folder: Path, shop: Model, tmp_path: Path) -> None:
    found = certified(write(tmp_path / "audits.jsonl", arrived(shop, 500)), "--often")
    assert found["planned"] == 0 and found["certified"]


def test_messages_older_than_the_model_are_left_out_and_counted(folder: Path, shop: Model, tmp_path: Path) -> None:
    change_manifest(folder, created_at="2030-01-01T12:00:00+00:00")
    times = ["2030-01-01T11:59:59Z"] * 100 + ["2030-01-01T12:00:00"] * 400
    rows = [{**row, "at": at} for row, at in zip(arrived(shop, 500), times, strict=True)]
    found = certified(write(tmp_path / "audits.jsonl", rows))
    assert found["left_out"] == {"older_than_the_model": 100, "trained_on": 0}
    assert found["audits_used"] + found["audits_for_the_grid"] == 400


def test_messages_trained_on_are_left_out_by_id_but_repeated_texts_stay(
    folder: Path, shop: Model, tmp_path: Path
) -> None:
    trained = [{"text": row.text, "label": row.label, "id": row.id} for row in shop_examples(25)[:40]]
    repeated = [{"text": trained[0]["text"], "label": trained[0]["label"]}] * 30
    found = certified(write(tmp_path / "audits.jsonl", [*trained, *repeated, *arrived(shop, 500)]))
    assert found["left_out"]["trained_on"] == 40
    assert found["audits_used"] + found["audits_for_the_grid"] == 530


def test_a_text_that_is_often_answered_wrongly_counts_each_time(folder: Path, shop: Model, tmp_path: Path) -> None:
    rows = arrived(shop, 450)
    frequent = sentences("refund money back cash", 1, 9)[0]
    for place in range(100, 450, 8):
        rows[place] = {"text": frequent, "label": None}
    found = certified(write(tmp_path / "audits.jsonl", rows))
    assert found["audits_used"] + found["audits_for_the_grid"] == 450
    assert not found["certified"] or found["threshold"] > shop.predict([frequent])[0].confidence


def test_the_training_file_is_refused(folder: Path, shop: Model, tmp_path: Path) -> None:
    rows = [{"text": row.text, "label": row.label} for row in shop_examples(25)]
    ran = run(write(tmp_path / "train.jsonl", rows + arrived(shop, 400)))
    assert ran.exit_code == 1 and not (folder.parent / "looks.jsonl").exists()


@pytest.mark.parametrize("row", ['{"text": "hi"}', '{"text": "hi", "label": null, "at": "yesterday"}'])
def test_files_that_cannot_be_read_name_the_line(folder: Path, tmp_path: Path, row: str) -> None:
    (tmp_path / "audits.jsonl").write_text(row + "\n")
    assert run(tmp_path / "audits.jsonl").exit_code == 1


def test_auditors_who_confirm_wrong_answers_make_it_harder(folder: Path, shop: Model, tmp_path: Path) -> None:
    data = write(tmp_path / "audits.jsonl", arrived(shop, 500))
    found = certified(data, "--probes", "90")
    assert found["auditor_miss"] == pytest.approx(0.0499, abs=1e-4) and found["certified"]
    blind = certified(data, "--probes", "3", "--confirmed", "3")
    assert blind["auditor_miss"] == 1 and not blind["certified"]
    assert run(data, "--probes", "1", "--confirmed", "2").exit_code == 2
