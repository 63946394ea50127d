"""One connection's protocol, without input or output: text and times in, effects out.

    awaiting hello ──hello──▶ authenticating ──admitted──▶ open
          │ 5 s, other frame        │ turned away            │ bad frames, no heartbeat
          └─────────────────────────┴──────────▶ closed ◀────┘

Times are seconds of any clock that does not run backwards.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from escalation.kernel.errors import EscalationError, Unavailable
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.decoding import NotJson, decode, flaw_in_text, flaw_of
from escalation.protocol.frames import PROTOCOL_VERSION, connection, conversation, customer_inbound, staff_inbound
from escalation.protocol.frames.base import Audience, Frame
from escalation.realtime.audience import Absence, may_follow, may_type
from escalation.realtime.effects import (
    Authenticate,
    Beat,
    Close,
    Effect,
    Execute,
    NoteRefusal,
    Send,
    ShowTyping,
    StartFollow,
    StopFollow,
)
from escalation.realtime.ports import Admission, Done

HELLO_SECONDS = 5.0
HEARTBEAT_SECONDS = 25.0
ANSWER_SECONDS = 10.0
MAX_BYTES: Mapping[Audience, int] = {"customer": 16 * 1024, "staff": 64 * 1024}
MAX_BAD_FRAMES = 10
MAX_STREAMS = 64
MAX_EARLY = 32
"""Frames that may come between hello and welcome."""
TYPING_SECONDS = 1.0
"""At most one typing hint in this time is passed on."""

_ADAPTERS: Mapping[Audience, TypeAdapter[Any]] = {"customer": customer_inbound, "staff": staff_inbound}


class State(StrEnum):
    """Where a session stands."""

    AWAITING_HELLO = "awaiting_hello"
    AUTHENTICATING = "authenticating"
    OPEN = "open"
    CLOSED = "closed"


class Session:
    """The protocol's side of one connection of an audience, from its opening at `now`."""

    def __init__(self, audience: Audience, log_epoch: str, now: float) -> None:
        self.state = State.AWAITING_HELLO
        self.admission: Admission | None = None
        self.streams: set[str] = set()
        """Streams asked for and neither dropped nor unfollowed."""
        self._audience = audience
        self._log_epoch = log_epoch
        self._since = now
        self._hello: connection.Hello | None = None
        self._early: list[str | bytes] = []
        self._bad = 0
        self._next_beat = 0.0
        self._answer_due: float | None = None
        self._next_typing = 0.0

    # --- what comes in -------------------------------------------------------------------------------------------

    def receive(self, raw: str | bytes, now: float) -> list[Effect]:
        """Return what this message asks for. Nothing once closed."""
        if self.state is State.CLOSED:
            return []
        self._answer_due = None  # whatever it is, somebody is there
        if len(raw.encode(errors="surrogatepass") if isinstance(raw, str) else raw) > MAX_BYTES[self._audience]:
            return self._close(CloseCode.BAD_FRAME, f"a frame is larger than {MAX_BYTES[self._audience]} bytes")
        if self.state is State.AUTHENTICATING:
            return self._keep_for_later(raw)
        try:
            fields = decode(raw)
        except NotJson as error:
            return self._close(CloseCode.BAD_FRAME, str(error))
        if not isinstance(fields, dict):
            return self._close(CloseCode.BAD_FRAME, "a frame is not a JSON object")
        if flaw := flaw_of(fields):
            return self._bad_frame(flaw, _ref_of(fields))
        return self._greet(fields) if self.state is State.AWAITING_HELLO else self._read(fields, now)

    def _keep_for_later(self, raw: str | bytes) -> list[Effect]:
        if len(self._early) >= MAX_EARLY:
            return self._close(CloseCode.BAD_FRAME, f"more than {MAX_EARLY} frames came before welcome")
        self._early.append(raw)
        return []

    def _greet(self, fields: dict[str, Any]) -> list[Effect]:
        """The version comes before everything else: the hello of another version may look different."""
        if fields.get("type") != "hello":
            return self._close(CloseCode.NO_HELLO, "the first frame is not hello")
        version = fields.get("version")
        if isinstance(version, int) and version != PROTOCOL_VERSION:
            return self._close(CloseCode.VERSION, f"this server speaks version {PROTOCOL_VERSION}, not {version}")
        frame = self._parse(fields)
        if isinstance(frame, list):
            return frame
        assert isinstance(frame, connection.Hello)
        self._hello = frame
        self.state = State.AUTHENTICATING
        return [Authenticate(frame)]

    def _read(self, fields: dict[str, Any], now: float) -> list[Effect]:
        frame = self._parse(fields)
        match frame:
            case list():
                return frame
            case connection.Hello():
                return self._bad_frame("hello comes once", None)
            case connection.Heartbeat():
                return []
            case connection.Follow() | connection.Unfollow():
                return self._follow_or_not(frame)
            case conversation.Typing():
                return self._typing(frame, now)
        return [Execute(frame, reference(frame))]

    def _follow_or_not(self, frame: connection.Follow | connection.Unfollow) -> list[Effect]:
        if isinstance(frame, connection.Follow):
            return self._follow(frame.stream, frame.position)
        self.streams.discard(frame.stream)
        return [StopFollow(frame.stream)]

    def _parse(self, fields: dict[str, Any]) -> Frame | list[Effect]:
        """Return the frame, or the list of effects if it is a bad one."""
        try:
            frame: Frame = _ADAPTERS[self._audience].validate_python(fields)
            return frame
        except ValidationError as error:
            return self._bad_frame(complaint(error, fields), _ref_of(fields))

    def _bad_frame(self, message: str, ref: str | None) -> list[Effect]:
        self._bad += 1
        refused: list[Effect] = [Send(connection.Refused(code="bad_frame", message=message, ref=ref))]
        if self._bad < MAX_BAD_FRAMES:
            return refused
        return refused + self._close(CloseCode.BAD_FRAME, f"{self._bad} bad frames")

    def _follow(self, stream: str, position: int | None) -> list[Effect]:
        assert self.admission is not None
        right = may_follow(self.admission.person, stream)
        if right == "no":
            # Noted first: who has the answer finds the refusal in the security log.
            return [NoteRefusal(stream), Send(connection.Dropped(stream=stream, reason="forbidden"))]
        if stream not in self.streams and len(self.streams) >= MAX_STREAMS:
            message = f"{MAX_STREAMS} streams are followed already: unfollow one before {stream}"
            return [Send(connection.Refused(code="too_many_streams", message=message))]
        self.streams.add(stream)
        return [StartFollow(stream, position, ask=right == "ask")]

    def _typing(self, frame: conversation.Typing, now: float) -> list[Effect]:
        if now < self._next_typing:
            return []
        assert self.admission is not None
        if not may_type(self.admission.person):
            return []
        if frame.conversation is None and self._audience == "staff":
            return self._bad_frame("typing: conversation is required", None)
        self._next_typing = now + TYPING_SECONDS
        return [ShowTyping(frame.conversation)]

    # --- what the shell tells ------------------------------------------------------------------------------------

    def admitted(self, admission: Admission, at: datetime, now: float) -> list[Effect]:
        """They are who they say: welcome them, and go on with what they asked for.

        What a limited member sees is a log of its own: with other limits, what they had is void and comes anew.
        """
        if self.state is not State.AUTHENTICATING:
            return []
        assert self._hello is not None
        self.state, self.admission = State.OPEN, admission
        if admission.scope.limited:
            self._log_epoch += f".{admission.scope.fingerprint}"
        self._next_beat = now + HEARTBEAT_SECONDS
        effects: list[Effect] = [Send(self._welcome(admission, at))]
        same_log = self._hello.log_epoch == self._log_epoch
        for stream, position in self._hello.positions.items():
            effects += self._follow(stream, position if same_log and position >= 0 else None)
        early, self._early = self._early, []
        for raw in early:
            effects += self.receive(raw, now)
        return effects

    def _welcome(self, admission: Admission, at: datetime) -> connection.Welcome:
        return connection.Welcome(
            me=admission.person,
            connection=admission.connection,
            log_epoch=self._log_epoch,
            server_time=at,
            heartbeat_seconds=HEARTBEAT_SECONDS,
            conversation=admission.conversation,
            token=admission.token,
        )

    def turned_away(self, error: EscalationError) -> list[Effect]:
        """The token or ticket is no good."""
        if error.code == "erased":
            return self._close(CloseCode.ERASED, error.message)
        if error.code == "token_expired":
            return self._close(CloseCode.TOKEN_EXPIRED, error.message)
        if isinstance(error, Unavailable):
            return self._close(CloseCode.STATE_LOST, error.message)
        return self._close(CloseCode.BAD_TOKEN, error.message)

    def executed(self, request: Execute, done: Done) -> list[Effect]:
        """The request is stored."""
        return self._answer(connection.Accepted(ref=request.ref, seq=done.seq, conversation=done.conversation))

    def failed(self, request: Execute, error: EscalationError) -> list[Effect]:
        """The request was refused and changed nothing."""
        return self._answer(connection.Refused(code=error.code, message=error.message, ref=request.ref))

    def _answer(self, frame: Frame) -> list[Effect]:
        return [Send(frame)] if self.state is State.OPEN else []

    def dropped(self, stream: str, reason: Absence | str) -> list[Effect]:
        """The stream may not be followed (any longer)."""
        self.streams.discard(stream)
        return self._answer(connection.Dropped.model_validate({"stream": stream, "reason": reason}))

    def beaten(self, now: float) -> None:
        """The heartbeat has left: the answer's time runs from here, however slow the socket was."""
        self._answer_due = now + ANSWER_SECONDS

    def resumed(self, now: float) -> None:
        """We were busy and read nothing: the other side's silence until now is not theirs."""
        if self._answer_due is not None:
            self._answer_due = max(self._answer_due, now + ANSWER_SECONDS)

    # --- time ----------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> list[Effect]:
        """Return what is due. Call it about once a second."""
        if self.state in {State.AWAITING_HELLO, State.AUTHENTICATING}:
            waiting = self.state is State.AWAITING_HELLO and now - self._since >= HELLO_SECONDS
            return self._close(CloseCode.NO_HELLO, "no hello in time") if waiting else []
        if self.state is State.CLOSED:
            return []
        if self._answer_due is not None and now >= self._answer_due:
            return self._close(CloseCode.NO_HEARTBEAT, "no answer to the heartbeat")
        if now < self._next_beat:
            return []
        self._next_beat = now + HEARTBEAT_SECONDS
        return [Beat()]

    def _close(self, code: CloseCode, reason: str) -> list[Effect]:
        self.state = State.CLOSED
        self.streams.clear()
        self._early.clear()
        return [Close(code, reason)]


def _ref_of(fields: Mapping[str, Any]) -> str | None:
    """Return the id that a bad frame gave itself, if it can be said in the answer."""
    given = fields.get("client_message_id", fields.get("command_id"))
    return given[:100] if isinstance(given, str) and flaw_in_text(given) is None else None


def reference(frame: Frame) -> str:
    """Return the id a request is answered under."""
    return str(getattr(frame, "client_message_id", None) or getattr(frame, "command_id", ""))


def complaint(error: ValidationError, fields: Mapping[str, Any]) -> str:
    """Return one sentence that names the frame and its first wrong field, and never quotes what was sent."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    kind = fields.get("type")
    place = ".".join(str(part) for part in first["loc"] if part != kind)[:100]
    if first["type"].startswith("union_tag"):
        return "type: there is no such frame here"
    return f"{kind}{': ' + place if place else ''}: {first['msg']}"
