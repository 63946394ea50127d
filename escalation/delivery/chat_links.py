"""Signed links of mails: who has one is that customer for a while, also in another browser."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature

from escalation.kernel.clock import Clock
from escalation.kernel.errors import Invalid
from escalation.people.signing import signed

LASTS = timedelta(days=7)


class LinkOver(Invalid):
    """The link is none of ours, or was made too long ago."""

    code = "link_over"


@dataclass(frozen=True, slots=True)
class Guest:
    """Whose conversations a link opens."""

    customer: str
    site: str
    locale: str


class ChatLinks:
    """Makes links and reads them; nothing of them is stored."""

    def __init__(self, key: bytes, clock: Clock, url: str = "", lasts: timedelta = LASTS) -> None:
        """`url` is where customers reach the service: `https://chat.example`."""
        self._tokens = signed(key, "chat link")
        self._clock = clock
        self._url = url.rstrip("/")
        self.lasts = lasts

    def link(self, guest: Guest) -> str:
        """Return a link. The token is behind the `#`, which browsers send to no server and no other page."""
        until = int((self._clock.now() + self.lasts).timestamp())
        return f"{self._url}/chat/#{self._tokens.dumps([guest.customer, guest.site, guest.locale, until])}"

    def read(self, token: str) -> Guest:
        """Return whom a link lets in. Raises: LinkOver."""
        try:
            customer, site, locale, until = self._tokens.loads(token)
        except (BadSignature, ValueError, TypeError):
            raise LinkOver("This link is not valid.") from None
        if self._clock.now() >= datetime.fromtimestamp(until, UTC):
            raise LinkOver("This link no longer works. Open the chat on the site where you began it.")
        return Guest(customer, site, locale)
