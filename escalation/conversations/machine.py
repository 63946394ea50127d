"""`decide`: what a command makes happen. Pure: the same conversation, command and time give the same events.

`ALLOWED` says which command is possible when, `MOVES` which of them change the status, the functions below say how.
`docs/conversation.md` draws both. Every change of control raises the epoch by one; a fenced command decided under
another epoch is refused. A customer who writes in `closed` reopens it: to the bot, or to the agent who had it; so does
one who writes in what waits for a follow-up, which they see as closed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from escalation.conversations import commands as c
from escalation.conversations import errors, following_up
from escalation.conversations import events as e
from escalation.conversations.evolution import evolve, outcome_of_silence
from escalation.conversations.model import BOT, Conversation
from escalation.protocol.messages import (
    AttachmentBody,
    Body,
    ChoiceBody,
    ChoicesBody,
    DeletedBody,
    NoticeBody,
    NoticeCode,
    SentFile,
    TextBody,
)
from escalation.protocol.states import Outcome, Status

UNDO_WITHIN = timedelta(seconds=10)
"""How long an agent can take a resolution back before the customer is told and it may be learnt from."""

CHANGE_WITHIN = timedelta(minutes=1)
"""How long after sending an agent can edit or delete a message of their own."""

ASKING_FOR_CONTACT: frozenset[NoticeCode] = frozenset({"nobody_online", "too_busy", "closed_now"})
"""Notices of a handoff that ask the customer for an address."""
ASK_WHAT: Final[NoticeCode] = "ask_what"

ANY = frozenset(Status)
ALLOWED: dict[type[c.Command], frozenset[Status]] = {
    c.Say: ANY,
    c.Begin: ANY,
    c.Choose: frozenset({Status.BOT, Status.WAITING, Status.ASSIGNED}),
    c.MarkUnhelpful: ANY,
    c.Rate: ANY,
    c.CancelHandoff: frozenset({Status.WAITING}),
    c.LeaveContact: frozenset({Status.WAITING, Status.CLOSED}),
    c.Answer: frozenset({Status.BOT}),
    c.AnswerParts: frozenset({Status.BOT}),
    c.Clarify: frozenset({Status.BOT}),
    c.AskWhat: frozenset({Status.BOT}),
    c.HandOff: frozenset({Status.BOT}),
    c.TellWaiting: frozenset({Status.WAITING}),
    c.Claim: frozenset({Status.WAITING}),
    c.Offer: frozenset({Status.WAITING, Status.ASSIGNED}),
    c.AcceptOffer: frozenset({Status.WAITING, Status.ASSIGNED}),
    c.EndOffer: frozenset({Status.WAITING, Status.ASSIGNED}),
    c.Assign: frozenset({Status.WAITING}),
    c.TakeOver: frozenset({Status.BOT, Status.WAITING, Status.ASSIGNED}),
    c.BargeIn: frozenset({Status.ASSIGNED}),
    c.Leave: frozenset({Status.ASSIGNED}),
    c.Reply: frozenset({Status.BOT, Status.WAITING, Status.ASSIGNED}),
    c.AddNote: ANY,
    c.EditMessage: ANY,
    c.DeleteMessage: ANY,
    c.Tag: ANY,
    c.Hold: frozenset({Status.ASSIGNED}),
    c.Unhold: frozenset({Status.ASSIGNED}),
    c.Snooze: frozenset({Status.ASSIGNED}),
    c.Wake: frozenset({Status.ASSIGNED}),
    c.PlanFollowUp: frozenset({Status.ASSIGNED, Status.CLOSED}),
    c.CancelFollowUp: ANY,
    c.Transfer: frozenset({Status.ASSIGNED}),
    c.Release: frozenset({Status.ASSIGNED}),
    c.HandBack: frozenset({Status.ASSIGNED}),
    c.Resolve: frozenset({Status.ASSIGNED}),
    c.WithdrawResolution: frozenset({Status.CLOSED}),
    c.Settle: frozenset({Status.CLOSED}),
    c.FollowUpNow: ANY,
    c.CloseAfterSilence: frozenset({Status.BOT}),
    c.Abandon: frozenset({Status.WAITING}),
    c.Expire: frozenset({Status.WAITING}),
    c.NameCustomer: ANY,
    c.MergeCustomer: ANY,
    c.Erase: ANY,
}

MOVES: dict[tuple[Status, Status], tuple[type[c.Command], ...]] = {
    (Status.BOT, Status.WAITING): (c.HandOff,),
    (Status.BOT, Status.ASSIGNED): (c.TakeOver, c.Reply),
    (Status.BOT, Status.CLOSED): (c.CloseAfterSilence, c.Erase),
    (Status.WAITING, Status.BOT): (c.CancelHandoff, c.Say, c.Begin),
    (Status.WAITING, Status.ASSIGNED): (c.Claim, c.AcceptOffer, c.Assign, c.TakeOver, c.Reply),
    (Status.WAITING, Status.CLOSED): (c.Abandon, c.Expire, c.Erase),
    (Status.ASSIGNED, Status.BOT): (c.HandBack,),
    (Status.ASSIGNED, Status.WAITING): (c.Transfer, c.Release),
    (Status.ASSIGNED, Status.ASSIGNED): (c.AcceptOffer, c.TakeOver),
    (Status.ASSIGNED, Status.CLOSED): (c.Resolve, c.Erase),
    (Status.CLOSED, Status.BOT): (c.Say, c.Begin),
    (Status.CLOSED, Status.WAITING): (c.FollowUpNow,),
    (Status.CLOSED, Status.ASSIGNED): (c.Say, c.WithdrawResolution, c.FollowUpNow),
}
"""The commands that change control; the status stays `assigned` when one agent follows another."""


class Draft:
    """The events decided so far, and the conversation as they leave it."""

    def __init__(self, conversation: Conversation, now: datetime) -> None:
        self.state = conversation
        self.now = now
        self.events: list[e.ConversationEvent] = []

    def add(self, event: e.ConversationEvent) -> None:
        """Append one event."""
        self.events.append(event)
        self.state = evolve(self.state, event, self.now)

    def notice(self, code: NoticeCode, **params: str | int) -> None:
        """Tell the customer something; the id follows from the place in the stream.

        A customer to whom a follow-up has not been written yet waits for nothing, and is told of nothing.
        """
        if self.state.unannounced:
            return
        self.add(
            e.MessageAdded(
                message_id=f"{self.state.id}-{self.state.seq + 1}",
                author="system",
                author_id="system",
                kind="notice",
                body=NoticeBody(code=code, params=params),
            )
        )

    @property
    def next_epoch(self) -> int:
        """The epoch a change of control decided now starts."""
        return self.state.epoch + 1

    def close(self, outcome: Outcome) -> None:
        """End the conversation."""
        self.add(e.Closed(outcome=outcome, epoch=self.next_epoch))

    def assign(
        self,
        agent: c.Actor,
        how: Literal["claim", "offer", "assign", "takeover", "reopen", "withdrawal", "follow_up"],
        terms: c.AssignmentTerms,
    ) -> None:
        """Give control to an agent."""
        reply_by = self.now + terms.reply_within if terms.reply_within is not None else None
        self.add(
            e.Assigned(
                agent=agent.id,
                how=how,
                epoch=self.next_epoch,
                previous=self.state.controller,
                reply_by=reply_by,
                weight=terms.weight,
            )
        )


def decide(conversation: Conversation, command: c.Command, now: datetime) -> list[e.ConversationEvent]:
    """Return the events `command` causes; none if it is already so.

    Raises:
        NotAllowedNow, StaleEpoch, NotOwner, CustomerWroteSince, TooLate (and -ToChange), NoSuchChoice: nothing changed.
    """
    if conversation.seq == 0 and not isinstance(command, c.Say | c.Begin):
        raise errors.NotAllowedNow(f"{type(command).__name__} is not possible: {conversation.id} has not started.")
    if conversation.status not in ALLOWED[type(command)]:
        raise errors.NotAllowedNow(
            f"{type(command).__name__} is not possible: conversation {conversation.id} is {conversation.status}."
        )
    if isinstance(command, c.Fenced) and command.epoch != conversation.epoch:
        _refuse_stale(conversation, command)
    draft = Draft(conversation, now)
    _RULES[type(command)](draft, command)
    return draft.events


def _refuse_stale(conversation: Conversation, command: c.Fenced | c.ChangeMessage) -> None:
    owned_by_other = conversation.status is Status.ASSIGNED and conversation.controller != command.actor.id
    if command.actor.kind == "agent" and owned_by_other:
        raise errors.NotOwner(f"Conversation {conversation.id} belongs to another agent now.")
    raise errors.StaleEpoch(
        f"Conversation {conversation.id} changed hands: it is at epoch {conversation.epoch}, you have {command.epoch}. "
        "Look again."
    )


def _require_owner(draft: Draft, actor: c.Actor, *, or_supervisor: bool = False) -> None:
    if draft.state.controller != actor.id and not (or_supervisor and (actor.supervisor or actor.kind == "system")):
        raise errors.NotOwner(f"Conversation {draft.state.id} belongs to another agent.")


def _require_words(draft: Draft) -> None:
    if draft.state.erased:
        raise errors.NotAllowedNow(f"Conversation {draft.state.id} was erased: its customer is gone for good.")


def _require_seen(draft: Draft, seq: int) -> None:
    if draft.state.last_customer_seq > seq:
        raise errors.CustomerWroteSince(
            f"The customer wrote in conversation {draft.state.id} after seq {seq}. Read it, then decide again."
        )


# --- customers ---------------------------------------------------------------------------------------------------


def _say(draft: Draft, command: c.Say) -> None:
    if draft.state.seq == 0:
        draft.add(e.Started(customer=command.actor.id, site=command.site, locale=command.locale))
    elif draft.state.status is Status.CLOSED:
        _reopen(draft, command.reopen_to, command.terms)
    elif following_up.looks_closed(draft.state):
        _reopen(draft)
    _customer_message(draft, command, _said(command.text, command.files))


def _begin(draft: Draft, command: c.Begin) -> None:
    if draft.state.seq == 0:
        draft.add(e.Started(customer=command.actor.id, site=command.site, locale=command.locale))
    elif following_up.looks_closed(draft.state):
        _reopen(draft)
    following_up.customer_came(draft)


def _said(text: str, files: tuple[SentFile, ...]) -> TextBody | AttachmentBody:
    return AttachmentBody(text=text, files=files) if files else TextBody(text=text)


def _ids_of(body: Body) -> tuple[str, ...]:
    return tuple(file.id for file in body.files) if isinstance(body, AttachmentBody) else ()


def _customer_message(draft: Draft, command: c.Say | c.Choose, body: TextBody | ChoiceBody | AttachmentBody) -> None:
    """Words open a turn; files alone, which the bot cannot read, do not."""
    following_up.customer_came(draft)
    has_words = not isinstance(body, ChoiceBody) and body.text != ""
    if draft.state.snoozed_until is not None:
        draft.add(e.Woken())
    draft.add(
        e.MessageAdded(
            message_id=command.message_id,
            author="customer",
            author_id=command.actor.id,
            kind=body.kind,
            client_message_id=command.client_message_id,
            opens_turn=has_words and draft.state.status is Status.BOT,
            attachments=_ids_of(body),
            body=body,
        )
    )


def _reopen(draft: Draft, agent: c.Actor | None = None, terms: c.AssignmentTerms | None = None) -> None:
    """An unsettled resolution settles first: a customer who says thanks must not cost us the example."""
    following_up.settle(draft)
    draft.add(e.Reopened(epoch=draft.next_epoch))
    if agent is not None:
        draft.assign(agent, "reopen", terms or c.AssignmentTerms())


def _choose(draft: Draft, command: c.Choose) -> None:
    """People may have taken over while the pick was on its way: then it is a message to them, if it was offered."""
    state = draft.state
    offered = command.choices_message_id == state.choices_message_id
    if not (offered and (command.intent is None or command.intent in state.choices)):
        raise errors.NoSuchChoice("That choice is no longer open. Write your question in your own words.")
    body = ChoiceBody(choices_message_id=command.choices_message_id, intent=command.intent, title=command.title)
    _customer_message(draft, command, body)


def _mark_unhelpful(draft: Draft, command: c.MarkUnhelpful) -> None:
    draft.add(e.MarkedUnhelpful(message_id=command.message_id))


def _rate(draft: Draft, command: c.Rate) -> None:
    if draft.state.rated_episode < draft.state.episode:
        draft.add(e.Rated(score=command.score, episode=draft.state.episode))


def _cancel_handoff(draft: Draft, command: c.CancelHandoff) -> None:
    draft.add(e.HandoffCancelled(epoch=draft.next_epoch))
    draft.notice("handoff_cancelled")


def _leave_contact(draft: Draft, command: c.LeaveContact) -> None:
    """As often as the customer likes while they are asked: the newest address counts."""
    if not draft.state.takes_contact or draft.state.erased:
        raise errors.NotAllowedNow(f"Conversation {draft.state.id} does not ask for an address now.")
    draft.add(e.ContactLeft())
    draft.notice("contact_saved")


# --- the bot -----------------------------------------------------------------------------------------------------


def _require_turn(draft: Draft, up_to_seq: int) -> None:
    """An answer keeps the epoch, so the open turn is what stops a second answer to the same words."""
    if not draft.state.open_message_ids:
        raise errors.NotAllowedNow(f"Conversation {draft.state.id} has no turn left to answer.")
    _require_seen(draft, up_to_seq)


def _say_as_bot(draft: Draft, command: c.Answer | c.Clarify | c.AskWhat, body: Body, **fields: Any) -> None:
    """Add what the bot decided for the turn, and the message that follows from it."""
    _require_turn(draft, command.up_to_seq)
    draft.add(command.decision)
    draft.add(_bot_message(command.message_id, body, **fields))


def _bot_message(id: str, body: Body, **fields: Any) -> e.MessageAdded:
    return e.MessageAdded(message_id=id, author="bot", author_id=BOT, kind=body.kind, body=body, **fields)


def _answer(draft: Draft, command: c.Answer) -> None:
    _say_as_bot(draft, command, TextBody(text=command.text), intent=command.intent, smalltalk=command.smalltalk)


def _answer_parts(draft: Draft, command: c.AnswerParts) -> None:
    """One decision, then an answer for each of its parts: the customer sees where one ends and the next begins."""
    _require_turn(draft, command.up_to_seq)
    draft.add(command.decision)
    for each in command.answers:
        draft.add(_bot_message(each.message_id, TextBody(text=each.text), intent=each.intent))


def _clarify(draft: Draft, command: c.Clarify) -> None:
    choices = tuple(option.intent for option in command.options)
    _say_as_bot(draft, command, ChoicesBody(options=command.options), choices=choices, blind=command.decision.blind)


def _ask_what(draft: Draft, command: c.AskWhat) -> None:
    """Words of the product, so that every customer reads them in their language, but said by the bot."""
    _say_as_bot(draft, command, NoticeBody(code=ASK_WHAT))


def _hand_off(draft: Draft, command: c.HandOff) -> None:
    if command.up_to_seq is not None:
        _require_seen(draft, command.up_to_seq)
    if command.decision is not None:
        draft.add(command.decision)
    following_up.announce(draft)
    draft.add(
        e.HandedOff(
            reason=command.reason,
            queue=command.queue,
            epoch=draft.next_epoch,
            deadline=command.deadline,
            asks_contact=command.notice in ASKING_FOR_CONTACT,
            in_words=command.in_words,
        )
    )
    _promise(draft, command)


def _tell_waiting(draft: Draft, command: c.TellWaiting) -> None:
    if draft.state.unannounced:
        return
    draft.add(e.PromiseChanged(asks_contact=command.notice in ASKING_FOR_CONTACT))
    _promise(draft, command)


def _promise(draft: Draft, command: c.HandOff | c.TellWaiting) -> None:
    """Tell who can come. When that is goes along as a time in UTC, which the customer's page writes in its own way."""
    when = {"opens_at": command.opens_at.isoformat()} if command.opens_at is not None else {}
    draft.notice(command.notice, **when)


