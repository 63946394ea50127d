"""Durations and modes as people write them on the command line."""

import pytest
import typer

from escalation.cli.building import in_words, mode_of, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("1h", 3600), ("1.5h", 5400), (" 45 ", 45), ("2 M", 120)]
)
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "0m", "-5s", "10 minutes", "1h30m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="duration"):
        seconds_of(text)


def test_modes() -> None:
    assert [mode_of(text) for text in ("auto", "head", "full")] == ["auto", "head", "full"]
    with pytest.raises(typer.BadParameter, match="choose auto, head or full"):
        mode_of("best")


def test_durations_in_words() -> None:
    assert [in_words(seconds) for seconds in (4.6, 89, 100, 3000, 5400)] == [
        "5 s",
        "89 s",
        "2 min",
        "50 min",
        "1 h 30 min",
    ]
