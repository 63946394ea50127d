"""Customers: anonymous visitors of a site, known by a signed token their browser keeps.

A token says when it was given out. Who comes back within the lifetime gets a new one, so that only a token nobody used
for so long is over.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature
from sqlalchemy import bindparam, select

from escalation.database import Database, Prepared, Transaction, table_of
from escalation.kernel.clock import Clock, SystemClock
from escalation.kernel.ids import Ids
from escalation.people.errors import BadToken, TokenExpired
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
            row = {"id": visitor.id, "site": site, "locale": locale, "created_at": tx.now}
            tx.add(CustomerRow, row)

        await self._database.write(work)
        return visitor, self._token(visitor)

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


def made_at(tx: Transaction, customer: str) -> datetime | None:
    """Return when somebody became a customer, if they are one."""
    made: datetime | None = tx.execute(_MADE_AT, {"who": customer}).scalar()
    return made


def forget(tx: Transaction, customer: str) -> None:
    """Delete the row of a customer who was erased."""
    tx.execute(_customers.delete().where(_customers.c.id == customer))