# --- agents ------------------------------------------------------------------------------------------------------


def _join(draft: Draft, command: c.Taking, how: Literal["claim", "offer", "assign", "takeover"]) -> None:
    draft.assign(command.taker, how, command.terms)
    draft.notice("agent_joined", name=command.taker.name)


def _claim(draft: Draft, command: c.Claim) -> None:
    _join(draft, command, "claim")


def _offer(draft: Draft, command: c.Offer) -> None:
    if draft.state.status is Status.ASSIGNED:
        _require_owner(draft, command.actor, or_supervisor=True)
    if draft.state.offered_to not in (None, command.agent):
        raise errors.NotAllowedNow(f"Conversation {draft.state.id} is already proposed to another agent.")
    if draft.state.offered_to is None and command.agent != draft.state.controller:
        draft.add(e.Offered(agent=command.agent, until=command.until))
        if command.note is not None:
            _add_note(draft, command.note)


def _accept_offer(draft: Draft, command: c.AcceptOffer) -> None:
    if draft.state.offered_to != command.actor.id:
        raise errors.NotAllowedNow(f"Conversation {draft.state.id} is not proposed to you (any longer).")
    _join(draft, command, "offer")


def _end_offer(draft: Draft, command: c.EndOffer) -> None:
    if draft.state.offered_to == command.agent:
        draft.add(e.OfferEnded(agent=command.agent, how=command.how))


