"""REST of what helps agents: suggested replies, and how often these and the guesses were followed."""

from typing import Literal

from pydantic import Field

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody

SuggestionKind = Literal["answer", "resolution"]
"""An intent's approved answer; the reply an agent sent in a conversation like this one."""


class SuggestedReply(ResponseBody):
    """A reply that may be put into the composer."""

    kind: SuggestionKind
    source: str
    """The intent's name, or the id of the resolution."""
    title: str
    """Of the intent."""
    text: str
    at: Moment | None
    """When the agent sent it; null for an approved answer."""
    agent: str | None
    """Who sent it; null for an approved answer."""
    asked: str | None
    """What the customer had asked then; null for an approved answer."""
    similarity: float | None
    """Cosine between that request and this one; null for an approved answer."""


class SuggestionsView(ResponseBody):
    """Replies suggested for a conversation now."""

    id: str | None
    """Names these suggestions when one is inserted; null where nothing was shown."""
    hidden: bool
    """Whether guesses are hidden in this conversation until its label is stored; then nothing is suggested."""
    replies: list[SuggestedReply]
    drafts: bool = False
    """Whether a text generator can draft a reply from these."""


class DraftedReply(ResponseBody):
    """A reply that a text generator drafted from suggested ones. Nobody has sent it."""

    text: str
    cited: list[int]
    """Which of the replies shown it rests on, from 0."""
    place: int
    """Names the draft when it is inserted."""


class InsertedBody(RequestBody):
    """Which of the replies shown was put into the composer."""

    place: int = Field(ge=0, le=20)
    """Counted from 0."""


class OverrideView(ResponseBody):
    """Labels that agents gave where the model had guessed, by whether they saw the guesses."""

    blind: bool
    labels: int
    overridden: int
    """Where the label was not the first guess."""
    unlisted: int
    """Where it was none of the guesses."""
    mean_seconds: float | None
    """From opening the resolve step to storing the label."""


class SuggestionFigures(ResponseBody):
    """What became of suggested replies."""

    shown: int
    inserted: int
    sent: int
    unchanged: int
    """Sent without a change."""
    mean_edits: float | None
    """Characters changed between what was inserted and what was sent, on average; null: none was sent."""


class AssistanceView(ResponseBody):
    """How agents use what the model offers, over the last days."""

    days: int
    overrides: list[OverrideView]
    suggestions: SuggestionFigures
