"""Whom the words of a note call: the console is tested on the same notes."""

import json
from pathlib import Path
from typing import Any

import pytest

from escalation.desk.calling import called

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("called_names.json").read_text())
NAMES: dict[str, str] = CASES["names"]


@pytest.mark.parametrize(("text", "whom"), [(note["text"], note["called"]) for note in CASES["notes"]])
def test_a_whole_name_behind_an_at_calls(text: str, whom: list[str]) -> None:
    assert list(called(text, NAMES, most=10)) == whom


def test_never_more_than_the_most_are_called() -> None:
    assert called("@Tom @Ana @李", NAMES, most=2) == ("tom", "tom2")
