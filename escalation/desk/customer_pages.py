"""Reading customers: all of one, and whom words fit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from escalation.catalogue import repository as catalogue
from escalation.conversations import customer_names, search
from escalation.conversations.model import Conversation
from escalation.conversations.scoping import within
from escalation.conversations.search import Wanted
from escalation.conversations.tables import ContactRow, ConversationRow, MessageRow, ResolutionRow
from escalation.database import Transaction, table_of
from escalation.desk.finding import rated
from escalation.desk.reading import list_rows
from escalation.kernel.errors import NotFound
from escalation.people import customer_notes, customers, erasures, merges, staff
from escalation.people.scope import Scope
from escalation.protocol.rest.customers import (
    CustomerContact,
    CustomerConversation,
    CustomerNote,
    CustomerView,
    FoundCustomer,
    FoundCustomers,
    Said,
)

MOST_CONVERSATIONS = 100
MOST_FOUND = 20
LOOKED_THROUGH = 200
"""Conversations that are looked through for customers."""

_conversations = table_of(ConversationRow)
_contacts = table_of(ContactRow)
_resolutions = table_of(ResolutionRow)
_messages = table_of(MessageRow)


def page(tx: Transaction, customer: str, scope: Scope) -> CustomerView:
    """Return all that is known of a customer, as far as this scope sees it; of who was merged, who they are now.

    Raises: NotFound.
    """
    customer = merges.survivor_of(tx, customer)
    row = customers.find(tx, customer)
    states = _states(tx, customer, scope)
    known: dict[str, Any] = dict(row._mapping) if row is not None else {}
    is_theirs = bool(states) or (row is not None and not scope.limited)
    if not is_theirs:
        raise NotFound(f"There is no customer {customer}. Their id stands in the console beside the conversation.")
    newest = Conversation.model_validate(states[0]) if states else None
    left = _left(tx, [state["id"] for state in states])
    name, name_by = _said(known, "name", left)
    email, email_by = _said(known, "email", left)
    return CustomerView(
        customer=customer,
        site=known.get("site") or (newest.site if newest else ""),
        erased=erasures.is_erased(tx, customer),
        known_as=known.get("known_as"),
        name=name,
        name_by=name_by,
        email=email,
        email_by=email_by,
        signed_name=known.get("name", ""),
        signed_email=known.get("email", ""),
        attributes=known.get("attributes", {}),
        page_attributes=known.get("page_attributes", {}),
        contacts=left,
        language=newest.language if newest else None,
        locale=newest.locale if newest else known.get("locale", ""),
        first_seen=known.get("created_at"),
        last_seen=newest.last_message_at if newest else known.get("created_at"),
        notes=_notes(tx, customer),
        conversations=_shown(tx, states),
    )


def _states(tx: Transaction, customer: str, scope: Scope) -> Sequence[Mapping[str, Any]]:
    mine = select(_conversations.c.state).where(_conversations.c.customer == customer, *within(scope))
    newest = mine.order_by(_conversations.c.last_activity_at.desc(), _conversations.c.id.desc())
    return tx.execute(newest.limit(MOST_CONVERSATIONS)).scalars().all()


def _left(tx: Transaction, conversations: Sequence[str]) -> list[CustomerContact]:
    mine = _contacts.select().where(_contacts.c.conversation.in_(conversations))
    rows = tx.execute(mine.order_by(_contacts.c.at.desc()))
    return [CustomerContact(conversation=row.conversation, email=row.email, name=row.name, at=row.at) for row in rows]


def _said(known: Mapping[str, Any], what: str, left: Sequence[CustomerContact]) -> tuple[str, Said | None]:
    """Return what counts: what staff said, else what the site signed, else what they left last."""
    as_left = next((found for each in left if (found := getattr(each, what))), "")
    told: tuple[tuple[Said, str | None], ...] = (
        ("staff", known.get(f"given_{what}")),
        ("site", known.get(what)),
        ("contact", as_left),
    )
    return next(((words, by) for by, words in told if words), ("", None))


def _notes(tx: Transaction, customer: str) -> list[CustomerNote]:
    rows = customer_notes.of(tx, customer)
    names = staff.names(tx, {row.by for row in rows})
    return [CustomerNote(id=row.id, at=row.at, by=row.by, by_name=names.get(row.by, ""), text=row.text) for row in rows]


def _shown(tx: Transaction, states: Sequence[Mapping[str, Any]]) -> list[CustomerConversation]:
    rows = list_rows(tx, states)
    ids = [row.conversation for row in rows]
    agents = staff.names(tx, {state["last_agent"] for state in states if state["last_agent"]})
    intents, ratings = _intents(tx, ids), rated(tx, ids)
    return [
        CustomerConversation(
            row=row,
            agent_name=agents.get(state["last_agent"] or ""),
            intents=intents.get(row.conversation, []),
            ratings=ratings.get(row.conversation, []),
        )
        for row, state in zip(rows, states, strict=True)
    ]


def _intents(tx: Transaction, conversations: Sequence[str]) -> dict[str, list[str]]:
    """Return by conversation the titles of what agents labelled, else of what the bot answered."""
    answered, labelled = _answered(tx, conversations), _labelled(tx, conversations)
    names = answered | labelled
    titles = catalogue.titles(tx, {name for each in names.values() for name in each})
    return {id: [titles.get(name, name) for name in each] for id, each in names.items()}


def _labelled(tx: Transaction, conversations: Sequence[str]) -> dict[str, list[str]]:
    stands = (_resolutions.c.conversation.in_(conversations), _resolutions.c.withdrawn_at.is_(None))
    rows = tx.execute(_resolutions.select().where(*stands).order_by(_resolutions.c.at.desc()))
    return _each_once((row.conversation, label) for row in rows for label in _labels(row) if label)


def _labels(row: Row[Any]) -> list[str | None]:
    return [part["label"] for part in row.parts] or [row.label]


def _answered(tx: Transaction, conversations: Sequence[str]) -> dict[str, list[str]]:
    by_bot = (_messages.c.author == "bot", _messages.c.intent.is_not(None))
    query = select(_messages.c.conversation, _messages.c.intent).where(
        _messages.c.conversation.in_(conversations), *by_bot
    )
    rows = tx.execute(query.order_by(_messages.c.seq.desc()))
    return _each_once((row.conversation, row.intent) for row in rows)


def _each_once(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for conversation, name in pairs:
        if name not in found[conversation]:
            found[conversation].append(name)
    return dict(found)


def found(tx: Transaction, words: str, scope: Scope) -> FoundCustomers:
    """Return customers with these words in their name, address or id, as far as they wrote where the scope sees."""
    if not words.strip():
        return FoundCustomers(customers=[])
    states = [each.state for each in search.find(tx, Wanted(customer=words, scope=scope), None, LOOKED_THROUGH)]
    newest: dict[str, Conversation] = {}
    for state in map(Conversation.model_validate, states):
        newest.setdefault(state.customer, state)
    shown = list(newest)[:MOST_FOUND]
    names = customer_names.names(tx, shown)
    return FoundCustomers(
        customers=[
            FoundCustomer(customer=id, name=names.get(id, ""), site=newest[id].site, last_seen=_seen(newest[id], tx))
            for id in shown
        ]
    )


def _seen(state: Conversation, tx: Transaction) -> Any:
    return state.last_message_at or tx.now
