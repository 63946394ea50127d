"""REST of people: identities of customers, sessions and accounts of staff."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from escalation.protocol.attributes import Attributes
from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.rest.routing import Tags
from escalation.protocol.rest.service import ServiceView
from escalation.protocol.states import Role

Names = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=200)]


class NewCustomer(RequestBody):
    """A visitor opens the chat for the first time."""

    locale: str = Field(default="en", max_length=35)
    """The language of the visitor's browser, such as `en` or `pt-BR`."""


class ChatLink(RequestBody):
    """A link from a mail."""

    token: str = Field(max_length=1_000)
    """What is behind its `#`."""


class TranscriptWish(RequestBody):
    """A customer wants a copy of what was said."""

    token: str = Field(max_length=1_000)
    """The customer's own, as the widget keeps it."""


class CustomerIdentity(ResponseBody):
    """Who a customer is to a site."""

    customer: str
    """The customer's id."""
    token: str
    """The customer's only proof of who they are. The widget keeps it and shows it when a socket opens.

    It ends when it was not used for long (`CUSTOMER_TOKENS_LAST`). A `welcome` may bring a new one in its place."""
    site: str
    name: str
    """The site's name as customers read it."""


class Identity(RequestBody):
    """A site's page says who its visitor is."""

    token: str = Field(max_length=4_096)
    """What the site's server signed: a JSON Web Token (HS256, `IDENTITY_SECRET` of the site)."""
    customer_token: str | None = Field(default=None, max_length=1_000)
    """Of who the browser was until now. If that was an anonymous visitor, their conversations become the customer's."""
    locale: str = Field(default="en", max_length=35)


class PageAttributes(RequestBody):
    """What a page says of its visitor; it takes the place of what it said before."""

    customer_token: str = Field(max_length=1_000)
    attributes: Attributes


class CustomerFacts(ResponseBody):
    """Who the customer of a conversation is, as far as anybody said."""

    customer: str
    known_as: str | None
    """Their id at the site; null: an anonymous visitor."""
    name: str
    email: str
    attributes: dict[str, bool | int | float | str]
    """What the site's server signed."""
    page_attributes: dict[str, bool | int | float | str]
    """What the page's script said, and anybody could have changed."""


class SignIn(RequestBody):
    """Who somebody says they are."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=1_000)
    code: str | None = Field(default=None, max_length=100)
    """Of the second factor, for who has one: six digits from the app, or a recovery code."""


class MemberView(ResponseBody):
    """One member of staff."""

    id: str
    name: str
    role: Role
    email: str
    capacity: int
    """How many conversations they can hold at a time."""


class SessionView(ResponseBody):
    """Who is signed in, and what the service does now."""

    me: MemberView
    csrf: str
    """Every request of this session that changes something must carry this value in the header `X-CSRF-Token`."""
    service: ServiceView
    queues: list[str]
    """The queues that conversations can be transferred to."""
    sites: dict[str, str]
    """The name of each site that customers chat from, by its id."""
    seen_sites: list[str]
    """The ids of the sites whose conversations they see; empty: of all."""
    seen_queues: list[str]
    """The queues whose conversations they see; empty: all."""
    second_factor_missing: bool
    """Whether they must set up a second factor before they can do anything else."""


class TicketView(ResponseBody):
    """A pass for one socket."""

    ticket: str
    """Good once and for 30 seconds, in the frame `hello`."""


class NewMember(RequestBody):
    """An account to create."""

    email: str = Field(max_length=254)
    name: str = Field(max_length=100)
    role: str = Field(json_schema_extra={"enum": [*get_args(Role)]})
    password: str = Field(max_length=1_000)
    """At least 10 characters."""
    capacity: int = Field(default=4, json_schema_extra={"minimum": 1, "maximum": 100})
    """How many conversations they can hold at a time."""
    sites: Names = Field(default=[])
    """The ids of the only sites whose conversations they are to see; empty: of all."""
    queues: Names = Field(default=[])
    """The only queues whose conversations they are to see; empty: all."""


class StaffList(ResponseBody):
    """Everybody who may sign in."""

    staff: list[MemberView]
    """Ordered by name."""


class Account(MemberView):
    """An account as admins see it."""

    disabled: bool
    """Whether an admin has shut it: no sign-in, no session, no conversation."""
    sites: list[str]
    """The ids of the sites whose conversations they see; empty: of all."""
    queues: list[str]
    """The queues whose conversations they see; empty: all. Admins see all conversations, whatever stands here."""
    second_factor: bool
    """Whether signing in takes a code beside the password."""
    languages: list[str]
    """ISO 639-1 codes of the only languages they are offered conversations in; empty: all."""
    skills: list[str]
    """What queues may ask for."""


class InvitationView(ResponseBody):
    """An invitation that nobody has used yet."""

    id: str
    email: str
    role: Role
    capacity: int
    sites: list[str]
    queues: list[str]
    """What the account will be limited to; empty: to nothing."""
    expires_at: Moment


class AccountList(ResponseBody):
    """Every account, the disabled ones too, and who is invited."""

    accounts: list[Account]
    """Ordered by name."""
    invitations: list[InvitationView]
    """The oldest first."""


class NewInvitation(RequestBody):
    """Whom to invite, and as what."""

    email: str = Field(max_length=254)
    role: str = Field(json_schema_extra={"enum": [*get_args(Role)]})
    capacity: int = Field(default=4, json_schema_extra={"minimum": 1, "maximum": 100})
    """How many conversations they can hold at a time."""
    sites: Names = Field(default=[])
    """The ids of the only sites whose conversations they are to see; empty: of all."""
    queues: Names = Field(default=[])
    """The only queues whose conversations they are to see; empty: all."""


class NewLink(ResponseBody):
    """A one-use link. Its token is shown here once and kept nowhere; nothing is sent by mail."""

    email: str
    token: str
    """The console's page for it is `console/#/invitation/TOKEN`."""
    expires_at: Moment


