"""The FastAPI application: routes, error shape, security headers."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from escalation import __version__
from escalation.web import (
    account_routes,
    assistance_routes,
    attachment_routes,
    catalogue_routes,
    contact_routes,
    customer_routes,
    draft_routes,
    errors,
    explanation_routes,
    health,
    history_routes,
    identity_routes,
    learning_routes,
    macro_routes,
    own_account_routes,
    pages,
    people_routes,
    privacy_routes,
    proof_routes,
    proposal_routes,
    report_routes,
    routing_routes,
    saved_view_routes,
    second_factor_routes,
    security_routes,
    sockets,
    team_routes,
    template_routes,
    whisper_routes,
    workload_routes,
)
from escalation.web.bodies import FILE_ROUTES, BodyLimit
from escalation.web.hosts import AllowedHosts, SecurityHeaders
from escalation.web.openapi import DESCRIPTION, TAGS, Application
from escalation.web.plain_requests import PlainRequests
from escalation.web.services import Services

Running = Callable[[], AbstractAsyncContextManager[Services]]

REST: tuple[APIRouter, ...] = (
    health.router, people_routes.router, identity_routes.router, attachment_routes.router,
    account_routes.router, own_account_routes.router,
    second_factor_routes.router,
    catalogue_routes.router, learning_routes.router, proposal_routes.router,
    contact_routes.router, history_routes.router, explanation_routes.router, security_routes.router,
    privacy_routes.router, proof_routes.router, routing_routes.router,
    template_routes.router, macro_routes.router, assistance_routes.router, report_routes.router, team_routes.router,
    saved_view_routes.router, whisper_routes.router, workload_routes.router, draft_routes.router,
    customer_routes.router,
)  # fmt: skip
"""Every router but those of sockets and of files of pages."""


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


def create_application(running: Running, root_path: str = "", allowed_hosts: Collection[str] = ()) -> FastAPI:
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
        openapi_url=None,  # a route of ours, which not everybody may ask
        redirect_slashes=False,  # Starlette would build the address from the Host header
    )
    app.add_middleware(PlainRequests, files=FILE_ROUTES)
    app.add_middleware(BodyLimit)
    app.add_middleware(AllowedHosts, allowed=allowed_hosts)
    app.add_middleware(SecurityHeaders)
    if root_path:
        app.add_middleware(RootPath, prefix="/" + root_path.strip("/"))
    errors.install(app)
    for router in (sockets.router, *REST, pages.router):  # a socket asks every router before its own
        app.include_router(router)
    return app
