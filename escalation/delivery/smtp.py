"""How a mail leaves: the port `Post`, and the operator's SMTP server behind it."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal, Protocol

import aiosmtplib

from escalation.kernel.errors import Unavailable

Security = Literal["starttls", "tls", "none"]
TIMEOUT_SECONDS = 30.0
_PERMANENT = range(500, 600)


class NotSent(Unavailable):
    """The server did not take a mail. `for_good`: it never will."""

    code = "mail_not_sent"

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        super().__init__(message)
        self.for_good = for_good


class Post(Protocol):
    """Sends one mail at a time."""

    async def send(self, message: EmailMessage) -> None:
        """Return once somebody else is responsible for it. Raises: NotSent."""
        ...


@dataclass(frozen=True)
class SmtpPost:
    """One SMTP server. What it answers is not passed on: it may name the address."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    security: Security = "starttls"

    async def send(self, message: EmailMessage) -> None:
        """Connect, send, and leave. Raises: NotSent."""
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.username or None,
                password=self.password or None,
                use_tls=self.security == "tls",
                start_tls=self.security == "starttls",
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise NotSent(
                "The server refused the address.", for_good=all(each in _PERMANENT for each in codes)
            ) from None
        except aiosmtplib.SMTPDataError as error:
            raise NotSent(f"The server refused the mail: {error.code}.", for_good=error.code in _PERMANENT) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent(f"The server could not be used: {type(error).__name__}.") from None
