"""What staff read and write about a customer: their page, their name, notes about them."""

from escalation.conversations import customer_names
from escalation.conversations.merging import Merging
from escalation.conversations.running import Runner
from escalation.database import Database, Transaction
from escalation.desk import customer_pages
from escalation.desk.handoffs import actor_of
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.kernel.ids import Ids
from escalation.people import customer_notes, customers
from escalation.people.merges import Merge
from escalation.people.permissions import Permission
from escalation.people.staff import Member
from escalation.protocol.rest.customers import CustomerName, CustomerView, FoundCustomers
from escalation.security import Actor, SecurityLog


class CustomerDesk:
    """One a process. Every method raises NotFound for a customer of whom the member sees nothing."""

    def __init__(self, database: Database, runner: Runner, ids: Ids) -> None:
        self._database = database
        self._runner = runner
        self._ids = ids
        self._merging = Merging(database, runner)

    async def page(self, by: Member, customer: str) -> CustomerView:
        """Return all that is known of a customer, as far as the member may see it."""
        return await self._database.read(lambda tx: customer_pages.page(tx, customer, by.scope))

    async def find(self, by: Member, words: str) -> FoundCustomers:
        """Return customers with these words in their name, address or id."""
        return await self._database.read(lambda tx: customer_pages.found(tx, words, by.scope))

    async def name(self, by: Member, customer: str, said: CustomerName, asker: Actor) -> CustomerView:
        """Say what a customer is called and written to; the security log tells of it, without the words."""

        def work(tx: Transaction) -> CustomerView:
            before = _existing(tx, by, customer)
            customers.give_name(tx, customer, said.name.strip(), said.email)
            after = customer_pages.page(tx, customer, by.scope)
            if (after.name, after.email) != (before.name, before.email):
                customer_names.tell(tx, self._runner, customer, actor_of(by))
            SecurityLog.add(tx, "customer_named", asker, customer)
            return after

        return await self._database.write(work)

    async def merge(self, by: Member, customer: str, survivor: str, asker: Actor) -> CustomerView:
        """Say that a customer is another one, for good; return that one. Raises: Forbidden, Invalid, BothOpen."""
        await self._merging.merge(Merge(customer, survivor), actor_of(by), by.scope, asker)
        return await self.page(by, survivor)

    async def note(self, by: Member, customer: str, text: str) -> CustomerView:
        """Write a note about a customer. Raises: Invalid."""
        id, said = self._ids(), text.strip()
        if not said:
            raise Invalid("A note needs a text.")

        def work(tx: Transaction) -> CustomerView:
            if len(_existing(tx, by, customer).notes) >= customer_notes.MOST:
                raise Invalid(f"There are {customer_notes.MOST} notes about this customer. Delete one first.")
            customer_notes.add(tx, id, customer, by.id, said)
            return customer_pages.page(tx, customer, by.scope)

        return await self._database.write(work)

    async def delete_note(self, by: Member, customer: str, note: str) -> CustomerView:
        """Delete a note of one's own; supervisors delete any. Raises: Forbidden."""

        def work(tx: Transaction) -> CustomerView:
            _existing(tx, by, customer)
            author = customer_notes.author_of(tx, note, customer)
            if author is None:
                raise NotFound(f"There is no note {note} about this customer.")
            if author != by.id and not by.may(Permission.SUPERVISE):
                raise Forbidden("A colleague wrote this note. Ask them or a supervisor to delete it.")
            customer_notes.delete(tx, note)
            return customer_pages.page(tx, customer, by.scope)

        return await self._database.write(work)


def _existing(tx: Transaction, by: Member, customer: str) -> CustomerView:
    """Lock a customer who was not erased, and return their page. Raises: NotFound."""
    locked = customers.lock(tx, customer)
    found = customer_pages.page(tx, customer, by.scope)
    if locked is None or found.erased:
        raise NotFound(f"The customer {customer} was erased, or is not registered.")
    return found
