"""Addresses customers left, as work: agents take an entry, write to the customer, finish it or put it back."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from escalation.conversations import contacts, mailing, reading
from escalation.conversations.scoping import is_seen, of_seen, within
from escalation.conversations.tables import ContactRow, ConversationRow, MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.desk.errors import ContactNotTaken, ContactTaken
from escalation.desk.views import row_text
from escalation.kernel.errors import Invalid
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.scope import EVERYTHING, Scope
from escalation.people.staff import Member
from escalation.protocol.rest.contacts import ContactCounts, ContactPage, ContactView
from escalation.protocol.states import ContactState

_contacts = table_of(ContactRow)
_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)

_IS: dict[ContactState, ColumnElement[bool]] = {
    "open": and_(_contacts.c.done_at.is_(None), _contacts.c.taken_at.is_(None)),
    "handled": and_(_contacts.c.done_at.is_(None), _contacts.c.taken_at.is_not(None)),
    "done": _contacts.c.done_at.is_not(None),
}


class Contacts:
    """What staff do with contacts. All methods raise NotFound for an entry that is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, by: Member, conversation: str) -> None:
        """Say that one writes to this customer; again, and nothing changes. Raises: ContactTaken."""

        def work(tx: Transaction) -> None:
            row = _load(tx, conversation, by)
            if row.done_at is None and row.taken_at is None:
                contacts.change(tx, conversation, by.id, agent=by.id, taken_at=tx.now)
            elif row.agent != by.id:
                raise ContactTaken(f"{_name(tx, row.agent)} has this contact already.")

        await self._database.write(work)

    async def finish(self, by: Member, conversation: str) -> None:
        """Say that the customer was reached. Raises: ContactNotTaken; ContactTaken by another, save for supervisors."""

        def work(tx: Transaction) -> None:
            row = _load(tx, conversation, by)
            if row.taken_at is None:
                raise ContactNotTaken("Take this contact before you finish it, so that nobody else writes too.")
            _require_own(tx, row, by)
            if row.done_at is None:
                contacts.change(tx, conversation, by.id, done_at=tx.now)

        await self._database.write(work)

    async def put_back(self, by: Member, conversation: str) -> None:
        """Make an entry open again, handled or done. Raises: ContactTaken by another, save for supervisors."""

        def work(tx: Transaction) -> None:
            row = _load(tx, conversation, by)
            if row.taken_at is not None:
                _require_own(tx, row, by)
                contacts.change(tx, conversation, by.id, agent=None, taken_at=None, done_at=None)

        await self._database.write(work)


def _load(tx: Transaction, conversation: str, by: Member) -> Row[Any]:
    """Lock an entry of a conversation that they see. Raises: NotFound."""
    if not is_seen(tx, by.scope, conversation):
        raise contacts.no_entry(conversation)
    return contacts.load(tx, conversation)


def _require_own(tx: Transaction, row: Row[Any], by: Member) -> None:
    if row.agent != by.id and not by.may(Permission.SUPERVISE):
        raise ContactTaken(f"{_name(tx, row.agent)} has this contact; a supervisor can change that.")


def _name(tx: Transaction, agent: str) -> str:
    return staff.names(tx, [agent]).get(agent, "Somebody else")


def counts(tx: Transaction, scope: Scope = EVERYTHING) -> ContactCounts:
    """Return how many entries are open and how many are being handled."""
    seen = of_seen(_contacts.c.conversation, scope)
    numbers = {state: tx.execute(select(func.count()).where(_IS[state], *seen)).scalar_one() for state in _IS}
    return ContactCounts(open=numbers["open"], handled=numbers["handled"])


def page(tx: Transaction, state: ContactState, after: str | None, limit: int, scope: Scope = EVERYTHING) -> ContactPage:
    """Return entries of a state: those that are done newest first, the others longest waiting first.

    Raises: Invalid for an `after` that is none.
    """
    rows = list(tx.execute(_query(tx, state, after, scope).limit(limit + 1)))
    shown = rows[:limit]
    views = _views(tx, shown)
    return ContactPage(contacts=views, next=shown[-1].conversation if len(rows) > limit else None)


def _query(tx: Transaction, state: ContactState, after: str | None, scope: Scope) -> Select[Any]:
    joined = _contacts.join(_conversations, _contacts.c.conversation == _conversations.c.id)
    columns = (_conversations.c.customer, _conversations.c.site, _conversations.c.status, _conversations.c.state)
    query = select(_contacts, *columns).select_from(joined).where(_IS[state], *within(scope))
    by, key = (_contacts.c.done_at if state == "done" else _contacts.c.at), _contacts.c.conversation
    if after is not None:
        last = tx.execute(select(by).where(key == after, *of_seen(key, scope))).scalar()
        if last is None:
            raise Invalid(f"after: there is no contact {after} to go on from. Begin at the first page.")
        further = (by < last, key < after) if state == "done" else (by > last, key > after)
        query = query.where(or_(further[0], and_(by == last, further[1])))
    return query.order_by(by.desc(), key.desc()) if state == "done" else query.order_by(by, key)


def _views(tx: Transaction, rows: list[Row[Any]]) -> list[ContactView]:
    words = _last_words(tx, [row.conversation for row in rows])
    names = staff.names(tx, {row.agent for row in rows if row.agent})
    mails = mailing.newest(tx, [row.conversation for row in rows])
    return [
        ContactView(
            conversation=row.conversation,
            customer=row.customer,
            site=row.site,
            locale=row.state["locale"],
            status=row.status,
            email=row.email,
            name=row.name,
            at=row.at,
            state=_state(row),
            agent=row.agent,
            agent_name=names.get(row.agent),
            taken_at=row.taken_at,
            done_at=row.done_at,
            mail=mail.state if (mail := mails.get(row.conversation)) is not None else None,
            mail_at=(mail.ended_at or mail.due_at) if mail is not None else None,
            last_text=words.get(row.conversation, ""),
        )
        for row in rows
    ]


def _state(row: Row[Any]) -> ContactState:
    if row.done_at is not None:
        return "done"
    return "open" if row.taken_at is None else "handled"


def _last_words(tx: Transaction, conversations: list[str]) -> dict[str, str]:
    """Return the beginning of what each customer wrote last, by conversation."""
    own = (_messages.c.conversation.in_(conversations), _messages.c.author == "customer")
    newest = select(_messages.c.conversation, func.max(_messages.c.seq).label("seq")).where(*own)
    last = newest.group_by(_messages.c.conversation).subquery()
    is_last = and_(_messages.c.conversation == last.c.conversation, _messages.c.seq == last.c.seq)
    query = select(_messages.c.id, _messages.c.conversation).join(last, is_last)
    ids = {row.conversation: row.id for row in tx.execute(query)}
    bodies = reading.bodies(tx, ids.values())
    return {conversation: row_text(bodies[id]) for conversation, id in ids.items()}
