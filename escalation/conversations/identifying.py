"""A visitor turns out to be somebody the site knows: their anonymous conversations become that customer's."""

from dataclasses import dataclass

from escalation.conversations import customer_names, repository
from escalation.conversations.merging import move
from escalation.conversations.ports import SYSTEM
from escalation.conversations.running import Runner
from escalation.database import Transaction
from escalation.kernel.ids import Ids
from escalation.people import customers, erasures, merges
from escalation.people.identity_tokens import Claims
from escalation.people.merges import Merge


@dataclass(frozen=True)
class Identified:
    """Who the visitor is from now on."""

    customer: str
    merged: int = 0
    """How many conversations they had begun before became this customer's."""


class Identifying:
    """Makes visitors the customers that a site says they are."""

    def __init__(self, runner: Runner, ids: Ids) -> None:
        self._runner = runner
        self._ids = ids

    async def identify(self, site: str, locale: str, claims: Claims, visitor: str | None) -> Identified:
        """Return the customer of a site with these claims, made if there is none; `visitor` is who the browser was.

        An anonymous visitor becomes that customer with all they wrote. One who was somebody else stays apart.
        """
        return await self._runner.write(lambda tx: self._identify(tx, site, locale, claims, visitor))

    def _identify(self, tx: Transaction, site: str, locale: str, claims: Claims, visitor: str | None) -> Identified:
        visitor = merges.survivor_of(tx, visitor) if visitor is not None else None
        known = customers.known_as(tx, site, claims.known_as)
        anonymous = visitor if visitor is not None and _is_anonymous(tx, site, visitor) else None
        if known is None:
            known = anonymous or self._ids()
            customers.add_if_new(tx, known, site, locale)
        before = customers.find(tx, known)
        customers.keep_claims(tx, known, claims)
        if before is not None and before.name != claims.name:
            customer_names.tell(tx, self._runner, known, SYSTEM)
        if anonymous is None or anonymous == known:
            return Identified(known)
        merged = move(tx, self._runner, Merge(anonymous, known), site, SYSTEM, either=False).conversations
        if not repository.of_customer(tx, anonymous):
            customers.forget(tx, anonymous)
        return Identified(known, merged)


def _is_anonymous(tx: Transaction, site: str, visitor: str) -> bool:
    return not erasures.is_erased(tx, visitor) and customers.is_anonymous(tx, site, visitor)
