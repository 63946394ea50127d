"""What conversations take and give: who writes, what the operator sets, what the desk must know, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.capacity import CapacityRule, Room
from escalation.conversations.consequences import TurnPace
from escalation.conversations.lanes import Lane, Probation
from escalation.conversations.model import Conversation
from escalation.conversations.predictions import Govern
from escalation.database import Transaction
from escalation.protocol.states import Reason

BOT_ACTOR = c.Actor(kind="bot", id="bot")
SYSTEM = c.Actor(kind="system", id="system")


@dataclass(frozen=True)
class Customer:
    """Who writes: an identified visitor of one site."""

    id: str
    site: str
    locale: str = "en"

    @property
    def actor(self) -> c.Actor:
        """The customer as the author of commands."""
        return c.Actor(kind="customer", id=self.id)


@dataclass(frozen=True)
class Stored:
    """Stored: in which conversation, and the number of the last event it caused there."""

    conversation: str
    seq: int


@dataclass(frozen=True)
class HandoffCause:
    """What a handoff is about: why, and the intent that was meant as far as is known."""

    reason: Reason
    intent: str | None = None


@dataclass(frozen=True)
class HandoffPlan:
    """What a handoff made now can truthfully promise."""

    notice: Literal["handed_off", "nobody_online", "too_busy", "closed_now"]
    queue: str = "general"
    deadline: datetime | None = None
    opens_at: datetime | None = None
    """When the queue opens, where it is closed now."""


class HandoffDesk(Protocol):
    """What conversations must know about people; the desk implements it."""

    def plan_handoff(self, tx: Transaction, conversation: Conversation, cause: HandoffCause) -> HandoffPlan:
        """Return the notice, queue and deadline a handoff made now gets."""
        ...

    def returning_agent(self, tx: Transaction, conversation: Conversation) -> c.Actor | None:
        """Return the agent who gets a closed conversation back if its customer writes now, if any."""
        ...

    def following_agent(self, tx: Transaction, conversation: Conversation) -> c.Actor | None:
        """Return who planned the follow-up that is due, if they are there with room for it. Locks nothing."""
        ...

    def room(self, tx: Transaction) -> Room:
        """Return how much people who are online can hold, how much of it is free, and how many customers wait."""
        ...

    def terms(self, tx: Transaction, conversation: Conversation, agent: str) -> c.AssignmentTerms:
        """Return what an agent takes on who gets this conversation now. Locks nothing."""
        ...

    def project(
        self, tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
    ) -> None:
        """Keep assignments and list rows true."""
        ...


@dataclass(frozen=True)
class SentAnswer:
    """A turn that the bot answered. `model` chose the intent; None: the customer picked it.

    `lane`: certified, or probation where the live head answered alone.
    """

    conversation: str
    message_ids: tuple[str, ...]
    """The customer's messages of the request, oldest first."""
    intent: str
    model: str | None
    also: tuple[str, ...] = ()
    """The intents of further requests that it answered in the same turn: all of them together are one answer."""
    lane: Lane = Lane.CERTIFIED


class AnswerWatch(Protocol):
    """Who watches over what no person answers; the proof implements it."""

    def allows(self, tx: Transaction) -> bool:
        """Return whether the bot may answer or ask now."""
        ...

    def govern(self, tx: Transaction) -> Govern:
        """Return what makes of a model's policy the one that holds now: at the error accepted in this moment, and
        whether the bot may answer by it."""
        ...

    def probation(self, tx: Transaction) -> Probation:
        """Return what the live head may still answer alone."""
        ...

    def sent(self, tx: Transaction, answer: SentAnswer) -> None:
        """Take note of an answer, in the transaction that sends it. Small talk is none."""
        ...


class Unwatched:
    """Everything is allowed, and nothing is noted: for tools and tests that prove nothing."""

    def allows(self, _tx: Transaction) -> bool:
        """Return True."""
        return True

    def govern(self, _tx: Transaction) -> Govern:
        """Return what leaves a policy as it is."""
        return lambda policy: policy

    def probation(self, _tx: Transaction) -> Probation:
        """Return that the anchor alone answers."""
        return Probation()

    def sent(self, _tx: Transaction, _answer: SentAnswer) -> None:
        """Note nothing."""


@dataclass(frozen=True)
class Rules:
    """What the operator sets."""

    pace: TurnPace = field(default_factory=TurnPace)
    reopen_within: timedelta = timedelta(days=7)
    mail_after: timedelta | None = None
    """How long after a reply of an agent the customer is written to, where they left an address; None: never."""
    capacity: CapacityRule = field(default_factory=CapacityRule)
