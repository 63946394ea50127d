"""An event with what its views need: the conversation before and after it, and the words that events do not carry.

The words are looked up beforehand, so that views stay pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from escalation.conversations import events as e
from escalation.conversations.evolution import evolve
from escalation.conversations.model import Conversation
from escalation.events.envelope import Envelope
from escalation.people.scope import Scope
from escalation.protocol.messages import Body

CONVERSATION = "conversation:"
"""What the name of a conversation's stream begins with."""


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
    customers: Mapping[str, str] = field(default_factory=dict)
    """Customer id to name; one of whom no name is known, or who was erased, is absent."""
    learnt_in: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Example id to site and queue of the conversation it was learnt from; the catalogue's own have none."""

    def within(self, scope: Scope) -> "Words":
        """Return the words without examples from conversations that the scope does not see."""
        hidden = {id for id, place in self.learnt_in.items() if not scope.sees(*place)}
        return replace(self, examples={id: text for id, text in self.examples.items() if id not in hidden})


@dataclass(frozen=True, slots=True)
class WordNeeds:
    """The ids to look up."""

    messages: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()
    examples: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.messages or self.agents or self.intents or self.examples or self.customers)

    @classmethod
    def of_all(cls, several: "Iterable[WordNeeds]") -> "WordNeeds":
        """Return what any of these needs."""
        each = list(several)
        return cls(
            messages=frozenset().union(*(one.messages for one in each)),
            agents=frozenset().union(*(one.agents for one in each)),
            intents=frozenset().union(*(one.intents for one in each)),
            examples=frozenset().union(*(one.examples for one in each)),
            customers=frozenset().union(*(one.customers for one in each)),
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """A followed conversation at one position, folded from its events."""

    conversation: Conversation
    agents: Mapping[str, str]
    """Names of the agents met so far, by id."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One event with all its views need. `before` and `after` exist only for streams of conversations."""

    envelope: Envelope
    words: Words
    event: e.ConversationEvent | None = None
    before: Scene | None = None
    after: Scene | None = None


def opening(stream: str) -> Scene | None:
    """Return the scene before the first event of a stream; None for streams that have none."""
    if not stream.startswith(CONVERSATION):
        return None
    return Scene(Conversation(id=stream.removeprefix(CONVERSATION)), {})


def moment(envelope: Envelope, words: Words, before: Scene | None) -> Moment:
    """Return the event in its scene. Raises: ValueError if the payload is not what its type says."""
    if before is None:
        return Moment(envelope, words)
    event = e.parse_event(envelope.type, envelope.payload)
    agents = {**before.agents, **words.agents} if words.agents else before.agents
    after = Scene(evolve(before.conversation, event, envelope.at), agents)
    return Moment(envelope, words, event, before, after)
