"""Templates: replies that staff write once and insert by a name, filled with what is known of agent and site."""

import re
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from escalation.database import Database, Transaction, table_of
from escalation.desk.errors import TemplateTaken, TemplateUnknown
from escalation.desk.tables import TemplateRow
from escalation.kernel.errors import Invalid
from escalation.kernel.ids import Ids
from escalation.people.staff import Member
from escalation.protocol.rest.templates import TemplateBody, TemplateList, TemplateView

VARIABLES: Final = ("agent", "site")
"""What a template may name in braces: the agent's name, and the name of the site the customer chats from."""
MOST = 500

_templates = table_of(TemplateRow)
_NAMED = re.compile(r"\{([^{}]*)\}")


def checked(body: TemplateBody) -> TemplateBody:
    """Return a template as it is stored. Raises: Invalid."""
    text = body.text.strip()
    if not text:
        raise Invalid("A template needs a text.")
    for name in _NAMED.findall(text):
        if name not in VARIABLES:
            known = ", ".join(f"{{{each}}}" for each in VARIABLES)
            raise Invalid(f"A template cannot be filled with {{{name}}}. Use {known}, or take the braces away.")
    return body.model_copy(update={"text": text})


class Templates:
    """The templates of all staff."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def all(self) -> TemplateList:
        """Return every template, by name."""
        rows = await self._database.read(lambda tx: list(tx.execute(_templates.select().order_by(_templates.c.name))))
        return TemplateList(templates=[_view(row) for row in rows])

    async def add(self, by: Member, body: TemplateBody) -> TemplateView:
        """Store a new one. Raises: Invalid, TemplateTaken."""
        wanted, id = checked(body), self._ids()

        def work(tx: Transaction) -> TemplateView:
            if len(tx.execute(select(_templates.c.id).limit(MOST)).all()) == MOST:
                raise Invalid(f"There are {MOST} templates already. Delete one first.")
            return self._store(tx, _templates.insert().values(id=id, **_values(tx, by, wanted)), id)

        return await self._write(work, wanted.name)

    async def change(self, by: Member, id: str, body: TemplateBody) -> TemplateView:
        """Replace one. Raises: Invalid, TemplateUnknown, TemplateTaken."""
        wanted = checked(body)

        def work(tx: Transaction) -> TemplateView:
            change = _templates.update().where(_templates.c.id == id).values(**_values(tx, by, wanted))
            return self._store(tx, change, id)

        return await self._write(work, wanted.name)

    async def delete(self, id: str) -> None:
        """Delete one. Raises: TemplateUnknown."""

        def work(tx: Transaction) -> None:
            if tx.execute(delete(_templates).where(_templates.c.id == id)).rowcount == 0:
                raise TemplateUnknown(f"There is no template {id}. Somebody may have deleted it.")

        await self._database.write(work)

    async def _write(self, work: Any, name: str) -> TemplateView:
        try:
            found: TemplateView = await self._database.write(work)
        except IntegrityError:
            raise TemplateTaken(f"There is already a template {name!r}. Choose another name.") from None
        return found

    def _store(self, tx: Transaction, statement: Any, id: str) -> TemplateView:
        tx.execute(statement)
        row = tx.execute(_templates.select().where(_templates.c.id == id)).first()
        if row is None:
            raise TemplateUnknown(f"There is no template {id}. Somebody may have deleted it.")
        return _view(row)


def _values(tx: Transaction, by: Member, body: TemplateBody) -> dict[str, Any]:
    return {"name": body.name, "text": body.text, "by": by.id, "changed_at": tx.now}


def _view(row: Any) -> TemplateView:
    return TemplateView(id=row.id, name=row.name, text=row.text, changed_at=row.changed_at)
