"""`catalogue import` and data files of other commands as people run them: options, notes, and one line for an error."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from escalation.catalogue.formats import parse
from escalation.catalogue.formats.jsonl_format import as_lines
from escalation.cli import app
from escalation.cli.data_files import FileOptions, read_examples

TABLE = "words,topic\nhello,greet\n,greet\nI paid twice,refund\nwhat,nan\n"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_DATA_DIR", str(tmp_path / "data"))


def bring_in(path: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["catalogue", "import", str(path), *options])


def test_columns_are_named_and_invalid_rows_left_out_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    file.write_text(TABLE)
    refused = bring_in(file)
    assert refused.exit_code == 1
    assert "d.csv, line 1: the header must name the columns" in refused.stderr
    assert "--text-column and --label-column" in refused.stderr
    columns = ("--text-column", "words", "--label-column", "topic")
    refused = bring_in(file, *columns)
    assert "d.csv, line 3: the text is empty, or leave such rows out with --skip-invalid" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    done = bring_in(file, *columns, "--skip-invalid", "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["added"], report["examples_added"]) == (["greet", "refund"], 2)
    assert [each["line"] for each in report["skipped"]] == [3, 5]
    assert report["warnings"][0] == "line 3 left out: the text is empty"
    assert report["read_as"] == "a table with commas"
    told = bring_in(file, *columns, "--skip-invalid").stdout
    assert "a table with commas" in told
    assert "note: line 3 left out: the text is empty" in told


def test_an_encoding_is_given_by_name(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    file.write_bytes("text,label\nça va,greet\n".encode("cp1252"))
    refused = bring_in(file)
    assert "it may be Windows-1252 (cp1252)" in refused.stderr and "--encoding" in refused.stderr
    assert bring_in(file, "--encoding", "cp1252").exit_code == 0
    for wrong in ("klingon", "base64"):
        assert bring_in(file, "--encoding", wrong).exit_code == 2


def test_every_command_reads_what_the_import_reads(tmp_path: Path) -> None:
    files = {
        "table.csv": "utterance;category\nhello;greet\nI paid twice;\n",
        "list.json": '[{"text": "hello", "label": ["greet"]}, {"text": "I paid twice", "label": null}]',
        "nlu.md": "## intent:greet\n- hello\n",
        "ours.yaml": "intents:\n- name: greet\n  examples: [hello]\nout_of_scope: [I paid twice]\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        found = [(each.text, each.label) for each in read_examples(tmp_path / name)]
        assert found == [("hello", "greet"), ("I paid twice", None)][: 1 if name == "nlu.md" else 2]
    assert [each.id for each in read_examples(tmp_path / "list.json")] == ["list.json:1", "list.json:1.2"]
    assert [each.id for each in read_examples(tmp_path / "ours.yaml")] == ["ours.yaml:3", "ours.yaml:4"]
    assert [each.id for each in read_examples(tmp_path / "table.csv")] == ["table.csv:2", "table.csv:3"]


@pytest.mark.parametrize(
    "command",
    [["model", "build", "--name", "never"], ["model", "evaluate", "m"], ["model", "predict", "m"], ["replay"]],
)
def test_data_files_are_refused_by_line_and_take_the_same_options(command: list[str]) -> None:
    shown = CliRunner().invoke(app, [*command[:2], "--help"] if command[0] == "model" else ["replay", "--help"]).stdout
    wanted = {"--text-column", "--skip-invalid", "--encoding"} | (
        {"--label-column"} if "predict" not in command else set()
    )
    assert all(option in shown for option in wanted), shown


def test_what_is_left_out_of_a_data_file_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "d.csv"
    file.write_text(TABLE)
    found = read_examples(file, FileOptions("words", "topic", skip_invalid=True))
    assert [(each.text, each.id) for each in found] == [("hello", "d.csv:2"), ("I paid twice", "d.csv:4")]
    said = capfd.readouterr()
    assert said.out == ""
    assert "note: d.csv: line 3 left out: the text is empty" in said.err


def test_rows_go_to_a_running_service_in_the_lines_they_came_from() -> None:
    parsed = parse(
        '[{"text": "hi", "label": "greet"},\n\n{"text": "a", "label": null}, {"text": "b", "label": 7}]', "d.json"
    )
    again = parse(as_lines(parsed), "d.json", "jsonl")
    assert [(each.name, each.examples, each.lines) for each in again.intents] == [
        ("greet", ("hi",), (1,)), ("7", ("b",), (3,)),
    ]  # fmt: skip
    assert (again.out_of_scope, again.out_of_scope_lines) == (("a",), (4,))
