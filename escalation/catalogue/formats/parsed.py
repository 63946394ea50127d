"""What a catalogue file says, before it meets the stored catalogue, and how the formats put it together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats.rows import SKIP_REMEDY, Rows, Skipped, said
from escalation.catalogue.locales import canonical_locale, locale_problem
from escalation.catalogue.model import (
    DEFAULT_LOCALE,
    MAX_DESCRIPTION,
    MAX_TEXT,
    MAX_TITLE,
    POLICIES,
    Catalogue,
    Intent,
    LocalText,
    as_policy,
    name_problem,
    placeholder_answer,
    text_problem,
    title_from,
)
from escalation.protocol.states import Policy


@dataclass(frozen=True, slots=True)
class Draft:
    """One intent as a file tells it. None means that the file does not say, so a stored value stands.

    `lines` has the line of each example. `other_answers` and `other_titles` are by locale, sorted; a stored one in
    another locale stands.
    """

    name: str
    title: str | None = None
    description: str | None = None
    answer: str | None = None
    policy: Policy | None = None
    examples: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    other_answers: tuple[LocalText, ...] = ()
    other_titles: tuple[LocalText, ...] = ()

    def as_intent(self, *, placeholder_answers: bool = False) -> Intent:
        """Return it as an intent, with defaults for what the file leaves open."""
        title = self.title or title_from(self.name)
        policy = self.policy or "automatic"
        answer = self.answer
        if answer is None and placeholder_answers and policy != "always_handoff":
            answer = placeholder_answer(title)
        description, others = self.description or "", (self.other_answers, self.other_titles)
        return Intent(self.name, title, description, self.examples, answer, policy, *others)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: under which label (None: out of scope), in which line of which file, counted from 1.

    `line` is None for a text that is stored already.
    """

    label: str | None
    source: str
    line: int | None

    def __str__(self) -> str:
        label = "out of scope" if self.label is None else f"'{self.label}'"
        return f"{label} ({self.source})" if self.line is None else f"{label} ({self.source}, line {self.line})"


@dataclass(frozen=True, slots=True)
class Conflicting:
    """One text under two labels. Both are kept; a person has to decide."""

    text: str
    first: Place
    second: Place

    def __str__(self) -> str:
        return f"'{self.text[:80]}' is under {self.first} and under {self.second}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole catalogue file. Intents in file order, texts without repeats, messages out of scope apart.

    `read_as` names what the file seems to be. `warnings` says what a person should know, `skipped` what was left out.
    """

    source: str
    locale: str | None = None
    intents: tuple[Draft, ...] = ()
    out_of_scope: tuple[str, ...] = ()
    conflicting: tuple[Conflicting, ...] = ()
    warnings: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    read_as: str = ""
    out_of_scope_lines: tuple[int, ...] = ()
    """The line of each message out of scope."""

    def catalogue(self, *, placeholder_answers: bool = False) -> Catalogue:
        """Return the file's intents as a catalogue of their own."""
        intents = tuple(draft.as_intent(placeholder_answers=placeholder_answers) for draft in self.intents)
        return Catalogue(self.locale or DEFAULT_LOCALE, intents)


@dataclass(slots=True)
class _Entry:
    """An intent being read: what is known so far and its texts in order."""

    line: int
    title: str | None = None
    description: str | None = None
    answer: str | None = None
    policy: Policy | None = None
    texts: dict[str, int] = field(default_factory=dict)
    other_answers: dict[str, str] = field(default_factory=dict)
    other_titles: dict[str, str] = field(default_factory=dict)


