"""The catalogue's history: who changed what, undoing it, and imports that do what was reported or nothing."""

import pytest

from escalation import events
from escalation.catalogue.editing import IntentEdit
from escalation.catalogue.errors import (
    CatalogueInvalid,
    CatalogueMoved,
    ChangeUnknown,
    IntentMoved,
    IntentUnknown,
    LocaleDiffers,
    UndoRefused,
)
from escalation.catalogue.events import STREAM
from escalation.catalogue.formats import parse
from escalation.catalogue.history_rows import Change
from escalation.catalogue.model import LocalText
from escalation.catalogue.service import Catalogues
from escalation.database import Database

SHOP = """locale: en
intents:
- name: order
  title: Where is my order
  answer: Look under My orders.
  answers: {de: Unter Meine Bestellungen.}
  examples: [where is my order, parcel not here]
- name: complaint
  title: Complaint
  policy: always_handoff
  examples: [this is a disgrace]
- name: hours
  title: Opening hours
  examples: [when are you open]
"""
NEW = """locale: en
intents:
- name: order
  answer: Look in the app.
  examples: [track my parcel, when are you open]
- name: greet
  examples: [hi there]
"""
ANA, TOM = "agent:ana", "agent:tom"


@pytest.fixture
async def catalogues(database: Database) -> Catalogues:
    catalogues = Catalogues(database)
    await catalogues.import_catalogue(parse(SHOP, "shop.yaml"), actor="system")
    return catalogues


async def newest(catalogues: Catalogues, name: str = "order") -> Change:
    return (await catalogues.history(name))[0]


async def heads(database: Database) -> int:
    return await database.read(lambda tx: events.heads(tx, [STREAM])[STREAM])


async def test_answers_in_other_locales_are_stored_and_loaded_in_any_process(
    catalogues: Catalogues, database: Database
) -> None:
    assert (await catalogues.load()) == parse(SHOP, "shop.yaml").catalogue()
    await catalogues.edit_intent("order", IntentEdit(answers={"fr": "Voir Mes commandes."}), actor=ANA)
    await catalogues.edit_intent("order", IntentEdit(answers={"de": None}), actor=ANA)
    elsewhere = await Catalogues(database).load()
    assert elsewhere.get("order").other_answers == (LocalText("fr", "Voir Mes commandes."),)
    assert elsewhere.answer_for("order", "de") == "Look under My orders."


async def test_the_history_tells_who_changed_what_and_when(catalogues: Catalogues) -> None:
    edit = IntentEdit(title="Order status", answers={"de": "Neu."}, examples_removed=("parcel not here",))
    await catalogues.edit_intent("order", edit, actor=TOM)
    change, imported = await catalogues.history("order")
    assert (change.cause.kind, change.cause.actor) == ("changed", TOM)
    assert change.difference.before == {"title": "Where is my order", "answer:de": "Unter Meine Bestellungen."}
    assert change.difference.after == {"title": "Order status", "answer:de": "Neu."}
    assert change.difference.examples_removed == ((1, "parcel not here"),)
    assert (imported.cause.kind, imported.cause.source) == ("imported", "shop.yaml")
    assert imported.difference.before["title"] is None
    assert len(imported.difference.examples_added) == 2
    assert change.at >= imported.at


async def test_titles_by_locale_are_stored_told_and_taken_away(catalogues: Catalogues, database: Database) -> None:
    await catalogues.edit_intent("order", IntentEdit(titles={"DE": " Bestellung ", "fr": "Commande"}), actor=ANA)
    elsewhere = await Catalogues(database).load()
    assert elsewhere.get("order").other_titles == (LocalText("de", "Bestellung"), LocalText("fr", "Commande"))
    change = await newest(catalogues)
    assert change.difference.after == {"title:de": "Bestellung", "title:fr": "Commande"}
    await catalogues.edit_intent("order", IntentEdit(titles={"de": "Auftrag"}), actor=TOM)
    with pytest.raises(UndoRefused, match="The title in de was changed since"):
        await catalogues.undo(change.id, actor=ANA)
    await catalogues.edit_intent("order", IntentEdit(titles={"de": None}), actor=TOM)
    assert (await catalogues.load()).title_for("order", "de") == "Where is my order"
    refused = {"en": "its title is 'title'", "german": "a title's locale", "de": "title in de is blank"}
    for locale, told in refused.items():
        with pytest.raises(CatalogueInvalid, match=told):
            await catalogues.edit_intent("order", IntentEdit(titles={locale: " "}), actor=ANA)


