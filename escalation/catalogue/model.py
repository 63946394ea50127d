"""The catalogue as values: what an intent is and which of its parts must hold. Pure and frozen."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Final, get_args

from escalation.catalogue.errors import CatalogueInvalid, IntentUnknown
from escalation.catalogue.locales import canonical_locale, locale_problem, lookup_locale
from escalation.protocol.states import Policy

POLICIES: Final[tuple[Policy, ...]] = get_args(Policy)

MAX_NAME: Final = 100
MAX_TITLE: Final = 200
MAX_DESCRIPTION: Final = 2_000
MAX_TEXT: Final = 4_000
FEWEST_EXAMPLES: Final = 5
"""An intent with fewer makes a model less sure of other intents too: with five such, 23 % of coverage became 2 %."""
DEFAULT_LOCALE: Final = "en"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_OR_BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def text_problem(text: str, *, limit: int, lines: bool = True) -> str | None:
    """Return what is wrong with `text`, None when it may be stored.

    Refused: blank text, more than `limit` characters, control characters (a NUL cannot be stored in PostgreSQL) and
    lone surrogates (no UTF-8). Line breaks and tabs pass where `lines` allows them.
    """
    if not text.strip():
        return "is blank"
    if len(text) > limit:
        return f"has {len(text):,} characters; at most {limit:,} are allowed"
    found = (_CONTROL if lines else _CONTROL_OR_BREAK).search(text)
    return f"contains the character U+{ord(found[0]):04X}, which cannot be stored; remove it" if found else None


def name_problem(name: str) -> str | None:
    """Return what is wrong with an intent's name: any line of up to 100 characters without outer blanks is a name."""
    if problem := text_problem(name, limit=MAX_NAME, lines=False):
        return problem
    return "starts or ends with a blank" if name != name.strip() else None


def as_policy(value: str) -> Policy | None:
    """Return `value` as a policy, None when it is not one."""
    return next((policy for policy in POLICIES if policy == value), None)


def title_from(name: str) -> str:
    """Return a readable title for an intent that came without one: `lost_luggage` becomes `Lost luggage`."""
    words = " ".join(name.replace("_", " ").split()) or name
    return words[:1].upper() + words[1:]


def placeholder_answer(title: str) -> str:
    """Return the answer that trials and replays use for an intent nobody has written an answer for."""
    return f"(placeholder answer for {title})"


@dataclass(frozen=True, slots=True)
class LocalText:
    """A title or an approved answer, and its locale; among the others of an intent never the catalogue's own."""

    locale: str
    text: str


@dataclass(frozen=True, slots=True)
class Intent:
    """One kind of request. `name` is its stable id and the classifier's label; `answer` is what the bot may say.

    `title` and `answer` are in the catalogue's own locale. `other_titles` and `other_answers` say them in other
    locales, one each, sorted by locale.
    Raises CatalogueInvalid, naming the intent and the field, where a part is blank, too long or cannot be stored.
    """

    name: str
    title: str
    description: str = ""
    examples: tuple[str, ...] = ()
    answer: str | None = None
    policy: Policy = "automatic"
    other_answers: tuple[LocalText, ...] = ()
    other_titles: tuple[LocalText, ...] = ()

    def __post_init__(self) -> None:
        if problem := name_problem(self.name):
            raise CatalogueInvalid(f"intent '{self.name[:MAX_NAME]}': the name {problem}")
        self._check("title", self.title, MAX_TITLE)
        if self.description:
            self._check("description", self.description, MAX_DESCRIPTION)
        if self.answer is not None:
            self._check("answer", self.answer, MAX_TEXT)
        if self.policy not in POLICIES:
            raise CatalogueInvalid(f"intent '{self.name}': policy '{self.policy}' is none of {', '.join(POLICIES)}")
        self._check_examples()
        self._check_others("an answer", "answer", self.other_answers, MAX_TEXT)
        self._check_others("a title", "title", self.other_titles, MAX_TITLE)

    def _check(self, place: str, text: str, limit: int) -> None:
        if problem := text_problem(text, limit=limit):
            raise CatalogueInvalid(f"intent '{self.name}': {place} {problem}")

    def _check_examples(self) -> None:
        seen: dict[str, int] = {}
        for number, text in enumerate(self.examples, start=1):
            self._check(f"example {number}", text, MAX_TEXT)
            if text in seen:
                raise CatalogueInvalid(f"intent '{self.name}': example {number} repeats example {seen[text]}")
            seen[text] = number

    def _check_others(self, one: str, place: str, others: tuple[LocalText, ...], limit: int) -> None:
        for other in others:
            if problem := locale_problem(other.locale):
                raise CatalogueInvalid(f"intent '{self.name}': {one}'s locale {problem}")
            self._check(f"{place} in {other.locale}", other.text, limit)
        locales = [other.locale for other in others]
        if locales != sorted({canonical_locale(locale) for locale in locales}):
            raise CatalogueInvalid(f"intent '{self.name}': {place}s in {', '.join(locales)} are not one a locale")

    def contains(self, text: str) -> bool:
        """Whether `text` stands in its name, title, description, an example or an answer; case does not count."""
        sought = text.casefold()
        others = (other.text for other in (*self.other_titles, *self.other_answers))
        own = (self.name, self.title, self.description, self.answer or "", *others, *self.examples)
        return any(sought in each.casefold() for each in own)

    @property
    def answerable(self) -> bool:
        """Whether the bot may answer it in the catalogue's own locale: without an approved answer it hands off."""
        return self.answer is not None and self.policy != "always_handoff"


