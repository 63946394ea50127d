"""The glossary of the console is the one of the documents."""

import json

import pytest

from escalation.protocol.generate.files import ROOT
from escalation.web import glossary

ROWS = """
## People

| word | what it means | where |
| --- | --- | --- |
| capacity, load | How many an agent `can` hold. | `desk/assignments.py` |
| mode (of a run) | What it fits. | `learning/` |
"""


def test_a_word_has_an_address_a_section_and_no_path() -> None:
    assert glossary.terms(ROWS) == {
        "capacity-load": {
            "name": "capacity, load",
            "section": "People",
            "text": "How many an agent `can` hold.",
        },
        "mode-of-a-run": {"name": "mode (of a run)", "section": "People", "text": "What it fits."},
    }


def test_a_word_stands_once() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        glossary.terms(ROWS + "| Capacity/load | Again. | `x` |\n")


def test_the_console_defines_every_word_as_the_documents_do() -> None:
    markdown = (ROOT / glossary.SOURCE).read_text(encoding="utf-8")
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    shown = json.loads((ROOT / glossary.FILE).read_text(encoding="utf-8"))
    assert shown == glossary.terms(markdown)
    assert len(shown) == len([row for row in rows if not row.startswith(("| word |", "| --- |"))]), "no row is left out"
