"""Whom the words of a note call: the same as in the console."""

import pytest

from escalation.desk.calling import called

NAMES = {"ana": "Ana", "tom": "Tom", "anam": "Ana Maria", "li": "李"}


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("@Ana Maria, see @Tom! @李", ("anam", "tom", "li")),
        ("@Ana, @Ana", ("ana",)),
        ("@Tomas and Tom, tom@shop.test", ()),
        ("nobody", ()),
        ("@", ()),
    ],
)
def test_a_whole_name_behind_an_at_calls(text: str, whom: tuple[str, ...]) -> None:
    assert called(text, NAMES, most=10) == whom


def test_both_of_one_name_are_called_and_never_more_than_the_most() -> None:
    assert called("@Tom", NAMES | {"tom2": "Tom"}, most=10) == ("tom", "tom2")
    assert called("@Tom @Ana @李", NAMES, most=2) == ("tom", "ana")
