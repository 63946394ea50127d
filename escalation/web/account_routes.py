"""REST of accounts, for admins: who has one, who is invited, roles and capacities, links for new passwords."""

from dataclasses import asdict

from fastapi import APIRouter

from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.people.accounts import LISTS
from escalation.people.errors import AccountDisabled, EmailTaken, LastAdmin, WeakPassword
from escalation.people.links import Link
from escalation.people.scope import Scope, checked
from escalation.people.staff import Change, Member
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.rest.people import (
    Account,
    AccountChange,
    AccountList,
    Disabling,
    InvitationView,
    MemberView,
    Names,
    NewInvitation,
    NewLink,
    NewMember,
)
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, Asker, GuardedRoute, ManagesAccounts, ServicesNow
from escalation.web.services import Services
from escalation.web.session_answers import member_view

router = APIRouter(prefix="/api/v1/staff", tags=["people"], route_class=GuardedRoute)

MANAGING = (*CHANGING, Forbidden)
Chosen = tuple[str, ...] | None


@router.post("", status_code=201, responses=refusals(*MANAGING, *WITH_BODY, WeakPassword, EmailTaken))
async def add_staff(new: NewMember, _: ManagesAccounts, by: Asker, service: ServicesNow) -> MemberView:
    """Create an account with a password that the admin knows. An invitation is better. Admins only."""
    scope = _scope(service, new)
    member = await service.staff.add(new.email, new.name, new.role, new.password, new.capacity, by, scope)
    return member_view(member)


@router.get("/accounts", responses=refusals(*READING, Forbidden))
async def list_accounts(_: ManagesAccounts, service: ServicesNow) -> AccountList:
    """Return every account, the disabled ones too, and the invitations nobody has used. Admins only."""
    accounts = [_account(member) for member in await service.staff.accounts()]
    return AccountList(accounts=accounts, invitations=[_invitation(link) for link in await service.links.invitations()])


@router.post("/invitations", status_code=201, responses=refusals(*MANAGING, *WITH_BODY, EmailTaken))
async def invite(new: NewInvitation, _: ManagesAccounts, by: Asker, service: ServicesNow) -> NewLink:
    """Return a one-use link for who is invited; it replaces an older one for this e-mail. Admins only."""
    return _new_link(*await service.links.invite(new.email, new.role, new.capacity, by, _scope(service, new)))


@router.delete("/invitations/{id}", status_code=204, responses=refusals(*MANAGING, Invalid, NotFound))
async def withdraw_invitation(id: str, _: ManagesAccounts, by: Asker, service: ServicesNow) -> None:
    """Make an invitation worthless. Admins only."""
    await service.links.withdraw(id, by)


@router.patch("/{id}", responses=refusals(*MANAGING, *WITH_BODY, NotFound, LastAdmin))
async def change_account(
    id: str, change: AccountChange, _: ManagesAccounts, by: Asker, service: ServicesNow
) -> Account:
    """Change the role, the capacity, what an account sees of conversations, or its languages and skills. Admins only.

    With another role, or where it sees other conversations, its sockets begin anew. What it holds and sees no longer
    goes back to the queue.
    """
    sites, queues = _known(service, change.sites, change.queues)
    wanted = Change(change.role, change.capacity, sites, queues, _sorted(change.languages), _sorted(change.skills))
    member = await service.staff.change(id, wanted, by)
    await service.watch_sessions()
    await service.attendance.changed(id)
    await service.attendance.sweep()
    return _account(member)


@router.put("/{id}/disabled", responses=refusals(*MANAGING, *WITH_BODY, NotFound, LastAdmin))
async def set_disabled(id: str, change: Disabling, _: ManagesAccounts, by: Asker, service: ServicesNow) -> Account:
    """Disable an account, which ends its sessions, sockets and links, or enable it. Admins only.

    What a disabled member holds goes back to the queue.
    """
    member = await service.staff.set_disabled(id, change.disabled, by)
    if change.disabled:
        service.connections.hub.close_person(id, CloseCode.SESSION_ENDED, "the account was disabled")
        await service.attendance.sweep()
    return _account(member)


@router.post("/{id}/password-link", status_code=201, responses=refusals(*MANAGING, Invalid, NotFound, AccountDisabled))
async def make_password_link(id: str, _: ManagesAccounts, by: Asker, service: ServicesNow) -> NewLink:
    """Return a one-use link by which a member sets a new password; the old one is good until then. Admins only."""
    return _new_link(*await service.links.reset(id, by))


@router.delete("/{id}/second-factor", responses=refusals(*MANAGING, Invalid, NotFound))
async def reset_second_factor(id: str, _: ManagesAccounts, by: Asker, service: ServicesNow) -> Account:
    """Take the second factor of a member away who has lost it, which ends their sessions. Admins only."""
    member = await service.second_factors.reset(id, by)
    await service.watch_sessions()
    return _account(member)


def _sorted(names: list[str] | None) -> Chosen:
    return None if names is None else tuple(sorted({name.strip() for name in names if name.strip()}))


def _account(member: Member) -> Account:
    limits = {name: [*getattr(member, name)] for name in LISTS}
    shown = member_view(member).model_dump() | limits
    return Account(**shown, disabled=member.disabled, second_factor=member.second_factor)


def _scope(service: Services, new: NewMember | NewInvitation) -> Scope:
    """Return what a new account is to see. Raises: Invalid."""
    sites, queues = _known(service, new.sites, new.queues)
    return Scope(frozenset(sites or ()), frozenset(queues or ()))


def _known(service: Services, sites: Names | None, queues: Names | None) -> tuple[Chosen, Chosen]:
    """Return the sites and queues as they are stored. Raises: Invalid for one that the operator has not set."""
    settings = service.settings
    return checked(sites, settings.sites, "site"), checked(queues, settings.all_queues, "queue")


def _invitation(link: Link) -> InvitationView:
    return InvitationView.model_validate(asdict(link))


def _new_link(link: Link, token: str) -> NewLink:
    return NewLink(email=link.email, token=token, expires_at=link.expires_at)
