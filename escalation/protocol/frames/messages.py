"""Frames about messages that are there already: an agent edits or deletes their own within a minute."""

from typing import Literal

from escalation.protocol.frames.base import AUDIENCES, Frame, Id, Stream, Text
from escalation.protocol.frames.conversation import StaffCommand
from escalation.protocol.messages import Body

# --- from staff -------------------------------------------------------------------------------------------------


class EditMessage(StaffCommand):
    """Replace the text of an own message, for a minute after it was sent and until the resolution.

    A reply can be edited by who still has the conversation; of a note the epoch does not matter.
    """

    type: Literal["edit_message"] = "edit_message"
    message_id: Id
    text: Text


class DeleteMessage(StaffCommand):
    """Take an own message back, under the same conditions as editing it."""

    type: Literal["delete_message"] = "delete_message"
    message_id: Id


# --- to everybody who follows `conversation:<id>` ----------------------------------------------------------------


class MessageChanged(Frame, sent_to=AUDIENCES):
    """A message that was there says something else now, or nothing any more."""

    type: Literal["message_changed"] = "message_changed"
    stream: Stream
    seq: int
    message_id: Id
    body: Body
    edited: bool
    """Whether its view is `edited` from here on; false where choices were hidden from staff and are shown now."""
