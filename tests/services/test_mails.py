"""Customers who left an address are written to: once, with all replies, and only while they are away."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage

import pytest

from escalation.conversations import mailing
from escalation.conversations.mailing import TranscriptAsked
from escalation.conversations.service import Rules
from escalation.conversations.tables import MailRow
from escalation.delivery.chat_links import ChatLinks, LinkOver
from escalation.delivery.smtp import NotSent
from escalation.delivery.worker import BACKOFF, KEPT, LEASE, MailWorker
from escalation.desk import contacts
from escalation.kernel.errors import NotFound
from escalation.people.scope import EVERYTHING
from escalation.protocol.frames import conversation as talk
from tests.services.company import MARIA, Company, an_id

MINUTE = timedelta(minutes=1)


@dataclass
class FakePost:
    """Keeps what is sent; refuses while `refusal` is set."""

    sent: list[EmailMessage] = field(default_factory=list)
    refusal: NotSent | None = None

    async def send(self, message: EmailMessage) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.sent.append(message)

    def texts(self) -> list[str]:
        parts = [message.get_body(("plain",)) for message in self.sent]
        return [str(part.get_content()) for part in parts if part is not None]


@dataclass
class Mailing:
    """The company's mail: one worker, and who is connected to its process."""

    company: Company
    post: FakePost = field(default_factory=FakePost)
    here: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.company.conversations._rules = Rules(mail_after=MINUTE)
        self.links = ChatLinks(b"k" * 32, self.company.clock, "https://chat.example/")
        self.worker = self.another(lambda: self.here)

    def another(self, connected: Callable[[], set[str]]) -> MailWorker:
        return MailWorker(
            self.company.database, self.post, self.links, {"shop": "The Shop"}, "chat@shop.example", connected
        )

    async def left_and_claimed(self) -> str:
        conversation = await self.company.waiting()
        await self.company.conversations.leave_contact(MARIA, an_id(), "maria@example.com", "Maria")
        await self.company.arrive("ana")
        await self.company.staff("ana", talk.Claim, conversation)
        return conversation

    async def states(self) -> list[str]:
        return [row.state for row in await self.company.rows(MailRow)]


@pytest.fixture
def mail(company: Company) -> Mailing:
    return Mailing(company)


async def reply(company: Company, conversation: str, text: str) -> None:
    await company.staff("ana", talk.Reply, conversation, text=text)


