"""Conversations as a service: each method is one command, run through the pure machine in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import IntegrityError

from escalation.catalogue.human_request import asks_for_human
from escalation.catalogue.model import Catalogue
from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations import repository
from escalation.conversations.coins import coin
from escalation.conversations.consequences import TurnPace, follow_up
from escalation.conversations.machine import decide, evolve
from escalation.conversations.model import Conversation, Reason, Status
from escalation.conversations.tables import CoinRow, ContactRow
from escalation.database import Database, Transaction
from escalation.events import NewEvent, append, commands
from escalation.kernel.errors import Conflict, NotFound
from escalation.kernel.ids import Ids

T = TypeVar("T")
BOT_ACTOR = c.Actor(kind="bot", id="bot")
SYSTEM = c.Actor(kind="system", id="system")

Projection = Callable[[Transaction, Conversation, Conversation, Sequence[e.ConversationEvent]], None]
"""Called inside every transaction with the state before, the state after, and what happened between."""


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
class Accepted:
    """Stored: in which conversation, and the number of the last event it caused there."""

    conversation: str
    seq: int


@dataclass(frozen=True)
class HandoffPlan:
    """What a handoff made now can truthfully promise."""

    notice: Any
    queue: str = "general"
    deadline: datetime | None = None


class Desk(Protocol):
    """What conversations must know about people; the desk implements it."""

    def plan_handoff(self, tx: Transaction, conversation: Conversation) -> HandoffPlan:
        """Return the notice, queue and deadline a handoff made now gets."""
        ...

    def returning_agent(self, tx: Transaction, conversation: Conversation) -> c.Actor | None:
        """Return the agent who gets a closed conversation back if its customer writes now, if any."""
        ...

    def project(
        self, tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
    ) -> None:
        """Keep assignments and list rows true."""
        ...


@dataclass(frozen=True)
class Rules:
    """What the operator sets."""

    pace: TurnPace = field(default_factory=TurnPace)
    reopen_within: timedelta = timedelta(days=7)
    coin_key: bytes = b""
    coin_probability: float = 0.02


class Conversations:
    """Runs commands on conversations. One instance a process; it holds no state of its own."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        catalogue: Callable[[], Catalogue],
        ids: Ids,
        rules: Rules,
        on_turn: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_turn` is called after a commit that left a turn to decide."""
        self._database = database
        self._desk = desk
        self.catalogue = catalogue
        self._ids = ids
        self._rules = rules
        self._on_turn = on_turn

    # --- the one way in ---------------------------------------------------------------------------------------

    def apply(
        self, tx: Transaction, before: Conversation, command: c.Command, cause: str | None = None
    ) -> Conversation:
        """Decide, evolve, store and append inside `tx`; return the conversation afterwards.

        Raises: what `decide` raises; nothing is stored then.
        """
        events = decide(before, command, tx.now)
        if not events:
            return before
        actor = command.actor
        after = before
        for event in events:
            after = evolve(after, event, tx.now)
            repository.store(tx, after, event)
            append(tx, f"conversation:{after.id}", _new_event(event, after, actor, cause), expect_seq=after.seq)
        repository.save(tx, before, after)
        follow_up(tx, before, after, events, self._rules.pace)
        self._desk.project(tx, before, after, events)
        return after

    async def perform(
        self,
        actor: c.Actor,
        command_id: str,
        conversation: str,
        body: dict[str, Any],
        build: Callable[[Transaction, Conversation], c.Command],
    ) -> Accepted:
        """Run an agent's command once, however often it is sent.

        Raises: NotFound, CommandConflict, and what `decide` raises.
        """

        def work(tx: Transaction) -> dict[str, Any]:
            def run() -> dict[str, Any]:
                before = repository.load(tx, conversation)
                after = self.apply(tx, before, build(tx, before), command_id)
                return {"conversation": after.id, "seq": after.seq}

            result: dict[str, Any] = commands.once(tx, f"agent:{actor.id}", command_id, commands.digest(body), run)
            return result

        return Accepted(**await self._write(work))

    async def perform_as_system(
        self, conversation: str, build: Callable[[Transaction, Conversation], c.Command | None]
    ) -> None:
        """Run a timer's or a sweep's command; `build` returns None when there is nothing left to do."""

        def work(tx: Transaction) -> None:
            before = repository.load(tx, conversation)
            command = build(tx, before)
            if command is not None:
                self.apply(tx, before, command)

        await self._write(work)

    # --- customers --------------------------------------------------------------------------------------------

    async def say(self, customer: Customer, client_message_id: str, text: str) -> Accepted:
        """Store a customer's message, whoever is in control. Raises: Conflict for a reused id."""

        def work(tx: Transaction) -> Accepted:
            known = repository.already_sent(tx, customer.id, client_message_id)
            if known is not None:
                return _same(known.body.get("text") == text, known, client_message_id)
            before = self._current(tx, customer)
            command = c.Say(
                actor=customer.actor,
                message_id=self._ids(),
                client_message_id=client_message_id,
                text=text,
                site=customer.site,
                locale=customer.locale,
                reopen_to=self._desk.returning_agent(tx, before) if before.status is Status.CLOSED else None,
            )
            self._toss(tx, command.message_id)
            after = self.apply(tx, before, command, client_message_id)
            accepted = Accepted(after.id, after.last_customer_seq)
            if after.status is Status.BOT and asks_for_human(text):
                self.hand_off(tx, after, "asked_for_human", "words")
            return accepted

        accepted = await self._write(work)
        self._on_turn()
        return accepted

    async def choose(
        self, customer: Customer, message_id: str, choices_message_id: str, intent: str | None
    ) -> Accepted:
        """Store a pick and act on it at once: the approved answer, or a person.

        `message_id` is the client's. Raises: NoSuchChoice, NotAllowedNow, NotFound, Conflict.
        """

        def work(tx: Transaction) -> Accepted:
            known = repository.already_sent(tx, customer.id, message_id)
            if known is not None:
                return _same(known.body.get("intent") == intent, known, message_id)
            before = self._existing(tx, customer)
            found = self.catalogue().find(intent) if intent is not None else None
            command = c.Choose(
                actor=customer.actor,
                message_id=self._ids(),
                client_message_id=message_id,
                choices_message_id=choices_message_id,
                intent=intent,
                title=found.title if found else None,
            )
            self._toss(tx, command.message_id)
            after = self.apply(tx, before, command, message_id)
            accepted = Accepted(after.id, after.last_customer_seq)
            if after.status is Status.BOT:
                self._act_on_choice(tx, after, intent)
            return accepted

        return await self._write(work)

    def _act_on_choice(self, tx: Transaction, after: Conversation, intent: str | None) -> None:
        found = self.catalogue().find(intent) if intent is not None else None
        if found is None or not found.answerable or found.answer is None:
            self.hand_off(tx, after, "ambiguous" if found is None else "sensitive_intent", "choice", intent)
            return
        decision = self._decision(after, "answer", None, "choice", intent)
        answer = c.Answer(
            actor=BOT_ACTOR,
            epoch=after.epoch,
            message_id=self._ids(),
            text=found.answer,
            intent=found.name,
            up_to_seq=after.last_customer_seq,
            decision=decision,
        )
        self.apply(tx, after, answer)
        repository.drop_turn(tx, after.id)

    async def ask_for_human(self, customer: Customer, command_id: str) -> Accepted:
        """The button: hand off from the bot; with no open conversation, open one first. Waiting already: nothing."""

        def run(tx: Transaction) -> Conversation:
            before = self._current(tx, customer)
            begin = c.Begin(actor=customer.actor, site=customer.site, locale=customer.locale)
            after = self.apply(tx, before, begin, command_id)
            return self.hand_off(tx, after, "asked_for_human", "words") if after.status is Status.BOT else after

        return await self._once(customer, command_id, {"ask_for_human": True}, run)

    async def mark_unhelpful(self, customer: Customer, command_id: str, message_id: str) -> Accepted:
        """An answer did not help: while the bot has control, a person takes it from here."""

        def run(tx: Transaction) -> Conversation:
            command = c.MarkUnhelpful(actor=customer.actor, message_id=message_id)
            after = self.apply(tx, self._existing(tx, customer), command, command_id)
            return self.hand_off(tx, after, "unhelpful", "words") if after.status is Status.BOT else after

        return await self._once(customer, command_id, {"unhelpful": message_id}, run)

    async def simple(self, customer: Customer, command_id: str, command: c.Command) -> Accepted:
        """Run a customer's command that needs nothing else (cancel handoff, rate)."""

        def run(tx: Transaction) -> Conversation:
            return self.apply(tx, self._existing(tx, customer), command, command_id)

        return await self._once(customer, command_id, command.model_dump(mode="json"), run)

    async def leave_contact(self, customer: Customer, command_id: str, email: str, name: str) -> Accepted:
        """Store a way to reach the customer."""

        def run(tx: Transaction) -> Conversation:
            before = self._existing(tx, customer)
            after = self.apply(tx, before, c.LeaveContact(actor=customer.actor), command_id)
            tx.upsert(ContactRow, {"conversation": after.id, "at": tx.now, "email": email, "name": name})
            return after

        return await self._once(customer, command_id, {"email": email, "name": name}, run)

    # --- shared -----------------------------------------------------------------------------------------------

    def hand_off(
        self,
        tx: Transaction,
        before: Conversation,
        reason: Reason,
        grounds: Any,
        label: str | None = None,
        decision: e.DecisionMade | None = None,
        up_to_seq: int | None = None,
    ) -> Conversation:
        """Hand a conversation of the bot to people, with what can truthfully be promised now."""
        plan = self._desk.plan_handoff(tx, before)
        command = c.HandOff(
            actor=BOT_ACTOR,
            epoch=before.epoch,
            reason=reason,
            notice=plan.notice,
            queue=plan.queue,
            deadline=plan.deadline,
            up_to_seq=up_to_seq,
            decision=decision or self._decision(before, "hand_off", reason, grounds, label),
        )
        return self.apply(tx, before, command)

    def _decision(
        self, conversation: Conversation, action: Any, reason: Reason | None, grounds: Any, label: str | None
    ) -> e.DecisionMade:
        return e.DecisionMade(
            decision_id=self._ids(),
            message_ids=conversation.open_message_ids or conversation.handoff_message_ids,
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

    def _toss(self, tx: Transaction, message_id: str) -> None:
        fell = coin(self._rules.coin_key, message_id, self._rules.coin_probability)
        row = {"message_id": message_id, "fell": fell, "probability": self._rules.coin_probability}
        tx.execute(tx.insert(CoinRow), row)

    def _current(self, tx: Transaction, customer: Customer) -> Conversation:
        """The customer's open conversation, or a closed one to reopen, or a new one."""
        known = repository.newest_of(tx, customer.id, customer.site)
        if known is not None:
            found = repository.load(tx, known)
            last = found.last_message_at or tx.now
            fresh = tx.now - last <= self._rules.reopen_within and not found.erased
            if found.status is not Status.CLOSED or fresh:
                return found
        return Conversation(id=self._ids())

    def _existing(self, tx: Transaction, customer: Customer) -> Conversation:
        known = repository.newest_of(tx, customer.id, customer.site)
        if known is None:
            raise NotFound("You have no conversation yet. Write a message first.")
        return repository.load(tx, known)

    async def _once(
        self, customer: Customer, command_id: str, body: dict[str, Any], run: Callable[[Transaction], Conversation]
    ) -> Accepted:
        def work(tx: Transaction) -> dict[str, Any]:
            def act() -> dict[str, Any]:
                after = run(tx)
                return {"conversation": after.id, "seq": after.seq}

            result: dict[str, Any] = commands.once(
                tx, f"customer:{customer.id}", command_id, commands.digest(body), act
            )
            return result

        return Accepted(**await self._write(work))

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        """Two first messages, or two copies of one, can meet on a unique index: the loser looks again."""
        try:
            return await self._database.write(work)
        except IntegrityError:
            return await self._database.write(work)


def _same(same: bool, known: Any, client_message_id: str) -> Accepted:
    if not same:
        raise Conflict(f"The id {client_message_id} was already used for another message. Use a new one.")
    return Accepted(known.conversation, known.seq)


def _new_event(event: e.ConversationEvent, after: Conversation, actor: c.Actor, cause: str | None) -> NewEvent:
    who = actor.id if actor.kind in {"bot", "system"} else f"{actor.kind}:{actor.id}"
    return NewEvent(event.type, event.version, event.payload(), who, cause, after.customer, after.id)
