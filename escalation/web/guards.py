"""Who may call a route: sessions by cookie, CSRF by header, permissions by role."""

import hmac
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie

from escalation.database.errors import DatabaseAway
from escalation.kernel.errors import NotFound
from escalation.learning.errors import ExampleUnknown
from escalation.people.errors import NotPermitted, NotSignedIn, SecondFactorMissing
from escalation.people.permissions import Permission
from escalation.people.second_factors import require_had
from escalation.people.staff import StaffSession
from escalation.proposals.errors import ProposalUnknown
from escalation.protocol.states import SecurityKind
from escalation.security import Actor
from escalation.web.errors import BadCsrf, Failed
from escalation.web.services import Services, address_of, services

COOKIE = "escalation_session"
DEVICE_COOKIE = "escalation_device"
"""Tells who signed in before, and lets nobody in."""
HOST_ONLY = "__Host-"
"""Browsers take a cookie whose name begins so from this host alone, over HTTPS, for all its paths."""
CSRF_HEADER = "X-CSRF-Token"
SAFE = {"GET", "HEAD", "OPTIONS"}
AUTOMATIC = ("/session", "/tickets")
"""What the console asks by itself when it connects again: nobody need be there."""


READING = (NotSignedIn, SecondFactorMissing, Failed, DatabaseAway)
"""What every route for staff may refuse with."""
CHANGING = (*READING, BadCsrf)
"""What a route for staff that changes something may refuse with."""

_cookie = APIKeyCookie(
    name=COOKIE,
    scheme_name="session",
    description=f"Set by `POST /api/v1/session`. Over HTTPS and at the path `/` its name is `{HOST_ONLY}{COOKIE}`.",
    auto_error=False,
)


async def _services(request: Request) -> Services:
    """A coroutine, like every dependency here: FastAPI runs those that are none in another thread."""
    return services(request)


ServicesNow = Annotated[Services, Depends(_services)]


def has_tls(request: Request) -> bool:
    """Whether the browser came by HTTPS, as far as we or the operator know."""
    return services(request).settings.secure_cookies or request.url.scheme == "https"


def cookie_path(request: Request) -> str:
    """Return the path that our cookies are for."""
    return request.scope.get("root_path") or "/"


def cookie_name(request: Request, name: str) -> str:
    """Return the cookie's name; where it can be, one that no other host and no page without TLS can set."""
    return HOST_ONLY + name if has_tls(request) and cookie_path(request) == "/" else name


def cookie(request: Request, name: str) -> str | None:
    """Return a cookie of ours."""
    return request.cookies.get(cookie_name(request, name))


async def signed_in(request: Request, _: Annotated[str | None, Security(_cookie)]) -> StaffSession:
    """Return the caller's session, found by `GuardedRoute`."""
    session: StaffSession = request.state.session
    return session


async def _session(request: Request) -> StaffSession:
    """Return the session of the cookie. Raises: NotSignedIn, BadCsrf."""
    service = services(request)
    session = await service.staff.session(cookie(request, COOKIE))
    if request.method not in SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise BadCsrf(f"Send the header {CSRF_HEADER} with the value GET /api/v1/session gives.")
    if not request.url.path.endswith(AUTOMATIC):
        service.sessions.use(session.id)
    return session


SignedIn = Annotated[StaffSession, Depends(signed_in)]


def asker(request: Request) -> Actor:
    """Return the caller as the security log names them."""
    session: StaffSession = request.state.session
    return Actor(session.member.id, address_of(request))


async def _asker(request: Request) -> Actor:
    return asker(request)


Asker = Annotated[Actor, Depends(_asker)]


class Needs:
    """A dependency: the session of somebody who has a permission. `docs/security.md` lists what each route needs."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, session: SignedIn) -> StaffSession:
        """Return the caller's session. Raises: NotSignedIn, BadCsrf, NotPermitted."""
        session.member.require(self.permission)
        return session


