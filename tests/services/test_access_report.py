"""What a customer who asks is given: all that is kept of them, from every id they had."""

import pytest

from escalation.kernel.errors import NotFound
from escalation.people.identity_tokens import Claims
from escalation.people.scope import Scope
from escalation.privacy.access import report
from escalation.protocol.frames.conversation import Note
from escalation.security import Actor
from tests.services.company import LI, MARIA, Company
from tests.services.test_customer_names import register
from tests.services.test_customers import the_desk


async def test_it_has_words_notes_attributes_and_ids_of_the_whole_person(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol", "m@shop.test", {"plan": "gold"}))
    await register(company, LI)
    conversation = await company.say("my first words", LI)
    await company.staff("ana", Note, conversation, text="noted in the thread")
    desk, sue = the_desk(company), await company.desk.member("sue")
    await desk.note(sue, LI.id, "noted about them")
    await desk.merge(sue, LI.id, MARIA.id, Actor("sue"))
    for asked in (LI.id, MARIA.id):
        found = await company.database.read(lambda tx, asked=asked: report(tx, asked))  # type: ignore[misc]
        assert (found.about.name, found.about.known_as, found.about.attributes) == ("Maria Sol", "42", {"plan": "gold"})
        assert [note.text for note in found.about.notes] == ["noted about them"]
        assert found.other_ids == [LI.id]
        assert [(each.text, each.internal) for each in found.messages] == [
            ("my first words", False), ("noted in the thread", True),
        ]  # fmt: skip


async def test_after_an_erasure_nothing_is_left_to_report(company: Company) -> None:
    await register(company, MARIA)
    await company.erase(await company.say("my first words"))
    found = await company.database.read(lambda tx: report(tx, MARIA.id))
    assert found.messages == []
    with pytest.raises(NotFound):
        await company.database.read(lambda tx: report(tx, "nobody"))


async def test_who_sees_some_only_may_not_report(company: Company) -> None:
    await register(company, MARIA)
    await company.waiting()
    with pytest.raises(NotFound):
        await company.database.read(lambda tx: report(tx, MARIA.id, Scope(queues=frozenset({"vip"}))))
    assert (await company.database.read(lambda tx: report(tx, MARIA.id, Scope(sites=frozenset({"shop"}))))).messages
