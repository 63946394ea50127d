"""The bot's verdict on a turn: each ground in its order, and what holds whatever the evidence is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.conversations.decision import (
    AnswerVerdict,
    AskWhatVerdict,
    ClarifyVerdict,
    Evidence,
    HandOffVerdict,
    Intent,
    Verdict,
    decide_turn,
)
from escalation.conversations.predictions import Guess, TurnPolicy
from escalation.protocol.messages import Option

INTENTS = {
    "refund": Intent("automatic", "We refund within five days.", "Refund"),
    "card": Intent("automatic", "Cards are blocked in the app.", "Lost card"),
    "address": Intent("automatic", "Change it in your profile.", "Change address"),
    "fraud": Intent("always_handoff", "never said", "Fraud"),
    "threat": Intent("always_handoff", None, "Threat"),
    "unwritten": Intent("automatic", None, "No answer yet"),
    "greeting": Intent("smalltalk", "Hello!", "Greeting"),
}
POLICY = TurnPolicy(threshold=0.9, novelty_limit=0.7, margin=0.3, clarify_floor=0.6)


def some_evidence(*labels: str, **overrides: Any) -> Evidence:
    """A known, familiar message; the guesses share the probability with falling scores."""
    scores = {1: (0.95,), 2: (0.4, 0.3), 3: (0.35, 0.3, 0.2)}[len(labels)]
    typical: dict[str, Any] = {
        "guesses": tuple(Guess(label=label, score=score) for label, score in zip(labels, scores, strict=True)),
        "confidence": 0.95 if len(labels) == 1 else 0.4,
        "novelty": 0.2,
        "language_known": True,
        "language": "en",
        "failed": False,
        "clarifications": 0,
        "already_answered_intent": None,
        "intents": INTENTS,
    }
    return Evidence(**(typical | overrides))


UNSURE = some_evidence("refund", "card")


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (some_evidence("refund"), AnswerVerdict("refund", "We refund within five days.")),
        (some_evidence("refund", confidence=0.9), AnswerVerdict("refund", "We refund within five days.")),
        (
            some_evidence("greeting", already_answered_intent="greeting"),
            AnswerVerdict("greeting", "Hello!", smalltalk=True),
        ),
        (
            some_evidence("refund", already_answered_intent="card"),
            AnswerVerdict("refund", "We refund within five days."),
        ),
        (some_evidence("refund", clarifications=1), AnswerVerdict("refund", "We refund within five days.")),
        (some_evidence("refund", failed=True), HandOffVerdict("classifier_unavailable")),
        (replace(UNSURE, guesses=()), HandOffVerdict("classifier_unavailable")),
        (some_evidence("refund", language_known=False, language="eu"), HandOffVerdict("language")),
        (some_evidence("refund", failed=True, language_known=False), HandOffVerdict("classifier_unavailable")),
        (some_evidence("fraud"), HandOffVerdict("sensitive_intent")),
        (some_evidence("threat"), HandOffVerdict("sensitive_intent")),
        (some_evidence("unwritten"), HandOffVerdict("no_answer")),
        (some_evidence("gone from the catalogue"), HandOffVerdict("no_answer")),
        (some_evidence("refund", already_answered_intent="refund"), HandOffVerdict("repeated")),
        (some_evidence("refund", confidence=0.5, novelty=0.71), HandOffVerdict("novel")),
        (replace(UNSURE, novelty=0.9, clarifications=1), HandOffVerdict("novel")),
        (replace(UNSURE, clarifications=1), HandOffVerdict("ambiguous")),
        (UNSURE, ClarifyVerdict((Option(intent="refund", title="Refund"), Option(intent="card", title="Lost card")))),
        (some_evidence("refund", "fraud"), HandOffVerdict("low_confidence")),
        (some_evidence("fraud", "unwritten", "greeting"), HandOffVerdict("low_confidence")),
        (some_evidence("refund", confidence=0.5, novelty=0.9, lacks="opening"), AskWhatVerdict()),
        (replace(UNSURE, lacks="nonsense"), AskWhatVerdict()),
        (replace(UNSURE, guesses=(), failed=True, lacks="opening"), AskWhatVerdict()),
        (replace(UNSURE, lacks="opening", asked_what=True), HandOffVerdict("ambiguous")),
        (replace(UNSURE, lacks="opening", clarifications=1), HandOffVerdict("ambiguous")),
        (replace(UNSURE, lacks="details", answered=True), HandOffVerdict("low_confidence")),
        (replace(UNSURE, lacks="details", answered=True, novelty=0.9), HandOffVerdict("novel")),
        (replace(UNSURE, lacks="opening", answered=True), AskWhatVerdict()),
        (some_evidence("refund", confidence=0.0, mention="refused"), HandOffVerdict("mention")),
        (replace(UNSURE, mention="done"), HandOffVerdict("mention")),
        (replace(UNSURE, mention="done", clarifications=1), HandOffVerdict("mention")),
        (some_evidence("refund", confidence=0.0, mention="others", novelty=0.9), HandOffVerdict("novel")),
        (some_evidence("fraud", confidence=0.0, mention="denied"), HandOffVerdict("sensitive_intent")),
        (
            some_evidence("greeting", confidence=0.0, mention="settled", already_answered_intent="refund"),
            AnswerVerdict("greeting", "Hello!", smalltalk=True),
        ),
        (
            some_evidence("greeting", confidence=0.0, mention="withdrawn", already_answered_intent="refund"),
            HandOffVerdict("mention"),
        ),
        (some_evidence("greeting", lacks="opening"), AnswerVerdict("greeting", "Hello!", smalltalk=True)),
        (replace(UNSURE, confidence=float("nan")), decide_turn(UNSURE, POLICY)),
    ],
)
def test_the_first_ground_that_applies_decides(evidence: Evidence, verdict: Verdict) -> None:
    assert decide_turn(evidence, POLICY) == verdict


def test_only_close_guesses_are_offered() -> None:
    narrow = replace(POLICY, margin=0.1, clarify_floor=0.6)
    verdict = decide_turn(some_evidence("refund", "card", "address"), narrow)
    assert isinstance(verdict, ClarifyVerdict)
    assert [option.intent for option in verdict.options] == ["refund", "card"]


def test_a_question_is_asked_only_if_the_right_intent_is_likely_enough_to_be_offered() -> None:
    careful = replace(POLICY, clarify_floor=0.8)
    three = some_evidence("refund", "card", "address")
    assert isinstance(decide_turn(replace(three, among=0.85), careful), ClarifyVerdict)
    assert decide_turn(replace(three, among=0.75), careful) == HandOffVerdict("low_confidence")
    assert decide_turn(three, replace(POLICY, clarify_floor=0.9)) == HandOffVerdict("low_confidence"), "scores: .85"


def test_what_cannot_be_offered_makes_a_question_less_likely_to_help() -> None:
    two_of_three = some_evidence("refund", "card", "unwritten", confidence=0.6, among=0.9)  # .6, and .3 of .5 of .3
    verdict = decide_turn(two_of_three, replace(POLICY, clarify_floor=0.77))
    assert isinstance(verdict, ClarifyVerdict)
    assert [option.intent for option in verdict.options] == ["refund", "card"]
    assert decide_turn(two_of_three, replace(POLICY, clarify_floor=0.79)) == HandOffVerdict("low_confidence")
    first_unwritten = some_evidence("unwritten", "card", confidence=0.6, among=0.9)
    assert decide_turn(first_unwritten, replace(POLICY, clarify_floor=0.31)) == HandOffVerdict("low_confidence")
    assert isinstance(decide_turn(first_unwritten, replace(POLICY, clarify_floor=0.29)), ClarifyVerdict)


def test_without_a_certificate_only_people_answer_and_other_reasons_stay_true() -> None:
    silent = replace(POLICY, answering=False)
    assert decide_turn(some_evidence("refund"), silent) == HandOffVerdict("not_certified")
    assert decide_turn(some_evidence("greeting"), silent) == HandOffVerdict("not_certified")
    assert decide_turn(UNSURE, silent) == HandOffVerdict("not_certified")
    assert decide_turn(some_evidence("fraud"), silent) == HandOffVerdict("sensitive_intent")
    assert decide_turn(replace(UNSURE, novelty=0.9), silent) == HandOffVerdict("novel")
    assert decide_turn(replace(UNSURE, lacks="opening"), silent) == AskWhatVerdict(), "a question answers nothing"
    assert decide_turn(some_evidence("refund", failed=True), TurnPolicy.failed()) == HandOffVerdict(
        "classifier_unavailable"
    )


probability = st.floats(0, 1)
labels = st.sampled_from([*INTENTS, "unknown"])
guesses = st.lists(
    st.builds(Guess, label=labels, score=probability), max_size=5, unique_by=lambda guess: guess.label
).map(lambda found: tuple(sorted(found, key=lambda guess: -guess.score)))
evidences = st.builds(
    Evidence,
    guesses=guesses,
    confidence=probability,
    novelty=probability,
    language_known=st.booleans(),
    language=st.sampled_from(["en", "es"]),
    failed=st.booleans(),
    clarifications=st.integers(0, 3),
    already_answered_intent=st.none() | labels,
    intents=st.just(INTENTS),
    lacks=st.sampled_from([None, "opening", "details", "nonsense"]),
    asked_what=st.booleans(),
    answered=st.booleans(),
    among=st.none() | probability,
)
policies = st.builds(
    TurnPolicy,
    threshold=probability,
    novelty_limit=probability,
    margin=probability,
    clarify_floor=probability,
    answering=st.booleans(),
)


@settings(max_examples=200)
@given(evidences, policies)
def test_every_verdict_is_safe(evidence: Evidence, policy: TurnPolicy) -> None:
    match decide_turn(evidence, policy):
        case AnswerVerdict(label, text, smalltalk):
            assert smalltalk == (INTENTS[label].policy == "smalltalk")
            assert evidence.confidence >= policy.threshold
            assert policy.answering and evidence.language_known and not evidence.failed
            assert label == evidence.guesses[0].label
            assert INTENTS[label].answer == text and INTENTS[label].policy != "always_handoff"
        case ClarifyVerdict(options):
            assert evidence.clarifications == 0, "never twice"
            assert policy.answering and evidence.novelty <= policy.novelty_limit
            assert 1 <= len(options) <= policy.max_choices
            assert all(INTENTS[option.intent].policy == "automatic" for option in options)
            assert all(INTENTS[option.intent].answer for option in options)
        case AskWhatVerdict():
            assert evidence.lacks is not None and not evidence.asked_what and evidence.clarifications == 0
        case HandOffVerdict(reason):
            unsure = ("novel", "ambiguous", "low_confidence")
            assert (evidence.confidence < policy.threshold) or reason not in unsure or evidence.lacks is not None
            assert reason != "not_certified" or not policy.answering


@settings(max_examples=200)
@given(evidences, policies, probability)
def test_more_confidence_never_takes_an_answer_away(evidence: Evidence, policy: TurnPolicy, more: float) -> None:
    verdict = decide_turn(evidence, policy)
    surer = decide_turn(replace(evidence, confidence=max(evidence.confidence, more)), policy)
    if isinstance(verdict, AnswerVerdict):
        assert surer == verdict


@settings(max_examples=200)
@given(evidences, policies, probability)
def test_a_stricter_threshold_never_adds_an_answer(evidence: Evidence, policy: TurnPolicy, other: float) -> None:
    stricter = replace(policy, threshold=max(policy.threshold, other))
    if isinstance(decide_turn(evidence, stricter), AnswerVerdict):
        assert isinstance(decide_turn(evidence, policy), AnswerVerdict)


def test_without_a_model_nothing_is_sure_enough() -> None:
    assert TurnPolicy.failed() == TurnPolicy(1.0, 0.0, 0.0, 1.0, answering=False)
    certain = some_evidence("refund", confidence=1.0, novelty=0.0)
    assert decide_turn(certain, TurnPolicy.failed()) == HandOffVerdict("not_certified")


def test_a_choice_just_within_the_margin_is_offered() -> None:
    guesses = (Guess(label="refund", score=0.5), Guess(label="card", score=0.25))
    verdict = decide_turn(replace(UNSURE, guesses=guesses), replace(POLICY, margin=0.25))
    assert isinstance(verdict, ClarifyVerdict) and [option.intent for option in verdict.options] == ["refund", "card"]
