"""The list agents work from, as they see it: a row with the last words and the owner's name. Pure."""

from collections.abc import Mapping
from typing import Any

from escalation.conversations.moments import WordNeeds, Words
from escalation.people.scope import Scope
from escalation.protocol.frames.desk import RowView
from escalation.protocol.messages import AttachmentBody, Body, ChoiceBody, ChoicesBody, TextBody

ROW_TEXT = 140
"""Characters of the last message that a list row shows."""


ROW_NAME = 60
"""Characters of a customer's name and of an intent's title that a list row shows: it is sent to every console."""

ADDED: Mapping[str, None] = dict.fromkeys(("offer", "language", "reply_by", "remind_at", "sla", "guess", "follow_up"))
"""Fields that rows stored by earlier releases lack."""
ADDED_TO_AGENTS: Mapping[str, None] = {"away_because": None}
"""The same of agents."""


def row_needs(payload: Mapping[str, Any]) -> WordNeeds:
    """Return the message, the people and the intent whose words a row shows."""
    named = {"messages": "last_message_id", "agents": "agent_id", "intents": "guess", "customers": "customer"}
    ids = {of: payload.get(name) for of, name in named.items()}
    return WordNeeds(**{of: frozenset({id} if id else ()) for of, id in ids.items()})


def concerned(payload: Mapping[str, Any]) -> frozenset[str]:
    """Return whom of the staff a row is about: who is offered the conversation, and who has it."""
    people = ((payload.get("offer") or {}).get("agent_id"), payload.get("agent_id"))
    return frozenset(each for each in people if each is not None)


def sees_now(payload: Mapping[str, Any], scope: Scope) -> bool:
    """Return whether what an event tells of is in a conversation they see. Events without a place are from before."""
    return "queue" in payload and scope.sees(payload["site"], payload["queue"])


def saw_before(payload: Mapping[str, Any], scope: Scope) -> bool:
    """Return whether the conversation left, by this change, a queue in which they saw it."""
    left = payload.get("left_queue")
    return left is not None and scope.sees(payload["site"], left)


def row_view(payload: Mapping[str, Any], words: Words) -> RowView:
    """Return a list row from the payload of `RowChanged`: the row's fields, ids in place of texts and names."""
    fields = {**ADDED, **payload}
    fields.pop("left_queue", None)
    body = words.bodies.get(fields.pop("last_message_id", None) or "")
    shown = {"last_text": row_text(body), "agent_name": words.agents.get(fields.get("agent_id") or "")}
    shown["customer_name"] = _short(words.customers.get(fields["customer"]))
    shown["intent"] = _short(words.titles.get(fields.pop("guess") or ""))
    return RowView.model_validate({**fields, **shown})


def _short(name: str | None) -> str | None:
    return name if name is None or len(name) <= ROW_NAME else name[: ROW_NAME - 1] + "…"


def row_text(body: Body | None) -> str:
    """Return the beginning of what a person would read in this message; empty for notices and erased words."""
    match body:
        case TextBody(text=text):
            return _beginning(text)
        case ChoiceBody(title=title):
            return _beginning(title or "")
        case ChoicesBody(options=options):
            return _beginning(" / ".join(option.title for option in options))
        case AttachmentBody(text=text, files=files):
            return _beginning(text or ", ".join(file.name for file in files))
        case _:
            return ""


def _beginning(text: str) -> str:
    """Return the text, or its first words and an ellipsis; a script without blanks is cut between characters."""
    if len(text) <= ROW_TEXT:
        return text
    words = text[: ROW_TEXT + 1].rpartition(" ")[0]
    return (words if len(words) > ROW_TEXT // 2 else text[:ROW_TEXT]) + "…"
