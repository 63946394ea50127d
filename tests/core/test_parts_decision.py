"""The bot's verdict on a turn of several requests: all are answered, or a person gets all of them."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.conversations.decision import (
    AnswersVerdict,
    AnswerVerdict,
    Evidence,
    HandOffVerdict,
    decide_parts,
    decide_turn,
)
from escalation.conversations.predictions import Guess
from tests.core.test_turn_decision import INTENTS, POLICY, some_evidence

WHOLE = some_evidence("refund", "card")
REFUND, CARD, UNSURE = some_evidence("refund"), some_evidence("card"), some_evidence("address", "refund")
BOTH = AnswersVerdict(
    (
        AnswerVerdict("refund", "We refund within five days."),
        AnswerVerdict("card", "Cards are blocked in the app."),
    )
)


def test_sure_requests_are_all_answered_in_their_order() -> None:
    assert decide_parts(WHOLE, [REFUND, CARD], POLICY) == BOTH


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([REFUND, UNSURE], "several_requests"),
        ([UNSURE, CARD], "several_requests"),
        ([replace(REFUND, confidence=0.94), replace(CARD, confidence=0.94)], "several_requests"),
        ([REFUND, replace(CARD, confidence=0.0, mention="refused")], "several_requests"),
        ([REFUND, some_evidence("unwritten")], "several_requests"),
        ([REFUND, replace(CARD, novelty=0.9, confidence=0.5)], "several_requests"),
        ([REFUND, replace(CARD, already_answered_intent="card")], "several_requests"),
        ([REFUND, replace(CARD, also_answered=("card", "address"))], "several_requests"),
        ([REFUND, replace(CARD, language_known=False)], "several_requests"),
        ([REFUND, some_evidence("fraud")], "sensitive_intent"),
    ],
)
def test_one_that_cannot_be_answered_takes_the_others_along(parts: list[Evidence], reason: Any) -> None:
    assert decide_parts(WHOLE, parts, POLICY) == HandOffVerdict(reason)


def test_what_would_be_answered_with_a_certificate_says_so() -> None:
    silent = replace(POLICY, answering=False)
    assert decide_parts(WHOLE, [REFUND, CARD], silent) == HandOffVerdict("not_certified")
    novel = replace(CARD, novelty=0.9, confidence=0.5)
    assert decide_parts(WHOLE, [REFUND, novel], silent) == HandOffVerdict("several_requests")


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (WHOLE, [REFUND, some_evidence("greeting")]),
        (WHOLE, [replace(REFUND, lacks="details"), CARD]),
        (replace(WHOLE, lacks="details"), [REFUND, CARD]),
        (replace(WHOLE, language_known=False), [REFUND, CARD]),
        (replace(WHOLE, failed=True), [REFUND, CARD]),
    ],
)
def test_words_beside_one_request_and_what_cannot_be_read_are_no_second_request(
    whole: Evidence, parts: list[Evidence]
) -> None:
    assert decide_parts(whole, parts, POLICY) is None


@given(
    st.lists(
        st.builds(
            lambda label, score, confidence, mention: some_evidence(
                label, guesses=(Guess(label=label, score=score),), confidence=confidence, mention=mention
            ),
            st.sampled_from(sorted(INTENTS)), st.floats(0, 1), st.floats(0, 1), st.none() | st.just("refused"),
        ),
        min_size=2, max_size=3,
    )
)  # fmt: skip
def test_all_or_none_are_answered_whatever_the_evidence(parts: list[Evidence]) -> None:
    verdict = decide_parts(WHOLE, parts, POLICY)
    alone = [decide_turn(part, POLICY) for part in parts]
    sure = math.prod(part.confidence for part in parts) >= POLICY.threshold
    if isinstance(verdict, AnswersVerdict):
        assert list(verdict.answers) == alone and sure
    elif verdict is not None:
        assert not (sure and all(isinstance(each, AnswerVerdict) for each in alone))
