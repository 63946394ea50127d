"""`model ...` as people run it: what it prints, and what it says of files that are not what they should be."""

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from escalation.classifier import find_encoder
from escalation.classifier.encoder.export import ensure_encoder
from escalation.cli import app
from tests.ml.small_world import shop_examples, unknown_messages, write_random_transformer


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random encoder, a file of examples and the model `shop` built of them."""
    place = tmp_path_factory.mktemp("commands")
    write_random_transformer(place / "tiny-random")
    ensure_encoder(find_encoder(str(place / "tiny-random")), place / "encoders")  # a child would import torch again
    rows = [{"text": row.text, "label": row.label} for row in shop_examples(12)]
    rows += [{"text": text, "label": None} for text in unknown_messages(10)]
    (place / "examples.jsonl").write_text(lines(*rows))
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, place)
        built = run("model", "build", "--name", "shop", "--data", place / "examples.jsonl", "--mode", "head", "--json")
    assert built.exit_code == 0, built.output
    (place / "built.json").write_text(built.stdout)
    return place


def settle(patch: pytest.MonkeyPatch, place: Path) -> None:
    patch.setenv("ESCALATION_MODELS_DIR", str(place / "models"))
    patch.setenv("ESCALATION_ENCODERS_DIR", str(place / "encoders"))
    patch.setenv("ESCALATION_ENCODER", str(place / "tiny-random"))


@pytest.fixture(autouse=True)
def settings(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, place)


def test_a_prediction_names_its_nearest_examples_by_id(place: Path, tmp_path: Path) -> None:
    (tmp_path / "ask.jsonl").write_text(
        lines({"text": "late parcel"}, {"text": "half \ud800 a\x00letter", "label": None})
    )
    done = run(
        "model", "predict", "shop", "--data", tmp_path / "ask.jsonl", "--output", tmp_path / "out.jsonl", "--json"
    )
    assert done.exit_code == 0, done.output
    first, odd = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert odd["text"] == "half \ud800 a\x00letter"
    known = {f"examples.jsonl:{number}" for number in range(1, 97)}
    assert len(first["neighbours"]) == 5
    assert {*first["neighbours"], first["support"], first["counter"]} <= known
    assert first["support"] != first["counter"]
    threshold = json.loads((place / "models" / "shop" / "manifest.json").read_text())["threshold"]
    assert [row["answered"] for row in (first, odd)] == [row["confidence"] >= threshold for row in (first, odd)]
    assert first["language"] == "und", "two words are too few to tell"


def test_an_evaluation_is_told_in_words_and_as_figures(place: Path) -> None:
    figures = json.loads(run("model", "evaluate", "shop", "--data", place / "examples.jsonl", "--json").stdout)
    assert (figures["n"], figures["n_out_of_scope"]) == (106, 10)
    told = run("model", "evaluate", "shop", "--data", place / "examples.jsonl").stdout
    assert "106, 10 of them out of scope" in told
    assert f"{figures['answered']}, {figures['coverage']:.1%}" in told
    assert f"{figures['accuracy']:.1%}" in told
    assert "could be answered at 2% wrong" in told


@pytest.mark.parametrize("row", [{"label": "oos"}, {"label": "refund"}, {"label": None}, {}])
def test_out_of_scope_messages_are_that_whatever_label_they_carry(
    place: Path, tmp_path: Path, row: dict[str, str | None]
) -> None:
    outside = tmp_path / "outside.jsonl"
    outside.write_text(json.dumps({"text": "who won the match", **row}) + "\n", encoding="utf-8")
    done = run(
        "model", "evaluate", "shop", "--data", place / "examples.jsonl", "--out-of-scope", outside, "--json"
    )  # fmt: skip
    figures = json.loads(done.stdout)
    assert (figures["n"], figures["n_out_of_scope"], figures["unknown_labels"]) == (107, 11, [])


def test_an_explanation_is_printed_word_by_word(place: Path) -> None:
    done = run("model", "explain", "shop", "late parcel please", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [(word["text"], word["start"], word["end"]) for word in found["words"]] == [
        ("late", 0, 4), ("parcel", 5, 11), ("please", 12, 18),
    ]  # fmt: skip
    assert found["label"] == "order_status"
    assert found["support"].startswith("examples.jsonl:")
    told = run("model", "explain", "shop", "late parcel please", "--label", "refund")
    assert told.exit_code == 0
    assert "refund: log-odds" in told.stdout
    refused = run("model", "explain", "shop", "late parcel", "--label", "nonsense")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("label_unknown")


@pytest.mark.parametrize("text", ["", "  ", "😀", "\x00", "أين طلبي", "parcel " * 2000])
def test_any_message_can_be_explained(text: str) -> None:
    assert run("model", "explain", "shop", text).exit_code == 0


def test_a_build_counts_suspects_and_review_lists_them(place: Path, tmp_path: Path) -> None:
    assert json.loads((place / "built.json").read_text())["suspects"] <= 3
    rows = [{"text": row.text, "label": row.label} for row in shop_examples(20)]
    for number in (2, 30, 60):
        rows[number]["label"] = "job_offer"
    file = tmp_path / "noisy.jsonl"
    file.write_text(lines(*rows))
    before = file.read_bytes()
    found = json.loads(run("model", "review", "--data", file, "--json").stdout)
    assert found["examples"] == 160
    first = {each["example_id"]: each for each in found["suspects"][:6]}
    assert {"noisy.jsonl:3", "noisy.jsonl:31", "noisy.jsonl:61"} <= set(first)
    assert first["noisy.jsonl:3"]["proposed"] == "order_status"
    assert set(first["noisy.jsonl:3"]) == {"example_id", "label", "proposed", "probability", "ratio", "reason"}
    told = run("model", "review", "--data", file)
    assert "Nothing was changed." in told.stdout
    assert file.read_bytes() == before
    built = run("model", "build", "--name", "noisy", "--data", file, "--mode", "head", "--json")
    assert json.loads(built.stdout)["suspects"] == len(found["suspects"])


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n \r\n\n", b"\xef\xbb\xbf", b"\xff\xfe{", b"{", b"[]\n", b'"text"\n', b'{"text": 7, "label": "a"}\n',
        b'{"text": "a", "label": 7.5}\n', b'{"text": "a"}\n', b'{"text": "a", "label": NaN}\n', b"[" * 100_000 + b"\n",
        b'{"text": "a", "label": ' + b"1" * 5000 + b"}\n", b"\x00" * 100,
    ],
)  # fmt: skip
def test_a_file_that_is_no_data_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(content)
    for command in (
        ["build", "--name", "never", "--data", file],
        ["evaluate", "shop", "--data", file],
        ["review", "--data", file],
    ):
        done = run("model", *command)
        assert done.exit_code == 1, command
        assert done.stderr.startswith("data_file_invalid"), done.stderr
        assert "bad.jsonl" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_folder_or_nothing_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    for path, why in ((tmp_path, "Is a directory"), (tmp_path / "none.jsonl", "No such file")):
        done = run("model", "build", "--name", "never", "--data", path)
        assert (done.exit_code, done.stderr.split(":")[0]) == (1, "data_file_invalid")
        assert why in done.stderr


def test_a_byte_order_mark_and_windows_line_ends_are_taken_as_they_come(place: Path, tmp_path: Path) -> None:
    plain = (place / "examples.jsonl").read_text()
    (tmp_path / "windows.jsonl").write_bytes(b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode())
    reports = []
    for file in (place / "examples.jsonl", tmp_path / "windows.jsonl"):
        done = run("model", "evaluate", "shop", "--data", file, "--json")
        assert done.exit_code == 0, done.output
        reports.append(json.loads(done.stdout))
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"text": "a b", "label": "x"}, {"text": "c d", "label": "x"}], "one_class"),
        ([{"text": "a b", "label": None}], "too_few_examples"),
        ([{"text": "a b", "label": "x"}, {"text": " ", "label": "y"}], "data_file_invalid"),
        ([{"text": "a b", "label": "x"}, {"text": "c", "label": ""}], "data_file_invalid"),
        ([{"text": "a b", "label": "x"}, {"text": "c", "label": "y\u0000"}], "example_invalid"),
    ],
)
def test_examples_that_cannot_be_learnt_from_are_one_line(
    place: Path, tmp_path: Path, rows: list[dict[str, object]], code: str
) -> None:
    (tmp_path / "rows.jsonl").write_text(lines(*rows))
    done = run("model", "build", "--name", "never", "--data", tmp_path / "rows.jsonl")
    assert (done.exit_code, done.stderr.split(":")[0]) == (1, code)
    assert not (place / "models" / "never").exists()


def test_a_test_file_with_labels_the_model_does_not_know_is_judged_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text(
        lines({"text": "late parcel", "label": "order_status"}, {"text": "x y", "label": "new"})
    )
    done = run("model", "evaluate", "shop", "--data", tmp_path / "test.jsonl", "--json")
    found = json.loads(done.stdout)
    assert (found["n"], found["unknown_labels"]) == (2, ["new"])
    assert found["accuracy"] <= 0.5


def test_a_damaged_model_is_one_line(place: Path) -> None:
    for name, code in (("head.safetensors", "model_hash_mismatch"), ("manifest.json", "model_invalid")):
        copy = Path(shutil.copytree(place / "models" / "shop", place / "models" / f"cut-{name}"))
        os.truncate(copy / name, 100)
        done = run("model", "explain", copy.name, "late parcel")
        assert (done.exit_code, done.stderr.split(":")[0]) == (1, code)
