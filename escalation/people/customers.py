"""Customers: anonymous visitors of a site, known by a signed token their browser keeps."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from escalation.database import Database, Transaction, table_of
from escalation.kernel.ids import Ids
from escalation.people.errors import BadToken
from escalation.people.tables import CustomerRow

_customers = table_of(CustomerRow)


@dataclass(frozen=True)
class Visitor:
    """A customer as their token names them."""

    id: str
    site: str
    locale: str


class Customers:
    """Makes and checks customers' identities."""

    def __init__(self, database: Database, ids: Ids, key: bytes) -> None:
        self._database = database
        self._ids = ids
        self._tokens = URLSafeSerializer(key, salt="customer")

    async def register(self, site: str, locale: str) -> tuple[Visitor, str]:
        """Create a customer of a site; return them and their token."""
        visitor = Visitor(self._ids(), site, locale)

        def work(tx: Transaction) -> None:
            row = {"id": visitor.id, "site": site, "locale": locale, "created_at": tx.now}
            tx.execute(_customers.insert(), row)

        await self._database.write(work)
        return visitor, str(self._tokens.dumps([visitor.id, site, locale]))

    def recognise(self, token: str) -> Visitor:
        """Return whom a token belongs to. Raises: BadToken."""
        try:
            id_, site, locale = self._tokens.loads(token)
        except (BadSignature, ValueError) as error:
            raise BadToken("This identity is not valid here. Start a new conversation.") from error
        return Visitor(id_, site, locale)
