"""Mails as values: what they say, and what can never get into them."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.delivery.mails import BadAddress, ChatMail, address_of, message_of
from escalation.delivery.words import LANGUAGES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip


def a_mail(**changes: Any) -> ChatMail:
    typical: dict[str, Any] = {
        "id": "c1-7", "kind": "reply", "to": "maria@example.com", "site": "Larkspur", "locale": "en",
        "said": ("Your parcel is on its way.",), "link": "https://chat.example/chat/#tok.en",
        "link_lasts": timedelta(days=7),
    }  # fmt: skip
    return ChatMail(**(typical | changes))


def sent(mail: ChatMail, sender: str = "chat@shop.example") -> EmailMessage:
    """As whoever gets it reads it."""
    read = message_from_bytes(message_of(mail, sender, NOW).as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def part(mail: ChatMail, kind: str) -> str:
    found = sent(mail).get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_it_says_who_answered_what_and_how_to_go_on() -> None:
    message = sent(a_mail(said=("One.", "Two\nlines.")))
    assert str(message["From"]) == "Larkspur <chat@shop.example>"
    assert str(message["To"]) == "maria@example.com"
    assert str(message["Subject"]) == "Larkspur has answered you"
    assert str(message["Message-ID"]) == "<c1-7@shop.example>"
    for kind, said in (("plain", "> One.\n\n> Two\n> lines."), ("html", "Two<br>lines.")):
        text = part(a_mail(said=("One.", "Two\nlines.")), kind).replace("\r\n", "\n")
        assert said in text and "https://chat.example/chat/#tok.en" in text and "7 days" in text


def test_other_machines_do_not_answer_it() -> None:
    assert sent(a_mail())["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("locale", ["en", "de-AT", "es", "fr", "ar-EG", "ja"])
def test_it_is_in_the_language_of_the_customer_or_in_english(locale: str) -> None:
    words = LANGUAGES.get(locale[:2], LANGUAGES["en"])
    assert str(sent(a_mail(locale=locale))["Subject"]) == words.reply[0].format(site="Larkspur")


def test_what_an_agent_wrote_is_text() -> None:
    page = part(a_mail(said=("<img src=x onerror=alert(1)> & <a href='https://evil.example'>here</a>",)), "html")
    assert "<img" not in page and "<a href='" not in page and "&lt;img" in page


WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(WORDS, WORDS)
def test_nothing_adds_a_header_or_a_recipient(site: str, reply: str) -> None:
    message = sent(a_mail(site=site, said=(reply,)))
    assert set(message.keys()) <= HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == ["maria@example.com"]
    assert [each.addr_spec for each in message["From"].addresses] == ["chat@shop.example"]


@pytest.mark.parametrize(
    "text",
    [
        "", "maria", "maria@", "@example.com", "maria@example", "maria@example.com\nBcc: all@example.com",
        "maria@example.com\r\nSubject: x", "a@example.com,b@example.com", "a@example.com b@example.com",
        "Maria <maria@example.com>", "<maria@example.com>", "maria@example.com>", "maria@exa mple.com",
        "maria@example.com\0", "märia@example.com", "maria(comment)@example.com", '"a\nb"@example.com',
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_gets_no_mail(text: str) -> None:
    with pytest.raises(BadAddress):
        message_of(a_mail(to=text), "chat@shop.example", NOW)


@given(st.from_regex(r"[^@\s]+@[^@\s]+", fullmatch=True))
def test_whatever_the_card_takes_is_one_address_or_refused(text: str) -> None:
    try:
        found = address_of(text)
    except BadAddress:
        return
    assert found.username == text.rpartition("@")[0]
    assert [each.addr_spec for each in sent(a_mail(to=text))["To"].addresses] == [found.addr_spec]


def test_a_domain_in_other_letters_is_written_in_ascii() -> None:
    assert address_of("maria@bücher.example").addr_spec == "maria@xn--bcher-kva.example"
