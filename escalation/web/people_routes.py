"""REST of people: customers' identities, signing in and out, tickets, colleagues."""

import time

from fastapi import APIRouter, Request, Response

from escalation.conversations.mailing import TranscriptAsked
from escalation.database.errors import DatabaseAway
from escalation.delivery.chat_links import LinkOver
from escalation.kernel.errors import NotFound
from escalation.people.errors import (
    AccountDisabled,
    BadCredentials,
    BadToken,
    CustomerErased,
    SecondFactorRequired,
    SecondFactorWrong,
    TokenExpired,
)
from escalation.people.second_factors import require_had
from escalation.protocol.rest.people import (
    ChatLink,
    CustomerIdentity,
    NewCustomer,
    SessionView,
    SignIn,
    StaffList,
    TicketView,
    TranscriptWish,
)
from escalation.web.errors import WITH_BODY, BadOrigin, Failed, TooManyAttempts, refusals
from escalation.web.guards import (
    CHANGING,
    COOKIE,
    DEVICE_COOKIE,
    READING,
    GuardedRoute,
    OwnAccount,
    ReadsColleagues,
    ServicesNow,
    cookie,
    cookie_name,
    cookie_path,
    has_tls,
)
from escalation.web.origins import check_origin
from escalation.web.pages_of_sites import allow, check_site, preflight_answer, spend
from escalation.web.services import address_of
from escalation.web.session_answers import keep_cookies, member_view, noting_sign_ins, place_of, session_view

CREDENTIALS = (BadCredentials, SecondFactorRequired, SecondFactorWrong)

router = APIRouter(prefix="/api/v1", tags=["people"], route_class=GuardedRoute)


@router.post(
    "/sites/{site}/customers",
    responses=refusals(Failed, DatabaseAway, *WITH_BODY, NotFound, BadOrigin, TooManyAttempts),
)
async def register_customer(
    site: str, new: NewCustomer, request: Request, response: Response, service: ServicesNow
) -> CustomerIdentity:
    """Give a visitor an identity on a site."""
    check_site(request, service, site)
    spend(service, request, "identity", service.settings.identities_per_minute)
    visitor, token = await service.customers.register(site, new.locale)
    allow(request, response)
    name = service.settings.sites[site].name
    return CustomerIdentity(customer=visitor.id, token=token, site=site, name=name)


@router.post(
    "/chat-links",
    responses=refusals(Failed, DatabaseAway, *WITH_BODY, LinkOver, CustomerErased, BadOrigin, TooManyAttempts),
)
async def use_chat_link(shown: ChatLink, request: Request, service: ServicesNow) -> CustomerIdentity:
    """Let a customer in by the link of a mail, as who they are on its site. It may be used until it is over."""
    check_origin(request, service.settings)
    spend(service, request, "identity", service.settings.identities_per_minute)
    guest = service.chat_links.read(shown.token)
    if guest.site not in service.settings.sites:
        raise LinkOver("The site of this link is no longer here.")
    token = await service.customers.admit(guest.customer, guest.site, guest.locale)
    name = service.settings.sites[guest.site].name
    return CustomerIdentity(customer=guest.customer, token=token, site=guest.site, name=name)


@router.post(
    "/transcripts",
    status_code=204,
    responses=refusals(
        Failed,
        DatabaseAway,
        *WITH_BODY,
        BadToken,
        TokenExpired,
        CustomerErased,
        NotFound,
        TranscriptAsked,
        BadOrigin,
        TooManyAttempts,
    ),
)
async def ask_transcript(wish: TranscriptWish, request: Request, service: ServicesNow) -> None:
    """Send a customer their newest conversation by mail, to the address they left in it; once an hour at most."""
    check_origin(request, service.settings)
    spend(service, request, "identity", service.settings.identities_per_minute)
    if not service.settings.mail.host:
        raise NotFound("This service sends no mail.")
    visitor = service.customers.recognise(wish.token)
    await service.conversations.owe_transcript(visitor.id, visitor.site)


@router.options("/sites/{site}/customers", include_in_schema=False)
async def preflight(site: str, request: Request, service: ServicesNow) -> Response:
    """Let the widget of an allowed site ask from its own page."""
    return preflight_answer(request, service, site)


@router.post(
    "/session",
    responses=refusals(Failed, DatabaseAway, *WITH_BODY, AccountDisabled, *CREDENTIALS, BadOrigin, TooManyAttempts),
)
async def sign_in(who: SignIn, request: Request, response: Response, service: ServicesNow) -> SessionView:
    """Sign in; the session's cookie comes with the answer."""
    check_origin(request, service.settings)
    attempt = service.guard.attempt(who.email.strip().lower(), address_of(request), cookie(request, DEVICE_COOKIE))
    async with noting_sign_ins(service, request, who.email):
        if attempt.device is None:
            spend(service, request, "sign_in", service.settings.sign_ins_per_minute)
        service.guard.check(attempt, time.monotonic())
        if who.code:
            service.guard.check_code(attempt.account, time.monotonic())
        try:
            session, token = await service.staff.sign_in(who.email, who.password, place_of(request), who.code)
        except BadCredentials:
            service.guard.wrong(attempt, time.monotonic())
            raise
    service.guard.right_code(attempt.account)
    keep_cookies(service, request, response, token, service.guard.right(attempt))
    return await session_view(session, service)


@router.get("/session", responses=refusals(*READING))
async def show_session(session: OwnAccount, service: ServicesNow) -> SessionView:
    """Return who is signed in and what the service does."""
    return await session_view(session, service)


@router.delete("/session", status_code=204, responses=refusals(*CHANGING))
async def sign_out(session: OwnAccount, request: Request, response: Response, service: ServicesNow) -> None:
    """End the session and its sockets."""
    await service.staff.sign_out(session.id)
    service.connections.hub.close_session(session.id)
    response.delete_cookie(
        cookie_name(request, COOKIE),
        path=cookie_path(request),
        secure=has_tls(request),
        httponly=True,
        samesite="strict",
    )


@router.post("/tickets", responses=refusals(*CHANGING))
async def create_ticket(session: OwnAccount, service: ServicesNow) -> TicketView:
    """Return a pass for one socket, good for 30 s."""
    require_had(session.member, service.settings.second_factor)
    return TicketView(ticket=await service.staff.ticket(session.id))


@router.get("/staff", responses=refusals(*READING))
async def list_staff(_: ReadsColleagues, service: ServicesNow) -> StaffList:
    """Return everybody who may sign in."""
    return StaffList(staff=[member_view(member) for member in await service.staff.all()])
