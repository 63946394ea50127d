"""Which HTTP status each error code has, and the one shape errors are sent in."""

import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from escalation.kernel.errors import Conflict, EscalationError, Forbidden, Invalid, NotFound, Unavailable
from escalation.logs import get_logger
from escalation.protocol.rest.base import ErrorBody, ErrorDetail

_log = get_logger(__name__)

STATUS_BY_CODE = {
    "bad_credentials": 401, "not_signed_in": 401, "bad_token": 401, "second_factor_required": 401,
    "second_factor_wrong": 401, "too_many_attempts": 429, "words_erased": 410,
    "erased": 410,
    "too_large": 413, "internal": 500, "wrong_host": 421, "database_unreadable": 500,
}  # fmt: skip
CODE_BY_STATUS = {400: "invalid", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 422: "invalid"}
"""Codes of the errors that the framework raises by itself."""
STATUS_BY_KIND: dict[type[EscalationError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    Unavailable: 503,
}


class TooManyAttempts(Unavailable):
    """A limit was reached; wait a little."""

    code = "too_many_attempts"
    retry_after = 60.0
    """In seconds."""


class TooManyUploads(TooManyAttempts):
    """Other large files are being taken in; come back in a moment."""

    retry_after = 5.0


class BadOrigin(Forbidden):
    """A page of this origin may not use the service."""

    code = "bad_origin"


class WrongHost(Forbidden):
    """The service does not answer under this host."""

    code = "wrong_host"


class BadCsrf(Forbidden):
    """The X-CSRF-Token header is missing or not this session's."""

    code = "bad_csrf"


class TooLarge(EscalationError):
    """The body is larger than this route takes."""

    code = "too_large"


class Unreadable(EscalationError):
    """The body is not JSON in UTF-8."""

    code = "invalid"


class Failed(EscalationError):
    """The service failed; its log says more."""

    code = "internal"


WITH_BODY = (Invalid, Unreadable, TooLarge)
"""What a route that takes a body may refuse it for."""


def status_of(kind: type[EscalationError]) -> int:
    """Return the HTTP status of a kind of error."""
    if kind.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[kind.code]
    return next((status for root, status in STATUS_BY_KIND.items() if issubclass(kind, root)), 400)


def refusals(*kinds: type[EscalationError]) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may fail with these kinds, for its documentation."""
    lines: dict[int, list[str]] = {}
    for kind in kinds:
        meaning = " ".join((kind.__doc__ or "").split())
        lines.setdefault(status_of(kind), []).append(f"`{kind.code}`: {meaning}")
    return {status: {"model": ErrorBody, "description": "\n\n".join(lines[status])} for status in sorted(lines)}


def body(code: str, message: str) -> dict[str, Any]:
    """Return the JSON of an error."""
    return ErrorBody(error=ErrorDetail(code=code, message=message)).model_dump()


def retry_header(error: EscalationError) -> dict[str, str]:
    """Return the header that says when to come back, where the error says so."""
    seconds: float | None = getattr(error, "retry_after", None)
    return {} if seconds is None else {"Retry-After": str(math.ceil(seconds))}


def install(app: FastAPI) -> None:
    """Answer every error in the one shape."""

    @app.exception_handler(EscalationError)
    async def known(_: Request, error: EscalationError) -> JSONResponse:
        return JSONResponse(body(error.code, error.message), status_of(type(error)), retry_header(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        places = [f"{'.'.join(map(str, item['loc'][1:]))}: {item['msg']}" for item in error.errors()]
        return JSONResponse(body(Invalid.code, "; ".join(places)), 422)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        code = CODE_BY_STATUS.get(error.status_code, "http_error")
        return JSONResponse(body(code, str(error.detail)), error.status_code)

    @app.exception_handler(Exception)
    async def unknown(request: Request, error: Exception) -> JSONResponse:
        _log.error("request_failed", path=request.url.path, exc_info=error)
        return JSONResponse(body(Failed.code, "The service failed. The log says more."), 500)