class AccountChange(RequestBody):
    """What is different from now on; what is left out stays."""

    role: str | None = Field(default=None, json_schema_extra={"enum": [*get_args(Role), None]})
    capacity: int | None = Field(default=None, json_schema_extra={"minimum": 1, "maximum": 100})
    sites: Names | None = None
    """The ids of the only sites whose conversations they see; empty: of all."""
    queues: Names | None = None
    """The only queues whose conversations they see; empty: all."""
    languages: Annotated[list[Annotated[str, Field(pattern="^[a-z]{2,3}$")]], Field(max_length=50)] | None = None
    """ISO 639-1 codes of the only languages they are to be offered; empty: all. They may claim others."""
    skills: Tags | None = None
    """What queues may ask for, in the operator's own words."""


class PasswordChange(RequestBody):
    """The present password and the one in its place."""

    old: str = Field(max_length=1_000)
    new: str = Field(max_length=1_000)
    """At least 10 characters."""


class OpenSessionView(ResponseBody):
    """Where one is signed in."""

    id: str
    current: bool
    """Whether it is the session that asks."""
    browser: str | None
    """By its user agent, which proves nothing; null where that does not tell."""
    system: str | None
    address: str
    """Where it was signed in from; empty for sessions begun before this was kept."""
    created_at: Moment
    used_at: Moment
    """Behind by a minute at most."""


class OpenSessionList(ResponseBody):
    """One's own sessions, the one used last first."""

    sessions: list[OpenSessionView]


class LinkToken(RequestBody):
    """A one-use link, by its token."""

    token: str = Field(max_length=200)


class LinkView(ResponseBody):
    """What a one-use link is for."""

    purpose: Literal["invitation", "password"]
    email: str
    role: Role | None
    """What an invitation makes one; null otherwise."""
    expires_at: Moment


class LinkUse(LinkToken):
    """What somebody sets by their link."""

    name: str = Field(default="", max_length=100)
    """As customers read it; needed for an invitation."""
    password: str = Field(max_length=1_000)
    """At least 10 characters."""
    code: str | None = Field(default=None, max_length=100)
    """Of the second factor, for a new password of who has one."""


class SecondFactorView(ResponseBody):
    """One's own second factor."""

    on: bool
    """Whether signing in takes a code beside the password."""
    required: bool
    """Whether the operator wants one of this role."""
    recovery_codes_left: int


class SecondFactorAsked(RequestBody):
    """Proof that it is oneself who changes the second factor."""

    password: str = Field(max_length=1_000)
    code: str | None = Field(default=None, max_length=100)
    """Of the present second factor, where there is one."""


class SecondFactorOffer(ResponseBody):
    """A new secret, shown once. It counts from the moment that a code of it is sent back."""

    secret: str
    """To be typed into an app: base32, for SHA-1, six digits, 30 s."""
    address: str
    """The same as an `otpauth` address, for a link or a QR code."""


class SecondFactorCode(RequestBody):
    """The code that the app shows for the new secret."""

    code: str = Field(max_length=100)


class RecoveryCodes(ResponseBody):
    """Codes for who loses the phone, each good once. Shown here and kept as hashes; earlier ones are worthless."""

    codes: list[str]


class Disabling(RequestBody):
    """Whether an account is shut from now on."""

    disabled: bool
