"""The list agents work from, as they see it: a row with the last words and the owner's name. Pure."""

from collections.abc import Mapping
from typing import Any

from escalation.conversations.moments import WordNeeds, Words
from escalation.people.scope import Scope
from escalation.protocol.frames.desk import RowView
from escalation.protocol.messages import AttachmentBody, Body, ChoiceBody, ChoicesBody, TextBody

ROW_TEXT = 140
"""Characters of the last message that a list row shows."""


ADDED: Mapping[str, None] = {"offer": None, "language": None}
"""Fields that rows stored by earlier releases lack."""
ADDED_TO_AGENTS: Mapping[str, None] = {"away_because": None}
"""The same of agents."""


def row_needs(payload: Mapping[str, Any]) -> WordNeeds:
    """Return the message and the agent whose words a row shows."""
    message, agent = payload.get("last_message_id"), payload.get("agent_id")
    return WordNeeds(messages=frozenset({message} if message else ()), agents=frozenset({agent} if agent else ()))


def sees_now(payload: Mapping[str, Any], scope: Scope) -> bool:
    """Return whether what an event tells of is in a conversation they see. Events without a place are from before."""
    return "queue" in payload and scope.sees(payload["site"], payload["queue"])


def saw_before(payload: Mapping[str, Any], scope: Scope) -> bool:
    """Return whether the conversation left, by this change, a queue in which they saw it."""
    left = payload.get("left_queue")
    return left is not None and scope.sees(payload["site"], left)


def row_view(payload: Mapping[str, Any], words: Words) -> RowView:
    """Return a list row from the payload of `RowChanged`: the row's fields, ids in place of text and name."""
    fields = {**ADDED, **payload}
    fields.pop("left_queue", None)
    body = words.bodies.get(fields.pop("last_message_id", None) or "")
    name = words.agents.get(fields.get("agent_id") or "")
    return RowView.model_validate({**fields, "last_text": row_text(body), "agent_name": name})


def row_text(body: Body | None) -> str:
    """Return the beginning of what a person would read in this message; empty for notices and erased words."""
    match body:
        case TextBody(text=text):
            return _beginning(text)
        case ChoiceBody(title=title):
            return _beginning(title or "")
        case ChoicesBody(options=options):
            return _beginning(" / ".join(option.title for option in options))
        case AttachmentBody(name=name):
            return _beginning(name)
        case _:
            return ""


def _beginning(text: str) -> str:
    """Return the text, or its first words and an ellipsis; a script without blanks is cut between characters."""
    if len(text) <= ROW_TEXT:
        return text
    words = text[: ROW_TEXT + 1].rpartition(" ")[0]
    return (words if len(words) > ROW_TEXT // 2 else text[:ROW_TEXT]) + "…"
