"""What signing in answers with, whichever way somebody came in: the session's cookies, who they are, what is noted."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request, Response

from escalation.people.errors import (
    AccountDisabled,
    BadCredentials,
    SecondFactorWrong,
    TooManySignIns,
    WrongPassword,
)
from escalation.people.guessing import DEVICE_LASTS
from escalation.people.second_factors import must_have
from escalation.people.staff import Member, Place, StaffSession, id_by_email
from escalation.protocol.rest.people import MemberView, SessionView
from escalation.protocol.states import SecurityKind
from escalation.security.actors import stranger
from escalation.web.errors import TooManyAttempts
from escalation.web.guards import COOKIE, DEVICE_COOKIE, cookie, cookie_name, cookie_path, has_tls
from escalation.web.services import Services, address_of


def place_of(request: Request) -> Place:
    """Return where a request comes from, as its session keeps it."""
    return Place(address_of(request), request.headers.get("user-agent", ""))


def keep_cookies(service: Services, request: Request, response: Response, session: str, device: str) -> None:
    """Give the browser the cookie of its session, and the one by which it is known from now on."""
    lasts = service.settings.session_lasts.total_seconds()
    for name, value, seconds in ((COOKIE, session, lasts), (DEVICE_COOKIE, device, DEVICE_LASTS)):
        response.set_cookie(
            cookie_name(request, name),
            value,
            max_age=int(seconds),
            httponly=True,
            samesite="strict",
            secure=has_tls(request),
            path=cookie_path(request),
        )


def member_view(member: Member) -> MemberView:
    """Return a member as everybody on the staff sees them."""
    return MemberView(id=member.id, name=member.name, role=member.role, email=member.email, capacity=member.capacity)


async def session_view(session: StaffSession, service: Services) -> SessionView:
    """Return who is signed in and what the service does."""
    return SessionView(
        me=member_view(session.member),
        csrf=session.csrf,
        service=await service.describe(),
        queues=list(service.settings.all_queues),
        sites={id: site.name for id, site in sorted(service.settings.sites.items())},
        seen_sites=sorted(session.member.scope.sites),
        seen_queues=sorted(session.member.scope.queues),
        second_factor_missing=must_have(session.member, service.settings.second_factor)
        and not session.member.second_factor,
    )


@asynccontextmanager
async def noting_sign_ins(service: Services, request: Request, email: str) -> AsyncIterator[None]:
    """Tell the security log of what was wrong, or that nobody looked at it, and count wrong codes.

    What was typed is not kept.
    """
    try:
        yield
    except (BadCredentials, WrongPassword, AccountDisabled):
        await _note(service, request, "sign_in_refused", email)
        raise
    except SecondFactorWrong:
        await note_wrong_code(service, request, email)
        raise
    except (TooManySignIns, TooManyAttempts):
        await _note(service, request, "sign_in_delayed", email)
        raise


async def note_wrong_code(service: Services, request: Request, email: str) -> None:
    """Count a wrong code against the account, and tell the security log."""
    service.guard.wrong_code(email.strip().lower(), time.monotonic())
    await _note(service, request, "second_factor_refused", email)


@asynccontextmanager
async def proving_oneself(service: Services, request: Request, session: StaffSession) -> AsyncIterator[None]:
    """Let somebody signed in give their password and code; wrong ones count like those at sign-in.

    Raises: TooManySignIns, and what is wrong.
    """
    email = session.member.email
    attempt = service.guard.attempt(email, address_of(request), cookie(request, DEVICE_COOKIE))
    async with noting_sign_ins(service, request, email):
        service.guard.check(attempt, time.monotonic())
        service.guard.check_code(email, time.monotonic())
        try:
            yield
        except WrongPassword:
            service.guard.wrong(attempt, time.monotonic())
            raise


async def _note(service: Services, request: Request, kind: SecurityKind, email: str) -> None:
    who = stranger(address_of(request))
    await service.refusals.note(kind, who, email, lambda tx: id_by_email(tx, email))