async def test_several_replies_make_one_mail_and_notes_none(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    await company.staff("ana", talk.Note, conversation, text="a secret of ours")
    assert await mail.states() == []
    await reply(company, conversation, "It is on its way.")
    await reply(company, conversation, "It comes on Monday.")
    assert await mail.worker.step() == 0
    company.clock.advance(MINUTE)
    assert await mail.worker.step() == 1
    assert await mail.worker.step() == 0
    (text,) = mail.post.texts()
    assert text.index("> It is on its way.") < text.index("> It comes on Monday.")
    assert "secret" not in text and "it is broken" not in text
    assert mail.post.sent[0]["To"] == "maria@example.com"
    assert await mail.states() == ["sent"]
    page = await company.database.read(lambda tx: contacts.page(tx, "open", None, 10, EVERYTHING))
    assert (page.contacts[0].mail, page.contacts[0].mail_at) == ("sent", company.clock.now())


async def test_a_reply_after_the_mail_makes_another_one_of_its_own(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    for text in ("First.", "Second."):
        await reply(company, conversation, text)
        company.clock.advance(MINUTE)
        await mail.worker.step()
    assert ["First." in each for each in mail.post.texts()] == [True, False]


async def test_who_is_connected_gets_no_mail(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    await reply(company, conversation, "Hello.")
    company.clock.advance(MINUTE - timedelta(seconds=5))
    mail.here.add(MARIA.id)
    assert await mail.another(set).step() == 0, "another process, which does not know them"
    await mail.worker.step()
    mail.here.clear()
    company.clock.advance(MINUTE)
    assert await mail.worker.step() == 0
    assert await mail.states() == []


async def test_who_writes_has_read_the_replies(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    await reply(company, conversation, "Hello.")
    await company.say("thank you")
    company.clock.advance(MINUTE)
    assert await mail.worker.step() == 0


async def test_without_a_server_nothing_is_owed(company: Company, mail: Mailing) -> None:
    company.conversations._rules = Rules()
    await reply(company, await mail.left_and_claimed(), "Hello.")
    assert await mail.states() == []


async def test_without_an_address_nothing_is_owed(company: Company, mail: Mailing) -> None:
    conversation = await company.waiting()
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, conversation)
    await reply(company, conversation, "Hello.")
    assert await mail.states() == []


async def test_what_fails_is_tried_again_with_longer_waits_and_then_given_up(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    await reply(company, conversation, "Hello.")
    company.clock.advance(MINUTE)
    mail.post.refusal = NotSent("The server could not be used.")
    for wait in BACKOFF:
        assert await mail.worker.step() == 0
        assert await mail.states() == ["waiting"]
        company.clock.advance(wait)
    await mail.worker.step()
    assert await mail.states() == ["failed"]
    assert (await company.database.read(mailing.counts))["failed"] == 1
    mail.post.refusal = None
    company.clock.advance(KEPT + MINUTE)
    assert await mail.worker.step() == 0
    assert await mail.states() == [], "forgotten"


async def test_what_is_refused_for_good_is_given_up_at_once(company: Company, mail: Mailing) -> None:
    await reply(company, await mail.left_and_claimed(), "Hello.")
    company.clock.advance(MINUTE)
    mail.post.refusal = NotSent("The server refused the address.", for_good=True)
    await mail.worker.step()
    assert await mail.states() == ["failed"]


async def test_an_address_that_is_none_is_given_up_and_hurts_nobody(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    await company.database.write(
        lambda tx: contacts.contacts.keep(tx, conversation, "maria@example.com,bcc@example.com", "")
    )
    await reply(company, conversation, "Hello.")
    company.clock.advance(MINUTE)
    await mail.worker.step()
    assert (mail.post.sent, await mail.states()) == ([], ["failed"])


async def test_what_a_dead_process_took_is_sent_by_another_one(company: Company, mail: Mailing) -> None:
    class Killed(BaseException):
        pass

    class DyingPost(FakePost):
        async def send(self, message: EmailMessage) -> None:
            raise Killed

    await reply(company, await mail.left_and_claimed(), "Hello.")
    company.clock.advance(MINUTE)
    dying = MailWorker(company.database, DyingPost(), mail.links, {}, "chat@shop.example", set)
    with pytest.raises(Killed):
        await dying.step()
    assert await mail.worker.step() == 0, "it may still be at it"
    company.clock.advance(LEASE)
    assert await mail.worker.step() == 1


async def test_erasing_takes_what_is_owed_and_what_was_sent(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    await reply(company, conversation, "Hello.")
    company.clock.advance(MINUTE)
    await mail.worker.step()
    await reply(company, conversation, "Are you there?")
    assert await mail.states() == ["sent", "waiting"]
    await company.erase(conversation)
    assert await mail.states() == []


async def test_an_address_that_is_kept_no_longer_gets_nothing(company: Company, mail: Mailing) -> None:
    conversation = await mail.left_and_claimed()
    await reply(company, conversation, "Hello.")
    await company.database.write(lambda tx: contacts.contacts.forget(tx, conversation))
    company.clock.advance(MINUTE)
    assert await mail.worker.step() == 0
    assert await mail.states() == []


async def test_the_link_lets_the_customer_in_until_it_is_over(company: Company, mail: Mailing) -> None:
    await reply(company, await mail.left_and_claimed(), "Hello.")
    company.clock.advance(MINUTE)
    await mail.worker.step()
    (text,) = mail.post.texts()
    (link,) = [line for line in text.splitlines() if line.startswith("https://chat.example/chat/#")]
    token = link.partition("#")[2]
    guest = mail.links.read(token)
    assert (guest.customer, guest.site) == (MARIA.id, "shop")
    for wrong in ("", "x", token[:-1], f"{token}x"):
        with pytest.raises(LinkOver):
            mail.links.read(wrong)
    company.clock.advance(timedelta(days=7))
    with pytest.raises(LinkOver):
        mail.links.read(token)


async def test_a_customer_gets_a_transcript_without_notes_once_an_hour(company: Company, mail: Mailing) -> None:
    with pytest.raises(NotFound):
        await company.conversations.owe_transcript(MARIA.id, "shop")
    conversation = await mail.left_and_claimed()
    await company.staff("ana", talk.Note, conversation, text="a secret of ours")
    await reply(company, conversation, "It comes on Monday.")
    await company.say("thank you")
    mail.here.add(MARIA.id)
    await company.conversations.owe_transcript(MARIA.id, "shop")
    with pytest.raises(TranscriptAsked):
        await company.conversations.owe_transcript(MARIA.id, "shop")
    assert await mail.worker.step() == 1, "who asked for it gets it while they are here"
    (text,) = mail.post.texts()
    said = ["it is broken", "It comes on Monday.", "thank you"]
    assert [text.index(each) for each in said] == sorted(text.index(each) for each in said)
    assert "secret" not in text and "2026-03-02 09:00 UTC" in text
    company.clock.advance(mailing.AGAIN_AFTER + MINUTE)
    await company.conversations.owe_transcript(MARIA.id, "shop")
    await company.erase(conversation)
    assert await mail.states() == []


async def test_without_an_address_there_is_no_transcript(company: Company, mail: Mailing) -> None:
    await company.waiting()
    with pytest.raises(NotFound):
        await company.conversations.owe_transcript(MARIA.id, "shop")
