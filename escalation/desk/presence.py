"""Presence by lease: an agent is there while a connection of theirs keeps renewing. Renewal appends nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, bindparam, select

from escalation.database import Prepared, Transaction, table_of
from escalation.desk import assignments
from escalation.desk.events import AGENT_CHANGED, STREAM
from escalation.desk.tables import AgentRow, LeaseRow
from escalation.events import NewEvent, append
from escalation.people import staff
from escalation.protocol.states import Availability

LEASE_LASTS = timedelta(seconds=30)
RENEW_EVERY = timedelta(seconds=10)
GRACE = timedelta(seconds=45)
"""How long after their last lease an agent keeps what they own."""

_leases = table_of(LeaseRow)
_agents = table_of(AgentRow)
_LIVING = Prepared(select(_leases.c.agent).where(_leases.c.expires_at > bindparam("now")))
_WANTS = Prepared(select(_agents.c.id, _agents.c.wants))
_ONE = Prepared(_agents.select().where(_agents.c.id == bindparam("who")))


def arrive(tx: Transaction, agent: str, connection: str) -> None:
    """A connection of the agent opened."""
    tx.upsert(LeaseRow, {"connection": connection, "agent": agent, "expires_at": tx.now + LEASE_LASTS})
    tell(tx, [agent])


def renew(tx: Transaction, connections: Mapping[str, str]) -> None:
    """These connections (of these agents) are alive: one statement, however many.

    A lease that was swept away while the process stood still comes back; the next sweep tells of it.
    """
    if not connections:
        return
    until = tx.now + LEASE_LASTS
    rows = [{"connection": each, "agent": agent, "expires_at": until} for each, agent in sorted(connections.items())]
    insert = tx.insert(LeaseRow).values(rows)
    again = insert.on_conflict_do_update(index_elements=["connection"], set_={"expires_at": until})
    tx.execute(again)


def leave(tx: Transaction, agent: str, connection: str) -> None:
    """A connection closed; the grace for what the agent owns starts."""
    tx.execute(_leases.update().where(_leases.c.connection == connection).values(expires_at=tx.now))
    tell(tx, [agent])


def choose(tx: Transaction, agent: str, wants: Literal["online", "away"]) -> None:
    """The agent says whether they take conversations."""
    (before,) = lock(tx, [agent])
    _set(tx, agent, wants=wants, chosen_at=tx.now, away_because=None)
    tell(tx, [agent], load_changed=before.away_because is not None)


def set_away(tx: Transaction, agent: str) -> None:
    """Nobody took what was offered to the agent: no new work until they choose again. They are told why."""
    lock(tx, [agent])
    _set(tx, agent, wants="away", away_because="missed_offers")
    tell(tx, [agent])


def chosen_at(tx: Transaction, agent: str) -> datetime | None:
    """Return when the agent last said whether they take conversations."""
    row = tx.execute(_ONE, {"who": agent}).first()
    return row.chosen_at if row is not None else None


def reasons(tx: Transaction) -> dict[str, Any]:
    """Return why agents were set to away, by agent; those who chose it left out."""
    query = select(_agents.c.id, _agents.c.away_because).where(_agents.c.away_because.is_not(None))
    return {row.id: row.away_because for row in tx.execute(query)}


def last_given(tx: Transaction) -> dict[str, datetime]:
    """Return when each agent got their newest conversation or offer; those who never did are left out."""
    query = select(_agents.c.id, _agents.c.given_at).where(_agents.c.given_at.is_not(None))
    return {row.id: row.given_at for row in tx.execute(query)}


def given(tx: Transaction, agents: Iterable[str]) -> None:
    """Note that these agents have got a conversation, or an offer of one, now."""
    for agent in sorted(set(agents)):
        tx.upsert(AgentRow, _new_row(agent) | {"given_at": tx.now}, update=["given_at"])


def _set(tx: Transaction, agent: str, **values: Any) -> None:
    tx.execute(_agents.update().where(_agents.c.id == agent).values(**values))


def _new_row(agent: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("chosen_at", "away_because", "given_at"))
    return {"id": agent, "wants": "online", "shown": "offline", **nothing}


def online(tx: Transaction) -> set[str]:
    """Return the agents who are there and take conversations."""
    return {agent for agent, availability in availabilities(tx).items() if availability == "online"}


def availabilities(tx: Transaction) -> dict[str, Availability]:
    """Return the availability of everybody who was ever here."""
    living = set(tx.execute(_LIVING, {"now": tx.now}).scalars())
    return {row.id: row.wants if row.id in living else "offline" for row in tx.execute(_WANTS)}


def tell(tx: Transaction, agents: Iterable[str], *, load_changed: bool = False) -> None:
    """Append what the consoles must know of these agents, if it is news."""
    wanted = sorted(set(agents))
    if not wanted:
        return
    # The lock comes before anything is counted: of two changes at once the one told last must have seen both.
    rows = {row.id: row for row in lock(tx, wanted)}
    shown = {id: row.shown for id, row in rows.items()}
    now_are = availabilities(tx)
    news = [agent for agent in wanted if load_changed or now_are.get(agent, "offline") != shown.get(agent)]
    if not news:
        return
    load = assignments.loads(tx)
    for agent in news:
        availability = now_are.get(agent, "offline")
        tx.execute(_agents.update().where(_agents.c.id == agent).values(shown=availability))
        _append(tx, agent, availability, load.get(agent, 0), rows[agent].away_because)


def lock(tx: Transaction, agents: Iterable[str]) -> list[Row[Any]]:
    """Lock the agents' rows, made where they were never here, until the commit."""
    wanted = sorted(set(agents))
    for agent in wanted:
        tx.upsert(AgentRow, _new_row(agent), update=())
    return tx.lock_all(AgentRow, wanted)


def _append(tx: Transaction, agent: str, availability: Availability, load: int, because: str | None) -> None:
    member = staff.member(tx, agent)
    payload = {
        "id": agent,
        "name": member.name,
        "role": member.role,
        "availability": availability,
        "load": load,
        "capacity": member.capacity,
        "away_because": because if availability == "away" else None,
    }
    append(tx, STREAM, NewEvent(AGENT_CHANGED, 1, payload, "system"))


def sweep(tx: Transaction) -> list[str]:
    """Tell who came or went offline; return the lost agents who still own conversations."""
    shown = {row.id: row.shown for row in tx.execute(_agents.select())}
    tell(tx, [agent for agent, availability in availabilities(tx).items() if shown.get(agent) != availability])
    tx.execute(_leases.delete().where(_leases.c.expires_at < tx.now - 2 * GRACE))
    return sorted(agent for agent in assignments.loads(tx) if is_lost(tx, agent))


def is_lost(tx: Transaction, agent: str) -> bool:
    """Whether no connection of the agent lived within the grace, or their account is disabled: nobody comes back."""
    if staff.member(tx, agent).disabled:
        return True
    recent = (_leases.c.agent == agent, _leases.c.expires_at > tx.now - GRACE)
    return tx.execute(select(_leases.c.connection).where(*recent).limit(1)).first() is None
