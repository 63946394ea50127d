"""Retention: what a site keeps no longer goes by itself. Quiet customers are erased, as they are on request."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, func, select

from escalation.conversations import contacts, search_index
from escalation.conversations.tables import ContactRow, ConversationRow
from escalation.database import Database, Transaction, table_of
from escalation.kernel.errors import EscalationError
from escalation.logs import get_logger
from escalation.people.tables import ErasureRow
from escalation.privacy.erasure import Erasures
from escalation.protocol.rest.privacy import RetentionList, RetentionView
from escalation.protocol.states import Status
from escalation.settings import Site

BY = "system"
CUSTOMERS_AT_ONCE = 50
CONTACTS_AT_ONCE = 200
EVERY_SECONDS = 3600.0
BETWEEN_SECONDS = 1.0
"""Between two chunks, so that what people wait for comes first."""

_log = get_logger(__name__)
_conversations = table_of(ConversationRow)
_contacts = table_of(ContactRow)
_erasures = table_of(ErasureRow)


@dataclass(frozen=True)
class Keeps:
    """How long a site keeps what; None: for good."""

    customers: timedelta | None = None
    """After their last word, where nothing of theirs is open."""
    contacts: timedelta | None = None
    """After they were left."""


def kept_by(sites: Mapping[str, Site]) -> dict[str, Keeps]:
    """Return what each site keeps, as the operator set it."""
    return {
        name: Keeps(_span(site.keep_customers_days), _span(site.keep_contacts_days)) for name, site in sites.items()
    }


def _span(days: float | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)


def _days(span: timedelta | None) -> float | None:
    return None if span is None else span / timedelta(days=1)


class Retention:
    """One a process; several at once do no harm."""

    def __init__(self, database: Database, erasures: Erasures, sites: Mapping[str, Keeps]) -> None:
        self._database = database
        self._erasures = erasures
        self._sites = sites

    async def run(self) -> None:
        """Let go what is due, once an hour; until cancelled."""
        while True:
            try:
                gone = await self.step()
            except EscalationError as error:
                _log.error("retention_stopped", code=error.code, error=error.message[:300])
                gone = 0
            await asyncio.sleep(BETWEEN_SECONDS if gone else EVERY_SECONDS)

    async def step(self) -> int:
        """Let go one chunk of each kind at each site; return how many customers and addresses that were."""
        gone = 0
        for site, keeps in self._sites.items():
            gone += await self._customers(site, keeps.customers) + await self._addresses(site, keeps.contacts)
        return gone

    async def _customers(self, site: str, kept: timedelta | None) -> int:
        if kept is None:
            return 0
        due = await self._database.read(lambda tx: _ids(tx, quiet_customers(tx, site, kept), CUSTOMERS_AT_ONCE))
        if due:
            await self._erasures.erase_all(due, by=BY)
            _log.info("customers_kept_no_longer", site=site, customers=len(due))
        return len(due)

    async def _addresses(self, site: str, kept: timedelta | None) -> int:
        if kept is None:
            return 0

        def work(tx: Transaction) -> int:
            due = _ids(tx, old_contacts(tx, site, kept), CONTACTS_AT_ONCE)
            for conversation in due:
                contacts.forget(tx, conversation)
                search_index.forget(tx, conversation)  # names and addresses are found too; the rest is indexed again
            again = _conversations.update().where(_conversations.c.id.in_(due))
            tx.execute(again.values(unindexed=True))
            return len(due)

        gone = await self._database.write(work)
        if gone:
            await self._erasures.scrub()
            _log.info("addresses_kept_no_longer", site=site, addresses=gone)
        return gone

    def due(self, tx: Transaction) -> RetentionList:
        """Return what would go now, by site."""
        return RetentionList(sites=[_view(tx, site, keeps) for site, keeps in self._sites.items()])


def quiet_customers(tx: Transaction, site: str, kept: timedelta) -> Select[Any]:
    """Return a query for the customers of a site who said and heard nothing for so long and have nothing open."""
    column = _conversations.c
    still_open = func.sum(case((column.status != Status.CLOSED.value, 1), else_=0))
    quiet = (still_open == 0, func.max(column.last_activity_at) < tx.now - kept)
    here = select(column.customer).where(column.site == site, column.customer.not_in(select(_erasures.c.customer)))
    return here.group_by(column.customer).having(*quiet).order_by(func.max(column.last_activity_at))


def old_contacts(tx: Transaction, site: str, kept: timedelta) -> Select[Any]:
    """Return a query for the conversations of a site whose address was left so long ago."""
    joined = _contacts.join(_conversations, _contacts.c.conversation == _conversations.c.id)
    here = select(_contacts.c.conversation).select_from(joined).where(_conversations.c.site == site)
    return here.where(_contacts.c.at < tx.now - kept).order_by(_contacts.c.conversation)


def _ids(tx: Transaction, query: Select[Any], most: int) -> list[str]:
    return list(tx.execute(query.limit(most)).scalars())


def _view(tx: Transaction, site: str, keeps: Keeps) -> RetentionView:
    customers, addresses = keeps.customers, keeps.contacts
    return RetentionView(
        site=site,
        customers_days=_days(customers),
        customers=0 if customers is None else _count(tx, quiet_customers(tx, site, customers)),
        contacts_days=_days(addresses),
        contacts=0 if addresses is None else _count(tx, old_contacts(tx, site, addresses)),
    )


def _count(tx: Transaction, query: Select[Any]) -> int:
    return int(tx.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one())
