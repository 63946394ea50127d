"""The wire protocol `v1`: every frame, defined once, with who sends it or whom it is sent to.

The unions below are made of the frames that their modules define. Schemas, TypeScript types and `docs/protocol.md` are
generated from them.
"""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, Union

from pydantic import Field, TypeAdapter

from escalation.protocol.frames import base, connection, conversation, desk, learning, messages
from escalation.protocol.frames.base import FRAMES, PROTOCOL_VERSION, Frame


class FrameUnion(NamedTuple):
    """The frames of one direction; told apart by `type`."""

    name: str
    description: str
    members: Sequence[type[Frame]]

    def adapter(self) -> TypeAdapter[Frame]:
        """Return what reads and checks a frame of this union."""
        union: Any = Union[tuple(self.members)]  # noqa: UP007  made of a list: no type checker can know its members
        return TypeAdapter(Annotated[union, Field(discriminator="type")])


CUSTOMER_INBOUND = FrameUnion(
    "CustomerInbound",
    "What a customer's connection may send.",
    [frame for frame in FRAMES if "customer" in frame.sent_by],
)
STAFF_INBOUND = FrameUnion(
    "StaffInbound", "What a connection of staff may send.", [frame for frame in FRAMES if "staff" in frame.sent_by]
)
OUTBOUND = FrameUnion("Outbound", "What the server sends.", [frame for frame in FRAMES if frame.sent_to])

customer_inbound = CUSTOMER_INBOUND.adapter()
staff_inbound = STAFF_INBOUND.adapter()
outbound = OUTBOUND.adapter()

__all__ = [
    "CUSTOMER_INBOUND",
    "OUTBOUND",
    "PROTOCOL_VERSION",
    "STAFF_INBOUND",
    "Frame",
    "FrameUnion",
    "base",
    "connection",
    "conversation",
    "customer_inbound",
    "desk",
    "learning",
    "messages",
    "outbound",
    "staff_inbound",
]
