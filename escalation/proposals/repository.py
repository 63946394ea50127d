"""Proposed answers as rows: each read together with its words, which are those of the agent's reply."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from escalation.catalogue.locales import locales_of_reply
from escalation.catalogue.model import Catalogue
from escalation.conversations import repository as conversations
from escalation.conversations.scoping import of_seen
from escalation.database import Transaction, table_of
from escalation.people import staff
from escalation.people.scope import Scope
from escalation.people.staff import Member
from escalation.proposals.errors import ProposalDecided, ProposalNotDeclined, ProposalUnknown
from escalation.proposals.events import append_changed
from escalation.proposals.tables import ProposalRow
from escalation.protocol.rest.proposals import ProposalList, ProposalView
from escalation.protocol.states import Decision, ProposalState

MOST_SHOWN = 200

_proposals = table_of(ProposalRow)
_NEWEST_FIRST = select(_proposals).order_by(_proposals.c.at.desc(), _proposals.c.resolution.desc())


@dataclass(frozen=True)
class Proposed:
    """A row with its words."""

    row: Row[Any]
    text: str


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in blanks and line ends at most."""
    return one.split() == other.split()


def text(tx: Transaction, resolution: str, message_id: str) -> str | None:
    """Return the words to propose: the reply, as its agent edited it or as it was sent; None once it was erased."""
    return _words(tx, [(resolution, message_id)]).get(resolution)


def _words(tx: Transaction, proposed: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the words by resolution; what has none any more is absent."""
    message_of = dict(proposed)
    if not message_of:
        return {}
    spoken = conversations.texts(tx, set(message_of.values()))
    edited = conversations.edited_answers(tx, message_of)
    there = {resolution: message for resolution, message in message_of.items() if message in spoken}
    return {resolution: edited.get(resolution, spoken[message]) for resolution, message in there.items()}


def _with_words(tx: Transaction, query: Select[Any]) -> list[Proposed]:
    rows = tx.execute(query).all()
    found = _words(tx, [(row.resolution, row.message_id) for row in rows])
    return [Proposed(row, found[row.resolution]) for row in rows if row.resolution in found]


# --- what resolutions bring --------------------------------------------------------------------------------------


def propose(tx: Transaction, row: dict[str, Any]) -> None:
    """Store a proposal; one that is there stays as it is."""
    tx.execute(tx.insert(ProposalRow).on_conflict_do_nothing(index_elements=["resolution"]), row)


def was_declined(tx: Transaction, intent: str, text: str) -> bool:
    """Whether these words were declined as the answer of this intent."""
    declined = select(_proposals).where(_proposals.c.intent == intent, _proposals.c.state == "declined")
    return any(same_words(each.text, text) for each in _with_words(tx, declined))


def withdraw(tx: Transaction, resolution: str) -> set[str]:
    """Take back what a withdrawn resolution proposed, unless it was approved; return the intents concerned."""
    return _delete(tx, (_proposals.c.resolution == resolution) & (_proposals.c.state != "approved"))


def forget(tx: Transaction, conversation: str) -> set[str]:
    """Take back what an erased conversation proposed; return the intents concerned."""
    return _delete(tx, _proposals.c.conversation == conversation)


def _delete(tx: Transaction, where: Any) -> set[str]:
    return {row.intent for row in tx.execute(_proposals.delete().where(where).returning(_proposals.c.intent))}


# --- what people ask for -----------------------------------------------------------------------------------------


def find(tx: Transaction, id: str, scope: Scope) -> Proposed:
    """Return a proposal that waits for a decision. Raises: ProposalUnknown, ProposalDecided."""
    found = _any(tx, id, scope)
    if found.row.state != "proposed":
        raise ProposalDecided(f"This proposed answer was {found.row.state} already.")
    return found


def _any(tx: Transaction, id: str, scope: Scope) -> Proposed:
    seen = of_seen(_proposals.c.conversation, scope)
    found = _with_words(tx, select(_proposals).where(_proposals.c.resolution == id, *seen))
    if not found:
        raise ProposalUnknown(f"No answer is proposed under {id} (any longer).")
    return found[0]


def decide(tx: Transaction, id: str, decision: Decision, by: Member, *, edited: bool = False) -> None:
    """Store what somebody decided, for every proposal of the same words for the same intent.

    Raises: ProposalUnknown, ProposalDecided.
    """
    tx.lock(ProposalRow, id)
    change = {"state": decision, "decided_by": by.id, "decided_at": tx.now, "edited": edited}
    _change_alike(tx, find(tx, id, by.scope), change, by.id)


def restore(tx: Transaction, id: str, by: Member) -> None:
    """Let a declined proposal, and those declined with it, wait again. Raises: ProposalUnknown, ProposalNotDeclined."""
    tx.lock(ProposalRow, id)
    chosen = _any(tx, id, by.scope)
    if chosen.row.state != "declined":
        raise ProposalNotDeclined(f"This proposed answer is not declined but {chosen.row.state}.")
    _change_alike(tx, chosen, {"state": "proposed", "decided_by": None, "decided_at": None, "edited": False}, by.id)


def _change_alike(tx: Transaction, chosen: Proposed, change: dict[str, Any], by: str) -> None:
    """Change every proposal of the same words for the same intent in the same state."""
    row = chosen.row
    of_intent = _NEWEST_FIRST.where(_proposals.c.intent == row.intent, _proposals.c.state == row.state)
    alike = [each.row.resolution for each in _with_words(tx, of_intent) if same_words(each.text, chosen.text)]
    tx.execute(_proposals.update().where(_proposals.c.resolution.in_(alike)).values(**change))
    append_changed(tx, [row.intent], f"agent:{by}")


def page(
    tx: Transaction, catalogue: Catalogue, intent: str | None, state: ProposalState | None, scope: Scope
) -> ProposalList:
    """Return what was proposed, newest first, at most 200 rows; the same words for the same intent once."""
    query = _NEWEST_FIRST.where(*of_seen(_proposals.c.conversation, scope)).limit(MOST_SHOWN)
    if intent is not None:
        query = query.where(_proposals.c.intent == intent)
    if state is not None:
        query = query.where(_proposals.c.state == state)
    alike: dict[tuple[Any, ...], list[Proposed]] = {}
    for each in _with_words(tx, query):
        alike.setdefault((each.row.intent, each.row.state, *each.text.split()), []).append(each)
    rows = [each.row for group in alike.values() for each in group]
    names = staff.names(tx, {id for row in rows for id in (row.by, row.decided_by) if id})
    languages = conversations.languages(tx, {group[0].row.conversation for group in alike.values()})
    shown = [_view(group, names, languages, catalogue) for group in alike.values()]
    return ProposalList(proposals=shown)


def _view(
    alike: list[Proposed],
    names: dict[str, str],
    languages: dict[str, tuple[str, str | None]],
    catalogue: Catalogue,
) -> ProposalView:
    newest = alike[0].row
    locale, language = languages.get(newest.conversation, ("", None))
    answered = catalogue.answer_locales(newest.intent)
    return ProposalView(
        id=newest.resolution,
        intent=newest.intent,
        text=alike[0].text,
        locale=locale,
        language=language,
        reply_locales=[*locales_of_reply(locale, language, catalogue.locale, answered)],
        conversation=newest.conversation,
        proposed_by=names.get(newest.by, newest.by),
        at=newest.at,
        times=len(alike),
        state=newest.state,
        decided_by=names.get(newest.decided_by) if newest.decided_by else None,
        decided_at=newest.decided_at,
        edited=newest.edited,
    )
