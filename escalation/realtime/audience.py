"""Who looks, and the words a view needs that events do not carry: looked up beforehand, so that views stay pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from escalation.conversations.model import BOT, NOBODY
from escalation.events.envelope import Envelope
from escalation.protocol.frames.base import Audience
from escalation.protocol.messages import Body

Absence = Literal["forbidden", "not_found", "erased"]
"""Why somebody may not follow a stream."""


@dataclass(frozen=True, slots=True)
class Words:
    """Texts and names by id, as they are now: the words of an erased message are an `ErasedBody`."""

    bodies: Mapping[str, Body] = field(default_factory=dict)
    """Message id to body."""
    agents: Mapping[str, str] = field(default_factory=dict)
    """Agent id to shown name."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Intent name to title."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """Example id to text; one erased since is absent."""


@dataclass(frozen=True, slots=True)
class WordNeeds:
    """The ids to look up."""

    messages: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()
    examples: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.messages or self.agents or self.intents or self.examples)


def needs(envelopes: Iterable[Envelope]) -> WordNeeds:
    """Return the ids whose words the views of these events may show."""
    messages: set[str] = set()
    agents: set[str] = set()
    intents: set[str] = set()
    examples: set[str] = set()
    for envelope in envelopes:
        payload = envelope.payload
        match envelope.type:
            case "MessageAdded":
                messages.add(payload["message_id"])
                if payload["author"] == "agent":
                    agents.add(payload["author_id"])
            case "Assigned" | "Resolved":
                agents.add(payload["agent"])
            case "DecisionMade":
                intents.update(guess["label"] for guess in payload.get("guesses", ()))
                examples.update(near["example_id"] for near in payload.get("neighbours", ()))
            case "RowChanged":
                messages.add(payload.get("last_message_id") or "")
                agents.add(payload.get("agent_id") or "")
    return WordNeeds(
        messages=frozenset(messages) - {""},
        agents=frozenset(agents) - {"", BOT, NOBODY},
        intents=frozenset(intents),
        examples=frozenset(examples),
    )


def may_follow(audience: Audience, person: str, stream: str) -> Literal["yes", "no", "ask"]:
    """Return the right to a stream as far as its name tells; "ask" where only the database knows (`Doors.check`)."""
    kind, _, name = stream.partition(":")
    if kind == "conversation" and name:
        return "ask"
    if audience == "customer":
        return "yes" if kind == "customer" and name == person else "no"
    return "yes" if stream in {"desk", "models", "catalogue"} else "no"
