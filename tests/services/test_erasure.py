"""Erasing a customer leaves nothing of them: not in the database's bytes, not in models, not in a backup made after."""

import asyncio
import json
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel

from escalation.attachments.scanner import Scanner
from escalation.attachments.service import Attachments
from escalation.attachments.storage import FileStorage
from escalation.attachments.tables import AttachmentRow
from escalation.cli.archive import pack
from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.identifying import Identifying
from escalation.conversations.ports import BOT_ACTOR
from escalation.conversations.tables import ConversationRow, MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.desk.customers import CustomerDesk
from escalation.desk.drafts import Drafts
from escalation.desk.whispers import Whispers
from escalation.kernel.errors import EscalationError, NotFound
from escalation.learning import run_rows
from escalation.learning.forgetting import ExampleEraser
from escalation.learning.service import Learning
from escalation.learning.tables import EmbeddingRow, ExampleRow, ModelRow, RunRow
from escalation.people import erasures
from escalation.people.customers import Customers, add_if_new, keep_page_attributes
from escalation.people.errors import CustomerErased
from escalation.people.identity_tokens import Claims
from escalation.people.tables import CustomerMergeRow, CustomerRow, ErasureRow
from escalation.privacy import erased_list
from escalation.privacy.erasure import CHUNK, Erasures
from escalation.proposals.follower import proposal_follower
from escalation.proposals.tables import ProposalRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.messages import Option
from escalation.protocol.rest.customers import CustomerName
from escalation.security import Actor
from escalation.settings import Settings
from tests.services.acting import resolve
from tests.services.company import LI, MARIA, Company, Customer, an_id
from tests.services.learning_world import World, a_world, running
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.timeout(5 * PATIENCE)
ELSEWHERE = Customer(MARIA.id, "other", "de")


@dataclass
class Planted:
    """Distinct words that belong to one customer, by where they are."""

    words: list[str] = field(default_factory=list)

    def __call__(self, place: str) -> str:
        """Return a new word that is nowhere else."""
        self.words.append(f"plant{len(self.words):02}{place}")
        return self.words[-1]


@pytest.fixture
def world(company: Company, tmp_path: Path) -> World:
    """What learns from the company's resolutions, with a tiny encoder."""
    return a_world(company.database, tmp_path, company.clock)


def an_eraser(company: Company, world: World, learning: Learning | None = None) -> Erasures:
    folders = (learning or world.learning())._folders
    examples = learning.eraser() if learning else ExampleEraser(company.database, folders, learner_runs=False)
    (world.root / "data").mkdir(exist_ok=True)
    files = files_of(company, world)
    data = world.root / "data"
    return Erasures(company.database, company.conversations, examples, data, sweep_files=files.sweep)


def files_of(company: Company, world: World) -> Attachments:
    storage = FileStorage(str(world.root / "data" / "attachments"))
    return Attachments(company.database, storage, Scanner("", timedelta(seconds=1)), company.ids)


@asynccontextmanager
async def learning_company(world: World) -> AsyncIterator[Learning]:
    await world.import_shop()
    world.build()
    async with running(world.learning(gate_share=0.0)) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        yield learning


async def everywhere(company: Company, plant: Planted) -> str:
    """Live through everything that stores words of a customer; returns what was learnt."""
    customer = Customers(company.database, lambda: MARIA.id, b"k" * 32)
    await customer.register(MARIA.site, MARIA.locale)
    claims = Claims(plant("knownas"), plant("called"), f"{plant('signed')}@shop.test", {"plan": plant("plan")})
    await Identifying(company.conversations, company.ids).identify(MARIA.site, "es", claims, MARIA.id)
    desk, ana = CustomerDesk(company.database, company.conversations, company.ids), await company.desk.member("ana")
    given = CustomerName(name=plant("given"), email=f"{plant('corrected')}@shop.test")
    await desk.name(ana, MARIA.id, given, Actor("ana"))
    await desk.note(ana, MARIA.id, plant("noteaboutthem"))
    page = {"page": plant("page")}
    await company.database.write(lambda tx: keep_page_attributes(tx, MARIA.id, page))
    asked = f"zebra giraffe lion {plant('asked')}"
    conversation = await company.say(asked)
    await offered(company, conversation, plant)
    await company.say(f"walrus {plant('more')}")
    await company.say(plant("waiting"))
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, conversation)
    for place in ("note", "secondnote"):
        await company.staff("ana", talk.Note, conversation, text=plant(place))
    whispers = Whispers(company.database, company.ids)
    await whispers.say(await company.desk.member("sue"), conversation, plant("whisper"))
    await company.staff("ana", talk.Reply, conversation, text=plant("reply"))
    reply = await company.staff("ana", talk.Reply, conversation, text=plant("replylearnt"))
    await company.say(plant("thanks"))
    said = [row for row in await company.rows(MessageRow) if (row.conversation, row.seq) == (conversation, reply.seq)]
    learnt = {"label": "password", "answer_message_id": said[0].id, "answer_text": plant("edited")}
    await resolve(company, conversation, **learnt)
    company.clock.advance(11)
    await company.timers.step()
    await company.as_customer(talk.Rate(command_id=an_id(), score=2, comment=plant("comment")))
    await proposal_follower(company.database).catch_up()
    await left_an_address(company, plant)
    await Drafts(company.database).keep(await company.desk.member("tom"), conversation, "note", plant("draft"))
    await company.indexer.step()
    return conversation


