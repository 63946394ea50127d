"""What a change did to an intent, and what undoing it gives. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from escalation.catalogue.errors import UndoRefused
from escalation.catalogue.locales import canonical_locale
from escalation.catalogue.model import Intent, with_texts
from escalation.protocol.states import Policy

Placed = tuple[int, str]
"""An example with its position among the intent's examples."""

STATE: Final = "state"
IN_USE: Final = "in_use"
ARCHIVED: Final = "archived"
ANSWER: Final = "answer:"
"""Beginning of the field of an answer; its locale follows."""
TITLE: Final = "title:"
"""Beginning of the field of a title in another locale than the catalogue's own."""


@dataclass(frozen=True, slots=True)
class Version:
    """An intent at one moment, in a catalogue of that locale."""

    intent: Intent
    locale: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """The fields that differ, by name, with their texts before and after; None where there was or is nothing.

    Fields are `state`, `title`, `description`, `policy`, `title:<locale>` for each title in another locale, and
    `answer:<locale>` for each answer. Both mappings have the same names. Examples stand with the position they had
    (removed) or have (added).
    """

    before: Mapping[str, str | None]
    after: Mapping[str, str | None]
    examples_added: tuple[Placed, ...] = ()
    examples_removed: tuple[Placed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.after or self.examples_added or self.examples_removed)


def fields(version: Version | None) -> dict[str, str]:
    """Return what an intent says by field, without its examples; nothing for one that does not exist."""
    if version is None:
        return {}
    intent = version.intent
    said = {STATE: ARCHIVED if version.archived else IN_USE, "title": intent.title, "policy": intent.policy}
    if intent.description:
        said["description"] = intent.description
    if intent.answer is not None:
        said[ANSWER + canonical_locale(version.locale)] = intent.answer
    titles = {TITLE + other.locale: other.text for other in intent.other_titles}
    return said | titles | {ANSWER + other.locale: other.text for other in intent.other_answers}


def difference(before: Version | None, after: Version) -> Difference:
    """Return what differs; false where nothing does. The order of examples does not count."""
    old, new = fields(before), fields(after)
    names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    had = () if before is None else before.intent.examples
    has = after.intent.examples
    return Difference(
        {name: old.get(name) for name in names},
        {name: new.get(name) for name in names},
        _only(has, had),
        _only(had, has),
    )


def _only(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[Placed, ...]:
    known = set(those)
    return tuple((place, text) for place, text in enumerate(these) if text not in known)


def undone(now: Version, change: Difference) -> Version:
    """Return the intent without that change; what came with other changes stays. An added intent is archived.

    Raises UndoRefused, naming what was changed since.
    """
    said = fields(now)
    for name, value in change.after.items():
        if said.get(name) != value:
            raise UndoRefused(f"{_in_words(name)} was changed since. Undo that change first, or edit the intent.")
    _require_examples(now.intent.examples, change)
    if STATE in change.before and change.before[STATE] is None:
        return _unadded(now, change)
    return _with(now, said | dict(change.before), _examples_before(now.intent.examples, change))


def _in_words(field: str) -> str:
    if field == STATE:
        return "Whether the intent is archived"
    what, _, locale = field.partition(":")
    return f"The {what} in {locale}" if locale else f"The {field}"


def _require_examples(examples: tuple[str, ...], change: Difference) -> None:
    there = set(examples)
    for _, text in change.examples_added:
        if text not in there:
            raise UndoRefused(f"The example '{text[:80]}' was removed since. Undo that change first.")
    for _, text in change.examples_removed:
        if text in there:
            raise UndoRefused(f"The example '{text[:80]}' was added again since. Undo that change first.")


def _unadded(now: Version, change: Difference) -> Version:
    if fields(now) != dict(change.after) or len(now.intent.examples) != len(change.examples_added):
        raise UndoRefused("The intent was changed since it was added. Undo those changes first, or archive the intent.")
    return replace(now, archived=True)


def _examples_before(examples: tuple[str, ...], change: Difference) -> tuple[str, ...]:
    added = {text for _, text in change.examples_added}
    kept = [text for text in examples if text not in added]
    for place, text in sorted(change.examples_removed):
        kept.insert(place, text)
    return tuple(kept)


def _with(now: Version, said: Mapping[str, str | None], examples: tuple[str, ...]) -> Version:
    answers, titles = (_by_locale(said, kind) for kind in (ANSWER, TITLE))
    intent = Intent(
        now.intent.name,
        said.get("title") or now.intent.title,
        said.get("description") or "",
        examples,
        answers.pop(canonical_locale(now.locale), None),
        cast(Policy, said["policy"]),  # checked by Intent
        with_texts((), answers),
        with_texts((), titles),
    )
    return Version(intent, now.locale, archived=said[STATE] == ARCHIVED)


def _by_locale(said: Mapping[str, str | None], kind: str) -> dict[str, str | None]:
    return {name.removeprefix(kind): text for name, text in said.items() if name.startswith(kind)}


def undone_changes(changes: Iterable[tuple[int, int | None]]) -> frozenset[int]:
    """Return the numbers of the changes that are undone now, from all changes as (number, number it undid).

    An undo can be undone itself; the change it undid is in force again then.
    """
    gone: set[int] = set()
    for number, undoes in sorted(changes, reverse=True):
        if undoes is not None and number not in gone:
            gone.add(undoes)
    return frozenset(gone)
