"""Who the customer of a conversation is, as far as the site or its page said."""

from escalation.conversations import repository
from escalation.conversations.scoping import require_seen
from escalation.database import Transaction
from escalation.kernel.errors import NotFound
from escalation.people import customers
from escalation.people.scope import Scope
from escalation.protocol.rest.people import CustomerFacts


def customer_facts(tx: Transaction, conversation: str, scope: Scope) -> CustomerFacts:
    """Return what is known of the customer; of one who was erased, their id alone. Raises: NotFound."""
    found = repository.peek(tx, conversation)
    if found is None:
        raise NotFound(f"There is no conversation {conversation}.")
    require_seen(scope, found)
    row = customers.find(tx, found.customer)
    known = {} if row is None else row._mapping
    return CustomerFacts(
        customer=found.customer,
        known_as=known.get("known_as"),
        name=known.get("name", ""),
        email=known.get("email", ""),
        attributes=known.get("attributes", {}),
        page_attributes=known.get("page_attributes", {}),
    )
