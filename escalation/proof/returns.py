"""The breaker's third ear: customers who come back soon after a conversation that ended with an automatic answer.

Like complaints it hears one side only: who returns may have been answered wrongly, and who does not return proves
nothing. So answers are compared with earlier ones; the rule is that of `complaints.is_unusual`, and what is usual is
counted by itself.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, or_, select

from escalation.conversations.tables import EpisodeRow
from escalation.database import Transaction, table_of
from escalation.proof import complaints, rows
from escalation.proof.tables import AutomaticAnswerRow

SOON = timedelta(hours=2)
"""Whoever opens the conversation again within this time after its end has returned."""
RIPE = timedelta(hours=3)
"""Answers younger than this may still be returned to: a conversation closes after some silence, and then `SOON`."""

_answers = table_of(AutomaticAnswerRow)
_ended = table_of(EpisodeRow).alias("ended")
_next = table_of(EpisodeRow).alias("next")


def tripped(tx: Transaction, alpha: float) -> bool:
    """Return whether customers come back after the recent answers far more often than after those before them."""
    newest_first = _returned(tx)
    recent, earlier = newest_first[: complaints.RECENT], newest_first[complaints.RECENT :]
    return complaints.is_unusual(earlier, recent[::-1], alpha)


def _returned(tx: Transaction) -> list[bool]:
    """Return for each answer, newest first, whether its customer came back soon after it ended a conversation."""
    known = rows.state(tx)
    since = [_answers.c.at > known.resumed_at] if known is not None and known.resumed_at is not None else []
    query = (
        select(_answers.c.conversation, _ended.c.number, _ended.c.ended_at, _next.c.began_at)
        .outerjoin(_ended, and_(*_given_in(_ended)))
        .outerjoin(_next, and_(_next.c.conversation == _ended.c.conversation, _next.c.number == _ended.c.number + 1))
        .where(_answers.c.at <= tx.now - RIPE, *since)
        .order_by(_answers.c.at.desc(), _answers.c.message_id)
        .limit(complaints.RECENT + complaints.EARLIER)
    )
    found, ends = list[bool](), set[tuple[str, int]]()
    for row in tx.execute(query):
        is_last = (row.conversation, row.number) not in ends
        ends.add((row.conversation, row.number))
        found.append(is_last and _came_back(row))
    return found


def _given_in(episode: Any) -> tuple[Any, ...]:
    """The bot's stretch of the conversation in which the answer was given."""
    ends = or_(episode.c.ended_at.is_(None), episode.c.ended_at >= _answers.c.at)
    mine = episode.c.conversation == _answers.c.conversation, episode.c.kind == "bot"
    return *mine, episode.c.began_at <= _answers.c.at, ends


def _came_back(row: Row[Any]) -> bool:
    """Whether the conversation was opened again; one that was handed on went on at the moment the bot's part ended."""
    if row.ended_at is None or row.began_at is None:
        return False
    return bool(row.ended_at < row.began_at <= row.ended_at + SOON)
