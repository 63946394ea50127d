"""A client's memory: applies frames as the console and the widget do, and fails on anything that cannot be."""

import json
from dataclasses import dataclass, field
from typing import Any

from escalation.realtime.frames import outbound
from tests.realtime.fake_log import SECRET

EVENTS = {"message", "control", "decision", "erased", "desk", "conversation_opened"}


@dataclass
class Thread:
    """What a client knows of one conversation."""

    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    control: dict[str, Any] | None = None
    erased: bool = False


@dataclass
class Reader:
    """Everything one person's client knows, over all its connections."""

    audience: str
    positions: dict[str, int] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)
    following: set[str] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    """Streams no longer wanted: what is still under way is ignored, until `following` comes again."""
    snapshots: int = 0
    events: int = 0
    _parts: dict[str, Thread] = field(default_factory=dict)
    _rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def connected(self) -> None:
        """A new connection: nothing is followed yet, half a snapshot is worth nothing."""
        self.following.clear()
        self.left.clear()
        self._parts.clear()
        self._rows.clear()

    def take(self, text: str) -> None:
        """Apply one frame."""
        outbound.validate_json(text)
        if self.audience == "customer":
            assert SECRET not in text, "a note reached a customer"
        frame = json.loads(text)
        if frame.get("stream") in self.left and frame["type"] in EVENTS:
            return
        getattr(self, f"_{frame['type']}", lambda _: None)(frame)

    def _following(self, frame: dict[str, Any]) -> None:
        self.positions[frame["stream"]] = frame["position"]
        self.following.add(frame["stream"])
        self.left.discard(frame["stream"])

    def leave(self, stream: str) -> None:
        """Unfollow, or ask again: from here events of the stream mean nothing."""
        self.following.discard(stream)
        self.left.add(stream)

    def _dropped(self, frame: dict[str, Any]) -> None:
        self.following.discard(frame["stream"])
        self.dropped.append(frame["stream"])

    def _heartbeat(self, frame: dict[str, Any]) -> None:
        for stream, position in frame["positions"].items():
            if stream in self.following:
                assert position >= self.positions[stream], "positions never go back"
                self.positions[stream] = position

    def _event(self, frame: dict[str, Any]) -> Thread:
        stream, seq = frame["stream"], frame["seq"]
        assert stream in self.following, f"an event of {stream}, which is not followed"
        assert seq > self.positions[stream], f"{stream} {seq} came again or out of order"
        self.positions[stream] = seq
        self.events += 1
        return self.threads.setdefault(stream, Thread())

    def _message(self, frame: dict[str, Any]) -> None:
        thread, message = self._event(frame), frame["message"]
        assert message["id"] not in thread.messages, "a message came twice"
        assert not (message["internal"] and self.audience == "customer")
        thread.messages[message["id"]] = message

    def _control(self, frame: dict[str, Any]) -> None:
        self._event(frame).control = frame["control"]

    def _decision(self, frame: dict[str, Any]) -> None:
        thread, decision = self._event(frame), frame["decision"]
        assert decision["id"] not in thread.decisions, "a decision came twice"
        thread.decisions[decision["id"]] = decision

    def _erased(self, frame: dict[str, Any]) -> None:
        self._event(frame).erased = True

    def _conversation_opened(self, frame: dict[str, Any]) -> None:
        self._event(frame)
        if frame["seq"] not in self.opened:  # the newest is told again to those who bring no position
            self.opened.append(frame["seq"])

    def _desk(self, frame: dict[str, Any]) -> None:
        self._event(frame)
        for row in frame["rows"]:
            known = self.rows.get(row["conversation"])
            assert known is None or row["seq"] >= known["seq"], "an older row replaced a newer one"
            self.rows[row["conversation"]] = row

    def _thread_part(self, frame: dict[str, Any]) -> None:
        part = self._parts.setdefault(frame["stream"], Thread())
        part.messages |= {message["id"]: message for message in frame["messages"]}
        part.decisions |= {decision["id"]: decision for decision in frame["decisions"]}

    def _thread_end(self, frame: dict[str, Any]) -> None:
        thread = self._parts.pop(frame["stream"], Thread())
        thread.control = frame["control"]
        self.threads[frame["stream"]] = thread
        self.snapshots += 1

    def _desk_part(self, frame: dict[str, Any]) -> None:
        self._rows |= {row["conversation"]: row for row in frame["rows"]}

    def _desk_end(self, _: dict[str, Any]) -> None:
        self.rows, self._rows = self._rows, {}
        self.snapshots += 1
