"""What a client knows of one conversation: its messages in order, who controls it, and what went wrong on the way."""

from typing import Literal

from escalation.protocol.frames.connection import Dropped, Following
from escalation.protocol.frames.conversation import (
    ControlChanged,
    ControlView,
    DecisionMade,
    DecisionView,
    MessageAdded,
    MessagesErased,
    MessageView,
    ThreadEnd,
    ThreadPart,
)
from escalation.protocol.frames.messages import MessageChanged

ThreadFrame = (
    Dropped
    | Following
    | ControlChanged
    | DecisionMade
    | MessageAdded
    | MessageChanged
    | MessagesErased
    | ThreadEnd
    | ThreadPart
)


class Thread:
    """One followed `conversation:<id>`. `apply` takes its frames in order of arrival.

    `messages` is in order of arrival, which without faults is order of seq. A message that arrives as an event
    a second time counts in `duplicates`, one that arrives after a later one in `disorders`; a snapshot may repeat
    what is known, but if it lacks a message received before, that counts in `vanished`.
    """

    def __init__(self, conversation: str) -> None:
        self.conversation = conversation
        self.messages: list[MessageView] = []
        self.decisions: list[DecisionView] = []
        self.control: ControlView | None = None
        self.head = 0
        self.complete = False
        self.dropped: Literal["forbidden", "not_found", "rights_changed", "erased"] | None = None
        self.duplicates = 0
        self.disorders = 0
        self.vanished = 0
        self._ids: set[str] = set()
        self._pages: list[ThreadPart] = []

    def apply(self, frame: ThreadFrame) -> None:
        """Take in one frame of this stream."""
        if isinstance(frame, MessageAdded):
            self._add(frame.message)
        elif isinstance(frame, MessageChanged):
            self._change(frame)
        elif isinstance(frame, ControlChanged):
            self.control = frame.control
        elif isinstance(frame, DecisionMade):
            self._decide(frame.decision)
        elif isinstance(frame, MessagesErased) and self.control is not None:
            self.control = self.control.model_copy(update={"tags": (), "follow_up": None})
        elif isinstance(frame, ThreadPart):
            self._pages.append(frame)
        elif isinstance(frame, ThreadEnd):
            self._replace(frame)
        elif isinstance(frame, Following):
            self.complete = True
        elif isinstance(frame, Dropped):
            self.dropped = frame.reason
        if isinstance(frame, MessageAdded | MessageChanged | ControlChanged | DecisionMade | MessagesErased):
            self.head = max(self.head, frame.seq)

    def interrupted(self) -> None:
        """Forget the pages of a snapshot that was cut off; the next one starts anew."""
        self._pages.clear()

    def message(self, client_message_id: str) -> MessageView | None:
        """Return the message its sender called `client_message_id`, if it has arrived."""
        return next((m for m in reversed(self.messages) if m.client_message_id == client_message_id), None)

    def _add(self, message: MessageView) -> None:
        if message.id in self._ids:
            self.duplicates += 1
            return
        if self.messages and message.seq < self.messages[-1].seq:
            self.disorders += 1
        self._ids.add(message.id)
        self.messages.append(message)

    def _change(self, frame: MessageChanged) -> None:
        """Show the present words in the place of the message."""
        self.messages = [
            known.model_copy(update={"body": frame.body, "edited": known.edited or frame.edited})
            if known.id == frame.message_id
            else known
            for known in self.messages
        ]

    def _decide(self, decision: DecisionView) -> None:
        """A decision that comes again is no longer hidden."""
        self.decisions = [*(known for known in self.decisions if known.id != decision.id), decision]

    def _replace(self, end: ThreadEnd) -> None:
        pages, self._pages = self._pages[::-1], []  # they came newest first
        messages = [message for page in pages for message in page.messages]
        found = {message.id for message in messages}
        self.duplicates += len(messages) - len(found)
        self.vanished += len(self._ids - found)
        self.messages, self._ids = messages, found
        self.decisions = list({decision.id: decision for page in pages for decision in page.decisions}.values())
        self.control, self.head, self.complete = end.control, end.head, True