async def test_history_comes_in_pages_and_only_of_the_intent_asked_for(catalogues: Catalogues) -> None:
    for number in range(5):
        await catalogues.edit_intent("order", IntentEdit(title=f"Title {number}"), actor=ANA)
        await catalogues.edit_intent("hours", IntentEdit(title=f"Hours {number}"), actor=ANA)
    first = await catalogues.history("order", limit=2)
    second = await catalogues.history("order", before=first[-1].id, limit=10)
    titles = [change.difference.after.get("title") for change in (*first, *second)]
    assert titles == [f"Title {n}" for n in (4, 3, 2, 1, 0)] + ["Where is my order"]


async def test_each_way_to_change_is_told_undone_and_told_again(catalogues: Catalogues, database: Database) -> None:
    before = await catalogues.load()
    steps = (
        IntentEdit(policy="smalltalk"),
        IntentEdit(answers={"fr": "Voir."}),
        IntentEdit(titles={"fr": "Ma commande", "de": "Bestellung"}),
        IntentEdit(examples_added=("track it",), examples_removed=("where is my order",)),
        IntentEdit(archived=True),
    )
    for edit in steps:
        head = await heads(database)
        await catalogues.edit_intent("order", edit, actor=ANA)
        assert await catalogues.load() != before
        await catalogues.undo((await newest(catalogues)).id, actor=TOM)
        assert await catalogues.load() == before
        assert await heads(database) == head + 2, "each is told to open consoles"
        change, undone_one = (await catalogues.history("order"))[:2]
        assert (change.cause.kind, change.cause.actor, change.cause.undoes) == ("undone", TOM, undone_one.id)
        assert undone_one.undone and not change.undone
        with pytest.raises(UndoRefused, match="undone already"):
            await catalogues.undo(undone_one.id, actor=TOM)


async def test_undo_is_refused_when_something_changed_it_since(catalogues: Catalogues, database: Database) -> None:
    await catalogues.edit_intent("order", IntentEdit(answers={"en": "First."}), actor=ANA)
    change = await newest(catalogues)
    await catalogues.edit_intent("order", IntentEdit(answers={"en": "Second."}), actor=TOM)
    head = await heads(database)
    with pytest.raises(UndoRefused, match="answer in en was changed since"):
        await catalogues.undo(change.id, actor=ANA)
    assert (await catalogues.load()).answer_for("order") == "Second."
    assert await heads(database) == head
    with pytest.raises(ChangeUnknown):
        await catalogues.undo(99, actor=ANA)


async def test_an_undo_can_be_undone(catalogues: Catalogues) -> None:
    await catalogues.edit_intent("order", IntentEdit(answers={"en": "New."}), actor=ANA)
    first = await newest(catalogues)
    await catalogues.undo(first.id, actor=ANA)
    await catalogues.undo((await newest(catalogues)).id, actor=ANA)
    assert (await catalogues.load()).answer_for("order") == "New."
    await catalogues.undo(first.id, actor=ANA)
    assert (await catalogues.load()).answer_for("order") == "Look under My orders."


async def test_archived_and_brought_back_an_intent_is_as_it_was(catalogues: Catalogues) -> None:
    before = await catalogues.load()
    await catalogues.archive("order", actor=ANA)
    assert [intent.name for intent in await catalogues.archived()] == ["order"]
    assert (await catalogues.detail("order")).version.archived
    with pytest.raises(IntentUnknown, match="archived"):
        await catalogues.edit_intent("order", IntentEdit(answers={"en": "x"}), actor=ANA)
    await catalogues.edit_intent("order", IntentEdit(archived=False), actor=ANA)
    assert (await newest(catalogues)).cause.kind == "restored"
    assert await catalogues.load() == before
    assert await catalogues.archived() == []


async def test_an_edit_of_what_changed_since_it_was_read_is_refused(catalogues: Catalogues) -> None:
    seen = (await catalogues.detail("order")).newest_change
    await catalogues.edit_intent("hours", IntentEdit(title="Hours"), actor=TOM)
    await catalogues.edit_intent("order", IntentEdit(title="Toms"), actor=TOM, seen=seen)
    with pytest.raises(IntentMoved, match="changed since you read it"):
        await catalogues.edit_intent("order", IntentEdit(title="Anas"), actor=ANA, seen=seen)
    assert (await catalogues.load()).get("order").title == "Toms"


async def test_an_edit_that_changes_nothing_is_not_told(catalogues: Catalogues, database: Database) -> None:
    head, history = await heads(database), await catalogues.history("order")
    await catalogues.edit_intent("order", IntentEdit(title="Where is my order"), actor=ANA)
    assert (await heads(database), await catalogues.history("order")) == (head, history)


