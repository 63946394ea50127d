"""Presence by lease: an agent is there while a connection of theirs keeps renewing. Renewal appends nothing."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, bindparam, select

from escalation.database import Prepared, Transaction, table_of
from escalation.desk import assignments, rest
from escalation.desk.events import AGENT_CHANGED, STREAM
from escalation.desk.tables import AgentRow, LeaseRow
from escalation.events import NewEvent, append
from escalation.people import staff
from escalation.people.tables import StaffRow
from escalation.protocol.states import Availability

LEASE_LASTS = timedelta(seconds=30)
RENEW_EVERY = timedelta(seconds=10)
GRACE = timedelta(seconds=45)
"""How long after their last lease an agent keeps what they own."""

Choice = Literal["online", "away", "finishing"]
BREAK: Final = "break"

_TIMES = ("chosen_at", "away_because", "given_at", "here_since", "working_since", "left_at", "break_until")
_leases = table_of(LeaseRow)
_agents = table_of(AgentRow)
_staff = table_of(StaffRow)
_LIVING = Prepared(select(_leases.c.agent).where(_leases.c.expires_at > bindparam("now")))
_WANTS = Prepared(select(_agents.c.id, _agents.c.wants))
_ONE = Prepared(_agents.select().where(_agents.c.id == bindparam("who")))
_LIVING_OF = Prepared(
    select(_leases.c.agent).where(
        _leases.c.agent.in_(bindparam("ids", expanding=True)), _leases.c.expires_at > bindparam("now")
    )
)
IS_ONLINE = (
    _agents.c.wants == "online",
    _agents.c.id.in_(select(_leases.c.agent).where(_leases.c.expires_at > bindparam("now"))),
)
"""What holds of the rows of agents who are there and take conversations, at the time `now`."""
_ONLINE = Prepared(select(_agents.c.id).where(*IS_ONLINE))
_SHOWN_OF_ALL = Prepared(select(_agents.c.id, _agents.c.shown))
_HERE_LATELY = Prepared(
    select(_leases.c.agent)
    .join(_staff, _staff.c.id == _leases.c.agent)
    .where(
        _leases.c.agent.in_(bindparam("ids", expanding=True)),
        _leases.c.expires_at > bindparam("since"),
        _staff.c.disabled_at.is_(None),
    )
)
_SHOWN = Prepared(_agents.update().where(_agents.c.id == bindparam("who")))


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


def choose(tx: Transaction, agent: str, wants: Choice) -> None:
    """The agent says whether they take conversations. Who has nothing left to finish is away at once.

    Consoles say it at each new connection: that ends no break.
    """
    (before,) = lock(tx, [agent])
    if wants == "online" and before.away_because == BREAK:
        return
    finishing = wants == "finishing" and assignments.load_of(tx, agent) > 0
    because = "finishing" if finishing else None
    _set(tx, agent, wants="online" if wants == "online" else "away", chosen_at=tx.now, away_because=because)
    tell(tx, [agent], load_changed=before.away_because != because)


def set_away(tx: Transaction, agent: str, because: Literal["missed_offers", "no_reply"]) -> None:
    """The agent let offers run out, or customers without an answer: no new work until they choose again.

    They are told why.
    """
    lock(tx, [agent])
    _set(tx, agent, wants="away", away_because=because)
    tell(tx, [agent])


def begin_break(tx: Transaction, agent: str, until: datetime) -> None:
    """The agent, whose row is locked, takes nothing new until then."""
    _set(tx, agent, wants="away", away_because=BREAK, break_until=until)
    tell(tx, [agent], load_changed=True)


def end_break(tx: Transaction, agent: str, until: datetime, *, rested: bool) -> None:
    """The break of the agent, whose row is locked, ended then: they take conversations again.

    Who `rested` begins to count hours in a row anew.
    """
    anew = {"working_since": None} if rested else {}
    _set(tx, agent, wants="online", away_because=None, break_until=until, chosen_at=tx.now, **anew)
    tell(tx, [agent])


def chosen_at(tx: Transaction, agent: str) -> datetime | None:
    """Return when the agent last said whether they take conversations."""
    row = tx.execute(_ONE, {"who": agent}).first()
    return row.chosen_at if row is not None else None


def reasons(tx: Transaction) -> dict[str, Any]:
    """Return why agents were set to away, by agent; those who chose it left out."""
    query = select(_agents.c.id, _agents.c.away_because).where(_agents.c.away_because.is_not(None))
    return {row.id: row.away_because for row in tx.execute(query)}


def given(tx: Transaction, agents: Iterable[str]) -> None:
    """Note that these agents have got a conversation, or an offer of one, now."""
    for agent in sorted(set(agents)):
        tx.upsert(AgentRow, _new_row(agent) | {"given_at": tx.now}, update=["given_at"])


def _set(tx: Transaction, agent: str, **values: Any) -> None:
    tx.execute(_agents.update().where(_agents.c.id == agent).values(**values))


def _new_row(agent: str) -> dict[str, Any]:
    nothing = dict.fromkeys(_TIMES)
    return {"id": agent, "wants": "online", "shown": "offline", **nothing}


def online(tx: Transaction) -> set[str]:
    """Return the agents who are there and take conversations."""
    return set(tx.execute(_ONLINE, {"now": tx.now}).scalars())


def availability_of(tx: Transaction, agent: str) -> Availability:
    """Return whether one agent is there, and takes conversations."""
    row = tx.execute(_ONE, {"who": agent}).first()
    return _availabilities(tx, {agent: row.wants})[agent] if row is not None else "offline"


def _availabilities(tx: Transaction, wants: Mapping[str, Availability]) -> dict[str, Availability]:
    """Return the availability of these agents, by what each chose."""
    there = set(tx.execute(_LIVING_OF, {"ids": list(wants), "now": tx.now}).scalars())
    return {agent: wanted if agent in there else "offline" for agent, wanted in wants.items()}


def availabilities(tx: Transaction) -> dict[str, Availability]:
    """Return the availability of everybody who was ever here."""
    there = living(tx)
    return {row.id: row.wants if row.id in there else "offline" for row in tx.execute(_WANTS)}


def living(tx: Transaction) -> frozenset[str]:
    """Return the agents who are connected, whatever they take."""
    return frozenset(tx.execute(_LIVING, {"now": tx.now}).scalars())


def tell(tx: Transaction, agents: Iterable[str], *, load_changed: bool = False) -> None:
    """Append what the consoles must know of these agents, if it is news."""
    wanted = sorted(set(agents))
    if not wanted:
        return
    # The lock comes before anything is counted: of two changes at once the one told last must have seen both.
    rows = {row.id: row for row in lock(tx, wanted)}
    now_are = _availabilities(tx, {row.id: row.wants for row in rows.values()})
    for agent in wanted:
        if load_changed or now_are[agent] != rows[agent].shown:
            _tell(tx, rows[agent], now_are[agent])


def _tell(tx: Transaction, row: Row[Any], availability: Availability) -> None:
    """Append what the consoles must know of an agent whose row is locked."""
    if availability != row.shown:
        tx.execute(_SHOWN, {"who": row.id, "shown": availability, **_times(tx, row, availability)})
    load, because = assignments.load_of(tx, row.id), row.away_because
    if because == "finishing" and not load:
        because = None  # the last one has ended
        _set(tx, row.id, away_because=None)
    _append(tx, row.id, availability, load, because)


def _times(tx: Transaction, row: Row[Any], availability: Availability) -> dict[str, Any]:
    online = availability == "online"
    if online == (row.shown == "online"):
        return {}
    return rest.noted(row.working_since, row.left_at, tx.now, online=online)


def lock(tx: Transaction, agents: Iterable[str]) -> list[Row[Any]]:
    """Lock the agents' rows, made where they were never here, until the commit."""
    wanted = sorted(set(agents))
    rows = tx.lock_all(AgentRow, wanted)
    if len(rows) == len(wanted):
        return rows
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
    shown = dict(tx.execute(_SHOWN_OF_ALL).all())
    tell(tx, [agent for agent, availability in availabilities(tx).items() if shown.get(agent) != availability])
    tx.execute(_leases.delete().where(_leases.c.expires_at < tx.now - 2 * GRACE))
    return sorted(_lost(tx, assignments.loads(tx)))


def is_lost(tx: Transaction, agent: str) -> bool:
    """Whether no connection of the agent lived within the grace, or their account is disabled: nobody comes back."""
    return bool(_lost(tx, [agent]))


def _lost(tx: Transaction, agents: Collection[str]) -> set[str]:
    """Return those of these agents who are lost."""
    if not agents:
        return set()
    asked = {"ids": list(agents), "since": tx.now - GRACE}
    return set(agents) - set(tx.execute(_HERE_LATELY, asked).scalars())
