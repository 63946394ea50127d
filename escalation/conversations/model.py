"""A conversation as one immutable value: everything the pure machine needs to decide, and nothing it does not."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from escalation.protocol.messages import Frozen
from escalation.protocol.states import Outcome, Reason, Status

Request = Literal["none", "open", "answered"]
"""None made; made, and no answer of the bot was the last word to it; answered by the bot."""

BOT = "bot"
NOBODY = "nobody"


class Resolution(Frozen):
    """The newest resolution of a conversation; `settled` once the ten seconds in which it can be undone are over."""

    id: str
    agent: str
    at: datetime
    settled: bool = False


class EndedOffer(Frozen):
    """The newest offer that came to nothing: to whom, and how it ended."""

    agent: str
    how: Literal["declined", "timed_out", "cancelled"]


class FollowUp(Frozen):
    """When an agent means to write to the customer again."""

    agent: str
    """Who planned it."""
    at: datetime
    planned_seq: int
    """With which event it was planned: a timer of an earlier plan must not end this one."""


class Conversation(Frozen):
    """State after `seq` events of its stream.

    Invariants: `controller` is BOT in `bot`, NOBODY in `waiting` and `closed`, an agent's id in `assigned`;
    `epoch` rises by one at every change of control and never falls; `waiting_since` survives transfers.
    """

    id: str
    customer: str = ""
    site: str = ""
    locale: str = "en"
    """Of the page the customer came from."""
    language: str | None = None
    """ISO 639-1 code of what they seem to write in, as last told; None where too little told it."""
    status: Status = Status.BOT
    controller: str = BOT
    epoch: int = 0
    seq: int = 0
    episode: int = 0
    queue: str = "general"
    reason: Reason | None = None
    waiting_since: datetime | None = None
    deadline: datetime | None = None
    offered_to: str | None = None
    offered_until: datetime | None = None
    ended_offer: EndedOffer | None = None
    """Until the next offer or change of control: its author must learn what became of it."""
    joined: tuple[str, ...] = ()
    """Supervisors who write to the customer beside the owner; nobody owns it but the controller."""
    weight: int = 1
    """Units of its agent's capacity."""
    reply_by: datetime | None = None
    """By when its agent has to write for the first time; None once they have, and where nothing is set."""
    remind_at: datetime | None = None
    """Half of that time: from then on the agent is reminded."""
    held: bool = False
    snoozed_until: datetime | None = None
    follow_up: FollowUp | None = None
    unannounced: bool = False
    """Whether a follow-up has reopened it and nobody has written since: its customer sees it as it had ended."""
    outcome: Outcome | None = None
    outcome_before: Outcome | None = None
    """How it ended before it was reopened last."""
    resolution: Resolution | None = None
    clarifications: int = 0
    asked_what: bool = False
    """Whether the bot asked what it is about, and has not answered a request since."""
    choices_message_id: str | None = None
    choices: tuple[str, ...] = ()
    """Offered last and not picked from yet. They stay open through a handoff: a pick may be on its way."""
    open_message_ids: tuple[str, ...] = ()
    """Customer messages the bot has not answered yet: the turn."""
    handoff_message_ids: tuple[str, ...] = ()
    """The words of the question asked now, as far as they are out of the turn: what a resolution labels."""
    question_after: int = 0
    """Seq of the newest reopening or hand-back: decisions before it are about earlier questions."""
    request: Request = "none"
    """What became of the newest request since the conversation began or was reopened; smalltalk is none."""
    last_answer_intent: str | None = None
    """Of the bot's newest answer; of several given at once the last."""
    answered_at_once: tuple[str, ...] = ()
    """The intents of the newest answers, where several were given to one turn."""
    last_customer_seq: int = 0
    last_message_id: str | None = None
    last_message_author: str | None = None
    """Who said `last_message_id`; `last_author` may be a notice after it."""
    last_message_at: datetime | None = None
    last_author: str | None = None
    last_agent: str | None = None
    rated_episode: int = -1
    contact_asked: bool = False
    """Whether whoever waits was told that nobody comes now, and asked for an address."""
    contact_left: bool = False
    erased: bool = False
    tags: tuple[str, ...] = ()
    """In order of the alphabet, each once."""
    guess: str | None = None
    """The first guess at the question asked now, of the newest decision that staff may see; None for an answer."""

    @property
    def question_message_ids(self) -> tuple[str, ...]:
        """The customer's words that are the question asked now; empty before there are any."""
        return self.open_message_ids or self.handoff_message_ids

    @property
    def answered_last(self) -> frozenset[str]:
        """The intents that the bot answered last; empty before it answered any."""
        return frozenset(filter(None, (self.last_answer_intent, *self.answered_at_once)))

    @property
    def takes_contact(self) -> bool:
        """Whether the customer is asked for an address: nobody comes now, or nobody came. Erasing ends the asking."""
        waiting = self.status is Status.WAITING and self.contact_asked
        expired = self.status is Status.CLOSED and self.outcome == "expired"
        return waiting or expired


def language_of(language: str | None, locale: str) -> str:
    """Return the language a customer is served in: what they seem to write in, else that of their page."""
    return language or locale.partition("-")[0]


def turn_text(message_ids: Iterable[str], words: Mapping[str, str]) -> str:
    """Return the text of a turn as one: what the classifier decides on, and what an example of it is trained with.

    `words` are texts by message id; a message without words (a choice, an erased one) leaves no trace.
    """
    return "\n".join(words[id] for id in message_ids if id in words)
