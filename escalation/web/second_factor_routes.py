"""REST of one's own second factor: set one up, set up another one, take it away."""

from dataclasses import asdict

from fastapi import APIRouter, Request

from escalation.people.errors import (
    SecondFactorMissing,
    SecondFactorRequired,
    SecondFactorWrong,
    WrongPassword,
)
from escalation.people.second_factors import must_have
from escalation.protocol.rest.people import (
    RecoveryCodes,
    SecondFactorAsked,
    SecondFactorCode,
    SecondFactorOffer,
    SecondFactorView,
)
from escalation.web.errors import WITH_BODY, TooManyAttempts, refusals
from escalation.web.guards import CHANGING, READING, GuardedRoute, OwnAccount, ServicesNow
from escalation.web.services import address_of
from escalation.web.session_answers import proving_oneself

router = APIRouter(prefix="/api/v1/session/second-factor", tags=["people"], route_class=GuardedRoute)

PROVING = (*CHANGING, *WITH_BODY, WrongPassword, SecondFactorRequired, SecondFactorWrong, TooManyAttempts)


@router.get("", responses=refusals(*READING))
async def show_second_factor(session: OwnAccount, service: ServicesNow) -> SecondFactorView:
    """Return whether one has a second factor, must have one, and how many recovery codes are left."""
    member = session.member
    return SecondFactorView(
        on=member.second_factor,
        required=must_have(member, service.settings.second_factor),
        recovery_codes_left=await service.second_factors.recovery_codes_left(member),
    )


@router.post("", responses=refusals(*PROVING))
async def offer_second_factor(
    asked: SecondFactorAsked, session: OwnAccount, request: Request, service: ServicesNow
) -> SecondFactorOffer:
    """Return a new secret for an app. It counts once a code of it is sent back; a present one is good until then."""
    async with proving_oneself(service, request, session):
        offer = await service.second_factors.offer(session, asked.password, asked.code)
    return SecondFactorOffer(**asdict(offer))


@router.put("", responses=refusals(*CHANGING, *WITH_BODY, SecondFactorWrong, TooManyAttempts))
async def confirm_second_factor(
    shown: SecondFactorCode, session: OwnAccount, request: Request, service: ServicesNow
) -> RecoveryCodes:
    """Begin to ask for codes of the new secret at sign-in, and return recovery codes. One's other sessions end."""
    async with proving_oneself(service, request, session):
        codes = await service.second_factors.confirm(session, shown.code, address_of(request))
    await service.watch_sessions()
    return RecoveryCodes(codes=list(codes))


@router.post("/removal", status_code=204, responses=refusals(*PROVING, SecondFactorMissing))
async def remove_second_factor(
    asked: SecondFactorAsked, session: OwnAccount, request: Request, service: ServicesNow
) -> None:
    """Ask for no codes any more. Refused to who must have a second factor."""
    async with proving_oneself(service, request, session):
        await service.second_factors.remove(session, asked.password, asked.code, address_of(request))
