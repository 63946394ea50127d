"""The border of REST: what no database keeps (U+0000, half characters) and endless nesting go no further than here."""

import json
from urllib.parse import unquote_to_bytes

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from escalation.kernel.errors import Invalid
from escalation.protocol.decoding import NotJson, decode, flaw_in_text, flaw_of
from escalation.web.errors import body


class PlainRequests:
    """Refuses requests whose path, query, headers or JSON body hold such things. `files` end the paths of uploads."""

    def __init__(self, app: ASGIApp, files: tuple[str, ...]) -> None:
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it is plain so far; its body is looked at once all of it is there."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif flaw := _flaw_of_head(scope):
            await JSONResponse(body(Invalid.code, flaw), 422)(scope, receive, send)
        elif scope["path"].endswith(self._files):
            await self._app(scope, receive, send)
        else:
            await self._app(scope, _checked(receive), send)


def _flaw_of_head(scope: Scope) -> str | None:
    if flaw := flaw_in_text(scope["path"]):
        return f"path: {flaw}"
    if b"\0" in unquote_to_bytes(scope["query_string"]):
        return "query: the character U+0000 is not allowed"
    if any(b"\0" in value for _, value in scope["headers"]):
        return "headers: the character U+0000 is not allowed"
    return None


def _checked(receive: Receive) -> Receive:
    """Return a `receive` that looks at the whole body before it hands out the last part."""
    parts: list[bytes] = []

    async def checked() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                check_body(b"".join(parts))
                parts.clear()
        return message

    return checked


def check_body(raw: bytes) -> None:
    """Look at a body that should be JSON or nothing. Raises: HTTPException; a plain mistake is left to the route."""
    if not raw:
        return
    try:
        flaw = flaw_of(decode(raw))
    except NotJson as error:
        if isinstance(error.__cause__, json.JSONDecodeError):
            return
        raise HTTPException(400, f"The body cannot be read: {error}.") from error
    if flaw:
        raise HTTPException(422, f"body: {flaw}")
