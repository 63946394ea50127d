"""The stored catalogue as the rest of the program uses it: load, import, export, and the few single changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from escalation.catalogue import merging, repository
from escalation.catalogue.editing import IntentEdit, edited
from escalation.catalogue.errors import CatalogueMoved, IntentExists, IntentMoved, IntentUnknown, UndoRefused
from escalation.catalogue.events import STREAM, append_changed
from escalation.catalogue.events import Change as ChangeName
from escalation.catalogue.formats import FormatName, Parsed, render
from escalation.catalogue.history import ANSWER, Version, difference, undone
from escalation.catalogue.history_rows import Cause, Change, find, last_change, page, record
from escalation.catalogue.merging import ImportReport, Stored
from escalation.catalogue.model import Catalogue, Intent, title_from
from escalation.catalogue.repository import SeedExample
from escalation.database import Database, Transaction
from escalation.events import heads
from escalation.kernel.ids import Ids, new_id
from escalation.protocol.states import ChangeKind, ImportMode, Policy
from escalation.security import Actor, SecurityLog


@dataclass(frozen=True, slots=True)
class IntentDetail:
    """An intent with its examples, and the number of its newest change (0: none is known)."""

    version: Version
    newest_change: int
    collected: int = 0
    """How many examples it has from resolutions."""


Collected = Callable[[Transaction], Mapping[str, int]]
"""Reads how many examples intents have from resolutions; learning keeps them."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The catalogue as of event `seq` of its stream."""

    seq: int
    catalogue: Catalogue


