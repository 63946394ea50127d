"""Customers: anonymous visitors of a site, known by a signed token their browser keeps.

A token says when it was given out. Who comes back within the lifetime gets a new one, so that only a token nobody used
for so long is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature
from sqlalchemy import Row, bindparam, select

from escalation.database import Database, Prepared, Transaction, table_of
from escalation.kernel.clock import Clock, SystemClock
from escalation.kernel.errors import NotFound
from escalation.kernel.ids import Ids
from escalation.people import customer_notes, erasures, merges
from escalation.people.errors import BadToken, TokenExpired
from escalation.people.identity_tokens import Claims
from escalation.people.merges import Merge
from escalation.people.signing import signed
from escalation.people.tables import CustomerRow

LASTS = timedelta(days=90)
LONGEST_STEP = timedelta(days=1)
"""A token younger than this, or than a tenth of the lifetime, is not renewed."""

_customers = table_of(CustomerRow)
_MADE_AT = Prepared(select(_customers.c.created_at).where(_customers.c.id == bindparam("who")))


@dataclass(frozen=True)
class Visitor:
    """A customer as their token names them."""

    id: str
    site: str
    locale: str
    token_of: datetime | None = None
    """When the token was given out; None for one of a release before tokens ended."""


class Customers:
    """Makes and checks customers' identities."""

    def __init__(
        self, database: Database, ids: Ids, key: bytes, clock: Clock | None = None, lasts: timedelta = LASTS
    ) -> None:
        """`lasts` is for how long a token can be left unused."""
        self._database = database
        self._ids = ids
        self._tokens = signed(key, "customer")
        self._now = (clock or SystemClock()).now
        self._lasts = lasts

    async def register(self, site: str, locale: str) -> tuple[Visitor, str]:
        """Create a customer of a site; return them and their token."""
        visitor = Visitor(self._ids(), site, locale)

        def work(tx: Transaction) -> None:
            tx.add(CustomerRow, new_row(visitor.id, site, locale, tx.now))

        await self._database.write(work)
        return visitor, self._token(visitor)

    async def admit(self, customer: str, site: str, locale: str) -> str:
        """Return a token for somebody who showed otherwise that they are this customer. Raises: CustomerErased."""
        now = await self._database.read(lambda tx: erasures.present(tx, customer))
        return self._token(Visitor(now, site, locale))

    def token_of(self, customer: str, site: str, locale: str) -> str:
        """Return a token for a customer whom the site has identified."""
        return self._token(Visitor(customer, site, locale))

    def recognise(self, token: str) -> Visitor:
        """Return whom a token belongs to. Raises: BadToken, TokenExpired."""
        try:
            id_, site, locale, *given = self._tokens.loads(token)
        except (BadSignature, ValueError) as error:
            raise BadToken("This identity is not valid here. Start a new conversation.") from error
        visitor = Visitor(id_, site, locale, datetime.fromtimestamp(given[0], UTC) if given else None)
        if visitor.token_of is not None:
            self.require_fresh(visitor.token_of)
        return visitor

    def require_fresh(self, used: datetime | None) -> None:
        """Go on with an identity that was used then. Raises: TokenExpired, also where nobody knows when."""
        if used is None or self._now() - used > self._lasts:
            days = self._lasts / timedelta(days=1)
            raise TokenExpired(f"This identity was not used for {days:g} days. Start a new conversation.")

    def renewed(self, visitor: Visitor) -> str | None:
        """Return the token that takes the place of the one shown; None while that one is new enough."""
        step = min(LONGEST_STEP, self._lasts / 10)
        if visitor.token_of is not None and self._now() - visitor.token_of < step:
            return None
        return self._token(visitor)

    def _token(self, visitor: Visitor) -> str:
        return str(self._tokens.dumps([visitor.id, visitor.site, visitor.locale, int(self._now().timestamp())]))


def new_row(customer: str, site: str, locale: str, now: datetime) -> dict[str, Any]:
    """Return the row of an anonymous visitor."""
    said: dict[str, Any] = {"known_as": None, "name": "", "email": "", "attributes": {}, "page_attributes": {}}
    given: dict[str, Any] = {"given_name": None, "given_email": None}
    return {"id": customer, "site": site, "locale": locale, "created_at": now, **said, **given}


