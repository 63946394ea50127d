"""REST of who customers are: what a site's server signed, what its page says, and what agents see of it."""

from fastapi import APIRouter, Request, Response

from escalation.conversations.facts import customer_facts
from escalation.database import Transaction
from escalation.database.errors import DatabaseAway
from escalation.kernel.errors import Invalid, NotFound
from escalation.people import customers, erasures
from escalation.people.customers import Visitor
from escalation.people.errors import (
    BadToken,
    CustomerErased,
    IdentityExpired,
    IdentityNotSet,
    IdentityWrong,
    TokenExpired,
)
from escalation.people.identity_tokens import read_token
from escalation.protocol.rest.people import CustomerFacts, CustomerIdentity, Identity, PageAttributes
from escalation.web.errors import WITH_BODY, BadOrigin, Failed, TooManyAttempts, refusals
from escalation.web.guards import READING, GuardedRoute, ReadsConversations, ServicesNow
from escalation.web.pages_of_sites import allow, check_site, preflight_answer, spend
from escalation.web.services import Services

BY_PAGES = (Failed, DatabaseAway, *WITH_BODY, NotFound, BadOrigin, TooManyAttempts)

router = APIRouter(prefix="/api/v1", tags=["people"], route_class=GuardedRoute)


@router.post(
    "/sites/{site}/identity",
    responses=refusals(*BY_PAGES, IdentityWrong, IdentityExpired, IdentityNotSet),
)
async def identify_customer(
    site: str, said: Identity, request: Request, response: Response, service: ServicesNow
) -> CustomerIdentity:
    """Make a visitor the customer that the site's server says they are. What is signed wrongly changes nothing."""
    check_site(request, service, site)
    allow(request, response)
    spend(service, request, "identity", service.settings.identities_per_minute)
    secret = service.settings.sites[site].identity_secret
    if secret is None:
        raise IdentityNotSet(f"The site {site} has no IDENTITY_SECRET: its visitors stay anonymous.")
    claims = read_token(said.token, secret.get_secret_value(), service.now())
    visitor = _visitor(service, site, said.customer_token)
    found = await service.identifying.identify(site, said.locale, claims, visitor.id if visitor else None)
    token = service.customers.token_of(found.customer, site, said.locale)
    return CustomerIdentity(customer=found.customer, token=token, site=site, name=service.settings.sites[site].name)


def _visitor(service: Services, site: str, token: str | None) -> Visitor | None:
    """Return who the browser was; a token that is no good (any longer) is nobody's."""
    try:
        found = service.customers.recognise(token) if token else None
    except (BadToken, TokenExpired):
        return None
    return found if found is not None and found.site == site else None


@router.put(
    "/sites/{site}/attributes", status_code=204, responses=refusals(*BY_PAGES, BadToken, TokenExpired, CustomerErased)
)
async def set_page_attributes(
    site: str, said: PageAttributes, request: Request, response: Response, service: ServicesNow
) -> None:
    """Store what a page says of its visitor. Agents see that it is not signed."""
    check_site(request, service, site)
    allow(request, response)
    visitor = service.customers.recognise(said.customer_token)
    if visitor.site != site:
        raise BadToken("This identity is of another site.")
    service.limiter.spend("attributes", visitor.id, service.settings.messages_per_minute)
    await service.database.write(lambda tx: _keep(tx, visitor.id, said))


def _keep(tx: Transaction, customer: str, said: PageAttributes) -> None:
    customers.keep_page_attributes(tx, erasures.present(tx, customer), said.attributes)


@router.options("/sites/{site}/identity", include_in_schema=False)
async def identity_preflight(site: str, request: Request, service: ServicesNow) -> Response:
    """Let the widget of an allowed site ask from its own page."""
    return preflight_answer(request, service, site, "POST")


@router.options("/sites/{site}/attributes", include_in_schema=False)
async def attributes_preflight(site: str, request: Request, service: ServicesNow) -> Response:
    """Let the widget of an allowed site ask from its own page."""
    return preflight_answer(request, service, site, "PUT")


@router.get("/conversations/{id}/customer", responses=refusals(*READING, Invalid, NotFound))
async def show_customer(id: str, session: ReadsConversations, service: ServicesNow) -> CustomerFacts:
    """Return who the customer of a conversation is, as far as the site or its page said."""
    return await service.database.read(lambda tx: customer_facts(tx, id, session.member.scope))
