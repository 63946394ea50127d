"""A client's memory: applies frames as the console and the widget do, and fails on anything that cannot be."""

import json
from dataclasses import dataclass, field
from typing import Any

from escalation.protocol.frames import outbound
from tests.realtime.fake_log import SECRET

EVENTS = {"message", "message_changed", "control", "decision", "erased", "desk", "conversation_opened"}


@dataclass
class Thread:
    """What a client knows of one conversation."""

    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    decisions: dict[str, int] = field(default_factory=dict)
    """Id to the stream's seq."""
    control: dict[str, Any] | None = None
    erased: bool = False


@dataclass
class Reader:
    """Everything one person's client knows, over all its connections."""

    audience: str
    positions: dict[str, int] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    desk_told: int = 0
    """The list is known up to here; a connection lost before `following` makes it be told again from further back."""
    opened: list[int] = field(default_factory=list)
    following: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    """Dropped and not asked for since."""
    asked: set[str] = field(default_factory=set)
    """Streams whose `following` is awaited."""
    unwanted: set[str] = field(default_factory=set)
    """Unfollowed and not asked for since."""
    snapshots: int = 0
    events: int = 0
    _parts: dict[str, Thread] = field(default_factory=dict)
    _rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def connected(self) -> None:
        """A new connection: nothing is followed yet, half a snapshot is worth nothing."""
        self.following.clear()
        self.asked.clear()
        self.dropped.clear()
        self.unwanted.clear()
        self._parts.clear()
        self._rows.clear()

    def take(self, text: str) -> None:
        """Apply one frame."""
        outbound.validate_json(text)
        if self.audience == "customer":
            assert SECRET not in text, "a note reached a customer"
        frame = json.loads(text)
        if frame["type"] in EVENTS and frame["stream"] not in self.following:
            assert frame["stream"] not in self.dropped, "an event came after `dropped`"
            return
        getattr(self, f"_{frame['type']}", lambda _: None)(frame)

    def ask(self, stream: str) -> None:
        """Follow, or follow again: from here events of the stream mean nothing until `following` comes."""
        self.following.discard(stream)
        self.dropped.discard(stream)
        self.unwanted.discard(stream)
        self.asked.add(stream)

    def leave(self, stream: str) -> None:
        """Unfollow: nothing of the stream means anything any more."""
        self.following.discard(stream)
        self.unwanted.add(stream)

    def _following(self, frame: dict[str, Any]) -> None:
        """A position before ours is that of an earlier request of ours: what is after it will be told again."""
        stream, position = frame["stream"], frame["position"]
        if stream in self.unwanted:
            return
        self.asked.discard(stream)
        self.dropped.discard(stream)
        self.following.add(stream)
        if position < self.positions.get(stream, 0) and stream in self.threads:
            thread = self.threads[stream]
            thread.messages = {id: message for id, message in thread.messages.items() if message["seq"] <= position}
            thread.decisions = {id: seq for id, seq in thread.decisions.items() if seq <= position}
        self.opened = [seq for seq in self.opened if seq <= position or not stream.startswith("customer:")]
        self.positions[stream] = position

    def _dropped(self, frame: dict[str, Any]) -> None:
        self.following.discard(frame["stream"])
        self.asked.discard(frame["stream"])
        self.dropped.add(frame["stream"])

    def _heartbeat(self, frame: dict[str, Any]) -> None:
        for stream, position in frame["positions"].items():
            if stream in self.following:
                assert position >= self.positions[stream], "positions never go back"
                self.positions[stream] = position

    def _event(self, frame: dict[str, Any]) -> Thread:
        stream, seq = frame["stream"], frame["seq"]
        assert seq > self.positions[stream], f"{stream} {seq} came again or out of order"
        self.positions[stream] = seq
        self.events += 1
        return self.threads.setdefault(stream, Thread())

    def _message(self, frame: dict[str, Any]) -> None:
        thread, message = self._event(frame), frame["message"]
        assert message["id"] not in thread.messages, "a message came twice"
        assert not (message["internal"] and self.audience == "customer")
        thread.messages[message["id"]] = message

    def _message_changed(self, frame: dict[str, Any]) -> None:
        """The message is there: what changes it comes after it."""
        message = self._event(frame).messages[frame["message_id"]]
        message |= {"body": frame["body"], "edited": message["edited"] or frame["edited"]}

    def _control(self, frame: dict[str, Any]) -> None:
        self._event(frame).control = frame["control"]

    def _decision(self, frame: dict[str, Any]) -> None:
        thread, decision = self._event(frame), frame["decision"]
        assert decision["id"] not in thread.decisions, "a decision came twice"
        thread.decisions[decision["id"]] = frame["seq"]

    def _erased(self, frame: dict[str, Any]) -> None:
        thread = self._event(frame)
        thread.erased = True
        if thread.control is not None:
            thread.control |= {"tags": [], "follow_up": None}

    def _conversation_opened(self, frame: dict[str, Any]) -> None:
        self._event(frame)
        if frame["seq"] not in self.opened:  # the newest is told again to those who bring no position
            self.opened.append(frame["seq"])

    def _desk(self, frame: dict[str, Any]) -> None:
        self._event(frame)
        told_again = frame["seq"] <= self.desk_told
        self.desk_told = max(self.desk_told, frame["seq"])
        for row in frame["rows"]:
            known = self.rows.get(row["conversation"])
            if known is None or row["seq"] >= known["seq"]:
                self.rows[row["conversation"]] = row
            else:
                assert told_again, "an older row came as news"

    def _thread_part(self, frame: dict[str, Any]) -> None:
        part = self._parts.setdefault(frame["stream"], Thread())
        part.messages = {message["id"]: message for message in frame["messages"]} | part.messages  # newest part first
        part.decisions = {decision["id"]: 0 for decision in frame["decisions"]} | part.decisions

    def _thread_end(self, frame: dict[str, Any]) -> None:
        thread = self._parts.pop(frame["stream"], Thread())
        thread.control = frame["control"]
        self.threads[frame["stream"]] = thread
        self.snapshots += 1

    def _desk_part(self, frame: dict[str, Any]) -> None:
        self._rows |= {row["conversation"]: row for row in frame["rows"]}

    def _desk_end(self, frame: dict[str, Any]) -> None:
        self.desk_told = frame["head"]
        self.rows, self._rows = self._rows, {}
        self.snapshots += 1
