"""Who has come online lately, and what the router gave them since: counted from rows whenever it is asked."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import bindparam, or_, select

from escalation.database import Prepared, Transaction, table_of
from escalation.desk.routing.router import has_just_come, is_settling
from escalation.desk.routing.tables import OfferRow
from escalation.desk.tables import AgentRow, AssignmentRow

LATELY = timedelta(minutes=1)

_agents = table_of(AgentRow)
_offers = table_of(OfferRow)
_assignments = table_of(AssignmentRow)
_LATELY_OFFERED = Prepared(
    select(_offers.c.agent).where(
        or_(_offers.c.ended_at.is_(None), _offers.c.ended_at > bindparam("since")),
        _offers.c.made_at > bindparam("since"),
    )
)
_LATELY_GIVEN = Prepared(
    select(_assignments.c.agent).where(
        or_(_assignments.c.released_at.is_(None), _assignments.c.released_at > bindparam("since")),
        _assignments.c.how == "assign",
        _assignments.c.taken_at > bindparam("since"),
    )
)
_CAME = Prepared(select(_agents.c.here_since).where(_agents.c.id == bindparam("who")))


def given_lately(tx: Transaction, agents: Collection[str]) -> dict[str, int]:
    """Return how many offers and conversations these got within the last minute, those without any left out.

    An offer that was accepted counts once.
    """
    if not agents:
        return {}
    since, asked = tx.now - LATELY, frozenset(agents)
    found = [
        each for query in (_LATELY_OFFERED, _LATELY_GIVEN) for each in tx.execute(query, {"since": since}).scalars()
    ]
    return dict(Counter(agent for agent in found if agent in asked))


def settles(tx: Transaction, agent: str) -> bool:
    """Return whether an agent, whose row is locked, has just come and gets no more for now."""
    came = tx.execute(_CAME, {"who": agent}).scalar()
    return has_just_come(came, tx.now) and is_settling(came, given_lately(tx, [agent]).get(agent, 0), tx.now)
