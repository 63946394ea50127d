"""A mail made of what is stored now: the address, and what agents wrote, or all that was said."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from escalation.conversations import repository
from escalation.conversations.mailing import REPLY
from escalation.conversations.tables import ContactRow, MessageRow
from escalation.database import Transaction, table_of
from escalation.delivery.chat_links import ChatLinks, Guest
from escalation.delivery.mails import ChatMail
from escalation.delivery.words import Words, words_for
from escalation.people import customers

MOST_REPLIES = 20
MOST_MESSAGES = 500
"""The newest ones, of a transcript."""

_contacts = table_of(ContactRow)
_messages = table_of(MessageRow)


def mail_of(tx: Transaction, row: Row[Any], links: ChatLinks, sites: Mapping[str, str]) -> ChatMail | None:
    """Return the mail of a row; None where there is nothing to say or nobody to say it to any more.

    `sites` are the names of sites by id. Notes never get into it.
    """
    left = tx.execute(select(_contacts.c.email).where(_contacts.c.conversation == row.conversation)).scalar()
    found = repository.peek(tx, row.conversation)
    if left is None or found is None or found.erased:
        return None
    email = customers.given_email(tx, found.customer) or left
    locale = found.language or found.locale
    said = (
        _replies(tx, row) if row.kind == REPLY else _transcript(tx, row, words_for(locale), sites.get(found.site, ""))
    )
    if not said:
        return None
    link = links.link(Guest(found.customer, found.site, found.locale))
    site = sites.get(found.site, found.site)
    return ChatMail(row.id, row.kind, email, site, locale, said, link, links.lasts)


def _replies(tx: Transaction, row: Row[Any]) -> tuple[str, ...]:
    theirs = (_messages.c.conversation == row.conversation, _messages.c.seq >= row.from_seq)
    said = (_messages.c.author == "agent", ~_messages.c.internal, _messages.c.kind == "text")
    query = select(_messages.c.body).where(*theirs, *said).order_by(_messages.c.seq.desc()).limit(MOST_REPLIES)
    bodies = list(tx.execute(query).scalars())
    return tuple(body["text"] for body in reversed(bodies) if body["kind"] == "text")


def _transcript(tx: Transaction, row: Row[Any], words: Words, site: str) -> tuple[str, ...]:
    """What customer, assistant and agents said, each with its author and time; no notes and no notices."""
    theirs = (_messages.c.conversation == row.conversation, ~_messages.c.internal, _messages.c.kind == "text")
    query = select(_messages.c.author, _messages.c.at, _messages.c.body).where(*theirs)
    found = list(tx.execute(query.order_by(_messages.c.seq.desc()).limit(MOST_MESSAGES)))
    names = {"customer": words.you, "bot": words.assistant}
    return tuple(
        f"{names.get(each.author, site)}, {each.at:%Y-%m-%d %H:%M} UTC:\n{each.body['text']}"
        for each in reversed(found)
        if each.body["kind"] == "text"
    )
