"""The wire protocol `v1`: every frame, defined once.

Schemas, TypeScript types and `docs/protocol.md` are generated from here.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from escalation.protocol.frames import base, connection, conversation, desk, learning
from escalation.protocol.frames.base import PROTOCOL_VERSION

CustomerInbound = Annotated[
    connection.Hello
    | connection.Follow
    | connection.Unfollow
    | connection.Heartbeat
    | conversation.Say
    | conversation.Choose
    | conversation.AskForHuman
    | conversation.CancelHandoff
    | conversation.Unhelpful
    | conversation.Rate
    | conversation.LeaveContact
    | conversation.Typing,
    Field(discriminator="type"),
]
"""What a customer's connection may send."""

StaffInbound = Annotated[
    connection.Hello
    | connection.Follow
    | connection.Unfollow
    | connection.Heartbeat
    | conversation.Claim
    | conversation.TakeOver
    | conversation.Assign
    | conversation.Hold
    | conversation.Unhold
    | conversation.Snooze
    | conversation.Wake
    | conversation.Transfer
    | conversation.Release
    | conversation.HandBack
    | conversation.Resolve
    | conversation.WithdrawResolution
    | conversation.Reply
    | conversation.Note
    | conversation.Typing
    | desk.SetPresence
    | desk.MarkRead,
    Field(discriminator="type"),
]
"""What a connection of staff may send."""

Outbound = Annotated[
    connection.Welcome
    | connection.Following
    | connection.Dropped
    | connection.Accepted
    | connection.Refused
    | connection.ServerHeartbeat
    | conversation.MessageAdded
    | conversation.ControlChanged
    | conversation.DecisionMade
    | conversation.MessagesErased
    | conversation.ConversationOpened
    | conversation.TypingShown
    | conversation.ThreadPart
    | conversation.ThreadEnd
    | desk.RowsChanged
    | desk.DeskPart
    | desk.DeskEnd
    | learning.ModelPublished
    | learning.RunChanged
    | learning.CatalogueChanged,
    Field(discriminator="type"),
]
"""What the server sends."""

customer_inbound: TypeAdapter[CustomerInbound] = TypeAdapter(CustomerInbound)
staff_inbound: TypeAdapter[StaffInbound] = TypeAdapter(StaffInbound)
outbound: TypeAdapter[Outbound] = TypeAdapter(Outbound)

__all__ = [
    "PROTOCOL_VERSION",
    "CustomerInbound",
    "Outbound",
    "StaffInbound",
    "base",
    "connection",
    "conversation",
    "customer_inbound",
    "desk",
    "learning",
    "outbound",
    "staff_inbound",
]