def _assign(draft: Draft, command: c.Assign) -> None:
    if not (command.actor.supervisor or command.actor.kind == "system"):
        raise errors.NotOwner("Only a supervisor assigns conversations to others.")
    _join(draft, command, "assign")


def _take_over(draft: Draft, command: c.TakeOver) -> None:
    if draft.state.controller == command.actor.id:
        return
    if draft.state.status is Status.ASSIGNED and not command.actor.supervisor:
        raise errors.NotOwner(f"Conversation {draft.state.id} belongs to another agent; only a supervisor takes over.")
    _join(draft, command, "takeover")


def _barge_in(draft: Draft, command: c.BargeIn) -> None:
    """The customer reads who joins; the owner stays, and so does the epoch."""
    state, who = draft.state, command.actor
    if not who.supervisor:
        raise errors.NotOwner(f"Conversation {state.id} belongs to another agent; only a supervisor joins it.")
    if who.id not in (state.controller, *state.joined):
        draft.add(e.BargedIn(agent=who.id))
        draft.notice("agent_joined", name=who.name)


def _leave(draft: Draft, command: c.Leave) -> None:
    if command.agent in draft.state.joined:
        draft.add(e.Left(agent=command.agent))


def _reply(draft: Draft, command: c.Reply) -> None:
    if draft.state.status is not Status.ASSIGNED or command.actor.id in (draft.state.controller, *draft.state.joined):
        following_up.announce(draft)
    if draft.state.status is Status.ASSIGNED:
        if command.actor.id not in draft.state.joined:
            _require_owner(draft, command.actor)
    else:
        _join(draft, command, "takeover")
    draft.add(_agent_message(command, internal=False))


