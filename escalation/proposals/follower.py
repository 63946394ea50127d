"""The follower that makes proposed answers of the stream `resolutions`, and takes them away again.

It runs in every process: its cursor is locked while it works, so each event is handled once.
"""

from typing import Any, Final

from escalation.catalogue import repository as catalogue
from escalation.catalogue.history import Version
from escalation.catalogue.locales import locales_of_reply
from escalation.catalogue.model import answer_locales, answer_said
from escalation.conversations import repository as conversations
from escalation.conversations.streams import ERASED, PUBLISHED, RESOLUTIONS, REVOKED
from escalation.database import Database, Transaction
from escalation.events import Envelope, Follower
from escalation.proposals import repository
from escalation.proposals.events import append_changed
from escalation.proposals.repository import same_words

NAME: Final = "proposals"


def proposal_follower(database: Database) -> Follower:
    """Return the follower that keeps the proposed answers true."""
    return Follower(database, NAME, [RESOLUTIONS], _handle)


def _handle(tx: Transaction, event: Envelope) -> None:
    """Do what one event asks for; other types concern others. Raises: KeyError for a payload that is none."""
    payload = event.payload
    if event.type == PUBLISHED:
        _propose(tx, event)
    elif event.type == REVOKED:
        _tell(tx, repository.withdraw(tx, payload["resolution_id"]))
    elif event.type == ERASED:
        _tell(tx, repository.forget(tx, payload["conversation"]))


def _propose(tx: Transaction, event: Envelope) -> None:
    payload = event.payload
    if not _is_to_propose(tx, payload, event.conversation):
        conversations.drop_edited_answer(tx, payload["resolution_id"])
        return
    repository.propose(tx, _row(event))
    append_changed(tx, [payload["label"]], f"agent:{payload['agent']}")


def _is_to_propose(tx: Transaction, payload: dict[str, Any], conversation: str | None) -> bool:
    """Whether approving it would change what the bot says; what was declined or is the answer now would not."""
    label, reply = payload["label"], payload["answer_message_id"]
    if label is None or reply is None or not payload["learn"]:
        return False
    found = catalogue.versions(tx, [label]).get(label)
    if found is None or found.archived or found.intent.policy == "always_handoff":
        return False
    text = repository.text(tx, payload["resolution_id"], reply)
    if text is None or any(same_words(text, said) for said in _said_now(tx, found, conversation)):
        return False
    return not repository.was_declined(tx, label, text)


def _said_now(tx: Transaction, found: Version, conversation: str | None) -> list[str]:
    """Return the answers to customers on such a page, and on a page in the language of this customer."""
    known = answer_locales(found.intent, found.locale)
    page, language = conversations.languages(tx, [conversation or ""]).get(conversation or "", (found.locale, None))
    locales = (page, *locales_of_reply(page, language, found.locale, known))
    said = [answer_said(found.intent, found.locale, locale) for locale in locales]
    return [answer.text for answer in said if answer is not None]


def _row(event: Envelope) -> dict[str, Any]:
    payload = event.payload
    return {
        "resolution": payload["resolution_id"],
        "intent": payload["label"],
        "message_id": payload["answer_message_id"],
        "conversation": event.conversation,
        "by": payload["agent"],
        "at": event.at,
        "state": "proposed",
        "edited": False,
    }


def _tell(tx: Transaction, intents: set[str]) -> None:
    if intents:
        append_changed(tx, intents, "system")
