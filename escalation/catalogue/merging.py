"""How a parsed file and the stored catalogue become the new catalogue. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from escalation.catalogue.errors import LocaleDiffers
from escalation.catalogue.formats.parsed import Conflicting, Draft, Parsed, Place
from escalation.catalogue.history import Difference, Version, difference
from escalation.catalogue.model import (
    FEWEST_EXAMPLES,
    Catalogue,
    Intent,
    LocalText,
    placeholder_answer,
    relocated,
    with_texts,
)
from escalation.protocol.states import ImportMode

STORED: Final = "stored catalogue"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import changes, whether it is done or only asked for.

    `differences` has each intent that is added, changed or archived; `handing_off` the file's intents that always hand
    off for want of an answer or by policy; `unanswered` those of them that lack an answer alone.
    """

    source: str
    fingerprint: str
    """Names this step exactly: these intents, from this state of the stored catalogue."""
    locale: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    archived: tuple[str, ...]
    differences: Mapping[str, Difference]
    titles: Mapping[str, str]
    """Titles by name, of archived intents too."""
    examples_added: int
    examples_removed: int
    out_of_scope: int
    handing_off: tuple[str, ...]
    unanswered: tuple[str, ...]
    few_examples: Mapping[str, int]
    """New intents with fewer than `FEWEST_EXAMPLES`, and how many they have: in the catalogue and from resolutions."""
    conflicting: tuple[Conflicting, ...]
    warnings: tuple[str, ...]
    """What was left out of the file, and which answers were not taken over, as `Parsed` says it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The catalogue an import meets, as of event `seq` of its stream, and the archived intents."""

    seq: int
    catalogue: Catalogue
    archived: Mapping[str, Version]
    collected: Mapping[str, int]
    """How many examples intents have from resolutions."""


def merged(stored: Catalogue, parsed: Parsed, mode: ImportMode, *, placeholder_answers: bool) -> Catalogue:
    """Return the catalogue after the import.

    `merge` keeps what the file does not mention and adds the file's examples behind the stored ones; `replace` leaves
    only the file's intents with only its examples. In both, what a file cannot say or leaves out (an answer in a CSV)
    stands as stored. Raises LocaleDiffers on merging another locale into a catalogue that is not empty.
    """
    if mode == "merge" and stored.intents and parsed.locale not in {None, stored.locale}:
        raise LocaleDiffers(
            f"{parsed.source} is in locale {parsed.locale}, the stored catalogue in {stored.locale}; "
            "change the file's locale, or replace the whole catalogue"
        )
    locale = parsed.locale or stored.locale
    there = {intent.name: relocated(intent, stored.locale, locale) for intent in stored.intents}
    wished = {
        draft.name: _filled(_joined(there.get(draft.name), draft, mode), placeholder_answers)
        for draft in parsed.intents
    }
    kept = {} if mode == "replace" else there
    return Catalogue(locale, tuple((kept | wished).values()))


def _joined(stored: Intent | None, draft: Draft, mode: ImportMode) -> Intent:
    if stored is None:
        return draft.as_intent()
    examples = draft.examples if mode == "replace" else tuple(dict.fromkeys(stored.examples + draft.examples))
    return Intent(
        stored.name,
        draft.title or stored.title,
        stored.description if draft.description is None else draft.description,
        examples,
        stored.answer if draft.answer is None else draft.answer,
        draft.policy or stored.policy,
        _texts(stored.other_answers, draft.other_answers),
        _texts(stored.other_titles, draft.other_titles),
    )


def _texts(stored: Iterable[LocalText], written: Iterable[LocalText]) -> tuple[LocalText, ...]:
    return with_texts(stored, {other.locale: other.text for other in written})


def _filled(intent: Intent, placeholder_answers: bool) -> Intent:
    if not placeholder_answers or intent.answer is not None or intent.policy == "always_handoff":
        return intent
    return replace(intent, answer=placeholder_answer(intent.title))


def conflicts_with_stored(stored: Catalogue, parsed: Parsed) -> tuple[Conflicting, ...]:
    """Return the file's texts that the stored catalogue has under another label."""
    known = dict(stored.labelled())
    found = []
    for draft in parsed.intents:
        for text, line in zip(draft.examples, draft.lines, strict=True):
            if known.get(text, draft.name) != draft.name:
                first = Place(known[text], STORED, None)
                found.append(Conflicting(text, first, Place(draft.name, parsed.source, line)))
    return tuple(found)


def report(stored: Stored, wished: Catalogue, parsed: Parsed, mode: ImportMode) -> ImportReport:
    """Return what the step from `stored` to `wished` changes."""
    known = stored.catalogue
    before, after = set(known.labelled()), set(wished.labelled())
    added = tuple(name for name in wished.names if name not in known)
    conflicting = parsed.conflicting + (conflicts_with_stored(known, parsed) if mode == "merge" else ())
    named = [wished.get(draft.name) for draft in parsed.intents]
    return ImportReport(
        source=parsed.source,
        fingerprint=_fingerprint(stored.seq, wished),
        locale=wished.locale,
        added=added,
        changed=tuple(each.name for each in wished.intents if known.find(each.name) not in {None, each}),
        archived=tuple(name for name in known.names if name not in wished),
        differences=_differences(stored, wished),
        titles={intent.name: intent.title for intent in (*known.intents, *wished.intents)},
        examples_added=len(after - before),
        examples_removed=len(before - after),
        out_of_scope=len(parsed.out_of_scope),
        handing_off=tuple(intent.name for intent in named if not intent.answerable),
        unanswered=tuple(each.name for each in named if each.answer is None and each.policy != "always_handoff"),
        few_examples=_few(stored, [wished.get(name) for name in added]),
        conflicting=conflicting,
        warnings=parsed.warnings,
    )


def _few(stored: Stored, intents: Iterable[Intent]) -> dict[str, int]:
    counts = {intent.name: len(intent.examples) + stored.collected.get(intent.name, 0) for intent in intents}
    return {name: count for name, count in counts.items() if count < FEWEST_EXAMPLES}


def _fingerprint(seq: int, wished: Catalogue) -> str:
    return hashlib.sha256(repr((seq, wished)).encode()).hexdigest()


def _differences(stored: Stored, wished: Catalogue) -> dict[str, Difference]:
    """Return what differs by intent: first those of the file's catalogue, then those that it archives."""
    known = stored.catalogue
    found: dict[str, Difference] = {}
    for intent in wished.intents:
        old = known.find(intent.name)
        before = stored.archived.get(intent.name) if old is None else Version(old, known.locale)
        found[intent.name] = difference(before, Version(intent, wished.locale))
    for intent in known.intents:
        if intent.name not in wished:
            now = Version(intent, known.locale)
            found[intent.name] = difference(now, replace(now, archived=True))
    return {name: each for name, each in found.items() if each}
