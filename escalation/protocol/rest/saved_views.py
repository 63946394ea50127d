"""REST of saved views: filters over the list of conversations that staff keep under a name."""

from typing import Literal

from pydantic import Field

from escalation.protocol.rest.base import RequestBody, ResponseBody
from escalation.protocol.states import Reason, Status

NAME_LENGTH = 60


class ViewFilter(RequestBody):
    """What a conversation of the list must be; what is null does not matter."""

    status: Status | None = None
    queue: str | None = Field(default=None, max_length=200)
    site: str | None = Field(default=None, max_length=200)
    agent: str | None = Field(default=None, max_length=200)
    """Who owns it; `me` is whoever looks."""
    reason: Reason | None = None
    """Why it was handed off."""
    language: str | None = Field(default=None, max_length=20)
    """ISO 639-1 code of what the customer writes in."""
    unread: bool = False
    """Only with words of the customer that the looker has not read."""
    last_author: Literal["customer", "agent", "bot"] | None = None
    """Who spoke last."""


class SavedViewBody(RequestBody):
    """A view as somebody saves it."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    filter: ViewFilter
    shared: bool = False
    """Whether all of the staff see it."""


class SavedView(ResponseBody):
    """A view of one's own, or one that a colleague shares."""

    id: str
    name: str
    filter: ViewFilter
    shared: bool
    own: bool
    """Whether the reader saved it."""
    by: str
    """The name of who saved it."""


class SavedViewList(ResponseBody):
    """The reader's views and those that are shared, by name."""

    views: list[SavedView]
