"""What the desk refuses."""

from escalation.kernel.errors import Conflict


class AtCapacity(Conflict):
    """The agent holds as many conversations as they can."""

    code = "at_capacity"


class AgentAbsent(Conflict):
    """The agent is not there to take a conversation."""

    code = "agent_absent"
