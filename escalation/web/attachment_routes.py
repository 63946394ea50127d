"""REST of files: customers and agents upload them, and who has a file's key reads it."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from escalation.attachments.errors import FileInfected, FileRefused, FilesAway, FileTooLarge, FileUnchecked
from escalation.attachments.service import File
from escalation.conversations import repository
from escalation.conversations.scoping import require_seen
from escalation.database import Transaction
from escalation.database.errors import DatabaseAway
from escalation.kernel.errors import Invalid, NotFound
from escalation.people import erasures
from escalation.people.errors import BadToken, CustomerErased, TokenExpired
from escalation.people.scope import Scope
from escalation.protocol.rest.attachments import UploadedFile
from escalation.web.errors import BadOrigin, Failed, TooLarge, TooManyAttempts, refusals
from escalation.web.guards import CHANGING, GuardedRoute, ServicesNow, WorksConversations
from escalation.web.pages_of_sites import allow, check_site, preflight_answer

UPLOADS_PER_MINUTE = 20
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
BODY = {"requestBody": {"required": True, "content": FILE}}
"""The body is the file itself; what it is is told by its content."""
REFUSED = (FileTooLarge, FileRefused, FileInfected, FileUnchecked, FilesAway, TooLarge, TooManyAttempts)
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, max-age=86400",
    "Referrer-Policy": "no-referrer",
}
"""A file that is opened by itself runs nothing, and is of no origin."""

Name = Annotated[str, Query(max_length=255, description="What the file is called on its sender's machine.")]

router = APIRouter(prefix="/api/v1", tags=["attachments"], route_class=GuardedRoute)


@router.post(
    "/sites/{site}/attachments",
    openapi_extra=BODY,
    responses=refusals(
        Failed, DatabaseAway, Invalid, NotFound, BadOrigin, BadToken, TokenExpired, CustomerErased, *REFUSED
    ),
)
async def upload_of_customer(
    site: str, request: Request, response: Response, service: ServicesNow, name: Name = ""
) -> UploadedFile:
    """Take a customer's file; `say` with its id sends it. The customer's token is the bearer token."""
    check_site(request, service, site)
    allow(request, response)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    visitor = service.customers.recognise(token if scheme.lower() == "bearer" else "")
    if visitor.site != site:
        raise BadToken("This identity is of another site.")
    service.limiter.spend("upload", visitor.id, UPLOADS_PER_MINUTE)
    now = await service.database.read(lambda tx: erasures.present(tx, visitor.id))
    return await _take(request, service, f"customer:{now}", name)


@router.options("/sites/{site}/attachments", include_in_schema=False)
async def upload_preflight(site: str, request: Request, service: ServicesNow) -> Response:
    """Let the widget of an allowed site ask from its own page."""
    return preflight_answer(request, service, site)


@router.post(
    "/conversations/{id}/attachments",
    openapi_extra=BODY,
    responses=refusals(*CHANGING, Invalid, NotFound, *REFUSED),
)
async def upload_of_agent(
    id: str, session: WorksConversations, request: Request, service: ServicesNow, name: Name = ""
) -> UploadedFile:
    """Take an agent's file for a conversation they see; `reply` with its id sends it."""
    member = session.member
    service.limiter.spend("upload", member.id, UPLOADS_PER_MINUTE)
    await service.database.read(lambda tx: _require_seen(tx, id, member.scope))
    return await _take(request, service, f"agent:{member.id}", name)


def _require_seen(tx: Transaction, conversation: str, scope: Scope) -> None:
    found = repository.peek(tx, conversation)
    if found is None:
        raise NotFound(f"There is no conversation {conversation}.")
    require_seen(scope, found)


async def _take(request: Request, service: ServicesNow, sender: str, name: str) -> UploadedFile:
    taken = await service.attachments.take(sender, name, await request.body())
    return UploadedFile.model_validate({field: taken[field] for field in UploadedFile.model_fields})


@router.get("/attachments/{id}/{key}", include_in_schema=False)
async def read_attachment(id: str, key: str, service: ServicesNow) -> Response:
    """Return a file to who has its key. It is always to be saved, never shown as a page."""
    return _served(await service.attachments.read(id, key))


@router.get("/attachments/{id}/{key}/thumbnail", include_in_schema=False)
async def read_thumbnail(id: str, key: str, service: ServicesNow) -> Response:
    """Return an image, made small, to who has its key."""
    return _served(await service.attachments.read(id, key, thumbnail=True))


def _served(file: File) -> Response:
    headers = {**SAFE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
    kind = file.media_type + ("; charset=utf-8" if file.media_type == "text/plain" else "")
    return Response(file.data, media_type=kind, headers=headers)
