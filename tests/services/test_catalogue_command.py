"""`catalogue import --dry-run` as an operator runs it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from escalation.cli import app
from escalation.cli.target import own_database
from escalation.settings import load_settings

SHOP = "locale: en\nintents:\n- {name: order, title: Order, answer: Old., examples: [where is it]}\n- {name: gone}\n"
NEW = """locale: en
intents:
- {name: order, answer: "[New].", answers: {de: Neu.}, examples: [where is it, track it]}
- {name: greet, examples: [hello]}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to import into a data folder that holds a shop."""
    monkeypatch.setenv("ESCALATION_DATA_DIR", str(tmp_path / "data"))
    shop, new = tmp_path / "shop.yaml", tmp_path / "new.yaml"
    shop.write_text(SHOP)
    new.write_text(NEW)
    assert run("catalogue", "import", shop).exit_code == 0
    return new


def exported(tmp_path: Path) -> str:
    assert run("catalogue", "export", tmp_path / "out.yaml").exit_code == 0
    return (tmp_path / "out.yaml").read_text()


def test_a_dry_run_says_what_would_change_and_changes_nothing(file: Path, tmp_path: Path) -> None:
    before = exported(tmp_path)
    shown = run("catalogue", "import", file, "--replace", "--dry-run")
    assert shown.exit_code == 0, shown.output
    for line in (
        "nothing is changed yet",
        "  answer:en: 'Old.' -> '[New].'",
        "  answer:de: nothing -> 'Neu.'",
        "  + track it",
        "  state: 'in_use' -> 'archived'",
        "without an approved answer: greet",
        "new intents with fewer than 5 examples: greet (1)",
        "the bot asks back and hands off more, also for other intents",
    ):
        assert line in shown.output
    assert exported(tmp_path) == before


def test_a_data_folder_is_named_as_for_serve(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert json.loads(run("catalogue", "import", file, "--data", other, "--json").stdout)["added"] == ["order", "greet"]
    assert run("catalogue", "export", tmp_path / "other.yaml", "--data", other).exit_code == 0
    assert "name: greet" in (tmp_path / "other.yaml").read_text()
    assert "greet" not in exported(tmp_path)
    added = run("staff", "add", "sue@example.org", "--name", "Sue", "--data", other)
    assert added.exit_code == 0, added.output
    assert run("staff", "disable", "sue@example.org", "--data", other).exit_code == 0
    assert "no such account" in run("staff", "disable", "sue@example.org").output


def test_a_folder_in_use_leads_to_the_address_of_the_service(file: Path) -> None:
    with own_database(load_settings()):
        refused = run("staff", "add", "sue@example.org", "--name", "Sue")
    assert refused.exit_code == 1
    assert "--url" in " ".join(refused.output.split())


def test_what_a_dry_run_reports_is_what_the_import_then_does(file: Path, tmp_path: Path) -> None:
    reported = json.loads(run("catalogue", "import", file, "--dry-run", "--json").stdout)
    done = json.loads(run("catalogue", "import", file, "--json").stdout)
    assert done == reported
    assert (done["added"], done["changed"], done["archived"]) == (["greet"], ["order"], [])
    assert "de: Neu." in exported(tmp_path)


def test_an_export_for_rasa_says_what_answers_in_other_languages_need(file: Path, tmp_path: Path) -> None:
    told = [run("catalogue", "export", tmp_path / "nlu.yml", "--format", "rasa").stderr]
    assert run("catalogue", "import", file).exit_code == 0
    told.append(run("catalogue", "export", tmp_path / "nlu.yml", "--format", "rasa").stderr)
    assert told[0] == ""
    assert "Rasa gives the answers in de where its slot 'locale' holds that locale" in told[1]
    assert "value: de" in (tmp_path / "nlu.yml").read_text()
