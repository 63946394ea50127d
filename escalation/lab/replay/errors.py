"""What can be wrong with a replay before it starts."""

from escalation.kernel.errors import EscalationError


class LineNotPlayable(EscalationError):
    """No customer could send this line; the message names file and line."""

    code = "line_not_playable"


class NotLoopback(EscalationError):
    """A replay writes to whatever service it is pointed at, so another machine must be named twice."""

    code = "not_loopback"
