"""What the bot does with one turn: answer, ask which intent was meant, or hand off. Pure, and fails towards people.

A turn that may hold several requests is judged part by part first (`decide_parts`).

It knows no classifier: evidence comes in as plain values.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from escalation.conversations.predictions import Guess, TurnPolicy
from escalation.conversations.request import Lack
from escalation.protocol.messages import Option
from escalation.protocol.states import Reason


@dataclass(frozen=True)
class Intent:
    """What the catalogue says of one label."""

    policy: Literal["automatic", "always_handoff", "smalltalk"]
    answer: str | None
    """The approved answer in the customer's locale, else in the catalogue's; without one the bot hands off."""
    title: str
    """In the customer's locale, else in the catalogue's."""


@dataclass(frozen=True)
class Evidence:
    """All that is known of a turn when it is decided."""

    guesses: tuple[Guess, ...]
    """The most likely labels, best first."""
    confidence: float
    """Calibrated probability that the first label is right, novelty included."""
    novelty: float
    """Higher is stranger; the scale is the model's own, as is the policy's limit."""
    language_known: bool
    language: str
    failed: bool
    """No prediction came before the turn's deadline."""
    clarifications: int
    """How often the bot already asked what this customer means, without an answer since."""
    already_answered_intent: str | None
    """The intent of the answer given just before, of several the last."""
    intents: Mapping[str, Intent]
    """The catalogue, at least for the labels guessed; a label missing here has no approved answer."""
    mention: str | None = None
    """Why the words only mention the first guess ("refused": "don't cancel it"); its confidence is 0 then."""
    among: float | None = None
    """Calibrated probability that the right intent is one of the guesses a question may offer; None: not known."""
    lacks: Lack | None = None
    """What the words are in place of a request, if they are none."""
    asked_what: bool = False
    """Whether the bot asked already what this question is about."""
    also_answered: Collection[str] = ()
    """The intents of all answers given just before, where there were several."""
    answered: bool = False
    """Whether it answered a request of this customer before: a bare number may be what the answer asked for."""


@dataclass(frozen=True)
class AnswerVerdict:
    """Send the approved answer of `intent`."""

    intent: str
    text: str
    smalltalk: bool = False
    """Whether what it answers is no request."""


@dataclass(frozen=True)
class AnswersVerdict:
    """Send the approved answers of several requests, in their order."""

    answers: tuple[AnswerVerdict, ...]


@dataclass(frozen=True)
class ClarifyVerdict:
    """Ask which of these was meant."""

    options: tuple[Option, ...]


@dataclass(frozen=True)
class AskWhatVerdict:
    """Ask what it is about: nothing was requested yet."""


@dataclass(frozen=True)
class HandOffVerdict:
    """Pass to people."""

    reason: Reason


Verdict = AnswerVerdict | AnswersVerdict | ClarifyVerdict | AskWhatVerdict | HandOffVerdict


def decide_turn(evidence: Evidence, policy: TurnPolicy) -> Verdict:
    """Return what to do; the first ground that applies decides.

    While the policy does not answer, what would have been answered or asked is handed off as `not_certified`; every
    other reason stays, so that the reasons remain true. Where there is no request yet, no answer can be wrong and
    nobody can help: the bot asks once what it is about, with or without a classifier.
    """
    verdict = _if_certified(evidence, policy)
    if not policy.answering and not isinstance(verdict, HandOffVerdict):
        verdict = HandOffVerdict("not_certified")
    if evidence.lacks is None or isinstance(verdict, AnswerVerdict):
        return verdict
    return _without_request(evidence, evidence.lacks, verdict)


def decide_parts(
    whole: Evidence, parts: Sequence[Evidence], policy: TurnPolicy
) -> AnswersVerdict | HandOffVerdict | None:
    """Return what to do with a turn read as several requests; None: it is read as one, so `decide_turn` decides.

    Each part is judged as if it were a message of its own, and all are answered or none is: an answer to one of two
    requests looks like an answer to both. The answers are wrong if one of them is, so the probability that all are
    right has to reach the threshold too. No question is asked, as a pick would answer one part only.
    """
    if _is_one(whole) or any(_is_no_request(part) for part in parts):
        return None
    each = [decide_turn(part, policy) for part in parts]
    answers = tuple(verdict for verdict in each if isinstance(verdict, AnswerVerdict))
    if len(answers) == len(each) and all_right(part.confidence for part in parts) >= policy.threshold:
        return AnswersVerdict(answers)
    if HandOffVerdict("sensitive_intent") in each:
        return HandOffVerdict("sensitive_intent")
    uncertified = all(verdict == HandOffVerdict("not_certified") for verdict in each)
    return HandOffVerdict("not_certified" if uncertified else "several_requests")