def _agent_message(command: c.Reply | c.AddNote, *, internal: bool) -> e.MessageAdded:
    body = _said(command.text, command.files if isinstance(command, c.Reply) else ())
    return e.MessageAdded(
        message_id=command.message_id,
        author="agent",
        author_id=command.actor.id,
        kind=body.kind,
        internal=internal,
        client_message_id=command.client_message_id,
        attachments=_ids_of(body),
        quotes=command.quotes if isinstance(command, c.Reply) else None,
        body=body,
    )


def _add_note(draft: Draft, command: c.AddNote) -> None:
    _require_words(draft)
    draft.add(_agent_message(command, internal=True))
    called = tuple(dict.fromkeys(each for each in command.mentions if each != command.actor.id))
    if called:
        draft.add(e.Mentioned(message_id=command.message_id, agents=called))


def _edit_message(draft: Draft, command: c.EditMessage) -> None:
    _require_changeable(draft, command)
    before = command.message.body
    if not isinstance(before, TextBody | AttachmentBody):
        raise errors.NotAllowedNow(f"Message {command.message.id} was deleted: write a new one.")
    if before.text != command.text:
        body = before.model_copy(update={"text": command.text})
        draft.add(e.MessageEdited(message_id=command.message.id, internal=command.message.internal, body=body))


