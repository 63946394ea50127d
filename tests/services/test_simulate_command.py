"""`escalation simulate` from data files to figures and report, on a tiny encoder."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from escalation.classifier import Example
from escalation.cli import app
from tests.core.simulation_world import a_pool, out_of_scope_texts
from tests.tiny_encoder import make_tiny_encoder


def write(path: Path, rows: list[Example]) -> Path:
    path.write_text("".join(json.dumps({"text": row.text, "label": row.label}) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pool, test and out-of-scope files in an empty folder that is the current one."""
    outside = [Example(text, None) for text in out_of_scope_texts()]
    pool = [
        Example(row.text, "<script>alert(1)</script>" if row.label == "intent_0" else row.label) for row in a_pool()
    ]
    write(tmp_path / "pool.jsonl", pool)
    write(tmp_path / "test.jsonl", a_pool(6, seed=1))
    write(tmp_path / "outside.jsonl", outside)
    encoder = make_tiny_encoder(tmp_path / "encoder", [row.text for row in (*pool, *outside, *a_pool(6, seed=1))])
    monkeypatch.setenv("ESCALATION_ENCODER", encoder.source)
    monkeypatch.setenv("ESCALATION_ENCODERS_DIR", str(encoder.encoders))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def simulate(*options: str) -> Result:
    given = ["simulate", "--data", "pool.jsonl", "--test", "test.jsonl", "--out-of-scope", "outside.jsonl"]
    return CliRunner().invoke(app, [*given, "--messages", "120", "--messages-per-day", "30", *options])


def test_figures_and_report_come_out(files: Path) -> None:
    done = simulate("--alpha", "0.1", "--repeats", "2", "--output", "made", "--json")
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    stored = json.loads((files / "made" / "simulation.json").read_text())
    assert printed["strategies"] == stored["strategies"] and stored["repeats"] == 2
    assert stored["scenario"]["messages"] == 120 and stored["scenario"]["alpha"] == 0.1
    assert 0 < stored["strategies"]["ours"]["coverage"]["mean"] < 1
    page = (files / "made" / "report.html").read_text()
    assert "<svg" in page and "<script" not in page


def test_people_get_a_table_and_the_paths(files: Path) -> None:
    done = simulate("--start", "shadow")
    assert done.exit_code == 0, done.output
    assert "product" in done.stdout and "report.html" in done.stdout  # columns wrap at 80
    assert sorted(path.name for path in (files / "simulation").iterdir()) == ["report.html", "simulation.json"]


def test_a_certificate_that_did_not_come_is_explained(files: Path) -> None:
    done = simulate("--agents", "5", "--labels-on-disagreement", "5")
    assert done.exit_code == 0, done.output
    stored = json.loads((files / "simulation" / "simulation.json").read_text())
    outlook = stored["certificates"]["outlook"]
    assert stored["certificates"]["runs_certified_at_end"] == 0 and outlook["audits"]["mean"] > 0
    assert "Audits came out wrong in" in done.stdout and "five labels on a disagreement" in done.stdout
    assert "Audits came out wrong in" in (files / "simulation" / "report.html").read_text()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("pool.jsonl", "pool.jsonl:1: no JSON"),
        ("test.jsonl", "test.jsonl:1: no JSON"),
        ("outside.jsonl", "outside.jsonl:1: no JSON"),
    ],
)
def test_a_bad_file_is_named_with_its_line(files: Path, broken: str, said: str) -> None:
    (files / broken).write_text("nonsense\n")
    done = simulate()
    assert done.exit_code == 1 and said in done.stderr
    assert "--skip-invalid" not in done.stderr, "this command has no such option"
    assert not (files / "simulation").exists()


def test_a_missing_file_and_one_intent_are_clear_errors(files: Path) -> None:
    write(files / "pool.jsonl", a_pool(intents=1))
    done = simulate()
    assert done.exit_code == 1 and "intents" in done.stderr
    (files / "pool.jsonl").unlink()
    done = simulate()
    assert done.exit_code == 1 and "pool.jsonl" in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--alpha", "0.7"), ("--audits-per-day", "0"), ("--delta", "0"), ("--labels-on-disagreement", "6")],
)
def test_a_number_out_of_range_is_an_error(files: Path, option: str, value: str) -> None:
    done = simulate(option, value)
    assert done.exit_code == 1 and option in done.stderr


def test_an_output_that_is_a_file_is_refused_before_the_work(files: Path) -> None:
    done = simulate("--output", "pool.jsonl")
    assert done.exit_code == 1 and "name a folder" in done.stderr
    assert (files / "pool.jsonl").read_text().startswith("{")


def test_an_interruption_leaves_nothing(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C reaches the main thread while the strategies run in others."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("escalation.lab.simulation.run.examine", interrupted)
    done = simulate()
    assert done.exit_code != 0
    assert not (files / "simulation").exists()
    assert not list(files.glob("**/*.partial"))


def test_without_the_extra_it_says_what_to_install_before_the_work(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    (files / "pool.jsonl").write_text("nonsense\n")  # not even read
    done = simulate()
    assert done.exit_code == 1 and "pip install 'escalation[lab]'" in done.stderr
