"""The rows of the router's decisions: who got a conversation, and why everybody else did not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from escalation.conversations.model import Conversation
from escalation.conversations.tables import ConversationRow
from escalation.database import Transaction, table_of
from escalation.desk.routing.desk_now import DeskNow
from escalation.desk.routing.router import Choice, Waiting, why_not
from escalation.desk.routing.tables import RoutingRow
from escalation.kernel.ids import Ids

MOST_NAMED = 50
"""People named in one decision; who is offline comes last."""
MOST_EXPLAINED = 50
"""Conversations explained in one look."""
MOST_READ = 50

Gave = Literal["offer", "assign", "nobody"]

_decisions = table_of(RoutingRow)
_conversations = table_of(ConversationRow)


@dataclass(frozen=True, slots=True)
class Considered:
    """Somebody who did not get it, and why."""

    agent: str
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, as it is read."""

    at: datetime
    agent: str | None
    gave: Gave
    considered: Sequence[Considered]


def considered(choice: Choice, desk: DeskNow) -> list[dict[str, str]]:
    """Return everybody but the chosen one, with the reason. Pure."""
    one = next(each for each in desk.waiting if each.conversation == choice.conversation)
    return _reasons(one, desk, choice.agent)


def _reasons(one: Waiting, desk: DeskNow, chosen: str | None = None) -> list[dict[str, str]]:
    """Who is here comes first: they are the ones that are named."""
    others = sorted(desk.staff, key=lambda each: each.availability == "offline")
    named = [each for each in others if each.agent != chosen][:MOST_NAMED]
    return [{"agent": each.agent, "why": why_not(each, one, desk.rules[one.queue], desk.now)} for each in named]


def add(
    tx: Transaction, id: str, found: Conversation, agent: str | None, gave: Gave, considered: Sequence[dict[str, str]]
) -> None:
    """Store a decision about a locked conversation."""
    tx.add(RoutingRow, _row(tx, id, found.id, found.epoch, agent, gave, considered))


def unexplained(tx: Transaction, left: Sequence[Waiting]) -> dict[Waiting, int]:
    """Return those of the conversations about which nothing was decided in this wait yet, with their epoch."""
    asked = {one.conversation: one for one in left[:MOST_EXPLAINED]}
    of_known = select(_decisions.c.conversation, _decisions.c.epoch).where(_decisions.c.conversation.in_(asked))
    known = {(row.conversation, row.epoch) for row in tx.execute(of_known)}
    epochs = tx.execute(select(_conversations.c.id, _conversations.c.epoch).where(_conversations.c.id.in_(asked)))
    return {asked[row.id]: row.epoch for row in epochs if (row.id, row.epoch) not in known}


def explain(tx: Transaction, ids: Ids, desk: DeskNow, new: Mapping[Waiting, int]) -> None:
    """Store why nobody was asked to take these, each under its epoch."""
    for one, epoch in new.items():
        tx.add(RoutingRow, _row(tx, ids(), one.conversation, epoch, None, "nobody", _reasons(one, desk)))


def _row(
    tx: Transaction, id: str, conversation: str, epoch: int, agent: str | None, gave: Gave, considered: Sequence[Any]
) -> dict[str, Any]:
    return {
        "id": id,
        "conversation": conversation,
        "epoch": epoch,
        "at": tx.now,
        "agent": agent,
        "gave": gave,
        "considered": list(considered),
    }


def of(tx: Transaction, conversation: str) -> list[Decision]:
    """Return the newest decisions about a conversation, the newest first."""
    query = _decisions.select().where(_decisions.c.conversation == conversation)
    rows = tx.execute(query.order_by(_decisions.c.at.desc(), _decisions.c.id.desc()).limit(MOST_READ))
    return [
        Decision(row.at, row.agent, row.gave, [Considered(one["agent"], one["why"]) for one in row.considered])
        for row in rows
    ]
