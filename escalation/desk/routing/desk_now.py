"""The desk as the router needs it, read in one transaction: what waits in open queues with push, and who is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from escalation.conversations.model import language_of
from escalation.conversations.tables import ConversationRow, DecisionRow
from escalation.database import Prepared, Transaction, table_of
from escalation.desk import assignments, difficulty_rows, presence
from escalation.desk.hours import is_open
from escalation.desk.present import WORKS
from escalation.desk.routing import arrivals, offers, teams
from escalation.desk.routing.offers import Ended
from escalation.desk.routing.queues import all_rules
from escalation.desk.routing.router import Candidate, Waiting, has_just_come
from escalation.desk.routing.rules import NOT_AGAIN, QueueRules
from escalation.desk.tables import AgentRow
from escalation.desk.weights import weights
from escalation.people.members import scope_of
from escalation.people.tables import StaffRow
from escalation.protocol.states import Status

MOST_WAITING = 5_000
LOOKED_INTO = 12
NO_TEAMS: frozenset[str] = frozenset()

_agents = table_of(AgentRow)
_conversations = table_of(ConversationRow)
_decisions = table_of(DecisionRow)
_staff = table_of(StaffRow)
_state = _conversations.c.state
_WAITING = Prepared(
    select(_state)
    .where(_conversations.c.status == Status.WAITING.value, _state["offered_to"].as_string().is_(None))
    .where(_state["queue"].as_string().in_(bindparam("queues", expanding=True)))
    .order_by(_conversations.c.last_activity_at, _conversations.c.id)
    .limit(MOST_WAITING)
)
_WORKERS = Prepared(
    select(
        _staff.c.id, _staff.c.role, _staff.c.capacity, _staff.c.sites, _staff.c.queues, _staff.c.languages,
        _staff.c.skills, _agents.c.wants, _agents.c.given_at, _agents.c.here_since,
    )
    .join(_agents, _agents.c.id == _staff.c.id, isouter=True)
    .where(_staff.c.disabled_at.is_(None), WORKS)
    .order_by(_staff.c.name, _staff.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeskNow:
    """What the router decides on."""

    now: datetime
    rules: Mapping[str, QueueRules]
    waiting: Sequence[Waiting] = ()
    staff: Sequence[Candidate] = ()


def desk_now(tx: Transaction, queues: Sequence[str], *, margins: bool = False) -> DeskNow:
    """Return the desk; nobody is read while nothing waits to be offered. `margins`: with those of the bot's guesses."""
    groups = teams.members(tx)
    rules = teams.with_living_teams(all_rules(tx, queues), groups)
    pushed = [name for name, each in rules.items() if each.way == "push" and is_open(each.hours, tx.now)]
    states = _waiting_states(tx, pushed) if pushed else []
    if not states:
        return DeskNow(tx.now, rules)
    refused = offers.recently_refused(tx) + _unanswered(tx)
    not_again = [(one.conversation, one.agent) for one in refused]
    weight = weights(tx, states, rules)
    waiting = [_waiting(state, not_again, weight[state["id"]]) for state in states]
    if margins:
        known = _margins(tx, [one.conversation for one in waiting])
        waiting = [replace(one, margin=known.get(one.conversation)) for one in waiting]
    return DeskNow(tx.now, rules, _with_hard(tx, waiting), candidates(tx, refused, groups))


def _unanswered(tx: Transaction) -> list[Ended]:
    """Who did not write in time is treated like somebody who let an offer run out."""
    return [Ended(of, agent, "no_reply", at) for of, agent, at in assignments.unanswered(tx, tx.now - NOT_AGAIN)]


def _with_hard(tx: Transaction, waiting: Sequence[Waiting]) -> list[Waiting]:
    """Say which of those that waited longest are hard; a pass gives no more than a few."""
    hard = difficulty_rows.hard_of(tx, [one.conversation for one in waiting[:LOOKED_INTO]])
    return [replace(one, hard=True) if one.conversation in hard else one for one in waiting]


def _margins(tx: Transaction, conversations: Sequence[str]) -> dict[str, float]:
    """Return by how much the first guess was likelier than the second one, in the newest decision of each."""
    query = select(_decisions.c.conversation, _decisions.c.guesses).where(_decisions.c.conversation.in_(conversations))
    newest = {row.conversation: row.guesses for row in tx.execute(query.order_by(_decisions.c.at, _decisions.c.id))}
    return {id: guesses[0]["score"] - guesses[1]["score"] for id, guesses in newest.items() if len(guesses) > 1}


def _waiting_states(tx: Transaction, queues: Sequence[str]) -> list[dict[str, Any]]:
    """Return the waiting conversations of these queues that are proposed to nobody."""
    return list(tx.execute(_WAITING, {"queues": list(queues)}).scalars())


def _waiting(state: Mapping[str, Any], not_again: Sequence[tuple[str, str]], weight: int) -> Waiting:
    return Waiting(
        conversation=state["id"],
        site=state["site"],
        queue=state["queue"],
        since=datetime.fromisoformat(state["waiting_since"]),
        language=language_of(state.get("language"), state["locale"]),
        last_agent=state.get("last_agent"),
        declined=frozenset(agent for conversation, agent in not_again if conversation == state["id"]),
        weight=weight,
    )


def candidates(tx: Transaction, refused: Sequence[Ended], groups: Mapping[str, frozenset[str]]) -> list[Candidate]:
    """Return everybody who works on conversations."""
    loads, offered, living = assignments.loads(tx), offers.open_counts(tx), presence.living(tx)
    resting, strain = offers.resting(refused, tx.now), difficulty_rows.lately(tx)
    rows, in_teams = list(tx.execute(_WORKERS)), teams.by_member(groups)
    lately = arrivals.given_lately(tx, [row.id for row in rows if has_just_come(row.here_since, tx.now)])
    return [
        Candidate(
            agent=row.id,
            scope=scope_of(row),
            capacity=row.capacity,
            load=loads.get(row.id, 0),
            offered=offered.get(row.id, 0),
            availability=row.wants if row.id in living else "offline",
            languages=frozenset(row.languages),
            skills=frozenset(row.skills),
            last_given=row.given_at,
            resting=row.id in resting,
            teams=in_teams.get(row.id, NO_TEAMS),
            here_since=row.here_since,
            lately=lately.get(row.id, 0),
            strain=strain.get(row.id, 0.0),
        )
        for row in rows
    ]
