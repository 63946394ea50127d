"""What the desk asks of an agent before they get a conversation: to be there, and to have room."""

from escalation.conversations.model import Conversation
from escalation.conversations.scoping import is_seen, sees
from escalation.database import Transaction
from escalation.desk import assignments, presence
from escalation.desk.errors import AgentAbsent, AtCapacity, OutOfSight
from escalation.desk.weights import units_for
from escalation.kernel.errors import NotFound
from escalation.people import staff
from escalation.people.staff import Member
from escalation.protocol.states import Status

UNOWNED = frozenset({Status.BOT, Status.WAITING})
"""Where a conversation that an agent seizes becomes one more that they hold."""


def require_room(tx: Transaction, agent: str, conversation: Conversation, *, asked_by: str | None = None) -> None:
    """Refuse a conversation to an agent who has no room for its weight.

    Call with the conversation locked; locks the agent. `asked_by` is who reads the refusal, if it is not the agent.
    Raises: AtCapacity.
    """
    presence.lock(tx, [agent])
    member, load = staff.member(tx, agent), assignments.load_of(tx, agent)
    needed = units_for(tx, conversation, member)
    if load + needed <= member.capacity:
        return
    takes = f" This one takes {needed}." if needed > 1 else ""
    if asked_by in (None, agent):
        raise AtCapacity(f"Your load is {load} and your capacity is {member.capacity}.{takes} Finish one first.")
    raise AtCapacity(f"{member.name} has a load of {load} of {member.capacity}.{takes} Choose somebody else.")


def require_room_to_seize(tx: Transaction, agent: str, conversation: Conversation) -> None:
    """Refuse to an agent who is full what nobody holds yet; taking over from a colleague asks for no room.

    Raises: AtCapacity.
    """
    if conversation.status in UNOWNED:
        require_room(tx, agent, conversation)


def require_sight(tx: Transaction, agent: str, conversation: Conversation) -> None:
    """Refuse to give a conversation to somebody who does not see it. Raises: OutOfSight."""
    member = staff.member(tx, agent)
    if not sees(member.scope, conversation):
        raise OutOfSight(f"{member.name} does not see conversations of this site and queue. Choose somebody who does.")


def require_theirs(tx: Transaction, by: Member, conversation: str) -> None:
    """Go on only with a conversation that they see. Raises: NotFound, only to somebody limited."""
    if not is_seen(tx, by.scope, conversation):
        raise NotFound(f"There is no conversation {conversation}.")


def require_present(tx: Transaction, agent: str) -> None:
    """Refuse to give conversations to somebody who is not there to see them, or may not. Raises: AgentAbsent."""
    member = staff.member(tx, agent)
    if member.disabled or presence.availability_of(tx, agent) == "offline":
        raise AgentAbsent(f"{member.name} is not connected. Choose somebody who is.")


def require_online(tx: Transaction, agent: str) -> None:
    """Refuse to propose conversations to somebody who takes none now. Raises: AgentAbsent."""
    require_present(tx, agent)
    if presence.availability_of(tx, agent) != "online":
        raise AgentAbsent(f"{staff.member(tx, agent).name} is away. Choose somebody who is online.")
