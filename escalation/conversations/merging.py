"""Two customers turn out to be one person: everything of the one becomes the other's. Nothing undoes it.

Locks are taken in one order: the customers' rows by id, then their conversations by id. Erasing takes the same first
lock, so that of the two whoever comes second knows of the other.
"""

import asyncio
from dataclasses import dataclass

from sqlalchemy import func, select

from escalation.attachments import rows as files
from escalation.conversations import commands as c
from escalation.conversations import customer_names, mailing, repository
from escalation.conversations.errors import BothOpen
from escalation.conversations.model import Conversation
from escalation.conversations.ports import SYSTEM
from escalation.conversations.running import Runner
from escalation.conversations.scoping import within
from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Transaction, table_of
from escalation.kernel.errors import EscalationError, Forbidden, Invalid, NotFound
from escalation.logs import get_logger
from escalation.people import customers, erasures, merges
from escalation.people.merges import Merge
from escalation.people.scope import Scope
from escalation.people.tables import CustomerMergeRow, CustomerRow
from escalation.protocol.states import Status
from escalation.security import Actor, SecurityLog

LOOK_SECONDS = 30.0

_log = get_logger(__name__)
_conversations = table_of(ConversationRow)
_merges = table_of(CustomerMergeRow)


@dataclass(frozen=True)
class Moved:
    """How many conversations changed hands, and whether one had to stay: both have one open."""

    conversations: int
    stays: bool


def move(tx: Transaction, runner: Runner, merge: Merge, site: str, actor: c.Actor, *, either: bool) -> Moved:
    """Make one customer's conversations another's, who can have one open on a site.

    Of two open ones the survivor's ends where the bot has it and owes nothing; with `either`, else the other's does.
    Where neither can end, the other's stays whose it is.
    """
    ids = repository.of_customer(tx, merge.customer)
    theirs = repository.open_of(tx, merge.survivor, site)
    loaded = {id: repository.load(tx, id) for id in sorted({*ids, *filter(None, [theirs])})}
    moved = 0
    for id in ids:
        if loaded[id].status is not Status.CLOSED and theirs is not None:
            if _ends(tx, runner, loaded[theirs]):
                theirs = None
            elif either and _ends(tx, runner, loaded[id]):
                loaded[id] = repository.load(tx, id)
            else:
                continue
        runner.apply(tx, loaded[id], c.MergeCustomer(actor=actor, customer=merge.survivor))
        moved += 1
    return Moved(moved, moved < len(ids))


def _ends(tx: Transaction, runner: Runner, open_one: Conversation) -> bool:
    """Where a person has a conversation, or is asked for, it goes on."""
    if open_one.status is not Status.BOT:
        return False
    end = c.CloseAfterSilence(actor=SYSTEM, epoch=open_one.epoch)
    return runner.apply(tx, open_one, end).status is Status.CLOSED


class Merging:
    """Makes one of two customers, when a supervisor says so. One a process; several at once do no harm."""

    def __init__(self, database: Database, runner: Runner) -> None:
        self._database = database
        self._runner = runner

    async def merge(self, merge: Merge, actor: c.Actor, scope: Scope, asker: Actor) -> None:
        """Make a customer another one, for good; the same again changes nothing.

        Raises: NotFound, Forbidden where the scope does not see all of both, Invalid for one of another site,
        BothOpen where people are in an open conversation of each.
        """
        await self._runner.write(lambda tx: self._merge(tx, merge, actor, scope, asker))

    def _merge(self, tx: Transaction, merge: Merge, actor: c.Actor, scope: Scope, asker: Actor) -> None:
        tx.lock_all(CustomerRow, sorted({merge.customer, merge.survivor}))
        if merge.customer != merge.survivor == merges.survivor_of(tx, merge.customer):
            return
        site = _site_of_both(tx, merge)
        for customer in (merge.customer, merge.survivor):
            _require_all_seen(tx, customer, scope)
        tx.lock_all(ConversationRow, _of_both(tx, merge))
        called = customer_names.names(tx, [merge.survivor])
        moved = move(tx, self._runner, merge, site, actor, either=True)
        if moved.stays:
            raise BothOpen("Both have an open conversation. End one of them first, or let the bot answer.")
        customers.absorb(tx, merge, asker.id)
        _pass_on(tx, merge)
        if customer_names.names(tx, [merge.survivor]) != called:
            customer_names.tell(tx, self._runner, merge.survivor, actor)
        facts = {"merged": merge.customer, "conversations": moved.conversations}
        SecurityLog.add(tx, "customer_merged", asker, merge.survivor, facts)

    async def run(self) -> None:
        """Bring along what came in while customers were merged; until cancelled."""
        while True:
            try:
                await self.resume()
            except EscalationError as error:
                _log.error("merge_unfinished", code=error.code, error=error.message[:300])
            await asyncio.sleep(LOOK_SECONDS)

    async def resume(self) -> None:
        """Move conversations that began as those of a merged customer: on PostgreSQL a message may cross a merge."""
        for merge, site in await self._database.read(_left_behind):

            def work(tx: Transaction, merge: Merge = merge, site: str = site) -> None:
                tx.lock_all(CustomerRow, [merge.survivor])
                now = Merge(merge.customer, merges.survivor_of(tx, merge.customer))
                if not erasures.is_erased(tx, now.survivor):
                    move(tx, self._runner, now, site, SYSTEM, either=True)

            await self._runner.write(work)


def _pass_on(tx: Transaction, merge: Merge) -> None:
    files.pass_on(tx, f"customer:{merge.customer}", f"customer:{merge.survivor}")
    mailing.pass_on(tx, merge.customer, merge.survivor)


def _of_both(tx: Transaction, merge: Merge) -> list[str]:
    return sorted(id for each in (merge.customer, merge.survivor) for id in repository.of_customer(tx, each))


def _site_of_both(tx: Transaction, merge: Merge) -> str:
    """Return the site of two customers who can be merged. Raises: NotFound, Invalid."""
    if merge.customer == merge.survivor:
        raise Invalid("This is one customer already.")
    sites = []
    for customer in (merge.customer, merge.survivor):
        row = customers.find(tx, customer)
        if row is None or erasures.is_erased(tx, customer):
            raise NotFound(f"There is no customer {customer} (any longer): they were erased or merged.")
        sites.append(str(row.site))
    if sites[0] != sites[1]:
        raise Invalid("These customers are of two sites, which know their visitors apart. They cannot be merged.")
    return sites[0]


def _require_all_seen(tx: Transaction, customer: str, scope: Scope) -> None:
    """Raises: NotFound to somebody who sees nothing of a customer, Forbidden where they see some only."""
    if not scope.limited:
        return
    mine = select(func.count()).select_from(_conversations).where(_conversations.c.customer == customer)
    all_of_them, seen = tx.execute(mine).scalar_one(), tx.execute(mine.where(*within(scope))).scalar_one()
    if seen == 0:
        raise NotFound(f"There is no customer {customer} (any longer): they were erased or merged.")
    if seen < all_of_them:
        raise Forbidden("One of them has also written where your account does not look. Ask an admin to merge them.")


def _left_behind(tx: Transaction) -> list[tuple[Merge, str]]:
    joined = _merges.join(_conversations, _conversations.c.customer == _merges.c.customer)
    query = select(_merges.c.customer, _merges.c.survivor, _merges.c.site).select_from(joined).distinct()
    return [(Merge(row.customer, row.survivor), row.site) for row in tx.execute(query)]