async def offered(company: Company, conversation: str, plant: Planted) -> None:
    """The bot offers choices, and the customer picks one: their titles are words too."""
    options = tuple(Option(intent=each, title=plant(f"title{each}")) for each in ("order", "refund"))
    picked = plant("picked")

    def work(tx: Transaction) -> None:
        state = repository.load(tx, conversation)
        decision = company.conversations.decided(state, "clarify", None, "prediction", None)
        ids = {"actor": BOT_ACTOR, "epoch": state.epoch, "message_id": f"{conversation}-choices"}
        clarify = c.Clarify(**ids, options=options, up_to_seq=state.last_customer_seq, decision=decision)
        asked = company.conversations.apply(tx, state, clarify)
        pick = {"choices_message_id": ids["message_id"], "intent": "order", "title": picked}
        choose = c.Choose(actor=MARIA.actor, message_id=f"{conversation}-pick", client_message_id=an_id(), **pick)
        chosen = company.conversations.apply(tx, asked, choose)
        company.conversations.hand_off(tx, chosen, "no_answer", "choice", "order")

    await company.database.write(work)


async def left_an_address(company: Company, plant: Planted) -> None:
    """A second conversation on another site, in which nobody comes, and an address is left."""
    await company.attendance.leave("ana", "tab-of-ana")
    conversation = await company.say(plant("elsewhere"), ELSEWHERE)
    await company.say("let me talk to a person please", ELSEWHERE)
    for _ in range(14):
        await company.say(plant("impatient"), ELSEWHERE)
    address = {"email": f"{plant('mail')}@shop.test", "name": plant("name")}
    await company.as_customer(talk.LeaveContact(command_id=an_id(), **address), ELSEWHERE)
    assert (await company.state(conversation)).contact_left


async def plant_files(company: Company, world: World, plant: Planted) -> None:
    """One file that was sent and one that was not."""
    taken = [
        await files_of(company, world).take(f"customer:{MARIA.id}", f"{plant('file')}.txt", plant("content").encode())
        for _ in range(2)
    ]
    sent = (str(taken[0]["id"]),)
    await company.as_customer(talk.Say(client_message_id=an_id(), text=plant("caption"), attachments=sent))


def plant_run(company: Company, world: World, plant: Planted) -> None:
    """A training run whose process died: its job lies in its folder."""
    company.database.write_now(lambda tx: run_rows.queue(tx, "run-1", "head", "system") and None)
    job = world.models / ".building" / "run-1" / "job.json"
    job.parent.mkdir(parents=True)
    job.write_text(json.dumps({"examples": [[plant("job"), plant("joblabel")]]}))


def bytes_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def rows_of(database: Database) -> Iterator[tuple[str, bytes]]:
    """Every column of every row as text."""
    for table in SQLModel.metadata.sorted_tables:
        query = f"SELECT CAST(t AS text) FROM {table.name} AS t" if database.is_postgres else None
        rows = database.read_now(lambda tx, query=query, table=table: _texts(tx, query, table))  # type: ignore[misc]
        yield table.name, "\n".join(rows).encode()
    vectors = table_of(EmbeddingRow)
    yield "vectors", b"".join(database.read_now(lambda tx: list(tx.execute(select(vectors.c.vector)).scalars())))


def _texts(tx: Transaction, query: str | None, table: Any) -> list[str]:
    return [str(row) for row in tx.execute(text(query) if query else table.select())]


def backed_up(company: Company, world: World) -> Iterator[tuple[str, bytes]]:
    """What is in a backup made now."""
    data = world.root / "data"
    data.mkdir(exist_ok=True)
    (data / "secret.key").write_bytes(bytes(32))
    url = company.database.url.render_as_string(hide_password=False)
    settings = Settings(data_dir=data, database_url=url, models_dir=world.models)
    company.database.write_now(_be_migrated)
    try:
        pack(world.root / "after.tgz", settings)
    finally:
        company.database.write_now(lambda tx: tx.execute(text("DROP TABLE alembic_version")) and None)
    with tarfile.open(world.root / "after.tgz") as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member)
            if file is not None:
                yield f"backup/{member.name}", file.read()