class Catalogues:
    """Every change appends one `CatalogueChanged` with the names concerned to the stream `catalogue`.

    `actor` says who changes it: `agent:<id>`, `command` or `system`; `address` from where.
    """

    def __init__(self, database: Database, *, ids: Ids = new_id, collected: Collected = lambda _: {}) -> None:
        self._database = database
        self._ids = ids
        self._collected = collected
        self._snapshot: _Snapshot | None = None

    async def load(self) -> Catalogue:
        """Return the catalogue as it is now; the same object until it changes, in whichever process that happens."""
        known = self._snapshot
        fresh = await self._database.read(lambda tx: _load(tx, known))
        if self._snapshot is None or self._snapshot.seq < fresh.seq:
            self._snapshot = fresh
        return self._snapshot.catalogue

    async def seed_examples(self) -> list[SeedExample]:
        """Return all examples with their ids."""
        return await self._database.read(repository.seed_examples)

    async def preview_import(
        self, parsed: Parsed, *, mode: ImportMode = "merge", placeholder_answers: bool = False
    ) -> ImportReport:
        """Return what importing the file now would change; nothing changes. Raises LocaleDiffers, CatalogueInvalid."""

        def fn(tx: Transaction) -> ImportReport:
            return self._step(tx, parsed, mode, placeholder_answers)[2]

        return await self._database.read(fn)

    async def import_catalogue(
        self,
        parsed: Parsed,
        *,
        actor: str,
        mode: ImportMode = "merge",
        placeholder_answers: bool = False,
        fingerprint: str | None = None,
        address: str = "",
    ) -> ImportReport:
        """Take over a parsed file, all of it or nothing; importing it again changes nothing.

        `replace` archives what the file does not name. With the `fingerprint` of a report exactly what was reported is
        done, or nothing. Raises CatalogueMoved when that is not possible any more, LocaleDiffers, CatalogueInvalid.
        """

        def fn(tx: Transaction) -> ImportReport:
            repository.lock(tx)
            stored, wished, report = self._step(tx, parsed, mode, placeholder_answers)
            if fingerprint not in {None, report.fingerprint}:
                raise CatalogueMoved("the catalogue or the file changed since this import was reported; look again")
            if wished != stored:
                repository.save(tx, stored, wished, self._ids)
                record(tx, report.differences, Cause("imported", actor, source=parsed.source, address=address))
                append_changed(tx, "imported", (*report.added, *report.changed, *report.archived), actor)
            return report

        return await self._database.write(fn)

    async def export(self, format_name: FormatName) -> str:
        """Return the catalogue as the text of a file."""
        return render(await self.load(), format_name)

    async def give_out(self, format_name: FormatName, by: Actor) -> str:
        """Export for somebody, which the security log tells of."""
        text = await self.export(format_name)
        facts = {"format": format_name}
        await self._database.write(lambda tx: SecurityLog.add(tx, "catalogue_exported", by, facts=facts))
        return text

    async def add_intent(
        self,
        name: str,
        *,
        actor: str,
        title: str | None = None,
        description: str = "",
        answer: str | None = None,
        policy: Policy = "automatic",
    ) -> Intent:
        """Add an intent without examples, or bring back an archived one with these contents and its old examples.

        Raises IntentExists; CatalogueInvalid when a part is blank, too long or cannot be stored.
        """
        intent = Intent(name, title or title_from(name), description, (), answer, policy)

        def fn(tx: Transaction) -> Intent:
            repository.lock(tx)
            before = repository.versions(tx, [name]).get(name)
            if before is not None and not before.archived:
                raise IntentExists(f"intent '{name}' exists already; choose it, or take another name")
            old = () if before is None else before.intent.examples
            after = Version(replace(intent, examples=old), repository.locale(tx))
            self._store(tx, before, after, Cause("added", actor), "added")
            return after.intent

        return await self._database.write(fn)

    @property
    def current(self) -> Catalogue:
        """The catalogue as last loaded in this process: at most one ring of the bus old. Call `load` once first."""
        return self._snapshot.catalogue if self._snapshot is not None else Catalogue()

    async def edit_intent(
        self,
        name: str,
        edit: IntentEdit,
        *,
        actor: str,
        seen: int | None = None,
        address: str = "",
        also: Callable[[Transaction], None] = lambda _: None,
    ) -> None:
        """Change parts of an intent, archive it or bring it back. `seen` is the newest change the editor has read.

        `also` is called in the same transaction; what it raises leaves everything as it was.
        Raises IntentUnknown, IntentMoved when there is a newer change than `seen`, ExamplesDiffer, CatalogueInvalid.
        """

        def fn(tx: Transaction) -> None:
            before = _locked(tx, name)
            if seen is not None and last_change(tx, name) != seen:
                raise IntentMoved(f"intent '{name}' was changed since you read it; look at it again, then save")
            after = edited(before, edit)
            self._store(tx, before, after, Cause(_kind(before, after), actor, address=address), _told(before, after))
            also(tx)

        await self._database.write(fn)

    async def archive(self, name: str, *, actor: str) -> None:
        """Take an intent out of the catalogue; what names it in the past stays. Raises IntentUnknown."""
        await self.edit_intent(name, IntentEdit(archived=True), actor=actor)

    async def undo(self, change: int, *, actor: str, address: str = "") -> None:
        """Take one change of an intent back; later changes of other parts stay.

        Raises ChangeUnknown; UndoRefused, saying why, when it is undone already or was changed since.
        """

        def fn(tx: Transaction) -> None:
            repository.lock(tx)
            found = find(tx, change)
            if found.undone:
                raise UndoRefused("This change was undone already.")
            before = _locked(tx, found.intent)
            after = undone(before, found.difference)
            self._store(tx, before, after, Cause("undone", actor, undoes=change, address=address), "changed")

        await self._database.write(fn)

    async def detail(self, name: str) -> IntentDetail:
        """Return an intent with its examples, archived or not. Raises IntentUnknown."""

        def fn(tx: Transaction) -> IntentDetail:
            version = repository.versions(tx, [name]).get(name)
            if version is None:
                raise _unknown(name)
            return IntentDetail(version, last_change(tx, name), self._collected(tx).get(name, 0))

        return await self._database.read(fn)

    async def archived(self) -> list[Intent]:
        """Return the archived intents."""
        found = await self._database.read(repository.versions)
        return [version.intent for version in found.values()]

    async def history(self, name: str, *, before: int | None = None, limit: int = 20) -> list[Change]:
        """Return an intent's changes, newest first; none for an intent that never was there."""
        return await self._database.read(lambda tx: page(tx, name, before, limit))

    def _step(
        self, tx: Transaction, parsed: Parsed, mode: ImportMode, placeholder_answers: bool
    ) -> tuple[Catalogue, Catalogue, ImportReport]:
        """Return the stored catalogue, the one after the import, and what differs."""
        seq = heads(tx, [STREAM])[STREAM]
        stored = Stored(seq, repository.load(tx), repository.versions(tx), self._collected(tx))
        wished = merging.merged(stored.catalogue, parsed, mode, placeholder_answers=placeholder_answers)
        return stored.catalogue, wished, merging.report(stored, wished, parsed, mode)

    def _store(self, tx: Transaction, before: Version | None, after: Version, cause: Cause, told: ChangeName) -> None:
        """Write an intent, its history and the event; nothing when nothing differs."""
        changed = difference(before, after)
        if changed:
            repository.put(tx, after, self._ids)
            record(tx, {after.intent.name: changed}, cause)
            append_changed(tx, told, [after.intent.name], cause.actor)


def _load(tx: Transaction, known: _Snapshot | None) -> _Snapshot:
    seq = heads(tx, [STREAM])[STREAM]
    return known if known is not None and known.seq == seq else _Snapshot(seq, repository.load(tx))


def _kind(before: Version, after: Version) -> ChangeKind:
    if before.archived == after.archived:
        return "changed"
    return "archived" if after.archived else "restored"


def _told(before: Version, after: Version) -> ChangeName:
    """Return what the event calls this step."""
    if before.archived != after.archived:
        return "archived" if after.archived else "added"
    names = difference(before, after).after
    return "answered" if names and all(name.startswith(ANSWER) for name in names) else "changed"


def _locked(tx: Transaction, name: str) -> Version:
    repository.lock(tx)
    found = repository.versions(tx, [name]).get(name)
    if found is None:
        raise _unknown(name)
    return found


def _unknown(name: str) -> IntentUnknown:
    return IntentUnknown(f"no intent '{name}' in the catalogue; list the names, or add it as a new intent")
