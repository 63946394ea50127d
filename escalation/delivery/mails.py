"""Mails as values: what one says, and the message made of it. Pure.

Nothing that a customer wrote gets into a header but the address, which must be one address and nothing else.
"""

import html
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from escalation.delivery.words import words_for
from escalation.kernel.errors import Invalid

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Tells other machines not to answer (RFC 3834), so that two of them never write to each other for ever."""


LONGEST = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
"""What stands before the @ without quotation marks (RFC 5322, dot-atom)."""
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


class BadAddress(Invalid):
    """No mail can be sent to this."""

    code = "bad_address"


@dataclass(frozen=True, slots=True)
class ChatMail:
    """That agents have answered, or all that was said, for one customer."""

    id: str
    kind: str
    """`reply` or `transcript`."""
    to: str
    site: str
    """Name of the site as customers read it."""
    locale: str
    said: tuple[str, ...]
    """What the agents wrote, or everybody did, the oldest first."""
    link: str
    link_lasts: timedelta


def address_of(text: str) -> Address:
    """Return one plain address, its domain in ASCII. Raises: BadAddress for anything else, such as two, or a name."""
    local, _, domain = text.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if len(text) > LONGEST or not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host):
        raise BadAddress("This is not an address a mail can be sent to.")
    return Address(username=local, domain=host)


def message_of(mail: ChatMail, sender: str, now: datetime) -> EmailMessage:
    """Return the message, plain text with the same in HTML. Raises: BadAddress."""
    words, site = words_for(mail.locale), " ".join(mail.site.split())
    given = {"site": site, "days": f"{mail.link_lasts / timedelta(days=1):g}"}
    subject, intro = words.reply if mail.kind == "reply" else words.transcript
    intro, link, reason = (each.format(**given) for each in (intro, words.link, words.reason))
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(sender, site)
    message["To"] = address_of(mail.to)
    message["Subject"] = subject.format(**given)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{address_of(sender).domain}>"
    for name, value in AUTOMATIC.items():
        message[name] = value
    message.set_content("\n\n".join([intro, *map(_quoted, mail.said), mail.link, link, reason]) + "\n")
    message.add_alternative(_page(mail, intro, words.button, [link, reason]), subtype="html")
    return message


def _sender(sender: str, site: str) -> Address:
    found = address_of(sender)
    return Address(display_name=site, addr_spec=found.addr_spec)


def _quoted(reply: str) -> str:
    return "\n".join(f"> {line}" for line in reply.splitlines())


def _page(mail: ChatMail, intro: str, button: str, small: list[str]) -> str:
    """What agents wrote is text: every character of it is escaped, and no link of theirs becomes one."""
    said = "".join(f"<blockquote>{_escaped(reply)}</blockquote>" for reply in mail.said)
    link = f'<p><a href="{html.escape(mail.link)}">{html.escape(button)}</a></p>'
    notes = "".join(f"<p><small>{html.escape(each)}</small></p>" for each in small)
    language = html.escape(mail.locale.partition("-")[0])
    body = f"<p>{html.escape(intro)}</p>{said}{link}{notes}"
    return f'<!doctype html><html lang="{language}"><body dir="auto">{body}</body></html>\n'


def _escaped(reply: str) -> str:
    return "<br>".join(html.escape(line) for line in reply.splitlines())
