"""Under which hosts the service answers, what is told to this machine alone, and headers for browsers behind TLS."""

import hmac
from collections.abc import Collection

from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from escalation.kernel.errors import Forbidden
from escalation.settings import Settings
from escalation.web.errors import WrongHost, body, status_of
from escalation.web.limits import is_local

LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
OF_PROXIES = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
"""A request with any of these came through a proxy, wherever that runs."""
PROBES = ("/healthz", "/readyz")
"""What load balancers ask by address."""

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
        "form-action 'self'",
    ]
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
BEHIND_TLS = {
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=()",
}
"""Browsers heed these on pages that came by HTTPS only."""


class SecurityHeaders:
    """Adds the headers every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = {**ALWAYS, **BEHIND_TLS} if scope["scheme"] == "https" else ALWAYS

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class AllowedHosts:
    """Refuses requests and sockets for another host than these, 421; none restricts nothing.

    Local tools may use a loopback name, and probes any.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its host is one of ours."""
        if scope["type"] == "lifespan" or not self._allowed or self._is_allowed(scope):
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        message = f"This service is not at {host[:200]!r}. The operator sets its hosts with ESCALATION_ALLOWED_HOSTS."
        await JSONResponse(body(WrongHost.code, message), status_of(WrongHost))(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        host = Headers(scope=scope).get("host", "").lower()
        if host in self._allowed or name_of(host) in self._allowed or scope["path"].endswith(PROBES):
            return True
        return is_direct(HTTPConnection(scope))


def name_of(host: str) -> str:
    """Return a host without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def is_direct(connection: HTTPConnection) -> bool:
    """Whether a program on this machine asks, and no proxy on this machine for somebody elsewhere.

    A proxy that neither names itself nor passes on the browser's host cannot be told from a program.
    """
    headers, client = connection.headers, connection.client
    if client is None or not is_local(client.host) or any(name in headers for name in OF_PROXIES):
        return False
    return name_of(headers.get("host", "").lower()) in LOOPBACK_HOSTS


def may_see_details(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether this client is told how the service is made and how it fares."""
    return settings.details_for == "everybody" or is_direct(connection)


def check_details(connection: HTTPConnection, settings: Settings) -> None:
    """Refuse clients that are told no details. Raises: Forbidden."""
    if not may_see_details(connection, settings):
        raise Forbidden("Only programs on the service's own machine may see this. See ESCALATION_DETAILS_FOR.")


def check_metrics(connection: HTTPConnection, settings: Settings) -> None:
    """Refuse who may not count: with a token set, everybody without it. Raises: Forbidden."""
    token = settings.metrics_token.get_secret_value()
    if not token:
        check_details(connection, settings)
        return
    given = connection.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Forbidden("Send the header Authorization: Bearer with the token of ESCALATION_METRICS_TOKEN.")
