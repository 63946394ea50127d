"""The two WebSocket doors: FastAPI's socket as realtime's `Transport`."""

from collections.abc import Collection

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames.base import Audience
from escalation.realtime.ports import Disconnected
from escalation.web.errors import BadOrigin
from escalation.web.origins import check_origin, origins_of
from escalation.web.services import Services

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
    await socket.accept()
    with service.sockets.one_more(address) as allowed_in:
        if not allowed_in or service.connections.waiting_for_hello >= service.settings.sockets_before_hello:
            await socket.close(CloseCode.LIMIT, "too many connections")
            return
        await service.connections.serve(SocketTransport(socket), audience)
