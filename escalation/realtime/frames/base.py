"""What every frame shares. A frame is one JSON object on the socket, told apart by `type`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PROTOCOL_VERSION = 1
MAX_TEXT = 4_000

Id = Annotated[str, Field(min_length=1, max_length=100)]
ClientId = Annotated[
    str, Field(pattern=r"^[0-9a-fA-F-]{36}$", description="A UUID the client chose; the same id is the same request.")
]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
Stream = Annotated[str, Field(pattern=r"^[a-z]+(:[A-Za-z0-9_-]{1,64})?$")]


class Frame(BaseModel):
    """Base of all frames: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