def _delete_message(draft: Draft, command: c.DeleteMessage) -> None:
    _require_changeable(draft, command)
    if not isinstance(command.message.body, DeletedBody):
        draft.add(e.MessageDeleted(message_id=command.message.id, internal=command.message.internal))


def _require_changeable(draft: Draft, command: c.ChangeMessage) -> None:
    """A public message also has to be of who has the conversation now: what is said in it is the owner's to say."""
    message, resolution = command.message, draft.state.resolution
    _require_words(draft)
    if (message.author, message.author_id) != ("agent", command.actor.id):
        raise errors.NotOwner(f"Message {message.id} is not yours: only who wrote a message changes it.")
    if resolution is not None and message.at <= resolution.at:
        raise errors.TooLateToChange(f"Conversation {draft.state.id} was resolved since: write a new message.")
    if draft.now - message.at > CHANGE_WITHIN:
        raise errors.TooLateToChange("A message can be changed for one minute after it was sent. Write a new one.")
    if message.internal:
        return
    if command.epoch != draft.state.epoch:
        _refuse_stale(draft.state, command)
    _require_owner(draft, command.actor)


def _tag(draft: Draft, command: c.Tag) -> None:
    _require_words(draft)
    tags = tuple(sorted(set(command.tags)))
    if tags != draft.state.tags:
        draft.add(e.Tagged(tags=tags))


