"""Files of conversations: sent by who uploaded them, once; swept if never sent; gone with the customer."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.attachments.errors import FileInfected, FileRefused, FilesAway, FileUnchecked, FileUnknown
from escalation.attachments.scanner import Scanner
from escalation.attachments.service import Attachments
from escalation.attachments.storage import FileStorage
from escalation.attachments.tables import AttachmentRow
from escalation.conversations.tables import MessageRow
from escalation.kernel.errors import NotFound
from escalation.protocol.frames import conversation as talk
from tests.core.test_attachment_inspection import an_image
from tests.services.company import LI, MARIA, Company, an_id


@pytest.fixture
def files(company: Company, tmp_path: Path) -> Attachments:
    return an_attachments(company, tmp_path)


def an_attachments(company: Company, folder: Path, scanner: str = "", within: float = 20.0) -> Attachments:
    storage = FileStorage(str(folder / "files"))
    return Attachments(company.database, storage, Scanner(scanner, timedelta(seconds=within)), company.ids)


class SometimesAway(FileStorage):
    """A storage that a network may separate from the service."""

    away = False

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder / "files"))

    def delete(self, name: str) -> None:
        if self.away:
            raise FilesAway("Files cannot be stored or read now.")
        super().delete(name)


def stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


async def sent(company: Company, files: Attachments, text: str = "") -> str:
    taken = await files.take(f"customer:{MARIA.id}", "receipt.png", an_image("PNG"))
    said = talk.Say(client_message_id=an_id(), text=text, attachments=(str(taken["id"]),))
    conversation = (await company.as_customer(said)).conversation
    assert conversation is not None
    return conversation


async def test_a_file_alone_goes_to_a_person_and_one_with_words_to_the_bot(
    company: Company, files: Attachments
) -> None:
    with_words = await sent(company, files, "where is it?")
    assert (await company.state(with_words)).status == "bot"
    await company.bot()
    alone = await sent(company, files)
    assert alone == with_words
    assert ((await company.state(alone)).status, (await company.state(alone)).reason) == ("waiting", "no_answer")


async def test_agents_send_files_too(company: Company, files: Attachments) -> None:
    conversation = await company.waiting()
    await company.arrive("ana")
    taken = await files.take("agent:ana", "label.pdf", b"%PDF-1.7\n%%EOF\n")
    await company.staff("ana", talk.Reply, conversation, text="", attachments=(str(taken["id"]),))
    row = next(row for row in await company.rows(MessageRow) if row.kind == "attachment")
    assert (row.author, row.body["files"][0]["name"], row.body["text"]) == ("agent", "label.pdf", "")


async def test_nobody_sends_a_file_of_another_and_nobody_twice(company: Company, files: Attachments) -> None:
    taken = str((await files.take(f"customer:{MARIA.id}", "a.txt", b"hello"))["id"])
    said = {"text": "look", "attachments": (taken,)}
    with pytest.raises(FileUnknown):
        await company.as_customer(talk.Say(client_message_id=an_id(), **said), LI)
    first = talk.Say(client_message_id=an_id(), **said)
    assert await company.as_customer(first) == await company.as_customer(first), "the same message again is no error"
    with pytest.raises(FileUnknown):
        await company.as_customer(talk.Say(client_message_id=an_id(), **said))


async def test_who_has_the_key_reads_it(company: Company, files: Attachments) -> None:
    taken = await files.take(f"customer:{MARIA.id}", "a.png", an_image("PNG"))
    id, key = str(taken["id"]), str(taken["key"])
    assert (await files.read(id, key)).media_type == "image/png"
    assert (await files.read(id, key, thumbnail=True)).data
    for wrong in ((id, "guessed"), (id, ""), ("other", key)):
        with pytest.raises(NotFound):
            await files.read(*wrong)


async def test_what_was_never_sent_is_deleted_after_an_hour(
    company: Company, files: Attachments, tmp_path: Path
) -> None:
    await sent(company, files, "where is it?")
    await files.take(f"customer:{MARIA.id}", "b.png", an_image("PNG"))
    assert await files.sweep() == 0
    await company.bot()
    company.clock.advance(3_601)
    assert await files.sweep() == 1
    assert len(stored(tmp_path)) == 2, "the picture that was sent, and its small one"
    assert len(await company.rows(AttachmentRow)) == 1


async def test_erasing_deletes_files_and_nobody_reads_them_meanwhile(
    company: Company, files: Attachments, tmp_path: Path
) -> None:
    conversation = await sent(company, files)
    (row,) = await company.rows(AttachmentRow)
    await company.erase(conversation)
    with pytest.raises(NotFound):
        await files.read(row.id, row.key)
    assert await files.sweep() == 1
    assert stored(tmp_path) == []
    assert await company.rows(AttachmentRow) == []


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_what_could_not_be_deleted_is_deleted_later(company: Company, tmp_path: Path) -> None:
    storage = SometimesAway(tmp_path)
    files = Attachments(company.database, storage, Scanner("", timedelta(0)), company.ids)
    conversation = await sent(company, files)
    await company.erase(conversation)
    storage.away = True
    with pytest.raises(FilesAway):
        await files.sweep()
    storage.away = False
    assert await files.sweep() == 1
    assert (stored(tmp_path), await company.rows(AttachmentRow)) == ([], [])


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("script", "error"),
    [("raise SystemExit(1)", FileInfected), ("raise SystemExit(2)", FileUnchecked)],
)
async def test_an_infected_file_and_one_nobody_could_check_are_refused(
    company: Company, tmp_path: Path, script: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await an_attachments(company, tmp_path, f"{sys.executable} -c '{script}'").take("customer:a", "a.txt", b"hello")
    assert await company.rows(AttachmentRow) == []


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_a_scanner_that_finds_nothing_or_is_late_or_missing(company: Company, tmp_path: Path) -> None:
    clean = an_attachments(
        company, tmp_path, f"{sys.executable} -c 'import sys; sys.exit(open(sys.argv[1]).read() != \"hello\")'"
    )
    assert (await clean.take("customer:a", "a.txt", b"hello"))["size"] == 5
    late = an_attachments(company, tmp_path, f"{sys.executable} -c 'import time; time.sleep(60)'", within=0.2)
    missing = an_attachments(company, tmp_path, "/no/such/scanner")
    for each in (late, missing):
        with pytest.raises(FileUnchecked):
            await each.take("customer:a", "a.txt", b"hello")


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_what_is_refused_leaves_nothing(company: Company, files: Attachments, tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        await files.take("customer:a", "a.exe", b"MZ\x90\0")
    assert stored(tmp_path) == []
