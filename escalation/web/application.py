"""The FastAPI application: routes, error shape, security headers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from escalation import __version__
from escalation.web import (
    catalogue_routes,
    contact_routes,
    errors,
    explanation_routes,
    health,
    history_routes,
    learning_routes,
    pages,
    people_routes,
    proposal_routes,
    sockets,
)
from escalation.web.bodies import FILE_ROUTES, BodyLimit
from escalation.web.openapi import DESCRIPTION, TAGS, Application
from escalation.web.plain_requests import PlainRequests
from escalation.web.services import Services

Running = Callable[[], AbstractAsyncContextManager[Services]]

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


class SecurityHeaders:
    """Adds the headers every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


class RootPath:
    """Tells the routes the prefix that a proxy serves us under, whether it strips it from the path or not."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its prefix."""
        if scope["type"] != "lifespan":
            scope["root_path"] = self._prefix
        await self._app(scope, receive, send)


def create_application(running: Running, root_path: str = "") -> FastAPI:
    """Return the application; `running` makes its services at start and ends them at stop."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running() as services:
            app.state.services = services
            yield

    app = Application(
        title="Escalation",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        generate_unique_id_function=lambda route: route.name,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.add_middleware(PlainRequests, files=FILE_ROUTES)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    if root_path:
        app.add_middleware(RootPath, prefix="/" + root_path.strip("/"))
    errors.install(app)
    routers: list[Any] = [
        health, people_routes, catalogue_routes, learning_routes, proposal_routes, contact_routes,
        history_routes, explanation_routes,
        sockets, pages,
    ]  # fmt: skip
    for module in routers:
        app.include_router(module.router)
    return app
