"""Rows that staff keep under names that are taken once: templates and macros."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Table, delete, select
from sqlalchemy.exc import IntegrityError

from escalation.database import Database, Transaction
from escalation.kernel.errors import EscalationError, Invalid
from escalation.kernel.ids import Ids
from escalation.people.staff import Member

Values = Mapping[str, Any]


class NamedRows:
    """The rows of one table with the columns `id`, `name` (unique), `by` and `changed_at`, and others of its own.

    `noun` names one of them in the words of errors; `taken` and `unknown` are the errors of a second row of a name,
    and of a row that is not there. At most `most` are kept.
    """

    def __init__(
        self,
        table: Table,
        noun: str,
        most: int,
        *,
        taken: Callable[[str], EscalationError],
        unknown: Callable[[str], EscalationError],
    ) -> None:
        self.table: Final = table
        self._noun = noun
        self._most = most
        self._taken = taken
        self._unknown = unknown

    def all(self, tx: Transaction) -> list[Any]:
        """Return every row, by name."""
        return list(tx.execute(self.table.select().order_by(self.table.c.name)))

    def one(self, tx: Transaction, id: str) -> Any:
        """Return a row. Raises: the error of one that is not there."""
        row = tx.execute(self.table.select().where(self.table.c.id == id)).first()
        if row is None:
            raise self._gone(id)
        return row

    async def add(self, database: Database, ids: Ids, by: Member, values: Values) -> Any:
        """Store and return a new row. Raises: Invalid for one too many, the error of a name that is taken."""
        id = ids()

        def work(tx: Transaction) -> Any:
            if len(tx.execute(select(self.table.c.id).limit(self._most)).all()) == self._most:
                raise Invalid(f"There are {self._most} {self._noun}s already. Delete one first.")
            tx.execute(self.table.insert().values(id=id, by=by.id, changed_at=tx.now, **values))
            return self.one(tx, id)

        return await self._write(database, work, values)

    async def change(self, database: Database, id: str, by: Member, values: Values) -> Any:
        """Replace and return a row. Raises: the errors of a row that is not there, and of a name that is taken."""

        def work(tx: Transaction) -> Any:
            change = self.table.update().where(self.table.c.id == id)
            tx.execute(change.values(by=by.id, changed_at=tx.now, **values))
            return self.one(tx, id)

        return await self._write(database, work, values)

    async def delete(self, database: Database, id: str) -> None:
        """Delete a row. Raises: the error of one that is not there."""

        def work(tx: Transaction) -> None:
            if tx.execute(delete(self.table).where(self.table.c.id == id)).rowcount == 0:
                raise self._gone(id)

        await database.write(work)

    async def _write(self, database: Database, work: Callable[[Transaction], Any], values: Values) -> Any:
        try:
            return await database.write(work)
        except IntegrityError:
            raise self._taken(f"There is already a {self._noun} {values['name']!r}. Choose another name.") from None

    def _gone(self, id: str) -> EscalationError:
        return self._unknown(f"There is no {self._noun} {id}. Somebody may have deleted it.")
