"""What goes wrong with identities."""

from escalation.kernel.errors import Conflict, Forbidden, Invalid, Unavailable


class BadCredentials(Forbidden):
    """E-mail or password is wrong; which one is not said."""

    code = "bad_credentials"


class IdentityWrong(Invalid):
    """What a site's page handed over as its visitor's identity is not what the site's server signs."""

    code = "identity_wrong"


class IdentityExpired(IdentityWrong):
    """The site's identity token is over; the page needs a new one."""

    code = "identity_expired"


class IdentityNotSet(IdentityWrong):
    """The site has no secret to sign identities with."""

    code = "identity_not_set"


class NotPermitted(Forbidden):
    """The caller's role lacks the permission."""

    def __init__(self, message: str, permission: str) -> None:
        super().__init__(message)
        self.permission = permission


class AccountDisabled(Forbidden):
    """The password is right, but an admin has disabled the account."""

    code = "account_disabled"


class LastAdmin(Conflict):
    """Without this account nobody could manage accounts any more."""

    code = "last_admin"


class NotSignedIn(Forbidden):
    """There is no session, or it is over."""

    code = "not_signed_in"


class BadToken(Forbidden):
    """A customer's token or a ticket is not genuine, used up or over."""

    code = "bad_token"


class TokenExpired(Forbidden):
    """A customer's token is genuine, but was not used for longer than it lasts."""

    code = "token_expired"


class TooManySignIns(Unavailable):
    """Too many sign in at once, or too many passwords were wrong; come back after the time that is said."""

    code = "too_many_attempts"

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """In seconds."""


class BadLink(Forbidden):
    """An invitation or a link for a new password is not genuine, used, replaced or over."""

    code = "bad_link"


class WrongPassword(Forbidden):
    """The present password, which a change asks for, is another one."""

    code = "wrong_password"


class SecondFactorRequired(Forbidden):
    """The password is right, and the account has a second factor: its code is missing."""

    code = "second_factor_required"


class SecondFactorWrong(Forbidden):
    """The code of the second factor is wrong, was used already, or is over."""

    code = "second_factor_wrong"


class SecondFactorMissing(Forbidden):
    """The operator wants a second factor of this role, and the account has none yet."""

    code = "second_factor_missing"


class EmailTaken(Conflict):
    """There is already an account with this e-mail."""

    code = "email_taken"


class WeakPassword(Invalid):
    """The password is too short, or one that is guessed first."""

    code = "weak_password"


class CustomerErased(Forbidden):
    """This customer was erased on somebody's request: their identity is worth nothing any more."""

    code = "erased"
