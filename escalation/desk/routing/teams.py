"""Teams: named groups of agents. A queue that names teams is offered to their members only."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import delete, select

from escalation.database import Database, Prepared, Transaction, table_of
from escalation.desk.errors import TeamUnknown
from escalation.desk.routing.queues import all_rules
from escalation.desk.routing.rules import QueueRules
from escalation.desk.routing.tables import TeamRow
from escalation.kernel.errors import Invalid
from escalation.people import staff
from escalation.protocol.rest.teams import TeamBody, TeamList, TeamMember, TeamView

MOST = 100

_teams = table_of(TeamRow)
_ALL = Prepared(_teams.select())


def members(tx: Transaction) -> dict[str, frozenset[str]]:
    """Return the members of every team, by its name."""
    return {row.name: frozenset(row.members) for row in tx.execute(_ALL)}


def with_living_teams(rules: Mapping[str, QueueRules], teams: Iterable[str]) -> dict[str, QueueRules]:
    """Return the rules without teams that are gone: where none is left, everybody may take what waits. Pure."""
    known = frozenset(teams)
    return {name: replace(each, work=replace(each.work, teams=each.work.teams & known)) for name, each in rules.items()}


def by_member(teams: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return the teams of everybody who is in one, by agent. Pure."""
    found: dict[str, set[str]] = {}
    for name, members in teams.items():
        for agent in members:
            found.setdefault(agent, set()).add(name)
    return {agent: frozenset(names) for agent, names in found.items()}


class Teams:
    """The teams, and which queues name them."""

    def __init__(self, database: Database, queues: Iterable[str]) -> None:
        self._database = database
        self._queues = tuple(queues)

    async def all(self) -> TeamList:
        """Return every team, by name."""
        return await self._database.read(self._read)

    def _read(self, tx: Transaction) -> TeamList:
        rules, teams = all_rules(tx, self._queues), members(tx)
        names = staff.names(tx, frozenset().union(*teams.values()))
        return TeamList(teams=[_view(name, teams[name], names, rules) for name in sorted(teams)])

    async def put(self, name: str, body: TeamBody) -> TeamList:
        """Make a team, or replace its members. Raises: Invalid."""

        def work(tx: Transaction) -> TeamList:
            known = {each.id for each in staff.members(tx)}
            if strangers := sorted(set(body.members) - known):
                raise Invalid(f"There is nobody with the id {strangers[0]}. Choose from the accounts that may sign in.")
            others = select(_teams.c.name).where(_teams.c.name != name)
            if len(tx.execute(others.limit(MOST)).all()) == MOST:
                raise Invalid(f"There are {MOST} teams already. Delete one first.")
            tx.upsert(TeamRow, {"name": name, "members": sorted(set(body.members))})
            return self._read(tx)

        return await self._database.write(work)

    async def delete(self, name: str) -> None:
        """Delete a team. What waits for nobody else is open to everybody from now on. Raises: TeamUnknown."""

        def work(tx: Transaction) -> None:
            if tx.execute(delete(_teams).where(_teams.c.name == name)).rowcount == 0:
                raise TeamUnknown(f"There is no team {name!r}. Somebody may have deleted it.")

        await self._database.write(work)


def _view(name: str, members: Iterable[str], names: Mapping[str, str], rules: Mapping[str, QueueRules]) -> TeamView:
    shown = sorted((TeamMember(id=id, name=names[id]) for id in members if id in names), key=lambda each: each.name)
    return TeamView(name=name, members=shown, queues=[q for q, each in rules.items() if name in each.work.teams])
