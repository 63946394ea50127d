"""Where suggested replies come from: the question asked now, past resolutions and the replies sent then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select

from escalation.conversations import repository
from escalation.conversations.model import Conversation, turn_text
from escalation.conversations.scoping import of_seen
from escalation.conversations.tables import MessageRow, ResolutionRow
from escalation.database import Transaction, table_of
from escalation.desk.suggested import reply_of
from escalation.learning import examples
from escalation.learning.tables import ExampleRow
from escalation.people import staff
from escalation.people.scope import Scope

MOST_RESOLUTIONS: Final = 5_000
"""The newest that are looked through."""

_examples = table_of(ExampleRow)
_messages = table_of(MessageRow)
_resolutions = table_of(ResolutionRow)


@dataclass(frozen=True)
class PastReply:
    """What an agent sent in another conversation, and to what."""

    resolution: str
    example: str
    label: str
    asked: str
    text: str
    at: datetime
    agent: str


def question(tx: Transaction, found: Conversation) -> str:
    """Return the words of the question asked now, and what the customer wrote last; "" where there are none."""
    last = (
        select(_messages.c.id)
        .where(_messages.c.conversation == found.id, _messages.c.author == "customer", _messages.c.kind == "text")
        .order_by(_messages.c.seq.desc())
        .limit(1)
    )
    newest = list(tx.execute(last).scalars())
    ids = list(dict.fromkeys((*found.question_message_ids, *newest)))
    return turn_text(ids, repository.texts(tx, ids))


def with_replies(tx: Transaction, but: str, scope: Scope) -> list[str]:
    """Return the examples of resolutions whose reply is known, the newest ones; none of the conversation `but`."""
    mine = (
        _examples.c.source == "resolution", _examples.c.excluded_at.is_(None), _examples.c.label.is_not(None),
        _examples.c.conversation != but, _resolutions.c.answer_message_id.is_not(None),
        _resolutions.c.withdrawn_at.is_(None), *of_seen(_examples.c.conversation, scope),
    )  # fmt: skip
    joined = _examples.join(_resolutions, _resolutions.c.id == _examples.c.resolution)
    query = select(_examples.c.id).select_from(joined).where(*mine)
    return list(tx.execute(query.order_by(_examples.c.at.desc()).limit(MOST_RESOLUTIONS)).scalars())


def past_replies(tx: Transaction, ids: Sequence[str]) -> list[PastReply]:
    """Return what was sent then, in the order of the examples; without those whose words are gone."""
    joined = _examples.join(_resolutions, _resolutions.c.id == _examples.c.resolution)
    columns = (
        _examples.c.id, _examples.c.label, _examples.c.resolution, _resolutions.c.at, _resolutions.c.agent,
    )  # fmt: skip
    rows = {row.id: row for row in tx.execute(select(*columns).select_from(joined).where(_examples.c.id.in_(ids)))}
    asked, said = examples.texts(tx, rows), reply_of(tx, [row.resolution for row in rows.values()])
    names = staff.names(tx, {row.agent for row in rows.values()})
    whole = (rows[id] for id in ids if id in rows and id in asked and rows[id].resolution in said)
    return [_past(row, asked[row.id], said[row.resolution], names.get(row.agent, "")) for row in whole]


def _past(row: Row[Any], asked: str, text: str, agent: str) -> PastReply:
    return PastReply(row.resolution, row.id, row.label, asked, text, row.at, agent)


def different(replies: Iterable[PastReply], most: int) -> list[PastReply]:
    """Return the first replies that say something else than those before them."""
    found: dict[str, PastReply] = {}
    for each in replies:
        found.setdefault(" ".join(each.text.split()).casefold(), each)
    return list(found.values())[:most]
