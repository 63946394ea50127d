"""Bodies of what staff read and write about customers."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from escalation.protocol.attributes import Short
from escalation.protocol.frames.desk import RowView
from escalation.protocol.messages import Author
from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.rest.conversations import RatingView

Said = Literal["staff", "site", "contact"]
Values = dict[str, bool | int | float | str]


class CustomerContact(ResponseBody):
    """An address that the customer left."""

    conversation: str
    email: str
    name: str
    at: Moment


class CustomerNote(ResponseBody):
    """A note about the customer: staff read it, the customer never."""

    id: str
    at: Moment
    by: str
    by_name: str
    text: str


class CustomerConversation(ResponseBody):
    """One of the customer's conversations, and what came of it."""

    row: RowView
    agent_name: str | None
    """Who had it last."""
    intents: list[str]
    """Titles of what agents labelled, else of what the bot answered; each once."""
    ratings: list[RatingView]
    """The newest first."""


class CustomerView(ResponseBody):
    """A customer as far as they are known. Conversations and addresses are those that the reader may see."""

    customer: str
    site: str
    erased: bool
    known_as: str | None
    """Their id at the site; null: an anonymous visitor."""
    name: str
    """What they are called; empty: nobody said."""
    name_by: Said | None
    """Who said so: `staff`, the `site` that signed it, or they themselves when they left a `contact`."""
    email: str
    email_by: Said | None
    signed_name: str
    signed_email: str
    """What the site signed, whatever staff say."""
    attributes: Values
    """What the site's server signed."""
    page_attributes: Values
    """What the page's script said, and anybody could have changed."""
    contacts: list[CustomerContact]
    """The newest first."""
    language: str | None
    """ISO 639-1 code of what they seemed to write in last; null where too little told it."""
    locale: str
    """Of the page they came from."""
    first_seen: Moment | None
    last_seen: Moment | None
    notes: list[CustomerNote]
    """The newest first."""
    conversations: list[CustomerConversation]
    """The newest first, at most 100."""


class FoundCustomer(ResponseBody):
    """A customer whom the words fit."""

    customer: str
    name: str
    """Empty: nobody said."""
    site: str
    last_seen: Moment


class FoundCustomers(ResponseBody):
    """Customers whom the words fit."""

    customers: list[FoundCustomer]
    """Whose conversation is the newest first, at most 20."""


class CustomerName(RequestBody):
    """What staff say a customer is called and written to. Empty: what is known otherwise counts again."""

    name: Short = ""
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""


class NewCustomerNote(RequestBody):
    """A note about a customer."""

    text: str = Field(min_length=1, max_length=2_000)


class CustomerMerge(RequestBody):
    """Who a customer turns out to be."""

    survivor: str = Field(max_length=200)
    """The customer who is left, with all that both had. Nothing undoes it."""


class ReportedMessage(ResponseBody):
    """What somebody wrote in a conversation of the customer."""

    conversation: str
    at: Moment
    author: Author
    internal: bool
    """Whether it is a note, which the customer never saw."""
    text: str
    """With the names of the files that were sent."""


class AccessReport(ResponseBody):
    """All that is kept of a customer, to be handed to them on request. Notes of staff are among it."""

    about: CustomerView
    other_ids: list[str]
    """Of those who were merged into this customer."""
    messages: list[ReportedMessage]
    """The oldest first; choices and notices, which are no words of anybody, are left out."""
