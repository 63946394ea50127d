"""What can go wrong with the log."""

from escalation.kernel.errors import Conflict, EscalationError


class StreamOutOfStep(EscalationError):
    """A stream is not where its writer said it was: somebody wrote without holding the lock, or too much was read."""

    code = "stream_out_of_step"


class CommandConflict(Conflict):
    """A command id came again with another body."""

    code = "conflict"


class LogNotStarted(EscalationError):
    """The log has no epoch yet: `start_log` was not run on this database."""

    code = "log_not_started"


class UnknownVersion(EscalationError):
    """A stored event has no way from its version to the one this program reads."""

    code = "event_version_unknown"


class Superseded(Conflict):
    """Another process does this work now; whatever this one was about to write was not written."""

    code = "superseded"


class SecretDiffers(Conflict):
    """This process has another secret than the others on its database."""

    code = "secret_differs"
