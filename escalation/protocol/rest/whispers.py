"""REST of whispers: what supervisors and the agent who has a conversation tell each other in it."""

from pydantic import Field

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody


class WhisperBody(RequestBody):
    """A whisper as it is written."""

    text: str = Field(min_length=1, max_length=2_000)


class WhisperView(ResponseBody):
    """A whisper."""

    id: str
    at: Moment
    by: str
    """Who said it, by id."""
    by_name: str
    text: str


class WhisperList(ResponseBody):
    """The newest whispers of a conversation that the reader may see, oldest first."""

    whispers: list[WhisperView]