def add_if_new(tx: Transaction, customer: str, site: str, locale: str) -> None:
    """Make the row of a customer who has none."""
    tx.upsert(CustomerRow, new_row(customer, site, locale, tx.now), update=())


def known_as(tx: Transaction, site: str, id_there: str) -> str | None:
    """Return the customer whom a site knows under this id."""
    mine = (_customers.c.site == site, _customers.c.known_as == id_there)
    found: str | None = tx.execute(select(_customers.c.id).where(*mine)).scalar()
    return found or merges.known_as(tx, site, id_there)


def is_anonymous(tx: Transaction, site: str, customer: str) -> bool:
    """Return whether this is a visitor of the site who is not known to it."""
    row = tx.execute(_customers.select().where(_customers.c.id == customer)).first()
    return row is not None and row.site == site and row.known_as is None


def keep_claims(tx: Transaction, customer: str, claims: Claims) -> None:
    """Store what a site signed of a customer, in place of what it signed before.

    Of one who was merged from two whom the site knows, what it signs of the one that is left counts.
    """
    if merges.known_as(tx, _site_of(tx, customer), claims.known_as) == customer:
        return
    said = {"name": claims.name, "email": claims.email, "attributes": dict(claims.attributes)}
    mine = _customers.update().where(_customers.c.id == customer)
    tx.execute(mine.values(known_as=claims.known_as, **said))


def _site_of(tx: Transaction, customer: str) -> str:
    return str(tx.execute(select(_customers.c.site).where(_customers.c.id == customer)).scalar_one())


def keep_page_attributes(tx: Transaction, customer: str, attributes: Mapping[str, Any]) -> None:
    """Store what a page said of a customer. Raises: NotFound for one without a row."""
    mine = _customers.update().where(_customers.c.id == customer)
    if tx.execute(mine.values(page_attributes=dict(attributes)).returning(_customers.c.id)).first() is None:
        raise NotFound("This customer is not registered (any longer).")


def give_name(tx: Transaction, customer: str, name: str, email: str) -> None:
    """Store what staff say a customer is called and written to; empty: what is known otherwise counts again."""
    mine = _customers.update().where(_customers.c.id == customer)
    tx.execute(mine.values(given_name=name or None, given_email=email or None))


def given_email(tx: Transaction, customer: str) -> str | None:
    """Return the address that staff put right, if they did."""
    found: str | None = tx.execute(select(_customers.c.given_email).where(_customers.c.id == customer)).scalar()
    return found


def lock(tx: Transaction, customer: str) -> Row[Any] | None:
    """Hold the row of a customer until the commit and return it, None for one who was erased or merged."""
    return tx.lock(CustomerRow, customer)


def find(tx: Transaction, customer: str) -> Row[Any] | None:
    """Return the row of a customer, None for one who was erased or merged."""
    return tx.execute(_customers.select().where(_customers.c.id == customer)).first()


def made_at(tx: Transaction, customer: str) -> datetime | None:
    """Return when somebody became a customer, if they are one."""
    made: datetime | None = tx.execute(_MADE_AT, {"who": customer}).scalar()
    return made


def absorb(tx: Transaction, merge: Merge, by: str) -> None:
    """Put the rows of two customers, both locked, together: what the survivor has counts, the rest is taken over."""
    gone, left = find(tx, merge.customer), find(tx, merge.survivor)
    assert gone is not None and left is not None
    tx.execute(_customers.delete().where(_customers.c.id == merge.customer))
    values = taken_over(dict(gone._mapping), dict(left._mapping))
    tx.execute(_customers.update().where(_customers.c.id == merge.survivor).values(**values))
    merges.add(tx, merge, gone.site, gone.known_as if left.known_as else None, by)
    customer_notes.move(tx, merge.customer, merge.survivor)


def taken_over(gone: Mapping[str, Any], left: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the one who is left is known by: their own, and of the other what they lack. Pure."""
    words = {name: left[name] or gone[name] for name in ("known_as", "name", "email", "given_name", "given_email")}
    attributes = {name: {**gone[name], **left[name]} for name in ("attributes", "page_attributes")}
    return {**words, **attributes, "created_at": min(gone["created_at"], left["created_at"])}


def forget(tx: Transaction, customer: str) -> None:
    """Delete the row of a customer who was erased, the notes about them, and who became them."""
    customer_notes.forget(tx, customer)
    merges.forget(tx, customer)
    tx.execute(_customers.delete().where(_customers.c.id == customer))
