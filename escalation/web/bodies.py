"""How large a request's body may be, by route: refused from its Content-Length, else as soon as too much has come."""

import re

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from escalation.web.errors import TooLarge, body

LARGEST_BODY = 64 * 1024
LARGEST_EDIT = 1024 * 1024
LARGEST_FILE = 24 * 1024 * 1024
LARGEST_ATTACHMENT = 10_000_000
ATTACHMENT_ROUTES = "/attachments"
FILE_ROUTES = ("/catalogue/import", "/catalogue/import/report", ATTACHMENT_ROUTES)
"""How the paths of uploads end."""
EDIT_ROUTES = re.compile(r"/api/v1/catalogue/intents/[^/]")
"""An intent may be given a thousand examples at once."""


def most_of(path: str) -> int:
    """Return how many bytes a body for this path may have."""
    if path.endswith(ATTACHMENT_ROUTES):
        return LARGEST_ATTACHMENT
    if path.endswith(FILE_ROUTES):
        return LARGEST_FILE
    return LARGEST_EDIT if EDIT_ROUTES.search(path) else LARGEST_BODY


class BodyLimit:
    """Refuses request bodies that no route could want, before they fill the memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its body counted as it comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = most_of(scope["path"])
        if _announced(scope) > most:
            await JSONResponse(body(TooLarge.code, _refusal(most)), 413)(scope, receive, send)
            return
        await self._app(scope, _counted(receive, most), send)


def _announced(scope: Scope) -> int:
    """The Content-Length; 0 without one, as for a body in chunks. The server has checked that it is a number."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


def _counted(receive: Receive, most: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, _refusal(most))
        return message

    return counted


def _refusal(most: int) -> str:
    return f"The request is larger than {most} bytes."
