"""What every route has that pages of other sites ask: allowed origins, CORS, and a limit for each address."""

from fastapi import Request, Response

from escalation.kernel.errors import NotFound
from escalation.web.limits import is_local
from escalation.web.origins import check_origin, origins_of
from escalation.web.services import Services, address_of


def check_site(request: Request, service: Services, site: str) -> None:
    """Refuse a site that there is not, and pages that are not its own. Raises: NotFound, BadOrigin."""
    if site not in service.settings.sites:
        raise NotFound(f"There is no site {site}.")
    check_origin(request, service.settings, origins_of(service.settings, site))


def allow(request: Request, response: Response, methods: str = "") -> None:
    """Let the asking page, whose origin was checked, read the answer."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Headers"] = "content-type, authorization"
    response.headers["Vary"] = "Origin"
    if methods:
        response.headers["Access-Control-Allow-Methods"] = methods


def preflight_answer(request: Request, service: Services, site: str, methods: str = "") -> Response:
    """Answer what browsers ask before a page's request. Raises: NotFound, BadOrigin."""
    check_site(request, service, site)
    response = Response(status_code=204)
    allow(request, response, methods)
    return response


def spend(service: Services, request: Request, kind: str, per_minute: int) -> None:
    """Count a request of this address. Raises: TooManyAttempts."""
    address = address_of(request)
    if not is_local(address):
        service.limiter.spend(kind, address, per_minute)
