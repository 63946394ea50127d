"""Who may call a route: sessions by cookie, CSRF by header, roles, origins."""

import hmac
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie

from escalation.kernel.errors import Forbidden
from escalation.people.errors import NotSignedIn
from escalation.people.staff import StaffSession
from escalation.settings import Settings
from escalation.web.errors import BadCsrf, BadOrigin, Failed
from escalation.web.services import Services, services

COOKIE = "escalation_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE = {"GET", "HEAD", "OPTIONS"}

ServicesNow = Annotated[Services, Depends(services)]


READING = (NotSignedIn, Failed)
"""What every route for staff may refuse with."""
CHANGING = (*READING, BadCsrf)
"""What a route for staff that changes something may refuse with."""

_cookie = APIKeyCookie(
    name=COOKIE, scheme_name="session", description="Set by `POST /api/v1/session`.", auto_error=False
)


async def signed_in(
    request: Request, service: ServicesNow, cookie: Annotated[str | None, Security(_cookie)]
) -> StaffSession:
    """Return the caller's session. Raises: NotSignedIn, BadCsrf."""
    session = await service.staff.session(cookie)
    if request.method not in SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise BadCsrf(f"Send the header {CSRF_HEADER} with the value GET /api/v1/session gives.")
    return session


SignedIn = Annotated[StaffSession, Depends(signed_in)]


async def trainer(session: SignedIn) -> StaffSession:
    """Return the session of somebody who may change what the bot knows. Raises: Forbidden."""
    if not session.member.trains:
        raise Forbidden("Only trainers, supervisors and admins may do this.")
    return session


async def admin(session: SignedIn) -> StaffSession:
    """Return an admin's session. Raises: Forbidden."""
    if session.member.role != "admin":
        raise Forbidden("Only admins may do this.")
    return session


Trainer = Annotated[StaffSession, Depends(trainer)]
Admin = Annotated[StaffSession, Depends(admin)]


def own_origin(origin: str, host: str) -> bool:
    """Whether a page of this origin came from this service itself."""
    return origin.partition("://")[2] == host


def check_origin(origin: str | None, host: str, allowed: set[str]) -> None:
    """Refuse pages of strangers; programs send no Origin. Raises: BadOrigin."""
    if origin is not None and not own_origin(origin, host) and origin not in allowed:
        raise BadOrigin(f"Pages of {origin} may not use this service. Add it to the site's origins.")


def origins_of(settings: Settings, site: str | None = None) -> set[str]:
    """Return the origins of one site, or of all."""
    chosen = settings.sites.values() if site is None else [settings.sites[site]]
    return {origin for each in chosen for origin in each.origins}
