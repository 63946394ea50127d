"""The desk as the router needs it, read in one transaction: what waits in queues with push, and who is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from escalation.conversations.model import language_of
from escalation.conversations.tables import ConversationRow
from escalation.database import Transaction, table_of
from escalation.desk import assignments, presence
from escalation.desk.routing import offers
from escalation.desk.routing.offers import Ended
from escalation.desk.routing.queues import all_rules
from escalation.desk.routing.router import Candidate, Waiting
from escalation.desk.routing.rules import QueueRules
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.staff import Member
from escalation.protocol.states import Availability, Status

MOST_WAITING = 5_000

_conversations = table_of(ConversationRow)


@dataclass(frozen=True, slots=True)
class DeskNow:
    """What the router decides on."""

    now: datetime
    rules: Mapping[str, QueueRules]
    waiting: Sequence[Waiting] = ()
    staff: Sequence[Candidate] = ()


def desk_now(tx: Transaction, queues: Sequence[str]) -> DeskNow:
    """Return the desk; nobody is read while nothing waits to be offered."""
    rules = all_rules(tx, queues)
    pushed = [name for name, each in rules.items() if each.way == "push"]
    states = _waiting_states(tx, pushed) if pushed else []
    if not states:
        return DeskNow(tx.now, rules)
    refused = offers.recently_refused(tx)
    waiting = [_waiting(state, refused) for state in states]
    return DeskNow(tx.now, rules, waiting, candidates(tx, refused))


def _waiting_states(tx: Transaction, queues: Sequence[str]) -> list[dict[str, Any]]:
    """Return the waiting conversations of these queues that are proposed to nobody."""
    queue = _conversations.c.state["queue"].as_string()
    query = select(_conversations.c.state).where(_conversations.c.status == Status.WAITING.value, queue.in_(queues))
    states = tx.execute(query.order_by(_conversations.c.last_activity_at).limit(MOST_WAITING)).scalars()
    return [state for state in states if state.get("offered_to") is None]


def _waiting(state: Mapping[str, Any], refused: Sequence[Ended]) -> Waiting:
    return Waiting(
        conversation=state["id"],
        site=state["site"],
        queue=state["queue"],
        since=datetime.fromisoformat(state["waiting_since"]),
        language=language_of(state.get("language"), state["locale"]),
        last_agent=state.get("last_agent"),
        declined=frozenset(one.agent for one in refused if one.conversation == state["id"]),
    )


def candidates(tx: Transaction, refused: Sequence[Ended]) -> list[Candidate]:
    """Return everybody who works on conversations."""
    loads, offered, given = assignments.loads(tx), offers.open_counts(tx), presence.last_given(tx)
    there, resting = presence.availabilities(tx), offers.resting(refused, tx.now)
    return [
        _candidate(each, there.get(each.id, "offline"), loads, offered, given, each.id in resting)
        for each in staff.members(tx)
        if each.may(Permission.WORK_CONVERSATIONS)
    ]


def _candidate(
    member: Member,
    availability: Availability,
    loads: Mapping[str, int],
    offered: Mapping[str, int],
    given: Mapping[str, datetime],
    resting: bool,
) -> Candidate:
    return Candidate(
        agent=member.id,
        scope=member.scope,
        capacity=member.capacity,
        load=loads.get(member.id, 0),
        offered=offered.get(member.id, 0),
        availability=availability,
        languages=frozenset(member.languages),
        skills=frozenset(member.skills),
        last_given=given.get(member.id),
        resting=resting,
    )
