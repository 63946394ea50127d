"""REST of one's own account: the password, where one is signed in, and one-use links, which need no session."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Request, Response

from escalation.kernel.errors import Invalid, NotFound
from escalation.people.errors import (
    BadLink,
    EmailTaken,
    SecondFactorRequired,
    SecondFactorWrong,
    TooManySignIns,
    WeakPassword,
    WrongPassword,
)
from escalation.people.sessions import OpenSession
from escalation.protocol.rest.people import (
    LinkToken,
    LinkUse,
    LinkView,
    OpenSessionList,
    OpenSessionView,
    PasswordChange,
    SessionView,
)
from escalation.security.actors import stranger
from escalation.web.errors import WITH_BODY, BadOrigin, Failed, TooManyAttempts, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, OwnAccount, ServicesNow
from escalation.web.origins import check_origin
from escalation.web.services import Services, address_of
from escalation.web.session_answers import keep_cookies, note_wrong_code, place_of, proving_oneself, session_view

router = APIRouter(prefix="/api/v1", tags=["people"], route_class=GuardedRoute)

BY_LINK = (Failed, *WITH_BODY, BadLink, BadOrigin, TooManyAttempts)


@router.put(
    "/session/password",
    status_code=204,
    responses=refusals(*CHANGING, *WITH_BODY, WrongPassword, WeakPassword, TooManyAttempts),
)
async def change_password(change: PasswordChange, session: OwnAccount, request: Request, service: ServicesNow) -> None:
    """Change one's own password. One's other sessions end; wrong ones count like those at sign-in."""
    async with proving_oneself(service, request, session):
        await service.staff.change_password(session, change.old, change.new, address_of(request))
    await service.watch_sessions()


@router.get("/sessions", responses=refusals(*READING))
async def list_sessions(session: OwnAccount, service: ServicesNow) -> OpenSessionList:
    """Return where one is signed in, the session used last first."""
    found = await service.sessions.of(session.member.id)
    return OpenSessionList(sessions=[_open_session(each, session.id) for each in found])


@router.delete("/sessions/{id}", status_code=204, responses=refusals(*CHANGING, Invalid, NotFound))
async def end_session(id: str, session: OwnAccount, request: Request, service: ServicesNow) -> None:
    """End one of one's own sessions and its sockets."""
    await service.sessions.end(session.member.id, id, address_of(request))
    await service.watch_sessions()


@router.post("/links/look", responses=refusals(*BY_LINK))
async def look_at_link(link: LinkToken, request: Request, service: ServicesNow) -> LinkView:
    """Return what a one-use link is for; it stays good. Links that are not good count against the address."""
    check_origin(request, service.settings)
    async with _trying_link(service, request):
        found = await service.links.look(link.token)
    return LinkView(purpose=found.purpose, email=found.email, role=found.role, expires_at=found.expires_at)


@router.post(
    "/links/use",
    responses=refusals(*BY_LINK, WeakPassword, EmailTaken, SecondFactorRequired, SecondFactorWrong),
)
async def use_link(link: LinkUse, request: Request, response: Response, service: ServicesNow) -> SessionView:
    """Use a link up: make the invited account, or set the new password, and sign in by it.

    A new password ends every session there was.
    """
    check_origin(request, service.settings)
    async with _trying_link(service, request):
        email = (await service.links.look(link.token)).email
        if link.code:
            service.guard.check_code(email, time.monotonic())
        try:
            where = place_of(request)
            session, token = await service.links.use(link.token, link.name, link.password, where, link.code)
        except SecondFactorWrong:
            await note_wrong_code(service, request, email)
            raise
    service.guard.right_code(email)
    await service.watch_sessions()
    keep_cookies(service, request, response, token, service.guard.known(session.member.email))
    return await session_view(session, service)


@asynccontextmanager
async def _trying_link(service: Services, request: Request) -> AsyncIterator[None]:
    """Count a link that is not good against the address, and tell the security log. Raises: TooManySignIns, BadLink."""
    address = address_of(request)
    try:
        service.guard.check_link(address, time.monotonic())
        yield
    except BadLink:
        service.guard.wrong_link(address, time.monotonic())
        await service.refusals.note("link_refused", stranger(address))
        raise
    except TooManySignIns:
        await service.refusals.note("sign_in_delayed", stranger(address))
        raise


def _open_session(found: OpenSession, current: str) -> OpenSessionView:
    return OpenSessionView(
        id=found.id,
        current=found.id == current,
        browser=found.device.browser,
        system=found.device.system,
        address=found.address,
        created_at=found.created_at,
        used_at=found.used_at,
    )