def _hold(draft: Draft, command: c.Hold) -> None:
    _require_owner(draft, command.actor)
    if not draft.state.held:
        draft.add(e.Held())
        draft.notice("on_hold")


def _unhold(draft: Draft, command: c.Unhold) -> None:
    _require_owner(draft, command.actor)
    if draft.state.held:
        draft.add(e.Unheld())
        draft.notice("off_hold")


def _snooze(draft: Draft, command: c.Snooze) -> None:
    _require_owner(draft, command.actor)
    draft.add(e.Snoozed(until=command.until))


def _wake(draft: Draft, command: c.Wake) -> None:
    """A timer of an earlier, shorter snooze has the same epoch: it must not end the present one."""
    _require_owner(draft, command.actor, or_supervisor=True)
    until = draft.state.snoozed_until
    early_timer = command.actor.kind == "system" and until is not None and draft.now < until
    if until is not None and not early_timer:
        draft.add(e.Woken())


def _plan_follow_up(draft: Draft, command: c.PlanFollowUp) -> None:
    _require_words(draft)
    if draft.state.status is Status.ASSIGNED:
        _require_owner(draft, command.actor)
    draft.add(e.FollowUpPlanned(agent=command.actor.id, at=command.at))
    if command.note is not None:
        _add_note(draft, command.note)


def _cancel_follow_up(draft: Draft, command: c.CancelFollowUp) -> None:
    plan = draft.state.follow_up
    if plan is not None:
        if plan.agent != command.actor.id:
            _require_owner(draft, command.actor, or_supervisor=True)
        draft.add(e.FollowUpCancelled(by="staff"))


def _transfer(draft: Draft, command: c.Transfer) -> None:
    _require_owner(draft, command.actor, or_supervisor=True)
    _requeue(draft, "transfer", command.queue, command.deadline)


def _release(draft: Draft, command: c.Release) -> None:
    _require_owner(draft, command.actor, or_supervisor=True)
    _requeue(draft, command.cause, draft.state.queue, command.deadline)


def _requeue(
    draft: Draft,
    cause: Literal["transfer", "agent_lost", "release", "requeue", "no_reply"],
    queue: str,
    deadline: datetime | None,
) -> None:
    until = None if draft.state.unannounced else deadline
    draft.add(e.Requeued(cause=cause, queue=queue, epoch=draft.next_epoch, deadline=until))
    draft.notice("agent_left")


def _hand_back(draft: Draft, command: c.HandBack) -> None:
    _require_owner(draft, command.actor, or_supervisor=True)
    draft.add(e.HandedBack(epoch=draft.next_epoch))
    draft.notice("handed_back")


def _resolve(draft: Draft, command: c.Resolve) -> None:
    _require_owner(draft, command.actor)
    _require_seen(draft, command.last_seen_seq)
    if command.follow_up is not None:
        draft.add(e.FollowUpPlanned(agent=command.actor.id, at=command.follow_up))
    draft.add(
        e.Resolved(
            resolution_id=command.resolution_id,
            agent=command.actor.id,
            label=command.label,
            parts=command.parts,
            outcome=command.outcome,
            learn=command.learn,
            message_ids=draft.state.handoff_message_ids,
            answer_message_id=command.answer_message_id,
            epoch=draft.next_epoch,
        )
    )
    for each in command.shown:
        draft.add(each)
    draft.close("abandoned" if command.outcome == "abandoned" else "resolved")


