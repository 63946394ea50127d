"""What all bodies of REST share: their bases, how a time is written, and the one shape of errors."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

Moment = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time in UTC. JSON carries it in ISO 8601 with its offset: `2026-03-01T09:30:00.250000+00:00`."""


class RequestBody(BaseModel):
    """Base of what a client sends. A field that is not known is refused, so that no typing error goes unseen."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class ResponseBody(BaseModel):
    """Base of what the service answers with. A client ignores fields that it does not know yet."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ErrorDetail(ResponseBody):
    """What went wrong."""

    code: str
    """Stable; programs rely on it. The message may change."""
    message: str
    """What was wrong, where, and what to do, for people."""


class ErrorBody(ResponseBody):
    """Every answer with a status from 400 on has this one shape."""

    error: ErrorDetail
