"""Two requests in one message: where it may be cut, and whether both sides ask for something, and not the same. Pure.

It is cut where a sentence ends, where a word joins what follows ("and", "also", "by the way"), or where a comma stands
before a new clause. Signs count in every language, words in English only. `python -m tests.benchmarks two_requests`
measures it.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from escalation.classifier.prediction import Prediction

MOST_CHARACTERS: Final = 600
MOST_CUTS: Final = 4
"""Cuts that are looked at; a message with more is a story, and read as one."""
FEWEST_WORDS: Final = 2
FEWEST_LETTERS: Final = 6
SURE: Final = 0.6
"""Least confidence of both sides, after `DOUBT`."""
SURE_IF_SAID: Final = 0.05
"""The same where words say that another request follows, which one message of a hundred with one request has."""
DOUBT: Final = 0.3
"""Share of the whole message's confidence that speaks against two: one request is mostly clear as it is."""

_JOINING: Final = (
    r"(?:and|also|plus|then|besides(?: (?:that|this))?|additionally|furthermore|moreover|secondly|second|next|"
    r"by the way|btw|oh|another (?:thing|question|matter|issue)|one (?:more|other|last) (?:thing|question)|"
    r"while (?:i am|im|i'm|i’m|you are|you're|we are) (?:here|at it|on it)|at the same time|on top of that|"
    r"in addition(?: to (?:that|this))?|as well as|apart from (?:that|this)|too|as well|another one|"
    r"the other thing(?: is)?|(?:i )?(?:would )?(?:also )?(?:have|had|got) (?:another|one more|a second) question)"
)
# How a clause begins that may be a request of its own behind a comma alone.
_BEGINS: Final = (
    r"(?:i|i'm|im|i'd|i've|my|we|please|can|could|would|will|do|does|did|is|are|was|has|have|how|what|whats|what's|"
    r"where|wheres|when|why|who|which|should|may|tell|show|give|send|help|let|make|set|change|cancel|check|find|"
    r"get|need|want|there|it)\b"
)
# Joins clauses of one request as often as two requests.
_PLAIN: Final = re.compile(r"[^\w&]*(?:(?:and|then|next)[^\w&]+)*", re.IGNORECASE)
_CUT: Final = re.compile(
    r"(?:(?P<sign>[.!?;…]+[\"')\]]*(?:\s+|$)|\s*\n\s*|\s[-–—]+\s|:\s+)|(?P<comma>,\s*)|\s+)"
    rf"(?P<words>(?:(?:{_JOINING}|&)(?:[\s,:.–—-]+|$))*)",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(_BEGINS, re.IGNORECASE)
_LEAD: Final = re.compile(
    r"^(?:(?:first(?:ly)?(?: of all)?|two (?:things|questions)|(?:i have )?(?:two|a couple of) (?:things|questions))"
    r"[\s,:.]+)+", re.IGNORECASE,
)  # fmt: skip


class Span(NamedTuple):
    """A part of a message: its characters `start` up to `end`."""

    start: int
    end: int


class Cut(NamedTuple):
    """A message cut in two; `said`: words say that another request follows ("also", "one more thing")."""

    first: Span
    second: Span
    said: bool


def cuts(text: str) -> list[Cut]:
    """Return the places to cut a message, in order of the text; none where it cannot be two requests."""
    if len(text) > MOST_CHARACTERS:
        return []
    lead = _LEAD.match(text)
    begin = lead.end() if lead else 0
    found = []
    for match in _CUT.finditer(text, begin):
        if _joins(match, text) and _says(text[begin : match.start()]) and _says(text[match.end() :]):
            said = lead is not None or _PLAIN.fullmatch(match[0]) is None
            found.append(Cut(Span(begin, match.start()), Span(match.end(), len(text)), said))
    return found if len(found) <= MOST_CUTS else []


class Sides(NamedTuple):
    """What a model says of the two parts of a cut."""

    cut: Cut
    first: Prediction
    second: Prediction


def two_requests(whole: Prediction, sides: Iterable[Sides]) -> list[Sides]:
    """Return the cuts whose parts are two different requests, the surest first; none where the message is one.

    `whole` is what the model says of the message as it stands. Who knows more, such as that thanks are no request,
    takes the first cut that fits.
    """
    different = [each for each in sides if each.first.label != each.second.label]
    sure = [each for each in different if _sureness(whole, each) >= (SURE_IF_SAID if each.cut.said else SURE)]
    return sorted(sure, key=lambda each: -_sureness(whole, each))


def _sureness(whole: Prediction, sides: Sides) -> float:
    return min(sides.first.confidence, sides.second.confidence) - DOUBT * whole.confidence


def _joins(match: re.Match[str], text: str) -> bool:
    if match["sign"] or match["words"]:
        return True
    return match["comma"] is not None and _CLAUSE.match(text, match.end()) is not None


def _says(part: str) -> bool:
    """Whether a part is long enough to ask for something."""
    return len(part.split()) >= FEWEST_WORDS and sum(map(str.isalpha, part)) >= FEWEST_LETTERS
