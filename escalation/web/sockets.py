"""The two WebSocket doors: FastAPI's socket as realtime's `Transport`."""

import asyncio
from collections.abc import Collection

from fastapi import APIRouter, Response, WebSocket, WebSocketDisconnect

from escalation.protocol.close_codes import CloseCode, come_back
from escalation.protocol.frames.base import Audience
from escalation.realtime.ports import Disconnected
from escalation.web.errors import BadOrigin
from escalation.web.limits import is_local
from escalation.web.origins import check_origin, origins_of
from escalation.web.services import Services

REFUSED_AFTER = 1.0
FULL_SECONDS = 30
"""When to come back where too many sockets are open."""

router = APIRouter()


class SocketTransport:
    """An accepted socket."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, text: str) -> None:
        """Send one text message. Raises: Disconnected."""
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            raise Disconnected from error

    async def receive(self) -> str | bytes:
        """Return the next message. Raises: Disconnected."""
        try:
            message = await self._socket.receive()
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            raise Disconnected from error
        if message["type"] != "websocket.receive":
            raise Disconnected
        text: str | None = message.get("text")
        return text if text is not None else bytes(message.get("bytes") or b"")

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code; harmless when already closed."""
        try:
            await self._socket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError, OSError):
            return


@router.websocket("/ws/customer")
async def customer_socket(socket: WebSocket) -> None:
    """Customers' door: pages of allowed sites, a limited number an address."""
    service: Services = socket.app.state.services
    await _serve(socket, "customer", origins_of(service.settings))


@router.websocket("/ws/staff")
async def staff_socket(socket: WebSocket) -> None:
    """Staff's door: only the console's own pages."""
    await _serve(socket, "staff")


async def _serve(socket: WebSocket, audience: Audience, others: Collection[str] = ()) -> None:
    service: Services = socket.app.state.services
    try:
        check_origin(socket, service.settings, others)
    except BadOrigin:
        await socket.close(1008)
        return
    address = socket.client.host if socket.client else "unknown"
    try:
        if service.sockets.full(address) and not service.connections.give_way(address):
            await _turn_away(socket)
            return
        with service.sockets.one_more(address):
            if await _has_turn(socket, service, address):
                await socket.accept()
                limited = not is_local(address)
                await service.connections.serve(SocketTransport(socket), audience, address, limited=limited)
    except (WebSocketDisconnect, OSError):
        return  # gone while it waited


async def _turn_away(socket: WebSocket) -> None:
    """Close a socket too many; not at once, so that a client that comes again and again costs little."""
    await asyncio.sleep(REFUSED_AFTER)
    await socket.accept()
    await socket.close(CloseCode.LIMIT, come_back("too many connections", FULL_SECONDS))


async def _has_turn(socket: WebSocket, service: Services, address: str) -> bool:
    """Wait until this address may open another socket; where that takes too long, refuse and return False."""
    wait = service.sockets.turn(address)
    if wait is not None:
        await asyncio.sleep(wait)
        return True
    await asyncio.sleep(REFUSED_AFTER)
    await socket.send_denial_response(Response(status_code=429, headers={"Retry-After": str(FULL_SECONDS)}))
    return False
