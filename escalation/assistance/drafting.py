"""A drafted reply: what is asked of the text generator, with personal data masked on its way out and put back after."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from escalation.assistance import sources
from escalation.assistance.errors import GeneratorOff
from escalation.assistance.generator import Generator
from escalation.assistance.masking import Masks, names_said, without_personal_data
from escalation.catalogue.model import Catalogue
from escalation.conversations.history import state_of
from escalation.conversations.model import Conversation, language_of
from escalation.conversations.running import Runner
from escalation.conversations.tables import ContactRow, MessageRow, ResolutionRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import label_choices, suggested
from escalation.kernel.errors import NotFound
from escalation.people.staff import Member
from escalation.protocol.rest.assistance import DraftedReply

MOST_MESSAGES = 100
"""Of a customer, in which names are looked for."""

_contacts = table_of(ContactRow)
_messages = table_of(MessageRow)
_resolutions = table_of(ResolutionRow)


@dataclass(frozen=True)
class Material:
    """What a draft is made from. `places`: of the sources among what was shown."""

    question: str
    language: str
    texts: tuple[str, ...]
    places: tuple[int, ...]
    masks: Masks


class Drafting:
    """Drafts replies, where a generator is set up."""

    def __init__(self, database: Database, runner: Runner, generator: Generator | None) -> None:
        self._database = database
        self._runner = runner
        self._generator = generator

    @property
    def is_on(self) -> bool:
        """Whether a generator is set up."""
        return self._generator is not None

    async def draft(self, by: Member, suggestion: str) -> DraftedReply:
        """Return a reply drafted from what was shown. It is text for the composer, and never sent by itself.

        Raises: GeneratorOff, GeneratorFailed, NotFound.
        """
        if self._generator is None:
            raise GeneratorOff("No text generator is set up. An operator can name one in the settings.")
        material = await self._database.read(lambda tx: self._material(tx, by, suggestion))
        found = await self._generator.draft(material.question, material.texts, material.language)
        place = await self._database.write(lambda tx: suggested.note_drafted(tx, suggestion, by.id))
        told = [material.places[each] for each in found.cited]
        return DraftedReply(text=material.masks.restore(found.text), cited=told, place=place)

    def _material(self, tx: Transaction, by: Member, suggestion: str) -> Material:
        shown = suggested.shown_to(tx, suggestion, by.id)
        found = state_of(tx, shown.conversation, by.scope)
        if found.erased or label_choices.hides_guesses(tx, self._runner, found):
            raise NotFound("There is nothing to draft from in this conversation.")
        masks = Masks(frozenset(_names(tx, found.id)))
        texts = {
            place: text
            for place, each in enumerate(shown.shown)
            if (text := _source(tx, self._runner.catalogue(), found, each))
        }
        if not texts:
            raise NotFound("What was suggested is gone. Look again.")
        question = masks.mask(sources.question(tx, found))
        language = language_of(found.language, found.locale)
        return Material(question, language, tuple(texts.values()), tuple(texts), masks)


def _source(tx: Transaction, catalogue: Catalogue, found: Conversation, shown: dict[str, str]) -> str | None:
    """Return what a source says, masked: what others gave us must not reach this customer either."""
    words = suggested.words_of(tx, catalogue, found, shown)
    if words is None or shown["kind"] == "answer":
        return words
    row = tx.execute(select(_resolutions.c.conversation).where(_resolutions.c.id == shown["source"])).first()
    return without_personal_data(words, _names(tx, row.conversation) if row else ())


def _names(tx: Transaction, conversation: str) -> set[str]:
    """Return the names a customer gave in a conversation: beside their address, and in words."""
    left = tx.execute(select(_contacts.c.name).where(_contacts.c.conversation == conversation)).scalars()
    mine = (_messages.c.conversation == conversation, _messages.c.author == "customer", _messages.c.kind == "text")
    rows = tx.execute(select(_messages.c.body).where(*mine).order_by(_messages.c.seq.desc()).limit(MOST_MESSAGES))
    return {name for name in left if name} | names_said(map(_text, rows))


def _text(row: Row[Any]) -> str:
    return str(row.body.get("text", ""))
