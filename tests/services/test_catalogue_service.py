"""The stored catalogue: imports are whole or nothing, each change is told once, what is loaded is the newest."""

import asyncio

import pytest
from sqlalchemy import select

from escalation import events
from escalation.catalogue.editing import IntentEdit
from escalation.catalogue.errors import CatalogueInvalid, IntentExists, IntentUnknown, LocaleDiffers
from escalation.catalogue.events import STREAM
from escalation.catalogue.formats import FORMATS, Parsed, parse
from escalation.catalogue.service import Catalogues
from escalation.catalogue.tables import IntentExample, IntentRow
from escalation.database import Database, table_of

SHOP = """locale: en
intents:
- name: order_status
  title: Where is my order
  description: The customer wants to know where a parcel is.
  policy: automatic
  answer: Look under My orders.
  examples: [where is my order, parcel not here]
- name: complaint
  title: Complaint
  policy: always_handoff
  examples: [this is a disgrace]
"""
MORE = "text,label\nwhere is my order,order_status\ntrack my parcel,order_status\nhi there,greet\n"


@pytest.fixture
def catalogues(database: Database) -> Catalogues:
    return Catalogues(database)


async def told(database: Database) -> list[dict[str, object]]:
    envelopes = await database.read(lambda tx: events.read(tx, STREAM, 0, 100))
    assert all(envelope.type == "CatalogueChanged" and envelope.actor == "agent:ana" for envelope in envelopes)
    return [envelope.payload for envelope in envelopes]


async def an_imported_shop(catalogues: Catalogues) -> None:
    await catalogues.import_catalogue(parse(SHOP, "shop.yaml"), actor="agent:ana")


async def test_an_import_can_be_loaded_and_is_told(catalogues: Catalogues, database: Database) -> None:
    assert (await catalogues.load()).intents == ()
    report = await catalogues.import_catalogue(parse(SHOP, "shop.yaml"), actor="agent:ana")
    assert report.added == ("order_status", "complaint")
    assert report.examples_added == 3
    assert report.handing_off == ("complaint",)
    assert await catalogues.load() == parse(SHOP, "shop.yaml").catalogue()
    assert await told(database) == [{"change": "imported", "intents": ["order_status", "complaint"]}]


async def test_importing_again_changes_and_tells_nothing(catalogues: Catalogues, database: Database) -> None:
    await an_imported_shop(catalogues)
    ids = await catalogues.seed_examples()
    for mode in ("merge", "replace"):
        report = await catalogues.import_catalogue(parse(SHOP, "shop.yaml"), actor="agent:ana", mode=mode)
        assert (report.added, report.changed, report.archived, report.examples_added) == ((), (), (), 0)
    assert await catalogues.seed_examples() == ids
    assert len(await told(database)) == 1


async def test_merging_keeps_what_the_file_does_not_say(catalogues: Catalogues) -> None:
    await an_imported_shop(catalogues)
    before = {each.text: each.id for each in await catalogues.seed_examples()}
    report = await catalogues.import_catalogue(parse(MORE, "more.csv"), actor="agent:ana")
    catalogue = await catalogues.load()
    assert catalogue.names == ("order_status", "complaint", "greet")
    assert catalogue.get("order_status").answer == "Look under My orders."
    assert catalogue.get("order_status").examples == ("where is my order", "parcel not here", "track my parcel")
    assert catalogue.answer_for("greet") is None
    assert (report.added, report.changed, report.handing_off) == (("greet",), ("order_status",), ("greet",))
    after = {each.text: each.id for each in await catalogues.seed_examples()}
    assert before.items() <= after.items()


async def test_replacing_archives_the_rest_and_keeps_the_ids_of_what_stays(catalogues: Catalogues) -> None:
    await an_imported_shop(catalogues)
    before = {each.text: each.id for each in await catalogues.seed_examples()}
    report = await catalogues.import_catalogue(parse(MORE, "more.csv"), actor="agent:ana", mode="replace")
    catalogue = await catalogues.load()
    assert catalogue.names == ("order_status", "greet")
    assert catalogue.get("order_status").examples == ("where is my order", "track my parcel")
    assert report.archived == ("complaint",)
    assert (report.examples_added, report.examples_removed) == (2, 2)
    after = {each.text: each.id for each in await catalogues.seed_examples()}
    assert after["where is my order"] == before["where is my order"]
    back = await catalogues.import_catalogue(parse(SHOP, "shop.yaml"), actor="agent:ana")
    assert back.added == ("complaint",)
    assert (await catalogues.load()).names == ("order_status", "greet", "complaint")


async def test_placeholder_answers_fill_only_what_has_none(catalogues: Catalogues) -> None:
    both = Parsed("all", "en", parse(SHOP, "a.yaml").intents + parse(MORE, "b.csv").intents[1:])
    await catalogues.import_catalogue(both, actor="agent:ana", placeholder_answers=True)
    catalogue = await catalogues.load()
    assert catalogue.answer_for("order_status") == "Look under My orders."
    assert catalogue.answer_for("greet") == "(placeholder answer for Greet)"
    assert catalogue.get("complaint").answer is None


async def test_another_locale_replaces_but_never_merges(catalogues: Catalogues) -> None:
    await an_imported_shop(catalogues)
    german = parse("locale: de\nintents:\n- name: gruss\n  examples: [hallo]", "de.yaml")
    with pytest.raises(LocaleDiffers, match=r"de\.yaml is in locale de, the stored catalogue in en"):
        await catalogues.import_catalogue(german, actor="agent:ana")
    assert (await catalogues.load()).locale == "en"
    await catalogues.import_catalogue(german, actor="agent:ana", mode="replace")
    assert (await catalogues.load()).locale == "de"