def _be_migrated(tx: Transaction) -> None:
    tx.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
    tx.execute(text("DELETE FROM alembic_version"))
    tx.execute(text("INSERT INTO alembic_version VALUES ('0011')"))


def found(company: Company, world: World, needles: list[bytes]) -> set[tuple[str, bytes]]:
    places = [*bytes_below(world.root), *rows_of(company.database), *backed_up(company, world)]
    return {(place, needle) for place, content in places for needle in needles if needle in content}


async def test_nothing_of_an_erased_customer_is_left_anywhere(company: Company, world: World) -> None:
    plant = Planted()
    async with learning_company(world) as learning:
        await everywhere(company, plant)
        await until(lambda: learning.describe().model == "starter.2")
        model = learning._live.model
        assert model is not None
        learnt_text = (await company.rows(ExampleRow))[0].message_ids
        words = await company.database.read(lambda tx: repository.texts(tx, learnt_text))
        vector = model.embed(["\n".join(words[id] for id in learnt_text)])[0]
    plant_run(company, world, plant)
    await plant_files(company, world, plant)
    assert len(set(plant.words)) >= 30
    texts = [word.encode() for word in plant.words]
    vectors = [vector.astype("<f2").tobytes(), vector.astype("<f4").tobytes()]
    places = {needle for _, needle in found(company, world, [*texts, *vectors])}
    assert places == {*texts, *vectors}, "everything is to be found before"
    (world.root / "after.tgz").unlink()  # older backups hold words: a restore erases again
    done = await an_eraser(company, world).erase(MARIA.id, by="agent:sue")
    assert found(company, world, [*texts, *vectors]) == set()
    assert (done.conversations, len(done.examples), list(done.models)) == (2, 1, ["starter.2"])
    assert done.messages == len(await company.rows(MessageRow))
    for table in (ExampleRow, ProposalRow, CustomerRow, AttachmentRow):
        assert await remaining(company, table) == []
    (run,) = await company.rows(RunRow)
    assert run.state == "cancelled"


async def remaining(company: Company, table: type[SQLModel]) -> list[Any]:
    await proposal_follower(company.database).catch_up()
    return await company.rows(table)


async def test_the_head_is_refitted_at_once_and_the_models_that_learnt_are_marked(
    company: Company, world: World
) -> None:
    async with learning_company(world) as learning:
        await everywhere(company, Planted())
        await until(lambda: learning.describe().model == "starter.2")
        (example,) = await company.rows(ExampleRow)
        done = await an_eraser(company, world, learning).erase(MARIA.id, by="agent:sue")
        await until(lambda: learning.describe().model == "starter.3")
        assert list(done.models) == ["starter.2"]
        shown = {each.name: each.erased_examples for each in (await learning.models()).models}
        assert shown == {"starter": 0, "starter.1": 0, "starter.2": 1, "starter.3": 0}
        live = learning._live.model
        assert live is not None and example.id not in live.scorer.training.vectors_by_id()
        assert example.id not in {row.example for row in await company.rows(EmbeddingRow)}
        again = learning._folders.load("starter.2", await hash_of(company, "starter.2"))
        assert example.id not in again.scorer.training.vectors_by_id(), "and it can be loaded still"


async def hash_of(company: Company, model: str) -> str:
    (row,) = [row for row in await company.rows(ModelRow) if row.name == model]
    return str(row.manifest_hash)


async def test_others_keep_their_words_and_the_log_has_no_gaps(company: Company, world: World) -> None:
    other = await company.say("where is it?", LI)
    mine = await company.say("my secret")
    for number in range(CHUNK + 3):
        await company.say(f"secret {number}")
    await an_eraser(company, world).erase(MARIA.id, by="agent:sue")
    assert await company.thread(other) == ["customer: where is it?"]
    assert "secret" not in str(await company.rows(MessageRow))
    log = await company.log(f"conversation:{mine}")
    assert [each.seq for each in log] == [*range(1, len(log) + 1)]
    assert [each.type for each in log][-2:] == ["Erased", "Closed"]
    assert (await company.state(mine)).outcome == "abandoned"


async def test_an_erased_customer_is_nobody_any_more(company: Company, world: World) -> None:
    await company.say("my secret")
    eraser = an_eraser(company, world)
    await eraser.erase(MARIA.id, by="agent:sue")
    for attempt in (
        company.say("me again"),
        company.as_customer(talk.AskForHuman(command_id=an_id())),
        company.as_customer(talk.Rate(command_id=an_id(), score=1)),
    ):
        with pytest.raises(EscalationError) as refused:
            await attempt
        assert refused.value.code == "erased"
    assert len(await company.rows(ConversationRow)) == 1


