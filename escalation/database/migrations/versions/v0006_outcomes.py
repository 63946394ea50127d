"""outcomes that tell what became of the request, and what else a conversation's state now keeps of its questions

Revision 0006. Reads each conversation's log from its beginning and corrects its state and its episodes. It changes no
table. What was smalltalk the old log does not say, so every answer of the bot counts as one to a request.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

PAGE = 100
"""Conversations that are read and written together."""

_conversations = sa.table("conversations", sa.column("id", sa.String), sa.column("state", types.JSONDocument))
_episodes = sa.table(
    "episodes",
    sa.column("conversation", sa.String),
    sa.column("number", sa.Integer),
    sa.column("ended_because", sa.String),
)
_events = sa.table(
    "events",
    sa.column("stream", sa.String),
    sa.column("seq", sa.BigInteger),
    sa.column("type", sa.String),
    sa.column("payload", types.JSONDocument),
)

Told = dict[str, Any]
BEGINNING: Told = {
    "status": "bot", "episode": 0, "open": [], "handoff_message_ids": [], "choices": [], "choices_message_id": None,
    "last_message_id": None, "last_message_author": None, "request": "none", "outcome": None, "outcome_before": None,
}  # fmt: skip
NO_CHOICES: Told = {"choices": [], "choices_message_id": None}
KEPT = (
    *("handoff_message_ids", "choices", "choices_message_id", "last_message_id", "last_message_author"),
    *("request", "outcome", "outcome_before"),
)
"""The fields of the state that this revision corrects."""


def upgrade() -> None:
    """Correct what is stored."""
    correct(op.get_bind())


def correct(connection: sa.Connection) -> None:
    """Correct every conversation, page by page. A second run changes nothing."""
    last = ""
    while page := connection.execute(_page_after(last)).all():
        logs = _logs(connection, [row.id for row in page])
        for row in page:
            if logs[row.id]:
                _correct(connection, row.id, row.state, logs[row.id])
        last = page[-1].id


def _page_after(last: str) -> sa.Select[Any]:
    columns = _conversations.c
    return sa.select(columns.id, columns.state).where(columns.id > last).order_by(columns.id).limit(PAGE)


def _logs(connection: sa.Connection, conversations: Sequence[str]) -> dict[str, list[tuple[str, Told]]]:
    columns = _events.c
    streams = {f"conversation:{each}": each for each in conversations}
    query = sa.select(columns.stream, columns.type, columns.payload).where(columns.stream.in_(list(streams)))
    found: dict[str, list[tuple[str, Told]]] = {each: [] for each in conversations}
    for row in connection.execute(query.order_by(columns.stream, columns.seq)):
        found[streams[row.stream]].append((row.type, row.payload))
    return found


def _correct(connection: sa.Connection, id: str, state: Told, log: Sequence[tuple[str, Told]]) -> None:
    told, endings = replay(log)
    right = state | {name: told[name] for name in KEPT}
    if right != state:
        connection.execute(_conversations.update().where(_conversations.c.id == id).values(state=right))
    wrong = (_episodes.c.conversation == id) & (_episodes.c.ended_because == "answered")
    for number, outcome in endings.items():
        if outcome != "answered":
            mine = wrong & (_episodes.c.number == number)
            connection.execute(_episodes.update().where(mine).values(ended_because=outcome))


def replay(log: Sequence[tuple[str, Told]]) -> tuple[Told, dict[int, str]]:
    """Return what the log tells, and how each episode ended that silence ended."""
    told, endings = dict(BEGINNING), dict[int, str]()
    for kind, payload in log:
        told |= dict(_changes(told, kind, payload))
        if kind == "Closed" and payload["outcome"] == "answered":
            endings[told["episode"]] = told["outcome"]
    return told, endings


def _changes(told: Told, kind: str, payload: Told) -> Mapping[str, Any]:
    question = told["open"] or told["handoff_message_ids"]
    match kind:
        case "Started":
            return {"episode": 1}
        case "MessageAdded" if not payload["internal"]:
            return dict(_message(told, payload, question))
        case "HandedOff":
            labelled = told["open"][:-1] if payload["reason"] == "asked_for_human" else told["open"]
            words = {"handoff_message_ids": labelled or told["handoff_message_ids"], "open": []}
            return {"status": "waiting", "episode": told["episode"] + 1, "request": "open", **words}
        case "Assigned":
            begins = told["status"] == "bot" and payload["how"] != "reopen"
            words = {"handoff_message_ids": question, "open": [], "request": "open"}
            return {"status": "assigned", "outcome": None, "episode": told["episode"] + begins, **words}
        case "HandoffCancelled" | "HandedBack" | "Reopened":
            return _to_bot(told, kind)
        case "Closed":
            silent = payload["outcome"] == "answered"
            outcome = _after_silence(told) if silent else payload["outcome"]
            return {"status": "closed", "outcome": outcome, "open": [], **NO_CHOICES}
    return {}


def _to_bot(told: Told, kind: str) -> Told:
    changes: Told = {"status": "bot", "episode": told["episode"] + 1, "outcome": None, "open": [], **NO_CHOICES}
    if kind != "HandoffCancelled":
        changes["handoff_message_ids"] = []
    if kind == "Reopened":
        changes |= {"request": "none", "outcome_before": told["outcome"]}
    return changes


def _after_silence(told: Told) -> str:
    if told["request"] == "none":
        return str(told["outcome_before"] or "silent")
    return "answered" if told["request"] == "answered" else "abandoned"


def _message(told: Told, payload: Told, question: list[str]) -> Iterator[tuple[str, Any]]:
    author, kind, id = payload["author"], payload["kind"], payload["message_id"]
    if kind != "notice":
        yield "last_message_id", question[-1] if kind == "choice" and question else id
        yield "last_message_author", author
    if author == "customer" and kind == "choice":
        yield from NO_CHOICES.items()
    elif author == "customer" and payload["opens_turn"]:
        yield "open", [*told["open"], id]
    elif author == "customer" and told["status"] != "bot" and not told["handoff_message_ids"]:
        yield "handoff_message_ids", [id]
    elif author == "bot" and kind == "choices":
        yield from {"handoff_message_ids": question, "choices": payload["choices"], "request": "open"}.items()
        yield "choices_message_id", id
    elif author == "bot" and kind == "text":
        yield from {"open": [], **NO_CHOICES}.items()
        if not payload.get("smalltalk", False):
            yield from {"handoff_message_ids": question, "request": "answered"}.items()
