"""What the desk refuses."""

from escalation.kernel.errors import Conflict, Invalid, NotFound


class AtCapacity(Conflict):
    """The agent holds as many conversations as they can."""

    code = "at_capacity"


class AgentAbsent(Conflict):
    """The agent is not there to take a conversation."""

    code = "agent_absent"


class OutOfSight(Conflict):
    """The agent is limited to other sites or queues: they would not see the conversation."""

    code = "out_of_sight"


class UnknownQueue(Invalid):
    """The operator has set no queue of this name."""

    code = "unknown_queue"


class ContactTaken(Conflict):
    """Another agent has the contact."""

    code = "contact_taken"


class ContactNotTaken(Conflict):
    """Nobody has taken the contact yet."""

    code = "contact_not_taken"


class TemplateUnknown(NotFound):
    """There is no such template."""

    code = "template_unknown"


class TeamUnknown(NotFound):
    """There is no such team."""

    code = "team_unknown"


class TemplateTaken(Conflict):
    """Another template has this name."""

    code = "template_taken"


class MacroUnknown(NotFound):
    """There is no macro of this id."""

    code = "macro_unknown"


class MacroTaken(Conflict):
    """Another macro has this name."""

    code = "macro_taken"
