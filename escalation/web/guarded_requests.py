"""uvicorn's HTTP protocol, guarded against requests that never become whole: half a head, a body that drips.

uvicorn itself ends only connections that are idle between two requests.
"""

from asyncio import TimerHandle, Transport
from typing import Any, Literal

import h11
import orjson
from uvicorn.protocols.http.h11_impl import H11Protocol

from escalation.web.errors import body

HEAD_SECONDS = 10.0
"""From the first byte of a request, or from the connection, to the end of its headers."""
BODY_SECONDS = 10.0
BODY_BYTES_PER_SECOND = 4 * 1024
"""A body may take `BODY_SECONDS`, and a second more for so many bytes as came: 24 MiB at no less than 4 KiB/s."""
REST_SECONDS = 5.0
"""How long what is left of a body is read and dropped after the answer, so that the peer can read that."""
STOP_SECONDS = 3.0
"""How long a body may still take when the service ends."""

Phase = Literal["head", "body", "rest"]
LATE = (408, "request_timeout", "The request came too slowly.")
STOPPING = (503, "stopping", "The service is ending. Send the request again in a moment.")


class GuardedRequests(H11Protocol):
    """One connection: at any time it is known what the peer owes us, and until when."""

    _phase: Phase | None = None
    _timer: TimerHandle | None = None
    _since = 0.0
    _received = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        self._enter(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and see what is owed next."""
        super().data_received(data)
        self._watch()
        self._received += len(data)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave the connection to the socket's own protocol."""
        self._enter(None)
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """See whether a part of the body is still to come. uvicorn waits for the next request by itself."""
        super().on_response_complete()
        self._enter("rest" if self._owed() == "rest" else None)

    def shutdown(self) -> None:
        """End, at once where nothing is under way, else in a moment."""
        super().shutdown()
        if self._owed() == "body":
            self.loop.call_later(STOP_SECONDS, self._stop)

    def _stop(self) -> None:
        if self._owed() == "body":
            self._refuse(*STOPPING)

    # --- what is owed --------------------------------------------------------------------------------------------

    def _owed(self) -> Phase | None:
        """What the peer has not sent yet; None while it waits for us."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return None
        if self.conn.their_state is h11.IDLE:
            return "head"
        if self.conn.their_state is h11.SEND_BODY:
            return "rest" if self.cycle.response_complete else "body"
        return None

    def _watch(self) -> None:
        owed = self._owed()
        if owed != self._phase:
            self._enter(owed)

    def _enter(self, phase: Phase | None) -> None:
        self._phase, self._since, self._received = phase, self.loop.time(), 0
        if self._timer is not None:
            self._timer.cancel()
        seconds = {"head": HEAD_SECONDS, "body": BODY_SECONDS, "rest": REST_SECONDS}
        self._timer = None if phase is None else self.loop.call_later(seconds[phase], self._late)

    def _late(self) -> None:
        if self._phase == "body" and (more := self._time_left()) > 0:
            self._timer = self.loop.call_later(more, self._late)
        elif self._phase == "rest" or (self._phase == "head" and not self._received):
            self.transport.abort()
        else:
            self._refuse(*LATE)

    def _time_left(self) -> float:
        if self.flow.read_paused:
            return 1.0  # it is we who do not read
        return self._since + BODY_SECONDS + self._received / BODY_BYTES_PER_SECOND - self.loop.time()

    def _refuse(self, status: int, code: str, message: str) -> None:
        """Answer in the application's place, whose own answer is dropped, and hang up."""
        self._enter(None)
        answered = self.cycle is not None and not self.cycle.response_complete and self.cycle.response_started
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not answered:
            for event in _answer(status, orjson.dumps(body(code, message))):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _answer(status: int, content: bytes) -> list[Any]:
    headers = [("content-type", "application/json"), ("content-length", str(len(content))), ("connection", "close")]
    return [h11.Response(status_code=status, headers=headers), h11.Data(data=content), h11.EndOfMessage()]
