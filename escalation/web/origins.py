"""Which pages may use the service: one rule for requests and sockets, also behind a proxy that sends its own Host."""

from collections.abc import Collection

from fastapi.requests import HTTPConnection
from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from escalation.settings import Settings
from escalation.web.errors import BadOrigin

PORTS = {"http": ":80", "https": ":443"}
"""What a browser leaves away in an origin."""


class TrustedProxies(ProxyHeadersMiddleware):
    """Takes address, scheme and host of a request from the headers of a trusted proxy; from others they are nothing.

    uvicorn's own middleware knows no X-Forwarded-Host.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Pass the request on as the proxy got it."""
        client = scope.get("client")
        if client and client[0] in self.trusted_hosts:
            headers = MutableHeaders(scope=scope)
            # Several proxies make a list; the first one met the browser.
            if host := headers.get("x-forwarded-host", "").partition(",")[0].strip():
                headers["host"] = host
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]


def check_origin(connection: HTTPConnection, settings: Settings, others: Collection[str] = ()) -> None:
    """Refuse pages that are neither the service's own nor of `others`; programs send no Origin. Raises: BadOrigin."""
    origin = connection.headers.get("origin")
    if origin is None or origin in others or origin in settings.console_origins or _is_own(origin, connection):
        return
    raise BadOrigin(
        f"Pages of {origin[:200]} may not use this service. A site's pages belong into the site's origins. If people "
        "reach the console there, set ESCALATION_CONSOLE_ORIGINS, or let the proxy pass on the Host."
    )


def _is_own(origin: str, connection: HTTPConnection) -> bool:
    """Whether this service itself served the page: same host, and not less safe than the request."""
    scheme, _, place = origin.partition("://")
    if scheme not in PORTS or (connection.url.scheme in {"https", "wss"} and scheme != "https"):
        return False
    host = connection.headers.get("host", "").lower()
    return place.removesuffix(PORTS[scheme]) == host.removesuffix(PORTS[scheme])


def origins_of(settings: Settings, site: str | None = None) -> set[str]:
    """Return the origins of one site, or of all."""
    chosen = settings.sites.values() if site is None else [settings.sites[site]]
    return {origin for each in chosen for origin in each.origins}
