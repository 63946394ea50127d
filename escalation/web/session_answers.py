"""What signing in answers with, whichever way somebody came in: the session's cookies, who they are, what is noted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request, Response

from escalation.people.errors import AccountDisabled, BadCredentials, TooManySignIns, WrongPassword
from escalation.people.guessing import DEVICE_LASTS
from escalation.people.staff import Member, Place, StaffSession, id_by_email
from escalation.protocol.rest.people import MemberView, SessionView
from escalation.protocol.states import SecurityKind
from escalation.security.actors import stranger
from escalation.web.errors import TooManyAttempts
from escalation.web.guards import COOKIE, DEVICE_COOKIE, cookie_name, cookie_path, has_tls
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


def session_view(session: StaffSession, service: Services) -> SessionView:
    """Return who is signed in and what the service does."""
    return SessionView(
        me=member_view(session.member),
        csrf=session.csrf,
        service=service.describe(),
        queues=list(service.settings.all_queues),
        sites={id: site.name for id, site in sorted(service.settings.sites.items())},
        seen_sites=sorted(session.member.scope.sites),
        seen_queues=sorted(session.member.scope.queues),
    )


@asynccontextmanager
async def noting_sign_ins(service: Services, request: Request, email: str) -> AsyncIterator[None]:
    """Tell the security log of a password that was wrong, or that nobody looked at. What was typed is not kept."""
    try:
        yield
    except (BadCredentials, WrongPassword, AccountDisabled):
        await _note(service, request, "sign_in_refused", email)
        raise
    except (TooManySignIns, TooManyAttempts):
        await _note(service, request, "sign_in_delayed", email)
        raise


async def _note(service: Services, request: Request, kind: SecurityKind, email: str) -> None:
    who = stranger(address_of(request))
    await service.refusals.note(kind, who, email, lambda tx: id_by_email(tx, email))
