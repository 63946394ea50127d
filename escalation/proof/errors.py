"""What auditing refuses, and why."""

from escalation.kernel.errors import Conflict, Forbidden, NotFound


class AuditUnknown(NotFound):
    """Nothing is to be audited under this id: it never was, or its words were erased."""

    code = "audit_unknown"


class AuditOver(Conflict):
    """The audit is decided, or its time is over: it counts as it stands."""

    code = "audit_over"


class AuditHeld(Conflict):
    """Somebody else looks at this message now, or has just labelled it."""

    code = "audit_held"


class AlreadyLabelled(Conflict):
    """Whoever labelled a message, or left it to somebody else, does not label it again."""

    code = "already_labelled"


class UndoOver(Conflict):
    """The label counts by now and cannot be taken back."""

    code = "undo_over"


class HandledByAuditor(Forbidden):
    """Nobody audits a conversation in which they wrote or which they owned."""

    code = "handled_by_auditor"


class NotTripped(Conflict):
    """Automatic answers go on: there is nothing to resume."""

    code = "not_tripped"


class WindowUnknown(NotFound):
    """No window has this number."""

    code = "window_unknown"