class Assembly:
    """Collects what a format finds, line by line, checks it, and gives the `Parsed` whole.

    Every method raises CatalogueFileInvalid naming the line; nothing is handed out before `finish`.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._locale: str | None = None
        self._entries: dict[str, _Entry] = {}
        self._out_of_scope: dict[str, int] = {}
        self._seen: dict[str, Place] = {}
        self._conflicting: list[Conflicting] = []
        self._warnings: list[str] = []

    def fail(self, line: int | None, problem: str) -> CatalogueFileInvalid:
        """Return the error that names this file and the line."""
        return CatalogueFileInvalid(self._source, line, problem)

    @property
    def own_locale(self) -> str | None:
        """The file's locale; None where it has not said one."""
        return self._locale

    def warn(self, text: str) -> None:
        """Add a line that the report of the import shows."""
        self._warnings.append(text)

    def locale(self, value: str, line: int) -> None:
        """Set the file's locale."""
        if problem := locale_problem(value):
            raise self.fail(line, f"locale {problem}")
        self._locale = value

    def intent(self, name: str, line: int, *, again: bool = True) -> str:
        """Open the intent of that name and return the name as stored. With `again` False a second one is refused."""
        stored = name.strip()
        if problem := name_problem(stored):
            raise self.fail(line, f"the intent's name {problem}")
        if stored not in self._entries:
            self._entries[stored] = _Entry(line)
        elif not again:
            first = self._entries[stored].line
            raise self.fail(line, f"intent '{stored}' is there already, in line {first}; join the two")
        return stored

    def title(self, name: str, value: str, line: int) -> None:
        """Set the title of an intent opened before."""
        self._entries[name].title = self._text(name, "title", value, line, MAX_TITLE)

    def description(self, name: str, value: str, line: int) -> None:
        """Set the description of an intent opened before."""
        self._entries[name].description = self._text(name, "description", value, line, MAX_DESCRIPTION)

    def answer(self, name: str, value: str, line: int) -> None:
        """Set the approved answer of an intent opened before."""
        self._entries[name].answer = self._text(name, "answer", value, line, MAX_TEXT)

    def other_answer(self, name: str, locale: str, value: str, line: int) -> None:
        """Set the approved answer in another locale than the file's, of an intent opened before."""
        stored = self._other_locale(name, "answer", locale, self._entries[name].other_answers, line)
        self._entries[name].other_answers[stored] = self._text(name, f"answer in {stored}", value, line, MAX_TEXT)

    def other_title(self, name: str, locale: str, value: str, line: int) -> None:
        """Set the title in another locale than the file's, of an intent opened before."""
        stored = self._other_locale(name, "title", locale, self._entries[name].other_titles, line)
        self._entries[name].other_titles[stored] = self._text(name, f"title in {stored}", value, line, MAX_TITLE)

    def _other_locale(self, name: str, what: str, locale: str, known: Mapping[str, str], line: int) -> str:
        if problem := locale_problem(locale):
            one = "an answer" if what == "answer" else "a title"
            raise self.fail(line, f"intent '{name}': {one}'s locale {problem}")
        if self._locale is not None and locale.casefold() == self._locale.casefold():
            raise self.fail(line, f"intent '{name}': {locale} is the file's own locale; its {what} is '{what}'")
        stored = canonical_locale(locale)
        if stored in known:
            raise self.fail(line, f"intent '{name}': there are two {what}s in {stored}")
        return stored

    def policy(self, name: str, value: str, line: int) -> None:
        """Set the policy of an intent opened before."""
        policy = as_policy(value)
        if policy is None:
            raise self.fail(line, f"intent '{name}': policy '{value[:40]}' is none of {', '.join(POLICIES)}")
        self._entries[name].policy = policy

    def example(self, name: str, text: str, line: int) -> None:
        """Add one message of an intent opened before; a repeat under the same intent is dropped."""
        stored = self._text(name, "example", text, line, MAX_TEXT)
        if stored not in self._entries[name].texts:
            self._entries[name].texts[stored] = line
            self._note(stored, Place(name, self._source, line))

    def labelled(self, name: str, text: str, line: int) -> None:
        """Add one message of an intent, which is opened with its first; what is refused leaves nothing behind."""
        self._text(name.strip(), "example", text, line, MAX_TEXT)
        self.example(self.intent(name, line), text, line)

    def out_of_scope(self, text: str, line: int) -> None:
        """Add one message that belongs to no intent; a repeat is dropped."""
        stored = self._text(None, "text", text, line, MAX_TEXT)
        if stored not in self._out_of_scope:
            self._out_of_scope[stored] = line
            self._note(stored, Place(None, self._source, line))

    def finish(self, read_as: str = "our own YAML", skipped: tuple[Skipped, ...] = ()) -> Parsed:
        """Return everything collected; `skipped` are rows that never came here."""
        if not self._entries and not self._out_of_scope:
            raise self.fail(None, "holds no intents and no messages")
        drafts = (
            Draft(
                name,
                entry.title,
                entry.description,
                entry.answer,
                entry.policy,
                tuple(entry.texts),
                tuple(entry.texts.values()),
                tuple(LocalText(*each) for each in sorted(entry.other_answers.items())),
                tuple(LocalText(*each) for each in sorted(entry.other_titles.items())),
            )
            for name, entry in self._entries.items()
        )
        return Parsed(
            self._source,
            self._locale,
            tuple(drafts),
            tuple(self._out_of_scope),
            tuple(self._conflicting),
            (*said(skipped), *self._warnings),
            skipped,
            read_as,
            tuple(self._out_of_scope.values()),
        )

    def _text(self, name: str | None, place: str, value: str, line: int, limit: int) -> str:
        stored = value.strip()
        if problem := text_problem(stored, limit=limit):
            raise self.fail(line, f"{place} {problem}" if name is None else f"intent '{name}': {place} {problem}")
        return stored

    def _note(self, text: str, place: Place) -> None:
        first = self._seen.setdefault(text, place)
        if first is not place:
            self._conflicting.append(Conflicting(text, first, place))


def assembled(rows: Rows, *, skip_invalid: bool = False) -> Parsed:
    """Return rows as a catalogue file. With `skip_invalid` what may not be stored is left out.

    Raises: CatalogueFileInvalid.
    """
    assembly = Assembly(rows.source)
    skipped = list(rows.skipped)
    for row in rows.rows:
        try:
            if row.label is None:
                assembly.out_of_scope(row.text, row.line)
            else:
                assembly.labelled(row.label, row.text, row.line)
        except CatalogueFileInvalid as error:
            if not skip_invalid:
                raise CatalogueFileInvalid(error.source, error.line, error.problem, SKIP_REMEDY) from None
            skipped.append(Skipped(row.line, error.problem))
    for warning in rows.warnings:
        assembly.warn(warning)
    return assembly.finish(rows.read_as, tuple(sorted(skipped, key=lambda each: each.line)))