OwnAccount = Annotated[StaffSession, Depends(Needs(Permission.OWN_ACCOUNT))]
ReadsConversations = Annotated[StaffSession, Depends(Needs(Permission.READ_CONVERSATIONS))]
WorksConversations = Annotated[StaffSession, Depends(Needs(Permission.WORK_CONVERSATIONS))]
ReadsCatalogue = Annotated[StaffSession, Depends(Needs(Permission.READ_CATALOGUE))]
ReadsLearning = Annotated[StaffSession, Depends(Needs(Permission.READ_LEARNING))]
ReadsColleagues = Annotated[StaffSession, Depends(Needs(Permission.READ_COLLEAGUES))]
WorksContacts = Annotated[StaffSession, Depends(Needs(Permission.WORK_CONTACTS))]
NamesIntents = Annotated[StaffSession, Depends(Needs(Permission.NAME_INTENT))]
EditsCatalogue = Annotated[StaffSession, Depends(Needs(Permission.EDIT_CATALOGUE))]
DecidesAnswers = Annotated[StaffSession, Depends(Needs(Permission.DECIDE_ANSWERS))]
Trains = Annotated[StaffSession, Depends(Needs(Permission.TRAIN))]
ReadsSecurityLog = Annotated[StaffSession, Depends(Needs(Permission.READ_SECURITY_LOG))]
ManagesAccounts = Annotated[StaffSession, Depends(Needs(Permission.MANAGE_ACCOUNTS))]
EditsCustomers = Annotated[StaffSession, Depends(Needs(Permission.EDIT_CUSTOMERS))]
MergesCustomers = Annotated[StaffSession, Depends(Needs(Permission.MERGE_CUSTOMERS))]
ErasesCustomers = Annotated[StaffSession, Depends(Needs(Permission.ERASE_CUSTOMERS))]
Audits = Annotated[StaffSession, Depends(Needs(Permission.AUDIT))]
Proves = Annotated[StaffSession, Depends(Needs(Permission.GOVERN_ANSWERS))]
SetsQueues = Annotated[StaffSession, Depends(Needs(Permission.SET_QUEUES))]
WritesTemplates = Annotated[StaffSession, Depends(Needs(Permission.WRITE_TEMPLATES))]
Supervises = Annotated[StaffSession, Depends(Needs(Permission.SUPERVISE))]
ReadsReports = Annotated[StaffSession, Depends(Needs(Permission.READ_REPORTS))]
Verifies = Annotated[StaffSession, Depends(Needs(Permission.VERIFY))]


async def takes_file() -> None:
    """Mark a route whose body is a large file: `GuardedRoute` reads a few of them at a time (a dependency)."""


TAKES_FILE = [Depends(takes_file)]


class GuardedRoute(APIRoute):
    """A route that knows its caller, and whether they may, before it reads anything of the body.

    FastAPI by itself reads a body to its end before it asks a dependency.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind its guards."""
        handle = super().get_route_handler()
        called = set(_called(self.dependant))
        if signed_in not in called:
            return handle
        needs = [each for each in called if isinstance(each, Needs)]
        taken_in = _one_of_few if takes_file in called else _unlimited

        async def guarded(request: Request) -> Response:
            request.state.session = await _session(request)
            try:
                for each in needs:
                    await each(request.state.session)
                _require_second_factor(request, needs)
                with taken_in(request):
                    return await handle(request)
            except NotPermitted as error:
                await _note(request, "permission_refused", error.permission)
                raise
            except NotFound as error:
                if _is_of_conversations(needs, error) and request.state.session.member.scope.limited:
                    await _note(request, "unseen_refused", request.url.path)
                raise

        return guarded


def _require_second_factor(request: Request, needs: Iterable[Needs]) -> None:
    """Keep who lacks the second factor that they must have to their own account. Raises: SecondFactorMissing."""
    if any(each.permission is not Permission.OWN_ACCOUNT for each in needs):
        require_had(request.state.session.member, services(request).settings.second_factor)


def _one_of_few(request: Request) -> AbstractContextManager[None]:
    length = request.headers.get("content-length")
    return services(request).uploads.one_more(None if length is None else int(length))


def _unlimited(_: Request) -> AbstractContextManager[None]:
    return nullcontext()


OF_CONVERSATIONS = {
    Permission.READ_CONVERSATIONS,
    Permission.WORK_CONVERSATIONS,
    Permission.WORK_CONTACTS,
    Permission.EDIT_CUSTOMERS,
    Permission.MERGE_CUSTOMERS,
    Permission.ERASE_CUSTOMERS,
}
"""What routes need that name a conversation, or its customer."""


def _is_of_conversations(needs: Iterable[Needs], error: NotFound) -> bool:
    """Return whether a limited member may have asked for something that they do not see."""
    named = any(each.permission in OF_CONVERSATIONS for each in needs)
    return named or isinstance(error, ExampleUnknown | ProposalUnknown)


async def _note(request: Request, kind: SecurityKind, name: str) -> None:
    me = asker(request)
    await services(request).refusals.note(kind, me, name, lambda _: me.id)


def _called(dependant: Dependant) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from _called(each)


PUBLIC: Mapping[str, str] = {
    "register_customer": "visitors of an allowed page",
    "upload_of_customer": "who has a customer's token, on an allowed page",
    "upload_preflight": "pages of a site",
    "read_attachment": "who has the file's key, which stands in the message",
    "read_thumbnail": "who has the file's key, which stands in the message",
    "preflight": "pages of a site",
    "use_chat_link": "who has a link from a mail",
    "identify_customer": "visitors of an allowed page, whom its server signed",
    "identity_preflight": "pages of a site",
    "set_page_attributes": "who has a customer's token, on an allowed page",
    "attributes_preflight": "pages of a site",
    "ask_transcript": "a customer, by their token",
    "sign_in": "who knows a password",
    "look_at_link": "who has a one-use link",
    "use_link": "who has a one-use link",
    "is_alive": "everybody",
    "is_ready": "everybody",
    "metrics": "this machine, who has the token, or whom the operator allows",
    "describe": "this machine, who has the token, or whom the operator allows",
}
"""Routes without a session, by name, and whom they are for. Files of pages are not listed."""
