"""What customers are called: as staff put it right, as the site signed it, else as they left it with an address."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import bindparam, func, or_, select

from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.running import Runner
from escalation.conversations.tables import ContactRow, ConversationRow
from escalation.database import Prepared, Transaction, table_of
from escalation.people.tables import CustomerRow
from escalation.protocol.states import Status

LISTED = timedelta(hours=1)
"""For so long a closed conversation is in the lists."""

_customers = table_of(CustomerRow)
_contacts = table_of(ContactRow)
_conversations = table_of(ConversationRow)

_as_left = (
    select(_contacts.c.name)
    .join(_conversations, _conversations.c.id == _contacts.c.conversation)
    .where(_conversations.c.customer == _customers.c.id, _contacts.c.name != "")
    .order_by(_contacts.c.at.desc())
    .limit(1)
    .scalar_subquery()
)
_name = func.coalesce(_customers.c.given_name, func.nullif(_customers.c.name, ""), _as_left).label("name")
_NAMES = Prepared(select(_customers.c.id, _name).where(_customers.c.id.in_(bindparam("ids", expanding=True))))


def names(tx: Transaction, customers: Iterable[str]) -> dict[str, str]:
    """Return the names of customers by id, in one statement; who has none, or was erased, is absent.

    They are read anew each time: a name that is kept somewhere would outlive its erasure.
    """
    wanted = list(customers)
    found = tx.execute(_NAMES, {"ids": wanted}) if wanted else ()
    return {row.id: row.name for row in found if row.name}


def tell(tx: Transaction, runner: Runner, customer: str, actor: c.Actor) -> None:
    """Tell the lists that a customer is called something else, and have all of theirs found by the new name."""
    mine = _conversations.c.customer == customer
    tx.execute(_conversations.update().where(mine).values(unindexed=True))
    shown = or_(_conversations.c.status != Status.CLOSED.value, _conversations.c.last_activity_at > tx.now - LISTED)
    query = select(_conversations.c.id).where(mine, shown).order_by(_conversations.c.id)
    for conversation in tx.execute(query).scalars().all():
        found = repository.load(tx, conversation)
        if not found.erased:
            runner.apply(tx, found, c.NameCustomer(actor=actor))
