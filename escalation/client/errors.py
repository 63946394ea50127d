"""What can go wrong between a client and the service."""

from escalation.kernel.errors import EscalationError


class ClientError(EscalationError):
    """Base of the client's errors."""

    code = "client"


class RequestRefused(ClientError):
    """The service answered with an error; `reason` is its stable code."""

    code = "request_refused"

    def __init__(self, reason: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{message} [{reason}]")
        self.reason = reason
        self.status = status


class ConnectionEnded(ClientError):
    """The service closed the socket for good (codes from 4500 on), or refused the upgrade."""

    code = "connection_ended"

    def __init__(self, close_code: int, message: str) -> None:
        super().__init__(message)
        self.close_code = close_code


class Unreachable(ClientError):
    """Nothing answered at the address; trying again may help."""

    code = "unreachable"


class TookTooLong(ClientError):
    """What was waited for did not happen in time."""

    code = "took_too_long"
