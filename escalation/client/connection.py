"""One socket that comes back by itself: greeting, positions, requests sent again until they are answered."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from escalation.client.backoff import Backoff
from escalation.client.errors import ClientError, ConnectionEnded, RequestRefused, Unreachable
from escalation.client.pulse import Pulse
from escalation.client.sockets import judge_close, opened, parse, refuse_upgrade
from escalation.protocol.frames import PROTOCOL_VERSION
from escalation.protocol.frames.base import Frame
from escalation.protocol.frames.connection import (
    Accepted,
    Dropped,
    Follow,
    Following,
    Heartbeat,
    Hello,
    Refused,
    ServerHeartbeat,
    Unfollow,
    Welcome,
)
from escalation.protocol.frames.conversation import ThreadEnd
from escalation.protocol.frames.desk import DeskEnd

SILENCE = 10.0
"""Seconds a heartbeat may be late before the client gives the socket up."""


@dataclass(slots=True)
class Pending:
    """A request not answered yet, and the answer to come."""

    text: str
    answer: asyncio.Future[Accepted]


class ResumingConnection:
    """Keeps one socket open until `close`, and gives every frame to `receive`.

    `greet` makes the secret part of each hello (a token, or a fresh ticket). Requests are sent in the order they were
    made; those without an answer are sent again, in that order, after each reconnect. `reconnects` counts.
    """

    def __init__(
        self,
        url: str,
        *,
        origin: str,
        greet: Callable[[], Awaitable[Hello]],
        receive: Callable[[Frame], None],
        backoff: Backoff,
    ) -> None:
        self.url = url
        self.pulse = Pulse()
        self.welcome: Welcome | None = None
        self.positions: dict[str, int] = {}
        self.reconnects = 0
        self.connected = False
        self._origin = origin
        self._greet = greet
        self._receive = receive
        self._backoff = backoff
        self._followed: dict[str, None] = {}
        self._unasked: list[str] = []
        self._pending: dict[str, Pending] = {}
        self._socket: ClientConnection | None = None
        self._log_epoch: str | None = None
        self._task: asyncio.Task[None] | None = None

    # --- what the client's owner calls -----------------------------------------------------------------------

    async def open(self, seconds: float = 60.0) -> Welcome:
        """Connect and return the welcome; keeps trying for `seconds`."""
        self._task = asyncio.create_task(self._run(), name="client connection")
        return await self.pulse.until(lambda: self.welcome, seconds, f"a welcome from {self.url}")

    async def close(self) -> None:
        """Close the socket and stop coming back."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._fail(ClientError("The client was closed."))

    def want(self, stream: str, position: int | None = None) -> None:
        """Follow `stream` from the next frame or welcome on, from after `position` if given."""
        if stream not in self._followed:
            self._followed[stream] = None
            self._unasked.append(stream)
        if position is not None:
            self.positions[stream] = position

    async def follow(self, stream: str) -> None:
        """Follow `stream` now and after every reconnect, if it is not followed already."""
        self.want(stream)
        if self.connected:
            await self._ask_for_streams()

    async def unfollow(self, stream: str) -> None:
        """Stop following `stream`."""
        if stream in self._followed:
            self._forget(stream)
            await self._send_if_connected(Unfollow(stream=stream))

    async def request(self, ref: str, frame: Frame) -> Accepted:
        """Send a request named `ref` until it is answered, over as many sockets as it takes.

        Raises:
            RequestRefused: the service answered with an error.
            ClientError: the connection ended for good.
        """
        if self.pulse.failure is not None:
            raise self.pulse.failure
        pending = Pending(frame.model_dump_json(), asyncio.get_running_loop().create_future())
        self._pending[ref] = pending
        try:
            if self.connected:
                await self._send(pending.text)
            return await pending.answer
        finally:
            self._pending.pop(ref, None)

    async def send(self, frame: Frame) -> None:
        """Send a frame that has no answer; lost if there is no socket."""
        await self._send_if_connected(frame)

    # --- the life of the socket ------------------------------------------------------------------------------

    async def _run(self) -> None:
        attempt = 0
        try:
            while True:
                before = self.welcome
                away = 0.0
                with contextlib.suppress(Unreachable):
                    away = await self._live()
                attempt = attempt + 1 if self.welcome is before else 0
                await asyncio.sleep(away + self._backoff.delay(attempt))
        except ClientError as error:
            self._fail(error)
        except Exception as error:
            self._fail(ClientError(f"A defect of the client: {error!r}"))
            raise

    async def _live(self) -> float:
        """Live through one socket until it closed in a way that invites to come back; returns in how many seconds."""
        hello = await self._greet()
        try:
            async with opened(self.url, self._origin) as socket:
                self._socket = socket
                await self._resume(socket, hello)
                await self._listen(socket)
        except InvalidStatus as error:
            refuse_upgrade(error.response.status_code, self.url)
        except ConnectionClosed as closed:
            return judge_close(closed)
        except (OSError, TimeoutError, InvalidHandshake, EOFError) as error:
            raise Unreachable(f"{self.url}: {error}") from error
        finally:
            self.connected, self._socket = False, None
        return 0.0

    async def _resume(self, socket: ClientConnection, hello: Hello) -> None:
        known = {stream: self.positions[stream] for stream in self._followed if stream in self.positions}
        greeting = hello.model_copy(
            update={"version": PROTOCOL_VERSION, "positions": known, "log_epoch": self._log_epoch}
        )
        await socket.send(greeting.model_dump_json())
        async with asyncio.timeout(30):
            first = parse(await socket.recv())
        if not isinstance(first, Welcome):
            raise ConnectionEnded(0, f"{self.url}: the first frame was {type(first).__name__}, not Welcome.")
        self.reconnects += self.welcome is not None
        if self._log_epoch not in {None, first.log_epoch}:
            self.positions.clear()  # of the log before a restore: if this breaks, they must not be brought again
        self.welcome, self._log_epoch = first, first.log_epoch
        self._receive(first)
        await self._catch_up(socket, set(known))
        self.pulse.beat()

    async def _catch_up(self, socket: ClientConnection, sent: set[str]) -> None:
        """Follow what has no position and send what has no answer, in order; what is asked meanwhile queues up."""
        while True:
            todo = [(stream, Follow(stream=stream).model_dump_json()) for stream in self._followed]
            todo += [(ref, pending.text) for ref, pending in self._pending.items()]
            todo = [(name, text) for name, text in todo if name not in sent]
            if not todo:
                break
            for name, text in todo:
                sent.add(name)
                await socket.send(text)
        self._unasked.clear()
        self.connected = True

    async def _listen(self, socket: ClientConnection) -> None:
        assert self.welcome is not None
        patience = self.welcome.heartbeat_seconds + SILENCE
        while True:
            async with asyncio.timeout(patience):
                raw = await socket.recv()
            frame = parse(raw)
            if isinstance(frame, ServerHeartbeat):
                await socket.send(Heartbeat().model_dump_json())
            self._take(frame)
            await self._ask_for_streams()

    # --- frames ----------------------------------------------------------------------------------------------

    def _take(self, frame: Frame) -> None:
        self._move(frame)
        if isinstance(frame, Accepted | Refused) and frame.ref in self._pending:
            self._answer(self._pending.pop(frame.ref), frame)
        elif isinstance(frame, Dropped):
            self._forget(frame.stream)
        self._receive(frame)
        self.pulse.beat()

    def _move(self, frame: Frame) -> None:
        """Advance the positions `frame` tells of."""
        if isinstance(frame, ServerHeartbeat):
            for stream, position in frame.positions.items():
                self._at(stream, position)
        elif isinstance(frame, Following):
            self.positions[frame.stream] = frame.position
        elif isinstance(frame, ThreadEnd | DeskEnd):
            self.positions[frame.stream] = frame.head
        else:
            self._at(getattr(frame, "stream", ""), getattr(frame, "seq", 0))

    def _at(self, stream: str, position: int) -> None:
        # A stream without a position still awaits its snapshot; an event must not let it be skipped.
        if stream in self.positions:
            self.positions[stream] = max(self.positions[stream], position)

    def _answer(self, pending: Pending, frame: Accepted | Refused) -> None:
        if pending.answer.done():
            return
        if isinstance(frame, Accepted):
            pending.answer.set_result(frame)
        else:
            pending.answer.set_exception(RequestRefused(frame.code, frame.message))

    def _forget(self, stream: str) -> None:
        self._followed.pop(stream, None)
        self.positions.pop(stream, None)

    async def _ask_for_streams(self) -> None:
        while self._unasked:
            stream = self._unasked.pop(0)
            if stream in self._followed:
                await self._send(Follow(stream=stream).model_dump_json())

    async def _send_if_connected(self, frame: Frame) -> None:
        if self.connected:
            await self._send(frame.model_dump_json())

    async def _send(self, text: str) -> None:
        # A socket that closes under the send is noticed by the listener, and the request goes out again.
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(text)

    def _fail(self, error: ClientError) -> None:
        self.pulse.fail(error)
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(error)
