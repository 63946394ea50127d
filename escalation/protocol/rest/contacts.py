"""REST of contacts: addresses that customers left when nobody could come."""

from escalation.protocol.rest.base import Moment, ResponseBody
from escalation.protocol.states import ContactState, MailState, Status


class ContactView(ResponseBody):
    """An address, what its customer wanted, and who of the staff writes to them."""

    conversation: str
    customer: str
    site: str
    locale: str
    status: Status
    """Where the conversation stands now."""
    email: str
    name: str
    """Empty where the customer gave none."""
    at: Moment
    """When the address was left; a second one counts."""
    state: ContactState
    agent: str | None
    """Who handles or handled it."""
    agent_name: str | None
    taken_at: Moment | None
    done_at: Moment | None
    mail: MailState | None
    """The newest mail about a reply in the chat; null where none was due."""
    mail_at: Moment | None
    """When it was sent or given up, or is to be sent."""
    last_text: str
    """First 140 characters of what the customer wrote last."""


class ContactPage(ResponseBody):
    """A page of contacts of one state: done ones newest first, others longest waiting first."""

    contacts: list[ContactView]
    next: str | None
    """Ask for `after` this conversation to go on; null on the last page."""


class ContactCounts(ResponseBody):
    """How many contacts are not done."""

    open: int
    """Nobody has taken them."""
    handled: int
    """Somebody writes to these customers."""
