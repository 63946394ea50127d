"""Saved views: filters over the list that a member of staff keeps, for themselves or for everybody."""

from typing import Any

from sqlalchemy import func, or_, select

from escalation.database import Database, Transaction, table_of
from escalation.desk.tables import SavedViewRow
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.staff import Member
from escalation.protocol.rest.saved_views import SavedView, SavedViewBody, SavedViewList, ViewFilter

MOST = 50
"""Of one member."""

_views = table_of(SavedViewRow)


class SavedViews:
    """The views of all staff."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def seen_by(self, member: Member) -> SavedViewList:
        """Return their own and those that are shared, by name."""
        return await self._database.read(lambda tx: _seen_by(tx, member))

    async def add(self, by: Member, body: SavedViewBody) -> SavedView:
        """Keep a view. Raises: Invalid for one too many, or a name of blanks."""
        id, name = self._ids(), body.name.strip()
        if not name:
            raise Invalid("A view needs a name.")

        def work(tx: Transaction) -> SavedView:
            mine = select(func.count()).select_from(_views).where(_views.c.owner == by.id)
            if tx.execute(mine).scalar_one() >= MOST:
                raise Invalid(f"You have {MOST} views already. Delete one first.")
            wanted = body.filter.model_dump(mode="json")
            tx.add(SavedViewRow, {"id": id, "owner": by.id, "name": name, "shared": body.shared, "filter": wanted})
            return SavedView(id=id, name=name, filter=body.filter, shared=body.shared, own=True, by=by.name)

        return await self._database.write(work)

    async def delete(self, by: Member, id: str) -> None:
        """Forget a view of one's own, or as a supervisor a shared one. Raises: NotFound, Forbidden."""

        def work(tx: Transaction) -> None:
            row = tx.lock(SavedViewRow, id)
            if row is None or not (row.owner == by.id or row.shared):
                raise NotFound(f"There is no view {id}. Somebody may have deleted it.")
            if row.owner != by.id and not by.may(Permission.SUPERVISE):
                raise Forbidden("A shared view is deleted by who saved it, or by a supervisor.")
            tx.execute(_views.delete().where(_views.c.id == id))

        await self._database.write(work)


def _seen_by(tx: Transaction, member: Member) -> SavedViewList:
    seen = or_(_views.c.owner == member.id, _views.c.shared)
    rows = list(tx.execute(_views.select().where(seen).order_by(_views.c.name, _views.c.id)))
    names = staff.names(tx, {row.owner for row in rows})
    return SavedViewList(views=[_view(row, member, names) for row in rows])


def _view(row: Any, member: Member, names: dict[str, str]) -> SavedView:
    return SavedView(
        id=row.id, name=row.name, filter=ViewFilter.model_validate(row.filter), shared=row.shared,
        own=row.owner == member.id, by=names.get(row.owner, ""),
    )  # fmt: skip