async def test_an_added_intent_is_taken_back(catalogues: Catalogues) -> None:
    await catalogues.add_intent("gift", actor=ANA)
    change = await newest(catalogues, "gift")
    assert change.cause.kind == "added"
    await catalogues.undo(change.id, actor=ANA)
    assert (await catalogues.load()).find("gift") is None


@pytest.mark.parametrize("mode", ["merge", "replace"])
async def test_a_report_changes_nothing_and_the_import_does_exactly_that(
    catalogues: Catalogues, database: Database, mode: str
) -> None:
    before, head = await catalogues.load(), await heads(database)
    report = await catalogues.preview_import(parse(NEW, "new.yaml"), mode=mode)  # type: ignore[arg-type]
    assert (await catalogues.load(), await heads(database)) == (before, head)
    assert report.added == ("greet",)
    assert report.unanswered == ("greet",)
    assert report.differences["order"].before == {"answer:en": "Look under My orders."}
    assert report.differences["order"].after == {"answer:en": "Look in the app."}
    assert report.archived == (() if mode == "merge" else ("complaint", "hours"))
    assert [str(each) for each in report.conflicting] == (
        ["'when are you open' is under 'hours' (stored catalogue) and under 'order' (new.yaml, line 5)"]
        if mode == "merge"
        else []
    )
    done = await catalogues.import_catalogue(
        parse(NEW, "new.yaml"),
        actor=ANA,
        mode=mode,
        fingerprint=report.fingerprint,  # type: ignore[arg-type]
    )
    assert done == report
    for name, change in report.differences.items():
        assert (await newest(catalogues, name)).difference == change
        await catalogues.undo((await newest(catalogues, name)).id, actor=ANA)
    after = await catalogues.load()
    assert after.by_name == before.by_name


async def test_a_report_names_new_intents_with_few_examples_those_from_resolutions_counted(database: Database) -> None:
    catalogues = Catalogues(database, collected=lambda _: {"mugs": 3, "hats": 1, "order": 0})
    texts = [f"- {{name: {name}, examples: [{name} one, {name} two]}}" for name in ("mugs", "hats")]
    await catalogues.import_catalogue(parse("intents:\n- {name: order, examples: [where]}\n", "old.yaml"), actor=ANA)
    file = parse("\n".join(["intents:", *texts, "- {name: order, examples: [when]}"]), "few.yaml")
    assert (await catalogues.preview_import(file)).few_examples == {"hats": 3}
    assert (await catalogues.import_catalogue(file, actor=ANA)).few_examples == {"hats": 3}
    assert (await catalogues.preview_import(file)).few_examples == {}, "none of them is new any more"


async def test_an_import_is_refused_when_the_catalogue_moved_since_its_report(catalogues: Catalogues) -> None:
    report = await catalogues.preview_import(parse(NEW, "new.yaml"))
    await catalogues.edit_intent("complaint", IntentEdit(answers={"en": "Sorry."}), actor=TOM)
    before = await catalogues.load()
    with pytest.raises(CatalogueMoved):
        await catalogues.import_catalogue(parse(NEW, "new.yaml"), actor=ANA, fingerprint=report.fingerprint)
    assert await catalogues.load() == before


async def test_an_import_is_refused_when_it_is_not_what_was_reported(catalogues: Catalogues) -> None:
    report = await catalogues.preview_import(parse(NEW, "new.yaml"))
    with pytest.raises(CatalogueMoved):
        await catalogues.import_catalogue(parse(SHOP, "new.yaml"), actor=ANA, fingerprint=report.fingerprint)
    with pytest.raises(CatalogueMoved):
        await catalogues.import_catalogue(
            parse(NEW, "new.yaml"), actor=ANA, mode="replace", fingerprint=report.fingerprint
        )


async def test_what_a_file_must_not_do_is_said_by_its_report_already(catalogues: Catalogues) -> None:
    with pytest.raises(LocaleDiffers):
        await catalogues.preview_import(parse("locale: de\nintents:\n- name: gruss\n", "de.yaml"))


async def test_an_archived_intent_that_a_file_brings_back_is_undone_to_what_it_was(catalogues: Catalogues) -> None:
    await catalogues.archive("order", actor=ANA)
    gone = await catalogues.archived()
    await catalogues.import_catalogue(parse(NEW, "new.yaml"), actor=ANA)
    change = await newest(catalogues)
    assert change.difference.before["state"] == "archived"
    await catalogues.undo(change.id, actor=ANA)
    assert await catalogues.archived() == gone
