"""Mails go out over SMTP; what the server says of them decides whether they are tried again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest

from escalation.delivery.mails import ChatMail, message_of
from escalation.delivery.smtp import NotSent, SmtpPost

MAIL = ChatMail(
    "c1-7",
    "reply",
    "maria@example.com",
    "The Shop",
    "de",
    ("Grüße\n.\nbis bald",),
    "https://chat.example/chat/#t",
    timedelta(7),
)  # fmt: skip


@dataclass
class FakeServer:
    """Speaks as much SMTP as a mail needs; `answers` replace what it says to a command."""

    answers: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    port: int = 0
    talks: list[asyncio.Task[None]] = field(default_factory=list)

    def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.append(asyncio.create_task(self.talk(reader, writer)))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            self.heard.append(line)
            word = line.split(" ")[0].upper()
            writer.write((self.answers.get(word, "354 go on" if word == "DATA" else "250 fine") + "\r\n").encode())
            if word == "DATA" and word not in self.answers:
                self.mails.append((await reader.readuntil(b"\r\n.\r\n"))[:-5])
                writer.write((self.answers.get("BODY", "250 taken") + "\r\n").encode())
            if word == "QUIT":
                break
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def a_server(**answers: str) -> AsyncIterator[FakeServer]:
    fake = FakeServer(answers)
    server = await asyncio.start_server(fake.meet, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    async with server:
        yield fake
        await asyncio.gather(*fake.talks)


async def send(server: FakeServer, post: SmtpPost | None = None) -> None:
    message = message_of(MAIL, "chat@shop.example", datetime(2026, 3, 2, tzinfo=UTC))
    await (post or SmtpPost("127.0.0.1", server.port, security="none")).send(message)


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with a_server() as server:
        await send(server)
    assert [line for line in server.heard if line[:4] in {"MAIL", "RCPT"}] == [
        line for line in server.heard if "<chat@shop.example>" in line or "<maria@example.com>" in line
    ]
    (raw,) = server.mails
    read = message_from_bytes(raw.replace(b"\r\n..", b"\r\n."))
    plain, page = read.get_payload()  # type: ignore[misc]
    assert "> Grüße\r\n> .\r\n> bis bald" in plain.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "Grüße<br>.<br>bis bald" in page.get_payload(decode=True).decode()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answers", "for_good"),
    [
        ({"RCPT": "550 no such user"}, True),
        ({"RCPT": "450 mailbox busy"}, False),
        ({"BODY": "554 we do not want this"}, True),
        ({"BODY": "451 try later"}, False),
        ({"MAIL": "550 not from you"}, False),
        ({"EHLO": "421 closing", "HELO": "421 closing"}, False),
    ],
)
async def test_what_the_server_refuses_for_good_is_not_tried_again(answers: dict[str, str], for_good: bool) -> None:
    async with a_server(**answers) as server:
        with pytest.raises(NotSent) as refused:
            await send(server)
    assert refused.value.for_good is for_good
    assert "maria" not in refused.value.message


async def test_a_server_that_is_not_there_or_knows_no_tls_is_tried_again() -> None:
    async with a_server() as server:
        with pytest.raises(NotSent) as refused:
            await send(server, SmtpPost("127.0.0.1", server.port))
        assert not refused.value.for_good and not server.mails, "nothing goes out unencrypted unless it is asked for"
    with pytest.raises(NotSent):
        await send(server)


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(SmtpPost("mail.example", 587, "user", "secret"))
