"""Breaks: an agent asks for a moment without new conversations, and it ends by itself."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from escalation.database import Transaction, table_of
from escalation.desk import presence
from escalation.desk.rest import A_REST, BreakRules, next_break
from escalation.desk.tables import AgentRow
from escalation.kernel.errors import Invalid

_agents = table_of(AgentRow)


def take(tx: Transaction, agent: str, rules: BreakRules) -> None:
    """Begin a break. Raises: Invalid so soon after the last one."""
    (row,) = presence.lock(tx, [agent])
    if row.away_because == presence.BREAK:
        return
    if (free := next_break(row.break_until, rules, tx.now)) is not None:
        minutes = -(-(free - tx.now) // timedelta(minutes=1))
        raise Invalid(f"Your last break was a moment ago. The next one is free in {minutes} minutes; go away instead.")
    presence.begin_break(tx, agent, tx.now + rules.lasts)


def end(tx: Transaction, agent: str) -> None:
    """End a break early; of who is on none, nothing changes."""
    (row,) = presence.lock(tx, [agent])
    if row.away_because == presence.BREAK:
        presence.end_break(tx, agent, min(row.break_until, tx.now), rested=row.break_until <= tx.now)


def due(tx: Transaction, rules: BreakRules) -> list[str]:
    """Return whose break is over, and who has been online for so long that one begins by itself."""
    over = and_(_agents.c.away_because == presence.BREAK, _agents.c.break_until <= tx.now)
    tired = [] if rules.at_most is None else [_is_tired(tx, rules.at_most)]
    return list(tx.execute(select(_agents.c.id).where(or_(over, *tired)).order_by(_agents.c.id)).scalars())


def _is_tired(tx: Transaction, at_most: timedelta) -> ColumnElement[bool]:
    return and_(_agents.c.shown == "online", _agents.c.working_since <= tx.now - at_most)


def settle(tx: Transaction, rules: BreakRules) -> None:
    """End the breaks whose time is over, and let those rest who have been online for as long as anybody may be."""
    for row in presence.lock(tx, due(tx, rules)):
        if row.away_because != presence.BREAK:
            presence.begin_break(tx, row.id, tx.now + A_REST)
        elif row.break_until <= tx.now:
            presence.end_break(tx, row.id, row.break_until, rested=True)


def row_of(tx: Transaction, agent: str) -> Any:
    """Return the agent's row; None where they were never here."""
    return tx.execute(_agents.select().where(_agents.c.id == agent)).first()
