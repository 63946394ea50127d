"""How the application is served: uvicorn, set for our sockets, and ended in good order."""

import asyncio
import socket

import uvicorn
from fastapi import FastAPI

from escalation.logs import get_logger
from escalation.settings import Settings
from escalation.web.guarded_protocol import GuardedProtocol
from escalation.web.guarded_requests import GuardedRequests
from escalation.web.origins import TrustedProxies
from escalation.web.services import Services

LARGEST_FRAME = 64 * 1024
FRAME_MARGIN = 1024
"""A frame a little too large still arrives, so that it is refused by the protocol's own close code."""
IDLE_SECONDS = 130
"""How long a connection without a request stays open: longer than Caddy (two minutes) and others keep one. Where the
service ended it first, a request on its way at that moment would get no answer."""


_log = get_logger(__name__)


class Server(uvicorn.Server):
    """Closes our sockets with our own close code before uvicorn would close them with 1012.

    `create_server` makes one.
    """

    servers: list[asyncio.Server]

    def __init__(self, app: FastAPI, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._app = app
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say from when on requests are answered: a first start works on the encoder for a minute before."""
        await super().startup(sockets)
        if self.started:
            _log.info("listening", host=self._settings.host, port=self._settings.port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen no longer, drain the connections, then end what uvicorn has besides."""
        for server in self.servers:
            server.close()  # first: clients that come back must not meet this process again
        services: Services = self._app.state.services
        await services.connections.drain()
        await super().shutdown(sockets)


def create_server(app: FastAPI, settings: Settings) -> Server:
    """Return what serves the application on a listening socket."""
    config = uvicorn.Config(
        TrustedProxies(app, settings.trusted_proxies),  # type: ignore[arg-type]
        proxy_headers=False,  # the line above does it, and knows more headers
        http=GuardedRequests,
        ws=GuardedProtocol,
        ws_max_size=LARGEST_FRAME + FRAME_MARGIN,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=10,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    return Server(app, config, settings)
