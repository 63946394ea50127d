"""Saved views: one's own and shared ones, and who may delete which."""

from typing import Any

import pytest

from escalation.desk.saved_views import MOST, SavedViews
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.people import staff
from escalation.people.staff import Member
from escalation.protocol.rest.saved_views import SavedViewBody, ViewFilter
from escalation.protocol.states import Status
from tests.fakes import CountingIds
from tests.services.company import Company

pytestmark = pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)


async def member(company: Company, name: str) -> Member:
    return await company.database.read(lambda tx: staff.member(tx, name))


def a_view(name: str = "late refunds", **fields: Any) -> SavedViewBody:
    wanted = ViewFilter(status=Status.WAITING, queue="billing", unread=True)
    return SavedViewBody(**{"name": name, "filter": wanted, **fields})


async def test_a_view_is_one_s_own_until_it_is_shared(company: Company) -> None:
    views = SavedViews(company.database, CountingIds("view"))
    ana, tom = await member(company, "ana"), await member(company, "tom")
    own = await views.add(ana, a_view())
    shared = await views.add(ana, a_view("all", shared=True))
    assert (await views.seen_by(ana)).views == [shared, own]
    (seen,) = (await views.seen_by(tom)).views
    assert (seen.name, seen.own, seen.by, seen.filter) == ("all", False, "Ana", own.filter)


async def test_who_may_delete_a_view(company: Company) -> None:
    views = SavedViews(company.database, CountingIds("view"))
    ana, tom, sue = [await member(company, name) for name in ("ana", "tom", "sue")]
    own, shared = await views.add(ana, a_view()), await views.add(ana, a_view(shared=True))
    with pytest.raises(NotFound):
        await views.delete(tom, own.id)
    with pytest.raises(Forbidden):
        await views.delete(tom, shared.id)
    await views.delete(sue, shared.id)
    await views.delete(ana, own.id)
    assert (await views.seen_by(ana)).views == []


async def test_a_view_needs_a_name_and_there_is_an_end_of_them(company: Company) -> None:
    views, ana = SavedViews(company.database, CountingIds("view")), await member(company, "ana")
    with pytest.raises(Invalid):
        await views.add(ana, a_view("  "))
    for number in range(MOST):
        await views.add(ana, a_view(str(number)))
    with pytest.raises(Invalid):
        await views.add(ana, a_view())
