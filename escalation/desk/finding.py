"""What staff read of conversations that are over: pages of what was found, and how one ended."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from escalation.catalogue import repository as catalogue
from escalation.conversations import history, search
from escalation.conversations.moments import CONVERSATION
from escalation.conversations.search import Found, Snippet, Wanted
from escalation.conversations.search_index import began, missing
from escalation.conversations.tables import MessageRow, RatingRow, ResolutionRow
from escalation.database import Transaction, table_of
from escalation.desk.reading import list_rows
from escalation.events import Envelope, newest
from escalation.kernel.errors import Invalid
from escalation.people import staff
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.rest.conversations import (
    EndingView,
    FoundConversation,
    FoundPage,
    FoundText,
    RatingView,
    ResolutionView,
    TextPart,
)

MOST_MISSING = 1_000

_messages = table_of(MessageRow)
_ratings = table_of(RatingRow)
_resolutions = table_of(ResolutionRow)


def page(tx: Transaction, wanted: Wanted, before: str | None, limit: int) -> FoundPage:
    """Return a page of what was found. Raises: Invalid for a `before` that no page gave."""
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Invalid("before: take it from `next` of the page before.")
    found = search.find(tx, wanted, int(before) if before is not None else None, limit + 1)
    shown = found[:limit]
    return FoundPage(
        conversations=_views(tx, shown, wanted.words),
        next=str(shown[-1].place) if len(found) > limit else None,
        missing=missing(tx, MOST_MISSING),
    )


def _views(tx: Transaction, found: Sequence[Found], words: str) -> list[FoundConversation]:
    rows = list_rows(tx, [each.state for each in found])
    ids = [row.conversation for row in rows]
    snippets, ratings = search.snippets(tx, ids, words), rated(tx, ids)
    return [
        FoundConversation(
            row=row,
            began_at=began(each.place),
            found=_text(snippets.get(row.conversation)),
            ratings=ratings[row.conversation],
        )
        for each, row in zip(found, rows, strict=True)
    ]


def _text(snippet: Snippet | None) -> FoundText | None:
    if snippet is None:
        return None
    parts = [TextPart(text=part.text, hit=part.hit) for part in snippet.parts]
    return FoundText(author=snippet.author, internal=snippet.internal, parts=parts)


def ending(tx: Transaction, conversation: str, scope: Scope = EVERYTHING) -> EndingView:
    """Return how a conversation ended. Raises: NotFound."""
    state = history.state_of(tx, conversation, scope)
    closed = newest(tx, CONVERSATION + conversation, "Closed") if state.outcome is not None else None
    return EndingView(
        outcome=state.outcome,
        closed_at=closed.at if closed else None,
        closed_by=_closed_by(tx, closed),
        resolutions=_resolved(tx, conversation),
        ratings=rated(tx, [conversation])[conversation],
        answered=_answered(tx, conversation),
    )


def _closed_by(tx: Transaction, closed: Envelope | None) -> str | None:
    kind, _, id = closed.actor.partition(":") if closed else ("", "", "")
    return staff.names(tx, [id]).get(id) if kind == "agent" else None


def rated(tx: Transaction, conversations: Sequence[str]) -> dict[str, list[RatingView]]:
    """Return the ratings of these conversations, the newest of each first."""
    found: dict[str, list[RatingView]] = defaultdict(list)
    query = _ratings.select().where(_ratings.c.conversation.in_(conversations)).order_by(_ratings.c.at.desc())
    for row in tx.execute(query):
        found[row.conversation].append(RatingView(score=row.score, at=row.at, comment=row.comment))
    return found


def _resolved(tx: Transaction, conversation: str) -> list[ResolutionView]:
    query = _resolutions.select().where(_resolutions.c.conversation == conversation).order_by(_resolutions.c.at.desc())
    rows = list(tx.execute(query))
    titles = catalogue.titles(tx, {label for row in rows for label in _labels(row) if label is not None})
    names = staff.names(tx, {row.agent for row in rows})
    return [_resolution(row, titles, names) for row in rows]


def _labels(row: Row[Any]) -> list[str | None]:
    return [part["label"] for part in row.parts] or [row.label]


def _resolution(row: Row[Any], titles: dict[str, str], names: dict[str, str]) -> ResolutionView:
    shown = {name: row._mapping[name] for name in ("label", "at", "outcome", "learn", "withdrawn_at")}
    found = [titles[label] for label in _labels(row) if label in titles]
    return ResolutionView(title=", ".join(found) or None, agent_name=names.get(row.agent), **shown)


def _answered(tx: Transaction, conversation: str) -> list[str]:
    mine = (_messages.c.conversation == conversation, _messages.c.author == "bot", _messages.c.intent.is_not(None))
    query = select(_messages.c.intent).where(*mine).order_by(_messages.c.seq.desc())
    intents = list(dict.fromkeys(tx.execute(query).scalars()))
    titles = catalogue.titles(tx, intents)
    return [titles.get(intent, intent) for intent in intents]
