"""How hard a conversation is: its words, length and course; what is left of it hours later."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.desk.difficulty import HARD, LOOKS_BACK, Course, points_of, recent
from escalation.desk.rude_words import Temper, temper

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["You IDIOTS!", "go to hell", "what a shitty shop", "Ihr Vollidioten", "so ein Scheiß", "sois unos imbéciles",
     "vete a la mierda", "bande d'enculés", "Va te faire foutre"],
)  # fmt: skip
def test_insults_are_abusive_in_four_languages(text: str) -> None:
    assert temper(text) is Temper.ABUSIVE


@pytest.mark.parametrize(
    "text",
    ["This is unacceptable.", "Das ist eine Frechheit", "unverschämt!", "esto es una estafa", "C'est honteux",
     "J'en ai marre", "WHERE IS MY PARCEL ALREADY"],
)  # fmt: skip
def test_anger_is_no_abuse(text: str) -> None:
    assert temper(text) is Temper.ANGRY


@pytest.mark.parametrize(
    "text",
    ["Where is my parcel?", "I live in Scunthorpe", "Ich wohne in Hart", "my password is wrong",
     "Ich hätte gern Shiitake", "El computador no sirve", "OK", "IBAN DE02 1203 0000",
     "no me funciona la disputa del pago", "I am not angry, thanks", "assess the class", "le connecteur est cassé"],
)  # fmt: skip
def test_everyday_words_are_neither(text: str) -> None:
    assert temper(text) is Temper.CALM


def test_an_insult_makes_a_conversation_hard_and_a_short_question_does_not() -> None:
    assert points_of(Course(("where is it?",))) == 0
    assert points_of(Course(("you idiots",))) >= HARD
    assert points_of(Course(("this is unacceptable",), returns=1)) >= HARD
    assert points_of(Course(("hm",) * 18)) >= HARD


courses = st.builds(
    Course,
    said=st.lists(st.sampled_from(["hello", "you idiots", "unacceptable", ""]), max_size=40).map(tuple),
    returns=st.integers(0, 9),
    waited=st.integers(0, 10_000).map(lambda seconds: timedelta(seconds=seconds)),
)


@given(courses, st.sampled_from(["hello", "you idiots"]))
def test_more_of_anything_never_makes_it_easier(course: Course, more: str) -> None:
    longer = Course((*course.said, more), course.returns + 1, waited=course.waited * 2)
    assert 0 <= points_of(course) <= points_of(longer) <= 11


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12), st.integers(0, 600))
def test_what_an_agent_had_fades_and_is_gone(had: list[tuple[int, int]], minutes: int) -> None:
    told = [(NOON - timedelta(hours=hours), points) for hours, points in had]
    later = NOON + timedelta(minutes=minutes)
    assert 0 <= recent(told, later) <= recent(told, NOON) <= sum(points for _, points in had)
    assert recent(told, NOON + LOOKS_BACK) == 0


def test_it_weighs_half_after_two_hours() -> None:
    assert recent([(NOON, 4)], NOON + timedelta(hours=2)) == 2
