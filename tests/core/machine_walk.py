"""Random walks through the pure machine, and what must hold after every step of one."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.evolution import evolve
from escalation.conversations.machine import ALLOWED, MOVES, decide
from escalation.conversations.model import BOT, NOBODY, Conversation
from escalation.kernel.errors import EscalationError
from escalation.protocol.messages import DeletedBody, NoticeBody
from escalation.protocol.states import Status
from tests.factories import A_REPLY, ANA, CUSTOMER, NOON, SUE, SYSTEM, THE_BOT, TOM, a_command, a_decision

CONTROL = (
    e.Started,
    e.HandedOff,
    e.HandoffCancelled,
    e.Assigned,
    e.Requeued,
    e.HandedBack,
    e.Closed,
    e.Reopened,
)
"""Besides `FollowUpDue`, which changes control where it reopens."""
PEOPLE = (ANA, TOM, SUE)
SECONDS = (0, 1, 8, 60, 4000)
CUSTOMERS_KINDS = (c.Say, c.Choose, c.MarkUnhelpful, c.Rate, c.CancelHandoff, c.LeaveContact, c.Begin)
BOTS_KINDS = (c.Answer, c.AnswerParts, c.Clarify, c.AskWhat, c.HandOff)
AGENTS_KINDS = (
    c.Claim,
    c.AcceptOffer,
    c.Assign,
    c.TakeOver,
    c.BargeIn,
    c.Leave,
    c.Reply,
    c.AddNote,
    c.EditMessage,
    c.DeleteMessage,
    c.Hold,
    c.Unhold,
    c.Tag,
    c.Snooze,
    c.Wake,
    c.PlanFollowUp,
    c.CancelFollowUp,
    c.Transfer,
    c.Release,
    c.HandBack,
    c.Resolve,
    c.WithdrawResolution,
    c.Offer,
    c.EndOffer,
)
TIMERS_KINDS = (
    c.Wake,
    c.Release,
    c.Offer,
    c.EndOffer,
    c.Settle,
    c.CloseAfterSilence,
    c.Abandon,
    c.Expire,
    c.TellWaiting,
    c.FollowUpNow,
)
UPKEEP_KINDS = (c.NameCustomer, c.MergeCustomer, c.Erase)


@dataclass(frozen=True)
class Step:
    """Somebody tries something: `agent` is whom it is about, `option` one of the choices offered last."""

    kind: type[c.Command]
    actor: c.Actor
    agent: c.Actor = ANA
    option: int = 0
    seconds: int = 0


def _steps(kinds: tuple[type[c.Command], ...], actors: tuple[c.Actor, ...]) -> st.SearchStrategy[Step]:
    return st.builds(
        Step,
        kind=st.sampled_from(kinds),
        actor=st.sampled_from(actors),
        agent=st.sampled_from(PEOPLE),
        option=st.integers(0, 2),
        seconds=st.sampled_from(SECONDS),
    )


@dataclass(frozen=True)
class AptStep:
    """Something that is possible now, done by whoever may do it: leads walks further than chance would."""

    pick: int
    agent: c.Actor
    option: int
    seconds: int

    def now(self, state: Conversation) -> Step:
        """The step this is in `state`."""
        kinds = [kind for kind, statuses in ALLOWED.items() if state.status in statuses]
        kind = kinds[self.pick % len(kinds)]
        owner = next((person for person in PEOPLE if person.id == state.controller), None)
        actor = self.agent
        if kind in CUSTOMERS_KINDS:
            actor = CUSTOMER
        elif kind in BOTS_KINDS:
            actor = THE_BOT
        elif kind not in AGENTS_KINDS:
            actor = SYSTEM
        elif kind is c.AcceptOffer:
            actor = next((person for person in PEOPLE if person.id == state.offered_to), self.agent)
        elif kind in (c.TakeOver, c.BargeIn, c.Assign):
            actor = SUE
        elif owner is not None:
            actor = owner
        return Step(kind, actor, self.agent, self.option, self.seconds)


apt_steps = st.builds(
    AptStep,
    pick=st.integers(0, 10_000),
    agent=st.sampled_from(PEOPLE),
    option=st.integers(0, 2),
    seconds=st.sampled_from(SECONDS),
)
customers_steps = _steps(CUSTOMERS_KINDS, (CUSTOMER,))
bots_steps = _steps(BOTS_KINDS, (THE_BOT,))
agents_steps = _steps(AGENTS_KINDS, PEOPLE)
timers_steps = _steps(TIMERS_KINDS, (SYSTEM,))
upkeep_steps = _steps(UPKEEP_KINDS, (SYSTEM,))
any_steps = st.one_of(customers_steps, bots_steps, agents_steps, timers_steps, upkeep_steps)


def _shown(seen: Conversation, number: int, now: datetime) -> tuple[e.GuessesShown | e.ChoicesShown, ...]:
    guesses = e.GuessesShown(decision=a_decision(decision_id=f"decision-{number}"), decided_seq=1, decided_at=now)
    return (guesses, e.ChoicesShown(message_id=seen.last_message_id)) if seen.last_message_id else (guesses,)


def command_of(
    step: Step, seen: Conversation, number: int, now: datetime, written: c.SentMessage | None = None
) -> c.Command:
    """The command somebody sends who last saw the conversation as `seen`; ids are new for each `number`.

    `written` is what an agent wrote last.
    """
    resolution = seen.resolution.id if seen.resolution else "none"
    options = (*seen.choices, None)
    notices = (
        ("somebody_online", "too_busy", "nobody_online")
        if step.kind is c.TellWaiting
        else ("handed_off", "nobody_online", "too_busy")
    )
    fields: dict[str, Any] = {
        "message_id": f"message-{number}",
        "client_message_id": f"client-{number}",
        "epoch": seen.epoch,
        "up_to_seq": seen.last_customer_seq,
        "last_seen_seq": seen.seq,
        "choices_message_id": seen.choices_message_id or "none",
        "resolution_id": f"resolution-{number}" if step.kind is c.Resolve else resolution,
        "agent": step.agent if step.kind is c.Assign else step.agent.id,
        "until": now + timedelta(seconds=step.seconds),
        "at": now + timedelta(seconds=step.seconds),
        "mentions": (step.agent.id,) if step.option == 1 else (),
        "intent": options[step.option % len(options)] if step.kind is c.Choose else "refund",
        "notice": notices[step.option % len(notices)],
        "reopen_to": step.agent if step.option == 2 else None,
        "shown": _shown(seen, number, now) if step.option == 1 else (),
    }
    if step.kind is c.PlanFollowUp and step.option == 1:
        names = {name: fields[name] for name in ("message_id", "client_message_id")}
        fields["note"] = a_command(c.AddNote, actor=step.actor, **names)
    if step.kind is c.FollowUpNow:
        fields["planned_seq"] = seen.follow_up.planned_seq if seen.follow_up else 0
        fields["reopens"] = step.option > 0
        fields["agent"] = step.agent if step.option == 2 else None
    if step.kind is c.EndOffer and seen.offered_to and step.option < 2:
        fields["agent"] = seen.offered_to
    if step.kind is c.Leave and seen.joined and step.option < 2:
        fields["agent"] = seen.joined[0]
    if issubclass(step.kind, c.ChangeMessage):
        fields["message"] = written or A_REPLY.model_copy(update={"author": "customer"})
        fields["text"] = f"said anew {number}"
    if step.kind is c.AnswerParts:
        parts = (c.PartAnswer(message_id=f"message-{number}-{n}", text="so", intent="refund") for n in (1, 2))
        fields["answers"] = tuple(parts)
    known = step.kind.model_fields
    return a_command(step.kind, actor=step.actor, **{name: value for name, value in fields.items() if name in known})


@dataclass
class Walk:
    """One conversation with its whole log."""

    state: Conversation = field(default_factory=lambda: Conversation(id="conversation-1"))
    now: datetime = NOON
    log: list[tuple[e.ConversationEvent, datetime]] = field(default_factory=list)

    def take(self, step: Step | AptStep, seen: Conversation | None = None) -> bool:
        """Try the step as somebody who saw `seen` (default: the present state); return whether it was allowed."""
        if isinstance(step, AptStep):
            step = step.now(self.state)
        self.now += timedelta(seconds=step.seconds)
        command = command_of(step, seen or self.state, len(self.log), self.now, self.written())
        before = self.state
        snapshot = before.model_dump_json()
        try:
            events = decide(before, command, self.now)
        except EscalationError:
            assert before.model_dump_json() == snapshot, "refused, so nothing changed"
            return False
        assert decide(before, command, self.now) == events, "the same again gives the same"
        for event in events:
            following = evolve(self.state, event, self.now)
            check_event(self.state, event, following)
            self.state = following
            self.log.append((event, self.now))
        check_step(before, command, events, self.state)
        return True

    def written(self) -> c.SentMessage | None:
        """What an agent wrote last, as it is now."""
        found: c.SentMessage | None = None
        for event, at in self.log:
            if isinstance(event, e.MessageAdded) and event.author == "agent" and event.body is not None:
                names = ("author", "author_id", "internal", "body")
                known = {name: getattr(event, name) for name in names}
                found = c.SentMessage(id=event.message_id, at=at, **known)
            elif found is not None and isinstance(event, e.MessageEdited) and event.body is not None:
                found = found.model_copy(update={"body": event.body})
            elif found is not None and isinstance(event, e.MessageDeleted):
                found = found.model_copy(update={"body": DeletedBody()})
        return found

    def replayed(self) -> Conversation:
        """The conversation read back from what the log stores."""
        state = Conversation(id=self.state.id)
        for event, at in self.log:
            state = evolve(state, e.parse_event(event.type, json.loads(json.dumps(event.payload()))), at)
        return state


def check_event(before: Conversation, event: e.ConversationEvent, after: Conversation) -> None:
    """One event: one seq; one epoch if and only if control changes; what is stored loses only the words."""
    assert after.seq == before.seq + 1
    changes = isinstance(event, CONTROL) or (isinstance(event, e.FollowUpDue) and event.reopened)
    assert after.epoch == before.epoch + changes
    assert (after.controller == before.controller and after.status == before.status) or changes
    stored = json.loads(json.dumps(event.payload()))
    assert "body" not in stored
    spoken = isinstance(event, e.MessageAdded | e.MessageEdited)
    wordless = event.model_copy(update={"body": None}) if spoken else event
    assert e.parse_event(event.type, stored) == wordless
    if isinstance(event, e.MessageAdded) and event.kind == "notice":
        assert not event.internal and event.author == (
            "bot" if isinstance(event.body, NoticeBody) and event.body.code == "ask_what" else "system"
        )
    if isinstance(event, e.MessageAdded) and event.author == "customer":
        assert after.last_customer_seq == after.seq
        assert not before.unannounced, "a customer who waits for nothing is told of nothing"
    if isinstance(event, e.MessageAdded) and event.author in ("customer", "agent") and not event.internal:
        assert not after.unannounced
    if isinstance(event, e.Reopened):
        assert before.resolution is None or before.resolution.settled
    check_state(after)


def check_step(
    before: Conversation, command: c.Command, events: list[e.ConversationEvent], after: Conversation
) -> None:
    """One accepted command: allowed, not stale, and moving only where the table lets it move."""
    assert before.status in ALLOWED[type(command)]
    if isinstance(command, c.Fenced):
        assert command.epoch == before.epoch
    if after.epoch != before.epoch and before.seq > 0:
        assert type(command) in MOVES[before.status, after.status]
    if isinstance(command, c.ChangeMessage):
        own = (before.controller, before.epoch) == (command.actor.id, command.epoch)
        assert command.message.author_id == command.actor.id and (own or command.message.internal)
    if isinstance(command, c.AcceptOffer):
        assert before.offered_to == command.actor.id
    if isinstance(command, c.Resolve):
        assert before.last_customer_seq <= command.last_seen_seq
    if isinstance(command, c.Reply):
        assert command.actor.id in (after.controller, *after.joined)
    for event in events:
        assert not isinstance(event, e.MessageAdded) or event.internal == isinstance(
            command, c.AddNote | c.PlanFollowUp
        )
        assert not isinstance(event, e.DecisionMade) or before.status is Status.BOT


def check_state(state: Conversation) -> None:
    """The invariants `model.Conversation` states, and which field may be set in which status."""
    owned = state.status is Status.ASSIGNED
    assert state.controller not in state.joined and len(set(state.joined)) == len(state.joined)
    if owned:
        assert state.controller in {person.id for person in PEOPLE}
    else:
        assert state.controller == (BOT if state.status is Status.BOT else NOBODY)
        assert not state.joined
        assert not state.held and state.snoozed_until is None
    assert (state.outcome is not None) == (state.status is Status.CLOSED)
    assert state.deadline is None or state.status is Status.WAITING
    assert state.waiting_since is not None or state.status not in (Status.WAITING, Status.ASSIGNED)
    assert state.waiting_since is None or state.status is not Status.BOT
    assert state.offered_to is None or (state.status in (Status.WAITING, Status.ASSIGNED))
    assert state.offered_to is None or state.offered_to != state.controller
    assert not state.open_message_ids or state.status is Status.BOT
    assert bool(state.choices) == (state.choices_message_id is not None)
    assert not state.choices or state.status is not Status.CLOSED
    assert state.follow_up is None or (state.follow_up.planned_seq <= state.seq and not state.erased)
    assert not (state.unannounced and state.deadline)
    assert not state.contact_asked or state.status is Status.WAITING
    assert state.last_customer_seq <= state.seq and state.rated_episode <= state.episode
