"""Which conversations are blind items, and how far two replies are apart."""

import pytest

from escalation.conversations.blind_items import blind_items
from escalation.desk.suggested import edit_distance


def test_the_coin_falls_for_the_wanted_share_and_always_the_same_way() -> None:
    ids = [f"conversation-{number}" for number in range(4_000)]
    drawn = [id for id in ids if blind_items(b"key", 0.1)(id)]
    assert 320 < len(drawn) < 480, "10 % of 4,000, five standard deviations"
    assert drawn == [id for id in ids if blind_items(b"key", 0.1)(id)]
    assert drawn != [id for id in ids if blind_items(b"another", 0.1)(id)]
    assert not any(map(blind_items(b"key", 0.0), ids)) and all(map(blind_items(b"key", 1.0), ids))


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("kitten", "sitting", 3),
        ("same", "same", 0),
        ("", "abc", 3),
        ("abcdef", "abXdef", 1),
        ("ab", "ba", 2),
    ],
)
def test_edits_are_counted_character_by_character(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_texts_that_have_nothing_in_common_count_as_written_anew() -> None:
    assert edit_distance("a" * 3_000, "b" * 2_000) == 3_000
