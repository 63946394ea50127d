"""What became of suggested replies: shown, inserted, sent, and how much the agent changed. No words are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, case, func, select

from escalation.catalogue.model import Catalogue
from escalation.conversations import repository
from escalation.conversations.model import Conversation, language_of
from escalation.conversations.tables import ResolutionRow
from escalation.database import Transaction, table_of
from escalation.desk.tables import SuggestionRow
from escalation.kernel.errors import NotFound
from escalation.protocol.rest.assistance import SuggestedReply, SuggestionFigures

MOST_COMPARED: Final = 4_000
"""Characters; no reply is longer."""
MOST_PAIRS: Final = 40_000
"""Pairs of characters compared, about 10 ms: texts that differ by more are counted as written anew."""

_suggestions = table_of(SuggestionRow)
_resolutions = table_of(ResolutionRow)


def note_shown(tx: Transaction, id: str, conversation: str, agent: str, replies: Sequence[SuggestedReply]) -> None:
    """Keep what an agent was shown."""
    shown = [{"kind": each.kind, "source": each.source} for each in replies]
    row = {"id": id, "conversation": conversation, "agent": agent, "at": tx.now, "shown": shown}
    tx.execute(tx.insert(SuggestionRow), row)


def note_inserted(tx: Transaction, id: str, agent: str, place: int) -> None:
    """Keep which reply the agent put into the composer; the newest counts. Raises: NotFound."""
    mine = (_suggestions.c.id == id, _suggestions.c.agent == agent)
    row = tx.execute(_suggestions.select().where(*mine)).first()
    if row is None or place >= len(row.shown):
        raise NotFound(f"There is no suggestion {id} of yours with a reply {place}.")
    tx.execute(_suggestions.update().where(*mine).values(inserted=place, inserted_at=tx.now))


def shown_to(tx: Transaction, id: str, agent: str) -> Row[Any]:
    """Return what an agent was shown. Raises: NotFound."""
    row = tx.execute(_suggestions.select().where(_suggestions.c.id == id, _suggestions.c.agent == agent)).first()
    if row is None:
        raise NotFound(f"There is no suggestion {id} of yours.")
    return row


def note_drafted(tx: Transaction, id: str, agent: str) -> int:
    """Keep that a reply was drafted, not its words; return its place among what was shown. Raises: NotFound."""
    shown = [*shown_to(tx, id, agent).shown, {"kind": "draft", "source": ""}]
    tx.execute(_suggestions.update().where(_suggestions.c.id == id).values(shown=shown))
    return len(shown) - 1


def note_sent(tx: Transaction, catalogue: Catalogue, found: Conversation, agent: str, text: str) -> None:
    """Compare an agent's reply with what they inserted before it, if anything."""
    mine = (
        _suggestions.c.conversation == found.id, _suggestions.c.agent == agent,
        _suggestions.c.inserted.is_not(None), _suggestions.c.sent_at.is_(None),
    )  # fmt: skip
    row = tx.execute(_suggestions.select().where(*mine).order_by(_suggestions.c.inserted_at.desc()).limit(1)).first()
    if row is None:
        return
    words = words_of(tx, catalogue, found, row.shown[row.inserted])
    distance = None if words is None else edit_distance(words.strip(), text)
    tx.execute(_suggestions.update().where(_suggestions.c.id == row.id).values(sent_at=tx.now, distance=distance))


def words_of(tx: Transaction, catalogue: Catalogue, found: Conversation, shown: dict[str, str]) -> str | None:
    """Return what a suggestion says, as its source has it now; None once that is gone, and for a drafted reply."""
    if shown["kind"] == "draft":
        return None
    if shown["kind"] == "answer":
        return catalogue.answer_for(shown["source"], language_of(found.language, found.locale))
    return reply_of(tx, [shown["source"]]).get(shown["source"])


def reply_of(tx: Transaction, resolutions: Sequence[str]) -> dict[str, str]:
    """Return by resolution the reply that was sent then; where it was erased, or there was none, nothing."""
    columns = (_resolutions.c.id, _resolutions.c.answer_message_id)
    named = _resolutions.c.answer_message_id.is_not(None)
    rows = tx.execute(select(*columns).where(_resolutions.c.id.in_(list(resolutions)), named)).all()
    words = repository.texts(tx, [row.answer_message_id for row in rows])
    return {row.id: words[row.answer_message_id] for row in rows if row.answer_message_id in words}


def edit_distance(one: str, other: str) -> int:
    """Return how many characters are inserted, deleted or replaced between two texts (Levenshtein, 1965)."""
    one, other = one[:MOST_COMPARED], other[:MOST_COMPARED]
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if len(one) * len(other) > MOST_PAIRS:
        return max(len(one), len(other))
    before = list(range(len(other) + 1))
    for row, a in enumerate(one, 1):
        now = [row]
        for column, b in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (a != b)))
        before = now
    return before[-1]


def figures(tx: Transaction, since: datetime) -> SuggestionFigures:
    """Return what became of what was shown since then."""

    def number(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    s = _suggestions.c
    columns = (
        func.count(), number(s.inserted.is_not(None)), number(s.sent_at.is_not(None)), number(s.distance == 0),
        func.avg(s.distance),
    )  # fmt: skip
    shown, inserted, sent, unchanged, mean = tx.execute(select(*columns).where(s.at >= since)).one()
    edits = None if mean is None else float(mean)
    return SuggestionFigures(shown=shown, inserted=inserted, sent=sent, unchanged=unchanged, mean_edits=edits)