def with_texts(known: Iterable[LocalText], changes: Mapping[str, str | None]) -> tuple[LocalText, ...]:
    """Return texts by locale after changes of some of them; None takes a text away."""
    texts = {other.locale: other.text for other in known} | dict(changes)
    return tuple(LocalText(locale, text) for locale, text in sorted(texts.items()) if text is not None)


def relocated(intent: Intent, old: str, new: str) -> Intent:
    """Return an intent of a catalogue in the locale `old` for one in `new`: each text stays with its own locale.

    Where it has no title in `new` the old one serves there too, for an intent is never without.
    """
    before, after = canonical_locale(old), canonical_locale(new)
    if before == after:
        return intent
    answers: dict[str, str | None] = {other.locale: other.text for other in intent.other_answers}
    titles: dict[str, str | None] = {other.locale: other.text for other in intent.other_titles}
    answers[before], there = intent.answer, titles.pop(after, None)
    if there != intent.title:
        titles[before] = intent.title
    return replace(
        intent,
        title=there or intent.title,
        answer=answers.pop(after, None),
        other_titles=with_texts((), titles),
        other_answers=with_texts((), answers),
    )


def answer_locales(intent: Intent, own: str) -> tuple[str, ...]:
    """Return in which locales an intent has an approved answer, first the locale `own` of its catalogue."""
    others = (other.locale for other in intent.other_answers)
    return tuple(others) if intent.answer is None else (own, *others)


def title_in(intent: Intent, own: str, locale: str) -> str:
    """Return the title that a customer of that locale reads, in a catalogue in the locale `own`."""
    titles = {other.locale: other.text for other in intent.other_titles} | {own: intent.title}
    return titles[lookup_locale(locale, titles) or own]


def answer_said(intent: Intent, own: str, locale: str | None = None) -> LocalText | None:
    """Return what the bot says to a customer of that locale, in a catalogue in the locale `own`; None: it hands off."""
    if intent.policy == "always_handoff":
        return None
    answers = {other.locale: other.text for other in intent.other_answers}
    if intent.answer is not None:
        answers[own] = intent.answer
    found = (None if locale is None else lookup_locale(locale, answers)) or own
    return LocalText(found, answers[found]) if found in answers else None


@dataclass(frozen=True)
class Catalogue:
    """The set of intents in their order, in one locale; titles and answers may stand in others too. Names are unique.

    Raises CatalogueInvalid for a repeated name or a text that is no locale.
    """

    locale: str = DEFAULT_LOCALE
    intents: tuple[Intent, ...] = field(default=())

    def __post_init__(self) -> None:
        if problem := locale_problem(self.locale):
            raise CatalogueInvalid(f"catalogue: locale {problem}")
        seen: set[str] = set()
        for intent in self.intents:
            if intent.name in seen:
                raise CatalogueInvalid(f"catalogue: intent '{intent.name}' is there twice")
            seen.add(intent.name)
            for what, others in (("answer", intent.other_answers), ("title", intent.other_titles)):
                if any(other.locale.casefold() == self.locale.casefold() for other in others):
                    raise CatalogueInvalid(
                        f"intent '{intent.name}': {self.locale} is the catalogue's own locale; its {what} is '{what}'"
                    )

    @cached_property
    def by_name(self) -> Mapping[str, Intent]:
        """The intents by name, in catalogue order."""
        return MappingProxyType({intent.name: intent for intent in self.intents})

    @property
    def names(self) -> tuple[str, ...]:
        """The names in catalogue order."""
        return tuple(intent.name for intent in self.intents)

    def find(self, name: str) -> Intent | None:
        """Return the intent of that name, None when there is none."""
        return self.by_name.get(name)

    def get(self, name: str) -> Intent:
        """Return the intent of that name. Raises IntentUnknown."""
        intent = self.find(name)
        if intent is None:
            raise IntentUnknown(f"no intent '{name}' in the catalogue; list the names, or add it as a new intent")
        return intent

    def answer_for(self, name: str, locale: str | None = None) -> str | None:
        """Return the approved answer the bot may give for that label, None where it must hand off.

        With a customer's locale: the answer in that locale, else in its language, else in the catalogue's own locale.
        """
        intent = self.find(name)
        said = None if intent is None else answer_said(intent, self.locale, locale)
        return None if said is None else said.text

    def title_for(self, name: str, locale: str) -> str | None:
        """Return the title of that label for a customer of that locale, None for a label that is not there."""
        intent = self.find(name)
        return None if intent is None else title_in(intent, self.locale, locale)

    def answer_locales(self, name: str) -> tuple[str, ...]:
        """Return in which locales that intent has an approved answer, the catalogue's own first."""
        intent = self.find(name)
        return () if intent is None else answer_locales(intent, self.locale)

    def labelled(self) -> Iterator[tuple[str, str]]:
        """Yield every example as (text, intent name), in catalogue order."""
        return ((text, intent.name) for intent in self.intents for text in intent.examples)

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __len__(self) -> int:
        return len(self.intents)
