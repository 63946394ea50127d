"""A wished change of one intent, and the intent it gives. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from escalation.catalogue.errors import CatalogueInvalid, ExamplesDiffer, IntentUnknown
from escalation.catalogue.history import Version
from escalation.catalogue.locales import canonical_locale, locale_problem
from escalation.catalogue.model import with_texts
from escalation.protocol.states import Policy


@dataclass(frozen=True, slots=True)
class IntentEdit:
    """What is to be different. None, or nothing in it, leaves a part as it is.

    `titles` in other locales than the catalogue's own and `answers` are by locale; None takes the text away.
    `archived` False brings an intent back.
    """

    title: str | None = None
    description: str | None = None
    policy: Policy | None = None
    answers: Mapping[str, str | None] = field(default_factory=dict)
    titles: Mapping[str, str | None] = field(default_factory=dict)
    examples_added: tuple[str, ...] = ()
    examples_removed: tuple[str, ...] = ()
    archived: bool | None = None


def edited(now: Version, edit: IntentEdit) -> Version:
    """Return the intent after the edit.

    Raises IntentUnknown for an archived one that is not brought back, ExamplesDiffer, CatalogueInvalid.
    """
    intent = now.intent
    if now.archived and edit.archived is not False:
        raise IntentUnknown(f"intent '{intent.name}' is archived; bring it back first")
    answers = _by_locale(intent.name, "an answer", edit.answers)
    titles = _by_locale(intent.name, "a title", edit.titles)
    own = canonical_locale(now.locale)
    if own in titles:
        raise CatalogueInvalid(f"intent '{intent.name}': {own} is the catalogue's own locale; its title is 'title'")
    after = replace(
        intent,
        title=intent.title if edit.title is None else edit.title.strip(),
        description=intent.description if edit.description is None else edit.description.strip(),
        policy=edit.policy or intent.policy,
        answer=answers.pop(own) if own in answers else intent.answer,
        other_answers=with_texts(intent.other_answers, answers),
        other_titles=with_texts(intent.other_titles, titles),
        examples=_examples(now, edit),
    )
    return Version(after, now.locale, now.archived if edit.archived is None else edit.archived)


def _by_locale(name: str, one: str, texts: Mapping[str, str | None]) -> dict[str, str | None]:
    for locale in texts:
        if problem := locale_problem(locale):
            raise CatalogueInvalid(f"intent '{name}': {one}'s locale {problem}")
    return {canonical_locale(locale): None if text is None else text.strip() for locale, text in texts.items()}


def _examples(now: Version, edit: IntentEdit) -> tuple[str, ...]:
    there = now.intent.examples
    missing = next((text for text in edit.examples_removed if text not in there), None)
    if missing is not None:
        raise ExamplesDiffer(f"intent '{now.intent.name}' has no example '{missing[:80]}'; read it again")
    removed = set(edit.examples_removed)
    kept = [text for text in there if text not in removed]
    for text in edit.examples_added:
        if text.strip() in kept:
            raise ExamplesDiffer(f"intent '{now.intent.name}' has the example '{text.strip()[:80]}' already")
        kept.append(text.strip())
    return tuple(kept)
