"""Drafted replies: what goes out to a text generator, what comes back, and what is said when nothing does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from escalation.assistance.drafting import Drafting
from escalation.assistance.errors import GeneratorFailed, GeneratorOff
from escalation.assistance.generator import Generator
from escalation.assistance.service import Assistance
from escalation.conversations import contacts
from escalation.desk.tables import SuggestionRow
from escalation.kernel.errors import NotFound
from escalation.protocol.frames import conversation as talk
from tests.services.acting import claimed
from tests.services.company import MARIA, Company
from tests.services.test_assistance import Nearby, answered


class FakeGenerator:
    """An OpenAI-compatible endpoint on loopback that says what the test wants, and keeps what it was sent."""

    def __init__(self) -> None:
        self.says = "[NAME_1], it left on Monday [2]. We wrote to [EMAIL_1]."
        self.status = 200
        self.raw: bytes | None = None
        self.holds = threading.Event()
        self.holds.set()
        self.asked: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append({"path": self.path, **json.loads(body)})
                outer.tokens.append(self.headers["Authorization"])
                outer.holds.wait(10)
                said = {"choices": [{"message": {"role": "assistant", "content": outer.says}}]}
                answer = json.dumps(said).encode() if outer.raw is None else outer.raw
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.holds.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def fake() -> Iterator[FakeGenerator]:
    server = FakeGenerator()
    yield server
    server.close()


def drafting(company: Company, fake: FakeGenerator, seconds: float = 10.0) -> Drafting:
    return Drafting(company.database, company.conversations, Generator(fake.url, "small", "secret key", seconds))


async def shown(company: Company) -> str:
    """Suggestions for Maria, who said her name and left an address; the other customer is Li Wei."""
    past = await answered(company)
    await company.database.write(lambda tx: contacts.keep(tx, past, "li@example.org", "Monday"))
    conversation = await claimed(company, MARIA)
    await company.say("my name is Maria Sol, write to maria@example.com", MARIA)
    assistance = Assistance(
        company.database, company.conversations, company.predictor, Nearby(), company.ids, drafts=True
    )
    found = await assistance.suggest(await company.desk.member("ana"), conversation)
    assert found.drafts and len(found.replies) == 2
    return str(found.id)


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_a_draft_rests_on_the_suggestions_and_masks_go_out_and_come_back(
    company: Company, fake: FakeGenerator
) -> None:
    suggestion, ana = await shown(company), await company.desk.member("ana")
    found = await drafting(company, fake).draft(ana, suggestion)
    assert found.text == "Maria Sol, it left on Monday. We wrote to maria@example.com."
    assert (found.cited, found.place) == ([1], 2)
    (sent,) = fake.asked
    out = json.dumps(sent)
    assert (sent["path"], sent["model"]) == ("/v1/chat/completions", "small")
    assert fake.tokens == ["Bearer secret key"]
    assert not [word for word in ("Maria", "Sol", "maria@", "Monday", "Ana", "li@") if word in out], out
    assert "it is broken" in out and "It left us on [removed]." in out
    (row,) = await company.rows(SuggestionRow)
    assert "left on" not in str(row), "the draft is not kept"


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_what_goes_wrong_is_said_in_a_sentence(company: Company, fake: FakeGenerator) -> None:
    suggestion, ana = await shown(company), await company.desk.member("ana")
    drafts = drafting(company, fake)
    fake.says = "NONE"
    with pytest.raises(GeneratorFailed, match="sources do not answer"):
        await drafts.draft(ana, suggestion)
    for raw in (b"<html>", b"[]", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}'):
        fake.raw = raw
        with pytest.raises(GeneratorFailed, match="text generator"):
            await drafts.draft(ana, suggestion)
    fake.status = 429
    with pytest.raises(GeneratorFailed, match="HTTP 429"):
        await drafts.draft(ana, suggestion)
    fake.holds.clear()
    with pytest.raises(GeneratorFailed, match=r"within 0\.2 seconds"):
        await drafting(company, fake, 0.2).draft(ana, suggestion)
    nobody = Drafting(company.database, company.conversations, Generator("http://127.0.0.1:1/v1", "m", "", 5))
    with pytest.raises(GeneratorFailed, match="cannot be reached"):
        await nobody.draft(ana, suggestion)


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_off_by_default_and_only_for_who_was_shown_the_suggestions(company: Company, fake: FakeGenerator) -> None:
    suggestion = await shown(company)
    off = Drafting(company.database, company.conversations, None)
    assert not off.is_on
    with pytest.raises(GeneratorOff):
        await off.draft(await company.desk.member("ana"), suggestion)
    with pytest.raises(NotFound):
        await drafting(company, fake).draft(await company.desk.member("tom"), suggestion)
    assert fake.asked == []


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_an_inserted_draft_counts_as_sent_and_has_no_changes(company: Company, fake: FakeGenerator) -> None:
    suggestion, ana = await shown(company), await company.desk.member("ana")
    found = await drafting(company, fake).draft(ana, suggestion)
    assistance = Assistance(company.database, company.conversations, company.predictor, Nearby(), company.ids)
    await assistance.inserted(ana, suggestion, found.place)
    (row,) = await company.rows(SuggestionRow)
    await company.staff("ana", talk.Reply, row.conversation, text=found.text)
    figures = (await assistance.figures()).suggestions
    assert (figures.inserted, figures.sent, figures.unchanged, figures.mean_edits) == (1, 1, 0, None)
