"""What the desk refuses."""

from escalation.kernel.errors import Conflict, Invalid


class AtCapacity(Conflict):
    """The agent holds as many conversations as they can."""

    code = "at_capacity"


class AgentAbsent(Conflict):
    """The agent is not there to take a conversation."""

    code = "agent_absent"


class UnknownQueue(Invalid):
    """The operator has set no queue of this name."""

    code = "unknown_queue"
