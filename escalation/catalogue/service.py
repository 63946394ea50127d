"""The stored catalogue as the rest of the program uses it: load, import, export, and the few single changes."""

from dataclasses import dataclass, replace

from escalation.catalogue import merging, repository
from escalation.catalogue.errors import IntentExists, IntentUnknown
from escalation.catalogue.events import STREAM, append_changed
from escalation.catalogue.formats import FormatName, Parsed, render
from escalation.catalogue.merging import ImportReport
from escalation.catalogue.model import Catalogue, Intent, title_from
from escalation.catalogue.repository import SeedExample
from escalation.database import Database, Transaction
from escalation.events import heads
from escalation.kernel.ids import Ids, new_id
from escalation.protocol.states import ImportMode, Policy


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The catalogue as of event `seq` of its stream."""

    seq: int
    catalogue: Catalogue


class Catalogues:
    """Every change appends one `CatalogueChanged` with the names concerned to the stream `catalogue`.

    `actor` says who changes it: `agent:<id>` or `system`.
    """

    def __init__(self, database: Database, *, ids: Ids = new_id) -> None:
        self._database = database
        self._ids = ids
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

    async def import_catalogue(
        self, parsed: Parsed, *, actor: str, mode: ImportMode = "merge", placeholder_answers: bool = False
    ) -> ImportReport:
        """Take over a parsed file, all of it or nothing; importing it again changes nothing.

        `replace` archives what the file does not name. Raises LocaleDiffers.
        """

        def fn(tx: Transaction) -> ImportReport:
            repository.lock(tx)
            stored = repository.load(tx)
            wished = merging.merged(stored, parsed, mode, placeholder_answers=placeholder_answers)
            report = merging.report(stored, wished, parsed, mode)
            if wished != stored:
                repository.save(tx, stored, wished, self._ids)
                append_changed(tx, "imported", (*report.added, *report.changed, *report.archived), actor)
            return report

        return await self._database.write(fn)

    async def export(self, format_name: FormatName) -> str:
        """Return the catalogue as the text of a file."""
        return render(await self.load(), format_name)

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
            found = repository.find(tx, name)
            if found is not None and not found[1]:
                raise IntentExists(f"intent '{name}' exists already; choose it, or take another name")
            repository.put(tx, intent)
            append_changed(tx, "added", [name], actor)
            return intent

        return await self._database.write(fn)

    @property
    def current(self) -> Catalogue:
        """The catalogue as last loaded in this process: at most one ring of the bus old. Call `load` once first."""
        return self._snapshot.catalogue if self._snapshot is not None else Catalogue()

    async def change_intent(
        self, name: str, *, actor: str, title: str, description: str, answer: str | None, policy: Policy
    ) -> None:
        """Replace everything of an intent but its name and examples. Raises IntentUnknown, CatalogueInvalid."""

        def fn(tx: Transaction) -> None:
            before = _active(tx, name)
            after = replace(before, title=title, description=description, answer=answer, policy=policy)
            if after != before:
                repository.put(tx, after)
                append_changed(tx, "changed", [name], actor)

        await self._database.write(fn)

    async def set_answer(self, name: str, answer: str | None, *, actor: str) -> None:
        """Approve an answer, or withdraw it with None: from then on the intent hands off.

        Raises IntentUnknown; CatalogueInvalid for an answer that is blank, too long or cannot be stored.
        """

        def fn(tx: Transaction) -> None:
            intent = replace(_active(tx, name), answer=answer)
            repository.put(tx, intent)
            append_changed(tx, "answered", [name], actor)

        await self._database.write(fn)

    async def archive(self, name: str, *, actor: str) -> None:
        """Take an intent out of the catalogue; what names it in the past stays. Raises IntentUnknown."""

        def fn(tx: Transaction) -> None:
            _active(tx, name)
            repository.archive(tx, [name])
            append_changed(tx, "archived", [name], actor)

        await self._database.write(fn)


def _load(tx: Transaction, known: _Snapshot | None) -> _Snapshot:
    seq = heads(tx, [STREAM])[STREAM]
    return known if known is not None and known.seq == seq else _Snapshot(seq, repository.load(tx))


def _active(tx: Transaction, name: str) -> Intent:
    repository.lock(tx)
    found = repository.find(tx, name)
    if found is None or found[1]:
        raise IntentUnknown(f"no intent '{name}' in the catalogue; list the names, or add it as a new intent")
    return found[0]
