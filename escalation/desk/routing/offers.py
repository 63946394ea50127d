"""The rows of offers: they follow from the conversation's events, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.database import Prepared, Transaction, table_of
from escalation.desk.routing.rules import MISSED_AT_MOST, NOT_AGAIN, SKIPPED
from escalation.desk.routing.tables import OfferRow
from escalation.kernel.ids import Ids

_offers = table_of(OfferRow)
_END = Prepared(_offers.update().where(_offers.c.conversation == bindparam("of"), _offers.c.ended_at.is_(None)))
_OPEN_OF_AGENT = Prepared(
    select(_offers.c.conversation).where(_offers.c.agent == bindparam("who"), _offers.c.ended_at.is_(None))
)
_OPEN = Prepared(select(_offers.c.agent).where(_offers.c.ended_at.is_(None)))
_REFUSED = Prepared(
    select(_offers).where(
        _offers.c.ended_at > bindparam("since"), or_(_offers.c.how == "declined", _offers.c.how == "timed_out")
    )
)


@dataclass(frozen=True, slots=True)
class Ended:
    """An offer that came to nothing a short while ago, or what somebody got and did not answer."""

    conversation: str
    agent: str
    how: str
    at: datetime


def record(
    tx: Transaction, ids: Ids, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
) -> str | None:
    """Open and end offers as `events` say. Return the agent who has let an offer run out, if one has."""
    missed = None
    if before.offered_to is not None and before.offered_to != after.offered_to:
        how = _ending(events)
        tx.execute(_END, {"of": after.id, "ended_at": tx.now, "how": how})
        missed = before.offered_to if how == "timed_out" else None
    if after.offered_to is not None and before.offered_to != after.offered_to:
        tx.add(OfferRow, _row(tx, ids(), after))
    return missed


def _ending(events: Sequence[e.ConversationEvent]) -> str:
    for event in events:
        if isinstance(event, e.OfferEnded):
            return event.how
        if isinstance(event, e.Assigned):
            return "accepted" if event.how == "offer" else "overtaken"
    return "overtaken"


def _row(tx: Transaction, id: str, after: Conversation) -> dict[str, object]:
    return {
        "id": id,
        "conversation": after.id,
        "agent": after.offered_to,
        "made_at": tx.now,
        "until": after.offered_until,
        "ended_at": None,
        "how": None,
    }


def open_to(tx: Transaction, agent: str) -> list[str]:
    """Return the conversations that are proposed to an agent now."""
    return list(tx.execute(_OPEN_OF_AGENT, {"who": agent}).scalars())


def open_counts(tx: Transaction) -> dict[str, int]:
    """Return how many conversations are proposed to each agent, agents without any left out."""
    counts: dict[str, int] = {}
    for agent in tx.execute(_OPEN).scalars():
        counts[agent] = counts.get(agent, 0) + 1
    return counts


def recently_refused(tx: Transaction) -> list[Ended]:
    """Return the offers that were declined or ran out so lately that they still count."""
    found = tx.execute(_REFUSED, {"since": tx.now - NOT_AGAIN})
    return [Ended(row.conversation, row.agent, row.how, row.ended_at) for row in found]


def resting(refused: Sequence[Ended], now: datetime) -> frozenset[str]:
    """Return the agents who let an offer or the time for a first reply run out a moment ago. Pure."""
    return frozenset(one.agent for one in refused if one.how != "declined" and one.at > now - SKIPPED)


def missed_in_a_row(tx: Transaction, agent: str, since: datetime | None) -> bool:
    """Return whether the newest offers to the agent, made since then, all ran out, and are too many."""
    query = select(_offers.c.how, _offers.c.made_at).where(_offers.c.agent == agent, _offers.c.ended_at.is_not(None))
    newest = tx.execute(query.order_by(_offers.c.ended_at.desc(), _offers.c.id.desc()).limit(MISSED_AT_MOST)).all()
    counted = [row for row in newest if row.how == "timed_out" and (since is None or row.made_at >= since)]
    return len(counted) == MISSED_AT_MOST
