"""The one way a command reaches a conversation: locked, decided, evolved, stored and appended in one transaction."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from escalation.catalogue.model import Catalogue
from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations import repository
from escalation.conversations.blind_items import IsBlindItem, never_blind
from escalation.conversations.capacity import CapacityRule, Room
from escalation.conversations.consequences import follow_up
from escalation.conversations.errors import NotAllowedNow
from escalation.conversations.lanes import Lane
from escalation.conversations.machine import decide, evolve
from escalation.conversations.model import Conversation
from escalation.conversations.ports import (
    BOT_ACTOR,
    AnswerWatch,
    HandoffCause,
    HandoffDesk,
    Rules,
    SentAnswer,
    Stored,
    Unwatched,
)
from escalation.database import Database, Transaction
from escalation.events import NewEvent, append, commands
from escalation.kernel.ids import Ids
from escalation.protocol.states import Action, Grounds, Reason, Status

T = TypeVar("T")

ATTEMPTS = 5
"""Copies of one message and first messages of several tabs meet on two unique indexes, one after the other."""


class Runner:
    """Runs commands on conversations. It holds no state of its own."""

    def __init__(
        self,
        database: Database,
        desk: HandoffDesk,
        catalogue: Callable[[], Catalogue],
        ids: Ids,
        rules: Rules,
        watch: AnswerWatch | None = None,
        is_blind_item: IsBlindItem = never_blind,
    ) -> None:
        """Without a `watch` nothing is proved of what the bot answers. `is_blind_item`: whose guesses are hidden."""
        self.is_blind_item = is_blind_item
        self._database = database
        self._desk = desk
        self.catalogue = catalogue
        self._ids = ids
        self._rules = rules
        self.watch = watch or Unwatched()

    @property
    def capacity_rule(self) -> CapacityRule:
        """How the room that people have counts when the bot decides."""
        return self._rules.capacity

    def room(self, tx: Transaction) -> Room:
        """Return the room that people have now."""
        return self._desk.room(tx)

    def apply(
        self, tx: Transaction, before: Conversation, command: c.Command, cause: str | None = None
    ) -> Conversation:
        """Decide, evolve, store and append inside `tx`; return the conversation afterwards.

        Raises: what `decide` raises, NotAllowedNow for a second open conversation; nothing is stored then.
        """
        events = decide(before, self._with_terms(tx, before, command), tx.now)
        if not events:
            return before
        after = before
        for event in events:
            after = evolve(after, event, tx.now)
            repository.store(tx, after, event)
            new = _new_event(event, after, command.actor, cause)
            append(tx, f"conversation:{after.id}", new, expect_seq=after.seq)
        if before.status is Status.CLOSED and after.status is not Status.CLOSED:
            _require_only_open(tx, after)
        repository.save(tx, before, after)
        follow_up(tx, before, after, events, self._rules.pace, self._rules.mail_after)
        self._desk.project(tx, before, after, events)
        if isinstance(command, c.AnswerParts) or (isinstance(command, c.Answer) and not command.smalltalk):
            self.watch.sent(tx, _sent(after, command))
        return after

    def _with_terms(self, tx: Transaction, before: Conversation, command: c.Command) -> c.Command:
        """What gives the conversation to an agent gets the terms that hold now; every other command stays as it is."""
        if isinstance(command, c.FollowUpNow) and before.status is Status.CLOSED:
            return self._to_follow_up(tx, before, command)
        taker = command.taker if isinstance(command, c.Taking) else None
        if isinstance(command, c.Say):
            taker = command.reopen_to
        if taker is None or before.controller == taker.id:
            return command
        return command.model_copy(update={"terms": self._desk.terms(tx, before, taker.id)})

    def _to_follow_up(self, tx: Transaction, before: Conversation, command: c.FollowUpNow) -> c.FollowUpNow:
        """Who planned it gets it, if they are there with room. Their customer waits for nothing: no reply is due."""
        newer = repository.open_of(tx, before.customer, before.site)
        if before.erased or newer is not None:
            return command.model_copy(update={"reopens": False, "newer": newer})
        agent = self._desk.following_agent(tx, before)
        if agent is None:
            return command
        terms = self._desk.terms(tx, before, agent.id).model_copy(update={"reply_within": None})
        return command.model_copy(update={"agent": agent, "terms": terms})

    async def perform(
        self,
        actor: c.Actor,
        command_id: str,
        conversation: str,
        body: dict[str, Any],
        build: Callable[[Transaction, Conversation], c.Command],
    ) -> Stored:
        """Run an agent's command once, however often it is sent; `build` sees the conversation locked.

        Raises: NotFound, CommandConflict, and what `build` and `decide` raise.
        """

        def run(tx: Transaction) -> Conversation:
            before = repository.load(tx, conversation)
            return self.apply(tx, before, build(tx, before), command_id)

        return await self._once(f"agent:{actor.id}", command_id, body, run)

    async def perform_as_system(
        self, conversation: str, build: Callable[[Transaction, Conversation], c.Command | None]
    ) -> None:
        """Run a timer's or a sweep's command; `build` returns None when there is nothing left to do."""

        def work(tx: Transaction) -> None:
            before = repository.load(tx, conversation)
            command = build(tx, before)
            if command is not None:
                self.apply(tx, before, command)

        await self.write(work)

    def hand_off(
        self,
        tx: Transaction,
        before: Conversation,
        reason: Reason,
        grounds: Grounds,
        label: str | None = None,
        decision: e.DecisionMade | None = None,
        *,
        in_words: bool = False,
    ) -> Conversation:
        """Hand a conversation of the bot to people, with what can truthfully be promised now.

        `in_words`: the customer's newest message is what asks for a person.
        """
        intent = decision.label if decision is not None else label
        plan = self._desk.plan_handoff(tx, before, HandoffCause(reason, intent))
        command = c.HandOff(
            actor=BOT_ACTOR,
            epoch=before.epoch,
            reason=reason,
            notice=plan.notice,
            queue=plan.queue,
            deadline=plan.deadline,
            opens_at=plan.opens_at,
            decision=decision or self.decided(before, "hand_off", reason, grounds, label),
            in_words=in_words,
        )
        return self.apply(tx, before, command)

    def decided(
        self,
        conversation: Conversation,
        action: Action,
        reason: Reason | None,
        grounds: Grounds,
        label: str | None,
    ) -> e.DecisionMade:
        """A decision no model had a part in."""
        return e.DecisionMade(
            decision_id=self._ids(),
            message_ids=conversation.question_message_ids,
            action=action,
            reason=reason,
            grounds=grounds,
            label=label,
            model=None,
            threshold=None,
            confidence=None,
            novelty=None,
            epoch=conversation.epoch,
        )

    async def _once(
        self, actor: str, command_id: str, body: dict[str, Any], run: Callable[[Transaction], Conversation]
    ) -> Stored:
        def work(tx: Transaction) -> dict[str, Any]:
            def act() -> dict[str, Any]:
                after = run(tx)
                return {"conversation": after.id, "seq": after.seq}

            result: dict[str, Any] = commands.once(tx, actor, command_id, commands.digest(body), act)
            return result

        return Stored(**await self.write(work))

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a function in a transaction, from the start where it lost on a unique index.

        Two first messages meet there, two copies of one, a first message and a merge: the loser looks again.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._database.write(work)
            except IntegrityError:
                continue
        return await self._database.write(work)


def _require_only_open(tx: Transaction, conversation: Conversation) -> None:
    """A withdrawn resolution must not open a second conversation beside the one the customer has begun since."""
    other = repository.open_of(tx, conversation.customer, conversation.site)
    if other is not None and other != conversation.id:
        # Not which one: it may be in a queue that who asks does not see.
        raise NotAllowedNow("The customer has another open conversation. Go on there, or leave this one closed.")


def _sent(after: Conversation, command: c.Answer | c.AnswerParts) -> SentAnswer:
    intents = (command.intent,) if isinstance(command, c.Answer) else (each.intent for each in command.answers)
    first, *also = intents
    decision = command.decision
    lane, model = decision.lane or Lane.CERTIFIED, decision.model  # what the customer picked has no lane of its own
    if lane is Lane.CERTIFIED and decision.votes is not None:
        model = decision.votes.anchor.model
    return SentAnswer(after.id, decision.message_ids, first, model, tuple(also), lane)


def _new_event(event: e.ConversationEvent, after: Conversation, actor: c.Actor, cause: str | None) -> NewEvent:
    who = actor.id if actor.kind in {"bot", "system"} else f"{actor.kind}:{actor.id}"
    return NewEvent(event.type, event.version, event.payload(), who, cause, after.customer, after.id)
