"""Follow-ups: what a plan to write again does once it is due, and what ends it before. Pure, like the machine.

A closed conversation is reopened without a word to its customer: until somebody writes they wait for nothing, so they
see it as it had ended (`Conversation.unannounced`). The first public message is preceded by `FollowedUp`, and so is a
handoff: whom the bot hands to people waits for them.
"""

from typing import TYPE_CHECKING

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.protocol.messages import NoticeBody
from escalation.protocol.states import Status

if TYPE_CHECKING:
    from escalation.conversations.machine import Draft


def settle(draft: "Draft") -> None:
    """What reopens a conversation settles its resolution first: an example must not be lost by it."""
    resolution = draft.state.resolution
    if resolution is not None and not resolution.settled:
        draft.add(e.ResolutionSettled(resolution_id=resolution.id))


def announce(draft: "Draft") -> None:
    """From the next event on the customer sees who has the conversation."""
    if draft.state.unannounced:
        draft.add(e.FollowedUp())


def looks_closed(state: Conversation) -> bool:
    """Whether a customer who writes begins anew: it is closed, or waits for a follow-up that nobody has made yet."""
    return state.status is Status.CLOSED or (state.status is Status.WAITING and state.unannounced)


def customer_came(draft: "Draft") -> None:
    """Whoever meant to write to them again need not any more."""
    if draft.state.follow_up is not None:
        draft.add(e.FollowUpCancelled(by="customer"))
    announce(draft)


def now_due(draft: "Draft", command: c.FollowUpNow) -> None:
    """Reopen what is closed, wake what is snoozed; a plan that is not this timer's stays."""
    state, plan = draft.state, draft.state.follow_up
    if plan is None or plan.planned_seq != command.planned_seq:
        return
    reopened = state.status is Status.CLOSED and command.reopens
    if reopened:
        settle(draft)
    epoch = draft.next_epoch if reopened else state.epoch
    draft.add(e.FollowUpDue(agent=plan.agent, queue=state.queue, epoch=epoch, reopened=reopened))
    if reopened and command.agent is not None:
        draft.assign(command.agent, "follow_up", command.terms)
    elif state.snoozed_until is not None:
        draft.add(e.Woken())
    elif command.newer is not None and not state.erased and not reopened:
        draft.add(_ended(draft, command.newer))


def _ended(draft: "Draft", newer: str) -> e.MessageAdded:
    """A line for staff: why the plan came to nothing, and where the customer writes now."""
    return e.MessageAdded(
        message_id=f"{draft.state.id}-{draft.state.seq + 1}",
        author="system",
        author_id="system",
        kind="notice",
        internal=True,
        body=NoticeBody(code="follow_up_ended", params={"conversation": newer}),
    )
