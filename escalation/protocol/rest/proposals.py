"""REST of proposed answers: replies of agents that may become the approved answer of an intent."""

from typing import Annotated

from pydantic import Field

from escalation.protocol.messages import MAX_TEXT
from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.states import ProposalState


class ProposalView(ResponseBody):
    """One text proposed as the answer of an intent, however many replies said it."""

    id: str
    intent: str
    text: str
    """The words of the newest such reply, as they are stored now."""
    locale: str
    """The locale of the page that the customer wrote on, such as `en`."""
    language: str | None
    """ISO 639-1 code of what the customer seems to write in; null where too little tells."""
    reply_locales: list[str]
    """The locales in which these words may be an answer: of what the customer writes, then of the page."""
    conversation: str
    """Where the newest such reply was written."""
    proposed_by: str
    """Name of the agent who wrote it."""
    at: Moment
    """When its resolution settled."""
    times: int
    """How many resolutions proposed these words."""
    state: ProposalState
    decided_by: str | None
    """Name of who approved or declined it; null while it waits."""
    decided_at: Moment | None
    edited: bool
    """Whether other words were approved in its place."""


class ProposalList(ResponseBody):
    """Proposed answers."""

    proposals: list[ProposalView]
    """Newest first."""


Locales = Annotated[list[Annotated[str, Field(max_length=35)]], Field(min_length=1, max_length=10)]


class Approval(RequestBody):
    """Approve a proposed answer, as it is or with other words."""

    locales: Locales
    """In which locales it is the answer from then on. The catalogue's own is the one customers of all others get."""
    text: str | None = Field(default=None, max_length=MAX_TEXT)
    """What the bot is to say; null takes the proposed words."""


class NewAnswer(RequestBody):
    """An answer written by hand and approved at once."""

    intent: str = Field(max_length=100)
    locales: Locales
    """In which locales it is the answer from then on."""
    text: str = Field(max_length=MAX_TEXT)
    """What the bot is to say."""
