"""Templates: replies that staff write once and insert by a name, filled with what is known of agent and site."""

import re
from collections.abc import Mapping
from typing import Any, Final

from escalation.database import Database, table_of
from escalation.desk.errors import TemplateTaken, TemplateUnknown
from escalation.desk.named_rows import NamedRows
from escalation.desk.tables import TemplateRow
from escalation.kernel.errors import Invalid
from escalation.kernel.ids import Ids
from escalation.people.staff import Member
from escalation.protocol.rest.templates import TemplateBody, TemplateList, TemplateView

VARIABLES: Final = ("agent", "site")
"""What a template may name in braces: the agent's name, and the name of the site the customer chats from."""

_rows: Final = NamedRows(table_of(TemplateRow), "template", most=500, taken=TemplateTaken, unknown=TemplateUnknown)
_NAMED = re.compile(r"\{([^{}]*)\}")


def checked(body: TemplateBody) -> TemplateBody:
    """Return a template as it is stored. Raises: Invalid."""
    text = body.text.strip()
    if not text:
        raise Invalid("A template needs a text.")
    require_fillable(text)
    return body.model_copy(update={"text": text})


def require_fillable(text: str) -> None:
    """Refuse a text that names what no template is filled with. Raises: Invalid."""
    for name in _NAMED.findall(text):
        if name not in VARIABLES:
            known = ", ".join(f"{{{each}}}" for each in VARIABLES)
            raise Invalid(f"A template cannot be filled with {{{name}}}. Use {known}, or take the braces away.")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a template's text with the values of what it names. Raises: Invalid where one of them has none here."""
    for name in _NAMED.findall(text):
        if not values.get(name):
            raise Invalid(f"The reply names {{{name}}}, which has no value in this conversation. Write it yourself.")
    return _NAMED.sub(lambda found: values[found.group(1)], text)


class Templates:
    """The templates of all staff."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def all(self) -> TemplateList:
        """Return every template, by name."""
        return TemplateList(templates=[_view(row) for row in await self._database.read(_rows.all)])

    async def add(self, by: Member, body: TemplateBody) -> TemplateView:
        """Store a new one. Raises: Invalid, TemplateTaken."""
        return _view(await _rows.add(self._database, self._ids, by, _values(checked(body))))

    async def change(self, by: Member, id: str, body: TemplateBody) -> TemplateView:
        """Replace one. Raises: Invalid, TemplateUnknown, TemplateTaken."""
        return _view(await _rows.change(self._database, id, by, _values(checked(body))))

    async def delete(self, id: str) -> None:
        """Delete one. Raises: TemplateUnknown."""
        await _rows.delete(self._database, id)


def _values(body: TemplateBody) -> dict[str, Any]:
    return {"name": body.name, "text": body.text}


def _view(row: Any) -> TemplateView:
    return TemplateView(id=row.id, name=row.name, text=row.text, changed_at=row.changed_at)