def all_right(confidences: Iterable[float]) -> float:
    """Return the probability that several labels are right, each as sure as its confidence, independent of the others.

    Where errors come together it is higher, so that this errs towards people.
    """
    return math.prod(confidences)


def _is_one(whole: Evidence) -> bool:
    """Whether nothing can be said of the parts of a turn."""
    return whole.failed or not whole.language_known or whole.lacks is not None


def _is_no_request(part: Evidence) -> bool:
    """Whether words beside a request ask for nothing: thanks, a greeting, a bare number."""
    if part.lacks is not None or not part.guesses:
        return True
    intent = part.intents.get(part.guesses[0].label)
    return intent is not None and intent.policy == "smalltalk"


def _without_request(evidence: Evidence, lacks: Lack, otherwise: Verdict) -> Verdict:
    if evidence.asked_what or evidence.clarifications > 0:
        return HandOffVerdict("ambiguous")
    if lacks == "details" and evidence.answered:
        return otherwise if isinstance(otherwise, HandOffVerdict) else HandOffVerdict("low_confidence")
    return AskWhatVerdict()


def _if_certified(evidence: Evidence, policy: TurnPolicy) -> Verdict:
    if evidence.failed or not evidence.guesses:
        return HandOffVerdict("classifier_unavailable")
    if not evidence.language_known:
        return HandOffVerdict("language")
    if evidence.confidence >= policy.threshold or _mention_matters_not(evidence, policy):
        return _sure(evidence)
    if evidence.novelty > policy.novelty_limit:
        return HandOffVerdict("novel")
    if evidence.mention:
        return HandOffVerdict("mention")
    if evidence.clarifications > 0:
        return HandOffVerdict("ambiguous")
    options = _choices(evidence, policy)
    return ClarifyVerdict(options) if options else HandOffVerdict("low_confidence")


def _mention_matters_not(evidence: Evidence, policy: TurnPolicy) -> bool:
    """Whether it is all the same if a request was only mentioned: "all good, bye" is small talk either way, and a
    person answers a sensitive one. Its score stands in for the confidence that a mention has not.

    What is taken back after an answer ("no wait, keep it") is no small talk.
    """
    taken_back = evidence.mention == "withdrawn" and evidence.already_answered_intent is not None
    if evidence.mention is None or taken_back:
        return False
    intent = evidence.intents.get(evidence.guesses[0].label)
    return intent is not None and intent.policy != "automatic" and evidence.guesses[0].score >= policy.threshold


def _sure(evidence: Evidence) -> Verdict:
    """The label is certain enough; what may be said is up to its policy, then to whether there is an answer."""
    label = evidence.guesses[0].label
    intent = evidence.intents.get(label)
    if intent is not None and intent.policy == "always_handoff":
        return HandOffVerdict("sensitive_intent")
    if intent is None or intent.answer is None:
        return HandOffVerdict("no_answer")
    if intent.policy == "automatic" and label in {evidence.already_answered_intent, *evidence.also_answered}:
        return HandOffVerdict("repeated")
    return AnswerVerdict(label, intent.answer, intent.policy == "smalltalk")


def _choices(evidence: Evidence, policy: TurnPolicy) -> tuple[Option, ...]:
    """The likeliest intents the bot could answer; none if the right one is too unlikely among them."""
    best = evidence.guesses[0].score
    near = [guess for guess in evidence.guesses[: policy.max_choices] if guess.score >= best - policy.margin]
    offered = [(guess, intent) for guess in near if (intent := _to_offer(evidence, guess.label)) is not None]
    if _chance(evidence, policy, [guess for guess, _ in offered]) < policy.clarify_floor:
        return ()
    return tuple(Option(intent=guess.label, title=intent.title) for guess, intent in offered)


def _chance(evidence: Evidence, policy: TurnPolicy, offered: Collection[Guess]) -> float:
    """Return the probability that the right intent is among the offered guesses.

    Confidence is that of the first guess. What the others add to it falls by the share of them that is not offered.
    """
    if evidence.among is None:
        return sum(guess.score for guess in offered)
    first, *others = evidence.guesses[: policy.max_choices]
    could = sum(guess.score for guess in others)
    share = sum(guess.score for guess in others if guess in offered) / could if could else 0.0
    added = max(evidence.among - evidence.confidence, 0.0) * share
    return added + (evidence.confidence if first in offered else 0.0)


def _to_offer(evidence: Evidence, label: str) -> Intent | None:
    """Smalltalk is no request, so it is never a choice."""
    intent = evidence.intents.get(label)
    return intent if intent is not None and intent.policy == "automatic" and intent.answer is not None else None
