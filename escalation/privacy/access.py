"""Access reports: all that is kept of one customer, for who asks what a company knows of them."""

from sqlalchemy import select

from escalation.conversations import repository
from escalation.conversations.search_index import written
from escalation.conversations.tables import MessageRow
from escalation.database import Transaction, table_of
from escalation.desk import customer_pages
from escalation.people import merges
from escalation.people.scope import EVERYTHING, Scope
from escalation.privacy.erasure import require_all_seen
from escalation.protocol.rest.customers import AccessReport, ReportedMessage

_messages = table_of(MessageRow)


def report(tx: Transaction, customer: str, scope: Scope = EVERYTHING) -> AccessReport:
    """Return everything of a customer: who they are, notes about them, every message. Raises: NotFound, Forbidden."""
    require_all_seen(tx, customer, scope)
    now = merges.survivor_of(tx, customer)
    page = customer_pages.page(tx, now, scope)
    theirs = repository.of_customer(tx, now)
    rows = tx.execute(
        select(_messages).where(_messages.c.conversation.in_(theirs)).order_by(_messages.c.at, _messages.c.seq)
    )
    said = [
        ReportedMessage(conversation=row.conversation, at=row.at, author=row.author, internal=row.internal, text=text)
        for row in rows
        if (text := written(row.body))
    ]
    return AccessReport(about=page, other_ids=merges.persons(tx, now)[1:], messages=said)
