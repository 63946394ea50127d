"""The teams of cases: those that the agent who had a case last was in when it was first counted as theirs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal, select

from escalation.database import Prepared, Transaction, table_of
from escalation.desk.routing import teams
from escalation.reports.cases import Case
from escalation.reports.sums import Sums
from escalation.reports.tables import CaseRow

_cases = table_of(CaseRow)
_KNOWN = Prepared(
    select(_cases.c.number, _cases.c.agent, _cases.c.team).where(_cases.c.conversation == bindparam("of"))
)


def of_cases(tx: Transaction, conversation: str, cases: Iterable[Case]) -> list[str | None]:
    """Return what the rows of a conversation's cases say of teams, in order. What was counted stays as it was."""
    known = {(row.number, row.agent): row.team for row in tx.execute(_KNOWN, {"of": conversation})}
    wanted = [(number, case.agent) for number, case in enumerate(cases, 1)]
    new = {agent for number, agent in wanted if agent is not None and (number, agent) not in known}
    in_teams = teams.by_member(teams.members(tx)) if new else {}
    return [known[one] if one in known else _names(one[1], in_teams) for one in wanted]


def of_agent(tx: Transaction, agent: str) -> str | None:
    """Return the teams an agent is in now, as rows hold them."""
    return _names(agent, teams.by_member(teams.members(tx)))


def _names(agent: str | None, in_teams: Mapping[str, frozenset[str]]) -> str | None:
    return "\n".join(sorted(in_teams.get(agent, ()))) or None if agent is not None else None


def divided(groups: Mapping[str, Sums]) -> dict[str, Sums]:
    """Return sums by team, made of those by all the teams of a case: it counts in each of them. Pure."""
    found: dict[str, Sums] = {}
    for names, sums in groups.items():
        for name in each_of(names):
            found.setdefault(name, Sums()).add(sums)
    return found


def each_of(names: str) -> Sequence[str]:
    """Return the teams that a row names; an empty one where it names none."""
    return names.split("\n")


def is_in(column: ColumnElement[Any], team: str) -> ColumnElement[bool]:
    """Return the SQL for whether a row names a team; an empty one: whether it names none."""
    if not team:
        return column.is_(None)
    named = literal("\n") + column + literal("\n")
    return func.replace(named, f"\n{team}\n", "") != named
