"""Answering by the room that people have: whatever the desk is like, nothing more is answered."""

from hypothesis import given
from hypothesis import strategies as st

from escalation.conversations.capacity import CapacityRule, Room, by_room
from escalation.conversations.decision import (
    AnswersVerdict,
    AnswerVerdict,
    AskWhatVerdict,
    ClarifyVerdict,
    HandOffVerdict,
)
from escalation.conversations.judging import Judged
from escalation.conversations.lanes import Lane
from escalation.conversations.predictions import ModelVote, Votes
from escalation.protocol.messages import Option

ANSWER = AnswerVerdict("refund", "Within five days.")
ASKS = ClarifyVerdict((Option(intent="refund", title="A refund"),))
VERDICTS = [
    ANSWER,
    AnswerVerdict("hello", "Hello!", smalltalk=True),
    AnswersVerdict((ANSWER, ANSWER)),
    ASKS,
    AskWhatVerdict(),
    HandOffVerdict("low_confidence"),
    HandOffVerdict("sensitive_intent"),
]
probability = st.floats(0, 1)
rules = st.builds(
    CapacityRule, st.none() | st.floats(0, 0.99), st.floats(0.01, 0.5), st.none() | st.integers(1, 9), probability
)
rooms = st.builds(Room, st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))


def a_judged(verdict: object, confidence: float = 0.9, threshold: float = 0.8, lane: Lane = Lane.CERTIFIED) -> Judged:
    vote = ModelVote(model="v1", intents=("refund",), confidence=confidence, threshold=threshold, accepts=True)
    votes = Votes(anchor=vote, live=vote, vetoed=False)
    return Judged(verdict, lane=lane, votes=votes, threshold=threshold)  # type: ignore[arg-type]


def answered(judged: Judged) -> bool:
    return isinstance(judged.verdict, AnswerVerdict | AnswersVerdict)


@given(
    judged=st.builds(a_judged, st.sampled_from(VERDICTS), probability, probability, st.sampled_from(Lane)),
    again=st.none() | st.builds(a_judged, st.sampled_from(VERDICTS)),
    rule=rules,
    room=rooms,
)
def test_what_is_answered_is_a_subset_for_every_desk(
    judged: Judged, again: Judged | None, rule: CapacityRule, room: Room
) -> None:
    found = by_room(judged, rule, room, lambda _: again)
    if answered(found):
        assert found == judged
    assert found.by_capacity == (found.verdict != judged.verdict)
    if judged.verdict == HandOffVerdict("sensitive_intent"):
        assert found == judged


@given(judged=st.builds(a_judged, st.sampled_from(VERDICTS), probability), room=rooms)
def test_by_default_the_desk_makes_no_difference(judged: Judged, room: Room) -> None:
    assert not CapacityRule().used
    assert by_room(judged, CapacityRule(), room, lambda _: a_judged(ASKS)) == judged


def test_idle_people_get_what_would_be_answered_only_just() -> None:
    rule, idle = CapacityRule(idle_share=0.5, idle_step=0.1), Room(capacity=8, free=5)
    found = by_room(a_judged(ANSWER, 0.85), rule, idle, lambda _: None)
    assert (found.verdict, found.lane, found.by_capacity) == (HandOffVerdict("low_confidence"), Lane.HAND_OFF, True)
    assert answered(by_room(a_judged(ANSWER, 0.95), rule, idle, lambda _: None)), "sure enough"
    hello = AnswerVerdict("hello", "Hello!", smalltalk=True)
    assert answered(by_room(a_judged(hello, 0.85), rule, idle, lambda _: None)), "small talk is nobody's work"
    for busy in (Room(capacity=8, free=4), Room(capacity=8, free=8, waiting=1), Room()):
        assert answered(by_room(a_judged(ANSWER, 0.85), rule, busy, lambda _: None))


def test_a_long_queue_is_asked_before_and_not_joined() -> None:
    rule, judged = CapacityRule(long_queue=3), a_judged(HandOffVerdict("low_confidence"))
    assert by_room(judged, rule, Room(waiting=3), lambda _: a_judged(ASKS)).verdict == ASKS
    assert by_room(judged, rule, Room(waiting=2), lambda _: a_judged(ASKS)) == judged
    assert by_room(judged, rule, Room(waiting=3), lambda _: a_judged(ANSWER)) == judged, "never an answer"
