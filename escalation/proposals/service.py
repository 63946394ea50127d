"""Proposed answers as staff work with them: read, approve, decline, or write an answer by hand."""

from collections.abc import Iterable

from escalation.catalogue.editing import IntentEdit
from escalation.catalogue.service import Catalogues
from escalation.database import Database, Transaction
from escalation.people.scope import EVERYTHING, Scope
from escalation.people.staff import Member
from escalation.proposals import repository
from escalation.protocol.rest.proposals import ProposalList
from escalation.protocol.states import ProposalState


class Proposals:
    """One a process; it holds no state of its own. Who may decide is the routes' rule."""

    def __init__(self, database: Database, catalogues: Catalogues) -> None:
        self._database = database
        self._catalogues = catalogues

    async def list(
        self, intent: str | None = None, state: ProposalState | None = None, scope: Scope = EVERYTHING
    ) -> ProposalList:
        """Return what was proposed in conversations that the scope sees, newest first."""
        catalogue = await self._catalogues.load()
        return await self._database.read(lambda tx: repository.page(tx, catalogue, intent, state, scope))

    async def approve(self, id: str, by: Member, locales: Iterable[str], text: str | None = None) -> None:
        """Make a proposal, or `text` in its place, the approved answer of its intent in these locales.

        Both happen in one transaction. Customers in a locale without an answer get that of the catalogue's own locale.
        Raises: ProposalUnknown, ProposalDecided, IntentUnknown, CatalogueInvalid.
        """
        chosen = await self._database.read(lambda tx: repository.find(tx, id, by.scope))
        words = chosen.text if text is None else text

        def decide(tx: Transaction) -> None:
            repository.decide(tx, id, "approved", by, edited=words != chosen.text)

        edit = IntentEdit(answers=dict.fromkeys(locales, words))
        await self._catalogues.edit_intent(chosen.row.intent, edit, actor=f"agent:{by.id}", also=decide)

    async def decline(self, id: str, by: Member) -> None:
        """Say that this is no answer to the intent; the same words are not proposed for it again.

        Raises: ProposalUnknown, ProposalDecided.
        """
        await self._database.write(lambda tx: repository.decide(tx, id, "declined", by))

    async def restore(self, id: str, by: Member) -> None:
        """Undo that it was declined: it waits for a decision again. Raises: ProposalUnknown, ProposalNotDeclined."""
        await self._database.write(lambda tx: repository.restore(tx, id, by))

    async def write_answer(self, intent: str, text: str, by: Member, locales: Iterable[str]) -> None:
        """Approve an answer that nobody proposed, in these locales. Raises: IntentUnknown, CatalogueInvalid."""
        edit = IntentEdit(answers=dict.fromkeys(locales, text))
        await self._catalogues.edit_intent(intent, edit, actor=f"agent:{by.id}")
