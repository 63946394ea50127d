"""How a parsed file and the stored catalogue become the new catalogue. Pure."""

from dataclasses import dataclass, replace
from typing import Final

from escalation.catalogue.errors import LocaleDiffers
from escalation.catalogue.formats.parsed import Conflicting, Draft, Parsed, Place
from escalation.catalogue.model import Catalogue, Intent, placeholder_answer
from escalation.protocol.states import ImportMode

STORED: Final = "stored catalogue"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `handing_off` names the file's intents that always hand off for want of an answer."""

    source: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    archived: tuple[str, ...]
    examples_added: int
    examples_removed: int
    out_of_scope: int
    handing_off: tuple[str, ...]
    conflicting: tuple[Conflicting, ...]


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
    wished = {
        draft.name: _filled(_joined(stored.find(draft.name), draft, mode), placeholder_answers)
        for draft in parsed.intents
    }
    kept = {} if mode == "replace" else dict(stored.by_name)
    locale = parsed.locale or stored.locale
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
    )


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


def report(stored: Catalogue, wished: Catalogue, parsed: Parsed, mode: ImportMode) -> ImportReport:
    """Return what the step from `stored` to `wished` changed."""
    before, after = set(stored.labelled()), set(wished.labelled())
    conflicting = parsed.conflicting + (conflicts_with_stored(stored, parsed) if mode == "merge" else ())
    names = [draft.name for draft in parsed.intents]
    return ImportReport(
        source=parsed.source,
        added=tuple(name for name in wished.names if name not in stored),
        changed=tuple(each.name for each in wished.intents if stored.find(each.name) not in {None, each}),
        archived=tuple(name for name in stored.names if name not in wished),
        examples_added=len(after - before),
        examples_removed=len(before - after),
        out_of_scope=len(parsed.out_of_scope),
        handing_off=tuple(name for name in names if not wished.get(name).answerable),
        conflicting=conflicting,
    )
