"""The drawn machine is the machine that runs."""

from pathlib import Path

from escalation.conversations.diagram import TARGET, document, main, words
from escalation.conversations.machine import ALLOWED, MOVES


def test_the_page_is_fresh() -> None:
    assert TARGET.read_text("utf-8") == document(), "run `python -m escalation.conversations.diagram`"


def test_it_shows_every_command_and_every_move() -> None:
    page = document()
    for kind in ALLOWED:
        assert f"| {words(kind)} |" in page
    for start, end in MOVES:
        assert f"{start} --> {end}: " in page


def test_checking_writes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "conversation.md"
    assert main(["--check"], target) == 1
    assert not target.exists()
    assert main([], target) == 0
    assert main(["--check"], target) == 0
