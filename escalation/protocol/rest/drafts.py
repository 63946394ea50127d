"""REST of drafts: what a member of staff has typed in a conversation and not sent."""

from typing import Literal

from pydantic import Field

from escalation.protocol.frames.base import MAX_TEXT
from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody

DraftKind = Literal["reply", "note"]


class DraftBody(RequestBody):
    """A draft as it stands now."""

    kind: DraftKind
    text: str = Field(max_length=MAX_TEXT)
    """Empty: there is none any more."""


class DraftView(ResponseBody):
    """One's own draft."""

    kind: DraftKind
    text: str
    at: Moment
    """When it was kept last, by the service's clock: of two devices the newer one counts."""


class DraftOfOther(ResponseBody):
    """That a colleague has a draft; its words are theirs alone."""

    kind: DraftKind
    name: str
    at: Moment


class DraftList(ResponseBody):
    """The drafts of a conversation."""

    own: list[DraftView]
    others: list[DraftOfOther]


class DraftKept(ResponseBody):
    """What became of a draft."""

    at: Moment | None
    """When it was kept; null: it is gone."""
