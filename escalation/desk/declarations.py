"""What the desk declares: every frame staff send, and the rows and agents staff see."""

from collections.abc import Awaitable, Callable

from escalation.conversations.moments import Moment
from escalation.conversations.ports import Stored
from escalation.conversations.registry import EventViews, Handlers, all_of_it, payload_as
from escalation.conversations.streams import CONTACT_CHANGED
from escalation.desk.events import AGENT_CHANGED, CONVERSATION_READ, MENTIONED, ROW_CHANGED, WHISPERED
from escalation.desk.performing import StaffRequest
from escalation.desk.resolving import NewPart, NewResolution
from escalation.desk.service import Desk
from escalation.desk.views import ADDED_TO_AGENTS, row_needs, row_view, saw_before, sees_now
from escalation.people.permissions import Permission as P
from escalation.people.scope import Scope
from escalation.people.staff import Member
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import desk as lists
from escalation.protocol.frames import messages
from escalation.protocol.frames.base import Audience, Frame

# --- what staff send ---------------------------------------------------------------------------------------------


def _asked(frame: talk.StaffCommand) -> StaffRequest:
    return StaffRequest(frame.command_id, frame.conversation, frame.epoch)


Plain = Callable[[Desk, Member, StaffRequest], Awaitable[Stored]]


def _plain(command: Plain) -> Callable[[Desk, Member, talk.StaffCommand], Awaitable[Stored]]:
    """A command that says no more than what every command of staff names."""
    return lambda desk, by, frame: command(desk, by, _asked(frame))


def _reply(desk: Desk, by: Member, frame: talk.Reply) -> Awaitable[Stored]:
    asked = StaffRequest(frame.client_message_id, frame.conversation, frame.epoch)
    return desk.reply(by, asked, frame.text, frame.attachments, frame.quotes)


def _resolve(desk: Desk, by: Member, frame: talk.Resolve) -> Awaitable[Stored]:
    said = {name: getattr(frame, name) for name in NewResolution.__dataclass_fields__}
    parts = tuple(NewPart(part.start, part.end, part.label, part.new_intent) for part in frame.parts)
    return desk.resolve(by, _asked(frame), NewResolution(**said | {"parts": parts}))


HANDLERS: Handlers[Desk, Member] = Handlers()

HANDLERS.take(talk.Claim, _plain(Desk.claim), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.TakeOver, _plain(Desk.take_over), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.BargeIn, _plain(Desk.barge_in), needs=P.SUPERVISE)
HANDLERS.take(talk.Leave, _plain(Desk.leave), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Assign, lambda desk, by, f: desk.assign(by, _asked(f), f.agent), needs=P.ASSIGN_CONVERSATIONS)
HANDLERS.take(talk.Offer, lambda desk, by, f: desk.offer(by, _asked(f), f.agent, f.note), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.AcceptOffer, _plain(Desk.accept_offer), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.DeclineOffer, _plain(Desk.decline_offer), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.CancelOffer, _plain(Desk.cancel_offer), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Hold, _plain(Desk.hold), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Unhold, _plain(Desk.unhold), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.SetTags, lambda desk, by, f: desk.set_tags(by, _asked(f), f.tags), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Snooze, lambda desk, by, f: desk.snooze(by, _asked(f), f.until), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Wake, _plain(Desk.wake), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(
    talk.PlanFollowUp,
    lambda desk, by, f: desk.plan_follow_up(by, _asked(f), f.at, f.note),
    needs=P.WORK_CONVERSATIONS,
)
HANDLERS.take(talk.CancelFollowUp, _plain(Desk.cancel_follow_up), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Transfer, lambda desk, by, f: desk.transfer(by, _asked(f), f.queue), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Release, _plain(Desk.release), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.HandBack, _plain(Desk.hand_back), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Resolve, _resolve, needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.WithdrawResolution, _plain(Desk.withdraw_resolution), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(talk.Reply, _reply, needs=P.WORK_CONVERSATIONS)
HANDLERS.take(
    talk.Note,
    lambda desk, by, f: desk.note(by, f.client_message_id, f.conversation, f.text, f.mentions),
    needs=P.WORK_CONVERSATIONS,
)
HANDLERS.take(
    messages.EditMessage,
    lambda desk, by, f: desk.edit_message(by, _asked(f), f.message_id, f.text),
    needs=P.WORK_CONVERSATIONS,
)
HANDLERS.take(
    messages.DeleteMessage,
    lambda desk, by, f: desk.delete_message(by, _asked(f), f.message_id),
    needs=P.WORK_CONVERSATIONS,
)
HANDLERS.take(lists.SetPresence, lambda desk, by, f: desk.set_presence(by, f.availability), needs=P.OWN_ACCOUNT)
HANDLERS.take(lists.TakeBreak, lambda desk, by, f: desk.take_break(by, over=f.over), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(lists.ReleaseAll, lambda desk, by, _: desk.release_all(by), needs=P.WORK_CONVERSATIONS)
HANDLERS.take(
    lists.MarkRead,
    lambda desk, by, f: desk.mark_read(by, f.conversation, f.seq, f.whispers),
    needs=P.OWN_ACCOUNT,
)

# --- what staff see ----------------------------------------------------------------------------------------------


def _row(moment: Moment, _: Audience) -> Frame:
    row = row_view(moment.envelope.payload, moment.words)
    return lists.RowsChanged(stream=moment.envelope.stream, seq=moment.envelope.seq, rows=(row,))


def _agent(moment: Moment, _: Audience) -> Frame:
    agent = lists.AgentView.model_validate({**ADDED_TO_AGENTS, **moment.envelope.payload})
    return lists.RowsChanged(stream=moment.envelope.stream, seq=moment.envelope.seq, agents=(agent,))


def _limited_row(moment: Moment, frame: Frame, scope: Scope) -> Frame | None:
    """The row where it is theirs to see; where it was until now, that it is gone."""
    envelope = moment.envelope
    if sees_now(envelope.payload, scope):
        return frame
    if saw_before(envelope.payload, scope):
        gone = (envelope.payload["conversation"],)
        return lists.RowsChanged(stream=envelope.stream, seq=envelope.seq, gone=gone)
    return None


def _limited_contact(moment: Moment, frame: Frame, scope: Scope) -> Frame | None:
    payload = moment.envelope.payload
    return frame if sees_now(payload, scope) or saw_before(payload, scope) else None


VIEWS = EventViews()

VIEWS.show(ROW_CHANGED, to=["staff"], view=_row, needs=row_needs, limited=_limited_row)
VIEWS.show(AGENT_CHANGED, to=["staff"], view=_agent, limited=all_of_it)
VIEWS.show(CONVERSATION_READ, to=["staff"], view=payload_as(lists.ConversationRead), limited=all_of_it)
VIEWS.show(WHISPERED, to=["staff"], view=payload_as(lists.Whispered), limited=all_of_it)
VIEWS.show(MENTIONED, to=["staff"], view=payload_as(lists.MentionAdded), limited=all_of_it)
VIEWS.show(CONTACT_CHANGED, to=["staff"], view=payload_as(lists.ContactChanged), limited=_limited_contact)