def _withdraw(draft: Draft, command: c.WithdrawResolution) -> None:
    _require_words(draft)
    resolution = draft.state.resolution
    if resolution is None:
        raise errors.NotAllowedNow(f"Conversation {draft.state.id} has no resolution to withdraw.")
    in_time = not resolution.settled and draft.now - resolution.at <= UNDO_WITHIN
    if not command.actor.supervisor and not (in_time and resolution.agent == command.actor.id):
        raise errors.TooLate("A resolution can be withdrawn by its agent for ten seconds, later by a supervisor.")
    draft.add(e.ResolutionWithdrawn(resolution_id=resolution.id, by=command.actor.id, late=resolution.settled))
    draft.assign(command.actor, "withdrawal", c.AssignmentTerms())
    if resolution.settled:
        draft.notice("reopened")


# --- timers and upkeep -------------------------------------------------------------------------------------------


def _settle(draft: Draft, command: c.Settle) -> None:
    resolution = draft.state.resolution
    if resolution is not None and resolution.id == command.resolution_id and not resolution.settled:
        draft.add(e.ResolutionSettled(resolution_id=resolution.id))
        draft.notice("resolved")


def _close_after_silence(draft: Draft, command: c.CloseAfterSilence) -> None:
    """It is no silence while the bot owes an answer: the sweep looked before the customer wrote again."""
    if draft.state.last_author != "customer":
        draft.close(outcome_of_silence(draft.state))
        draft.notice("closed_after_silence")


def _abandon(draft: Draft, command: c.Abandon) -> None:
    draft.close("abandoned")


def _expire(draft: Draft, command: c.Expire) -> None:
    draft.close("expired")
    draft.notice("expired")


def _name_customer(draft: Draft, command: c.NameCustomer) -> None:
    draft.add(e.CustomerNamed(by="staff" if command.actor.kind == "agent" else "site"))


def _merge_customer(draft: Draft, command: c.MergeCustomer) -> None:
    if draft.state.customer != command.customer:
        draft.add(e.CustomerMerged(customer=command.customer))


def _erase(draft: Draft, command: c.Erase) -> None:
    """Its customer is gone, so what is open ends. Again too: somebody may have written since."""
    draft.add(e.Erased())
    if draft.state.status is not Status.CLOSED:
        draft.close("abandoned")


_RULES: dict[type[c.Command], Callable[[Draft, Any], None]] = {
    c.Say: _say,
    c.Begin: _begin,
    c.Choose: _choose,
    c.MarkUnhelpful: _mark_unhelpful,
    c.Rate: _rate,
    c.CancelHandoff: _cancel_handoff,
    c.LeaveContact: _leave_contact,
    c.Answer: _answer,
    c.AnswerParts: _answer_parts,
    c.Clarify: _clarify,
    c.AskWhat: _ask_what,
    c.HandOff: _hand_off,
    c.TellWaiting: _tell_waiting,
    c.Claim: _claim,
    c.Offer: _offer,
    c.AcceptOffer: _accept_offer,
    c.EndOffer: _end_offer,
    c.Assign: _assign,
    c.TakeOver: _take_over,
    c.BargeIn: _barge_in,
    c.Leave: _leave,
    c.Reply: _reply,
    c.AddNote: _add_note,
    c.EditMessage: _edit_message,
    c.DeleteMessage: _delete_message,
    c.Tag: _tag,
    c.Hold: _hold,
    c.Unhold: _unhold,
    c.Snooze: _snooze,
    c.Wake: _wake,
    c.PlanFollowUp: _plan_follow_up,
    c.CancelFollowUp: _cancel_follow_up,
    c.Transfer: _transfer,
    c.Release: _release,
    c.HandBack: _hand_back,
    c.Resolve: _resolve,
    c.WithdrawResolution: _withdraw,
    c.Settle: _settle,
    c.FollowUpNow: following_up.now_due,
    c.CloseAfterSilence: _close_after_silence,
    c.Abandon: _abandon,
    c.Expire: _expire,
    c.NameCustomer: _name_customer,
    c.MergeCustomer: _merge_customer,
    c.Erase: _erase,
}

__all__ = ["ALLOWED", "UNDO_WITHIN", "decide", "evolve"]
