"""uvicorn's WebSocket protocol, guarded against what never reaches the application: control frames, endless reading.

uvicorn stops reading from a socket while the application has a message of it to take. That bounds what a socket sends
only if little is read at a time, so `READ_BYTES` are. Pings, pongs, empty continuations and whatever comes after our
close frame reach no application; those are counted here.
"""

import asyncio
from asyncio.transports import BaseTransport
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from escalation.kernel.token_bucket import Rate, TokenBucket

READ_BYTES = 4 * 1024
"""Bytes read at once: at most 700 frames, which take 10 ms; asyncio's 256 KiB would take most of a second."""
UNSEEN = Rate(burst=100.0, per_second=5.0)
"""Frames of one socket that no application sees. A ping a second would be much."""
LINGER_SECONDS = 5.0
"""How long a peer that takes nothing more may keep a socket we are done with."""
INVALID_TEXT = 1007


class GuardedProtocol(WebSocketsSansIOProtocol):
    """One socket: read in small pieces, rested from when it sends too much, and ended whether the peer reads or not."""

    _unseen = 0
    _resting: asyncio.TimerHandle | None = None
    _ending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin, on a transport that may be in use already: the upgrade was read from it."""
        cast(Any, transport).max_size = READ_BYTES
        self._allowed = TokenBucket(UNSEEN, self.loop.time())
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        for timer in (self._resting, self._ending):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; read on at once only if it was worth it."""
        super().data_received(data)
        seen, self._unseen = self._unseen, 0
        if seen and (wait := self._allowed.take(seen, self.loop.time())) and self._resting is None:
            self.transport.pause_reading()
            self._resting = self.loop.call_later(wait, self._rested)

    def _rested(self) -> None:
        self._resting = None
        if not self.read_paused:
            self.transport.resume_reading()

    async def receive(self) -> Any:
        """Return the next event; the transport may not be read from while it rests, whatever was taken."""
        event = await super().receive()
        if self._resting is not None:
            self.transport.pause_reading()
        return event

    # --- what no application sees --------------------------------------------------------------------------------

    def handle_ping(self) -> None:
        """Answer, and count."""
        self._unseen += 1
        super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Nobody asked for it."""
        self._unseen += 1

    def handle_cont(self, event: Frame) -> None:
        """Continuations may be empty, and without end."""
        self._unseen += 1
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand a message on. After our close frame it is only counted; text that is none closes, with no traceback."""
        if self.close_sent:
            self._unseen += 1
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(INVALID_TEXT)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    # --- the end -------------------------------------------------------------------------------------------------

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        """The application is done: so is the socket, in a moment, though its peer may never read what is left."""
        super().on_task_complete(task)
        if not self.disconnected:
            self._ending = self.loop.call_later(LINGER_SECONDS, self.transport.abort)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