async def test_a_resolution_that_settles_later_teaches_nothing(company: Company, world: World) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    await resolve(company, conversation)
    await an_eraser(company, world).erase(MARIA.id, by="agent:sue")
    company.clock.advance(11)
    await company.timers.step()
    async with learning_company(world):
        await until(lambda: True)
    assert await company.rows(ExampleRow) == []


@pytest.mark.parametrize("asked", [MARIA.id, "lee"], ids=["who is left", "who was merged"])
async def test_erasing_a_merged_customer_takes_all_of_the_person(company: Company, world: World, asked: str) -> None:
    lee = Customer("lee", MARIA.site, "en")
    for each in (MARIA, lee):
        await company.database.write(lambda tx, each=each: add_if_new(tx, each.id, each.site, "en"))  # type: ignore[misc]
    conversation = await company.say("my secret", lee)
    desk, sue = CustomerDesk(company.database, company.conversations, company.ids), await company.desk.member("sue")
    await desk.merge(sue, lee.id, MARIA.id, Actor("sue"))
    done = await an_eraser(company, world).erase(asked, by="agent:sue")
    assert (done.customer, done.conversations, done.finished_at is not None) == (MARIA.id, 1, True)
    assert "my secret" not in str(await company.thread(conversation))
    for each in (MARIA, lee):
        with pytest.raises(CustomerErased):
            await company.say("again", each)
    assert sorted(erased_list.ids(world.root / "data")) == ["lee", MARIA.id]
    assert await company.rows(CustomerMergeRow) == []
    assert await company.findings() == []


async def test_who_is_being_erased_is_merged_with_nobody(company: Company, world: World) -> None:
    lee = Customer("lee", MARIA.site, "en")
    for each in (MARIA, lee):
        await company.database.write(lambda tx, each=each: add_if_new(tx, each.id, each.site, "en"))  # type: ignore[misc]
    await company.say("my secret", lee)
    desk, sue = CustomerDesk(company.database, company.conversations, company.ids), await company.desk.member("sue")
    merged, erased = await asyncio.gather(
        desk.merge(sue, lee.id, MARIA.id, Actor("sue")), an_eraser(company, world).erase(lee.id, by="agent:sue"),
        return_exceptions=True,
    )  # fmt: skip
    assert not isinstance(erased, BaseException)
    assert isinstance(merged, NotFound) == (erased.customer == lee.id), "who comes second knows of the other"
    assert "my secret" not in str([row.body for row in await company.rows(MessageRow)])


async def test_erasing_twice_is_harmless_and_nobody_is_not_erased(company: Company, world: World) -> None:
    await company.say("my secret")
    eraser = an_eraser(company, world)
    once = await eraser.erase(MARIA.id, by="agent:sue")
    twice = await eraser.erase(MARIA.id, by="agent:tom")
    assert (twice.messages, twice.conversations, twice.by) == (once.messages, once.conversations, "agent:sue")
    with pytest.raises(NotFound):
        await eraser.erase("nobody", by="agent:sue")
    assert erased_list.ids(world.root / "data") == [MARIA.id]
    assert (world.root / "data" / erased_list.NAME).stat().st_mode & 0o777 == 0o600


async def test_what_a_killed_process_left_is_erased_by_the_next(company: Company, world: World) -> None:
    await company.say("my secret")
    await company.database.write(lambda tx: erasures.begin(tx, MARIA.id, "agent:sue"))
    eraser = an_eraser(company, world)
    await eraser.resume()
    assert "secret" in str(await company.rows(MessageRow)), "somebody may still be at it"
    company.clock.advance(61)
    await eraser.resume()
    assert "secret" not in str(await company.rows(MessageRow))
    (row,) = await company.rows(ErasureRow)
    assert row.finished_at is not None


async def test_what_a_backup_brings_back_is_erased_again(company: Company, world: World) -> None:
    await company.say("my secret")
    await company.say("where is it?", LI)
    erased_list.add(world.root / "data", "nobody-here") if (world.root / "data").exists() else None
    (world.root / "data").mkdir(exist_ok=True)
    erased_list.add(world.root / "data", MARIA.id)
    done = await an_eraser(company, world).erase_again(by="restore")
    assert [each.customer for each in done] == [MARIA.id]
    assert await an_eraser(company, world).erase_again(by="restore") == []
    words = str(np.asarray([row.body for row in await company.rows(MessageRow)]))
    assert "secret" not in words and "where is it?" in words
