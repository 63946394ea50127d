"""Conversations as a service: the customers' side, each method one command in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from escalation.attachments import rows as files
from escalation.catalogue.model import Catalogue
from escalation.conversations import commands as c
from escalation.conversations import contacts, mailing, read_state, repository
from escalation.conversations.blind_items import IsBlindItem, never_blind
from escalation.conversations.human_request import asks_for_human
from escalation.conversations.model import Conversation
from escalation.conversations.ports import (
    BOT_ACTOR,
    SYSTEM,
    AnswerWatch,
    Customer,
    HandoffDesk,
    HandoffPlan,
    Rules,
    Stored,
)
from escalation.conversations.running import Runner
from escalation.database import Database, Transaction
from escalation.kernel.errors import Conflict, NotFound
from escalation.kernel.ids import Ids
from escalation.people import erasures
from escalation.protocol.states import Reason, Status


class Conversations(Runner):
    """What customers ask for. One instance a process; staff, timers and the bot come in through `Runner`'s methods."""

    def __init__(
        self,
        database: Database,
        desk: HandoffDesk,
        catalogue: Callable[[], Catalogue],
        ids: Ids,
        rules: Rules,
        watch: AnswerWatch | None = None,
        on_turn: Callable[[], None] = lambda: None,
        is_blind_item: IsBlindItem = never_blind,
    ) -> None:
        """`on_turn` is called after a commit that left a turn to decide."""
        super().__init__(database, desk, catalogue, ids, rules, watch, is_blind_item)
        self._on_turn = on_turn

    async def say(
        self, customer: Customer, client_message_id: str, text: str, attachments: Sequence[str] = ()
    ) -> Stored:
        """Store a customer's message, whoever is in control. Raises: Conflict for a reused id, FileUnknown.

        Files without a word go to a person: the bot cannot read them.
        """
        wants_human = asks_for_human(text)

        def work(tx: Transaction) -> Stored:
            known = repository.already_sent(tx, customer.id, client_message_id)
            if known is not None:
                return _same(known, client_message_id, {"text": text})
            who = _now(tx, customer)
            before = self._current(tx, who)
            sender = f"customer:{who.id}"
            command = c.Say(
                actor=who.actor,
                message_id=self._ids(),
                client_message_id=client_message_id,
                text=text,
                files=files.bind(tx, sender, before.id, attachments) if attachments else (),
                site=customer.site,
                locale=customer.locale,
                reopen_to=self._desk.returning_agent(tx, before) if before.status is Status.CLOSED else None,
            )
            after = self.apply(tx, before, command, client_message_id)
            stored = Stored(after.id, after.last_customer_seq)
            if after.status is Status.BOT and wants_human:
                self.hand_off(tx, after, "asked_for_human", "words", in_words=True)
            elif after.status is Status.BOT and not text:
                self.hand_off(tx, after, "no_answer", "words")
            return stored

        stored = await self.write(work)
        self._on_turn()
        return stored

    async def choose(self, customer: Customer, message_id: str, choices_message_id: str, intent: str | None) -> Stored:
        """Store a pick and act on it at once: the approved answer, or a person.

        `message_id` is the client's. Raises: NoSuchChoice, NotAllowedNow, NotFound, Conflict.
        """
        body = {"kind": "choice", "choices_message_id": choices_message_id, "intent": intent}

        def work(tx: Transaction) -> Stored:
            known = repository.already_sent(tx, customer.id, message_id)
            if known is not None:
                return _same(known, message_id, body)
            who = _now(tx, customer)
            before = self._existing(tx, who)
            command = c.Choose(
                actor=who.actor,
                message_id=self._ids(),
                client_message_id=message_id,
                choices_message_id=choices_message_id,
                intent=intent,
                title=None if intent is None else self.catalogue().title_for(intent, before.locale),
            )
            after = self.apply(tx, before, command, message_id)
            stored = Stored(after.id, after.last_customer_seq)
            if after.status is Status.BOT:
                self._act_on_choice(tx, after, intent)
            return stored

        return await self.write(work)

    def _act_on_choice(self, tx: Transaction, after: Conversation, intent: str | None) -> None:
        catalogue = self.catalogue()
        found = catalogue.find(intent) if intent is not None else None
        reason: Reason
        if intent is None:
            reason = "ambiguous"
        elif found is not None and found.policy == "always_handoff":
            reason = "sensitive_intent"
        elif found is None or (text := catalogue.answer_for(found.name, after.locale)) is None:
            reason = "no_answer"
        elif found.policy == "automatic" and found.name in after.answered_last:
            reason = "repeated"
        elif found.policy != "smalltalk" and not self.watch.allows(tx):
            reason = "not_certified"
        else:
            self._answer_choice(tx, after, found.name, text)
            return
        self.hand_off(tx, after, reason, "choice", intent)

    def _answer_choice(self, tx: Transaction, after: Conversation, intent: str, text: str) -> None:
        answer = c.Answer(
            actor=BOT_ACTOR,
            epoch=after.epoch,
            message_id=self._ids(),
            text=text,
            intent=intent,
            up_to_seq=after.last_customer_seq,
            decision=self.decided(after, "answer", None, "choice", intent),
        )
        self.apply(tx, after, answer)
        repository.drop_turn(tx, after.id)

    async def ask_for_human(self, customer: Customer, command_id: str) -> Stored:
        """The button: hand off from the bot; with no open conversation, open one first. Waiting already: nothing."""

        def run(tx: Transaction) -> Conversation:
            before = self._current(tx, _now(tx, customer))
            begin = c.Begin(actor=customer.actor, site=customer.site, locale=customer.locale)
            after = self.apply(tx, before, begin, command_id)
            return self.hand_off(tx, after, "asked_for_human", "words") if after.status is Status.BOT else after

        return await self._by_customer(customer, command_id, {"ask_for_human": True}, run)

    async def mark_unhelpful(self, customer: Customer, command_id: str, message_id: str) -> Stored:
        """An answer did not help: while the bot has control, a person takes it from here. Raises: NotFound."""

        def run(tx: Transaction) -> Conversation:
            before = self._existing(tx, _now(tx, customer))
            if not repository.is_by(tx, before.id, message_id, "bot"):
                raise NotFound(f"There is no answer {message_id} in your conversation.")
            after = self.apply(tx, before, c.MarkUnhelpful(actor=customer.actor, message_id=message_id), command_id)
            return self.hand_off(tx, after, "unhelpful", "words") if after.status is Status.BOT else after

        return await self._by_customer(customer, command_id, {"unhelpful": message_id}, run)

    async def simple(self, customer: Customer, command_id: str, command: c.Command) -> Stored:
        """Run a customer's command that needs nothing else (cancel handoff)."""

        def run(tx: Transaction) -> Conversation:
            return self.apply(tx, self._existing(tx, _now(tx, customer)), command, command_id)

        body = {"type": type(command).__name__, **command.model_dump(mode="json")}
        return await self._by_customer(customer, command_id, body, run)

    async def rate(self, customer: Customer, command_id: str, score: int, comment: str = "") -> Stored:
        """Store a rating and what was said beside it; an episode that was rated keeps what it has. Raises: NotFound."""
        command = c.Rate(actor=customer.actor, score=score)

        def run(tx: Transaction) -> Conversation:
            before = self._existing(tx, _now(tx, customer))
            after = self.apply(tx, before, command, command_id)
            if after.rated_episode != before.rated_episode:
                repository.keep_comment(tx, after, comment)
            return after

        body = {"type": "Rate", **command.model_dump(mode="json"), **({"comment": comment} if comment else {})}
        return await self._by_customer(customer, command_id, body, run)

    async def read(self, customer: Customer, conversation: str, seq: int) -> None:
        """Note how far the customer's page has drawn. Raises: NotFound for what is not theirs, CustomerErased."""

        def work(tx: Transaction) -> None:
            found = repository.peek(tx, conversation)
            if found is None or found.customer != _now(tx, customer).id:
                raise NotFound(f"You have no conversation {conversation}.")
            read_state.by_customer(tx, found, seq)

        await self.write(work)

    async def leave_contact(self, customer: Customer, command_id: str, email: str, name: str) -> Stored:
        """Store a way to reach the customer; a second address replaces the first. Raises: NotAllowedNow, NotFound."""

        def run(tx: Transaction) -> Conversation:
            before = self._existing(tx, _now(tx, customer))
            after = self.apply(tx, before, c.LeaveContact(actor=customer.actor), command_id)
            contacts.keep(tx, after.id, email, name)
            return after

        return await self._by_customer(customer, command_id, {"email": email, "name": name}, run)

    async def owe_transcript(self, customer: str, site: str) -> None:
        """Owe a customer a mail of their newest conversation. Raises: NotFound, TranscriptAsked, CustomerErased."""

        def work(tx: Transaction) -> None:
            known = repository.newest_of(tx, erasures.present(tx, customer), site)
            if known is None:
                raise NotFound("You have no conversation yet. Write a message first.")
            mailing.owe_transcript(tx, repository.load(tx, known))

        await self.write(work)

    async def _by_customer(
        self, customer: Customer, command_id: str, body: dict[str, Any], run: Callable[[Transaction], Conversation]
    ) -> Stored:
        return await self._once(f"customer:{customer.id}", command_id, body, run)

    def _current(self, tx: Transaction, customer: Customer) -> Conversation:
        """The customer's open conversation, or a closed one to reopen, or a new one."""
        found = _newest(tx, customer)
        if found is not None:
            last = found.last_message_at or tx.now
            fresh = tx.now - last <= self._rules.reopen_within and not found.erased
            if found.status is not Status.CLOSED or fresh:
                return found
        return Conversation(id=self._ids())

    def _existing(self, tx: Transaction, customer: Customer) -> Conversation:
        found = _newest(tx, customer)
        if found is None:
            raise NotFound("You have no conversation yet. Write a message first.")
        return found


def _newest(tx: Transaction, customer: Customer) -> Conversation | None:
    """Lock the customer's newest conversation. A merge may have ended it since it was found, and left another open."""
    known = repository.newest_of(tx, customer.id, customer.site)
    while known is not None:
        found = repository.load(tx, known)
        if found.status is not Status.CLOSED:
            return found
        known = repository.newest_of(tx, found.customer, found.site)
        if known == found.id:
            return found
    return None


def _now(tx: Transaction, customer: Customer) -> Customer:
    """Who the customer is now: staff may have merged them since they came in. Raises: CustomerErased."""
    id = erasures.present(tx, customer.id)
    return customer if id == customer.id else replace(customer, id=id)


def _same(known: Any, client_message_id: str, body: dict[str, Any]) -> Stored:
    """The answer a message got the first time. Raises: Conflict if it was another one; erased words match any."""
    if known.body["kind"] != "erased" and any(known.body.get(name) != value for name, value in body.items()):
        raise Conflict(f"The id {client_message_id} was already used for another message. Use a new one.")
    return Stored(known.conversation, known.seq)


__all__ = ["BOT_ACTOR", "SYSTEM", "Conversations", "Customer", "HandoffDesk", "HandoffPlan", "Rules", "Stored"]