async def test_a_text_under_two_labels_is_told_with_both_places(catalogues: Catalogues) -> None:
    await an_imported_shop(catalogues)
    clash = parse("text,label\nok,thanks\nparcel not here,lost_parcel\n", "clash.csv")
    report = await catalogues.import_catalogue(clash, actor="agent:ana")
    assert [str(each) for each in report.conflicting] == [
        "'parcel not here' is under 'order_status' (stored catalogue) and under 'lost_parcel' (clash.csv, line 3)"
    ]


async def test_an_import_that_fails_leaves_nothing(database: Database) -> None:
    made = 0

    def running_out() -> str:
        nonlocal made
        made += 1
        if made == 3:
            raise OSError("no more ids")
        return f"id-{made}"

    failing = Catalogues(database, ids=running_out)
    with pytest.raises(OSError, match="no more ids"):
        await failing.import_catalogue(parse(SHOP, "shop.yaml"), actor="agent:ana")
    assert (await failing.load()).intents == ()
    assert await database.read(lambda tx: tx.execute(select(table_of(IntentExample))).all()) == []
    assert await told(database) == []


async def test_an_intent_is_added_deliberately_and_once(catalogues: Catalogues, database: Database) -> None:
    await an_imported_shop(catalogues)
    await catalogues.add_intent("gift_wrap", title="Gift wrapping", answer="Tick the box.", actor="agent:ana")
    assert (await catalogues.load()).answer_for("gift_wrap") == "Tick the box."
    with pytest.raises(IntentExists):
        await catalogues.add_intent("gift_wrap", actor="agent:ana")
    with pytest.raises(CatalogueInvalid):
        await catalogues.add_intent(" ", actor="agent:ana")
    assert (await told(database))[1:] == [{"change": "added", "intents": ["gift_wrap"]}]


async def test_answers_are_approved_and_withdrawn(catalogues: Catalogues) -> None:
    await an_imported_shop(catalogues)
    await catalogues.edit_intent("order_status", IntentEdit(answers={"en": "It is on its way."}), actor="agent:ana")
    changed = (await catalogues.load()).get("order_status")
    assert changed.answer == "It is on its way."
    assert changed.examples == ("where is my order", "parcel not here")
    await catalogues.edit_intent("order_status", IntentEdit(answers={"en": None}), actor="agent:ana")
    assert (await catalogues.load()).answer_for("order_status") is None
    with pytest.raises(IntentUnknown):
        await catalogues.edit_intent("nothing", IntentEdit(answers={"en": "x"}), actor="agent:ana")
    with pytest.raises(CatalogueInvalid):
        await catalogues.edit_intent("order_status", IntentEdit(answers={"en": " "}), actor="agent:ana")


async def test_an_archived_intent_is_gone_but_its_row_stays(catalogues: Catalogues, database: Database) -> None:
    await an_imported_shop(catalogues)
    await catalogues.archive("complaint", actor="agent:ana")
    assert (await catalogues.load()).names == ("order_status",)
    rows = await database.read(lambda tx: tx.execute(select(table_of(IntentRow).c.name)).scalars().all())
    assert set(rows) == {"order_status", "complaint"}
    with pytest.raises(IntentUnknown):
        await catalogues.archive("complaint", actor="agent:ana")
    await catalogues.add_intent("complaint", title="Complaints", policy="always_handoff", actor="agent:ana")
    revived = (await catalogues.load()).get("complaint")
    assert (revived.title, revived.examples) == ("Complaints", ("this is a disgrace",))


async def test_a_loaded_catalogue_is_kept_until_any_process_changes_it(database: Database) -> None:
    here, elsewhere = Catalogues(database), Catalogues(database)
    await an_imported_shop(elsewhere)
    first = await here.load()
    assert await here.load() is first
    await elsewhere.archive("complaint", actor="agent:ana")
    assert (await here.load()).names == ("order_status",)


async def test_imports_at_the_same_time_are_one_after_the_other(database: Database) -> None:
    many = [parse(f"text,label\nhello {n},greet\nbye {n},bye\n", f"{n}.csv") for n in range(8)]
    services = [Catalogues(database) for _ in many]
    await asyncio.gather(
        *(each.import_catalogue(parsed, actor="agent:ana") for each, parsed in zip(services, many, strict=True))
    )
    catalogue = await services[0].load()
    assert sorted(catalogue.get("greet").examples) == [f"hello {n}" for n in range(8)]
    assert len(await told(database)) == 8


async def test_an_export_imports_as_the_same_catalogue(catalogues: Catalogues) -> None:
    await an_imported_shop(catalogues)
    stored = await catalogues.load()
    for name in FORMATS:
        again = parse(await catalogues.export(name), f"again.{name}", name).catalogue()
        assert list(again.labelled()) == list(stored.labelled())
    assert parse(await catalogues.export("yaml"), "again.yaml").catalogue() == stored


async def test_a_large_import_is_written_in_chunks(catalogues: Catalogues) -> None:
    rows = "".join(f"message {n},label_{n % 150}\n" for n in range(3000))
    await catalogues.import_catalogue(parse("text,label\n" + rows, "large.csv"), actor="agent:ana")
    catalogue = await catalogues.load()
    assert len(catalogue) == 150
    assert sum(len(intent.examples) for intent in catalogue.intents) == 3000
