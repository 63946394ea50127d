"""One definition a command: what is sent, who carries it out and who sees what fit together."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, cast

import pytest

from escalation.catalogue.model import Catalogue
from escalation.catalogue.service import Catalogues
from escalation.conversations import commands as c
from escalation.conversations import declarations as conversations
from escalation.conversations.moments import Moment, Words
from escalation.conversations.ports import Stored
from escalation.conversations.registry import EventViews, Handlers
from escalation.conversations.service import Conversations
from escalation.database import Database
from escalation.desk import declarations as desk
from escalation.desk.handoffs import DeskRules
from escalation.desk.service import Desk
from escalation.events.envelope import Envelope
from escalation.people.staff import Member
from escalation.protocol.frames import CUSTOMER_INBOUND, STAFF_INBOUND, FrameUnion, connection, messages
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.base import FRAMES, Audience, Frame
from escalation.realtime import views
from tests.factories import NOON
from tests.fakes import CountingIds

OF_THE_CONNECTION = {connection.Hello, connection.Follow, connection.Unfollow, connection.Heartbeat, talk.Typing}
"""What a session answers by itself."""
SAM = Member("sam", "sam@shop.test", "Sam", "supervisor", 4)
UUID = "0190f2c4-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("union", "handlers"), [(CUSTOMER_INBOUND, conversations.HANDLERS), (STAFF_INBOUND, desk.HANDLERS)]
)
def test_every_frame_that_may_be_sent_has_one_handler(union: FrameUnion, handlers: Handlers[Any, Any]) -> None:
    assert set(union.members) - OF_THE_CONNECTION == set(handlers.bound(None))


def test_what_brings_a_person_or_sends_one_away_is_limited() -> None:
    assert conversations.HANDLERS.calling_people == {talk.AskForHuman, talk.Unhelpful, talk.CancelHandoff}


def test_a_frame_says_who_sends_it_or_whom_it_is_sent_to() -> None:
    before = list(FRAMES)
    with pytest.raises(TypeError, match="neither who sends it"):

        class Undeclared(Frame):
            type: Literal["undeclared"] = "undeclared"

    assert before == FRAMES


def test_nothing_is_declared_twice() -> None:
    handlers: Handlers[None, None] = Handlers()
    handlers.take(talk.Say, lambda *_: cast("Any", None))
    with pytest.raises(ValueError, match="Say has a handler already"):
        handlers.take(talk.Say, lambda *_: cast("Any", None))
    events = EventViews()
    events.show("Held", to=["staff"], view=lambda *_: None)
    with pytest.raises(ValueError, match="Held is shown already"):
        events.show("Held", to=["customer"], view=lambda *_: None)
    with pytest.raises(ValueError, match="two features show Held"):
        views._together([conversations.VIEWS, events])


@pytest.mark.parametrize("audience", ["customer", "staff"])
def test_a_view_cannot_send_a_frame_to_whom_it_is_not_for(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = talk.ConversationOpened(stream="customer:maria", seq=1, conversation="c1")
    monkeypatch.setitem(cast("dict[str, Any]", views.VIEWS[audience]), "Held", lambda *_: frame)
    moment = Moment(Envelope("customer:maria", 1, NOON, "Held", 1, {}, "system"), Words())
    if audience == "customer":
        assert views.view(moment, audience) == frame
    else:
        with pytest.raises(ValueError, match="ConversationOpened is not sent to staff"):
            views.view(moment, audience)


FENCED = {"command_id": UUID, "conversation": "c1", "epoch": 3}
WRITTEN = {"client_message_id": UUID, "conversation": "c1", "text": "hello"}
LATER = datetime.now(timezone(timedelta(hours=2))) + timedelta(days=1)
ADDED = {"mentions", "note", "answer_text", "attachments", "quotes", "parts", "decide_ms", "follow_up"}
RESOLVED = {"label": None, "outcome": "solved", "learn": True, "last_seen_seq": 7, "answer_message_id": "m1"}


@pytest.mark.parametrize(
    "frame",
    [
        *(kind(**FENCED) for kind in (talk.Claim, talk.TakeOver, talk.Hold, talk.Unhold, talk.Wake, talk.Release)),
        *(kind(**FENCED) for kind in (talk.HandBack, talk.WithdrawResolution)),
        *(kind(**FENCED) for kind in (talk.AcceptOffer, talk.DeclineOffer, talk.CancelOffer)),
        talk.Assign(**FENCED, agent="sam"),
        talk.Offer(**FENCED, agent="sam"),
        talk.Offer(**FENCED, agent="sam", note="She wants it by Friday."),
        *(kind(**FENCED) for kind in (talk.BargeIn, talk.Leave)),
        talk.Transfer(**FENCED, queue="billing"),
        talk.SetTags(**FENCED, tags=("late",)),
        talk.Snooze(**FENCED, until=LATER),
        talk.Snooze(**FENCED, until=LATER.astimezone(UTC)),
        talk.PlanFollowUp(**FENCED, at=LATER),
        talk.PlanFollowUp(**FENCED, at=LATER, note="Ask about the parcel."),
        talk.CancelFollowUp(**FENCED),
        talk.Resolve(**FENCED, **RESOLVED),
        talk.Resolve(**FENCED, **RESOLVED, answer_text="In general, yes."),
        talk.Resolve(**FENCED, **RESOLVED, follow_up=LATER),
        talk.Reply(**WRITTEN, epoch=3),
        talk.Note(**WRITTEN),
        talk.Note(**WRITTEN, mentions=("sam",)),
        messages.EditMessage(**FENCED, message_id="m1", text="hello"),
        messages.DeleteMessage(**FENCED, message_id="m1"),
    ],
    ids=lambda frame: frame.type,
)
async def test_a_command_sent_again_after_an_upgrade_is_the_same_command(frame: Frame) -> None:
    """The digest kept of a command's body was made of its frame; it must stay that of the fields.

    A field that frames have had only since an upgrade counts where it says something.
    """
    talks = FakeTalks()
    service = Desk(FakeStaff(), cast("Conversations", talks), FakeCatalogues(), DeskRules(), CountingIds())
    await desk.HANDLERS.bound(service)[type(frame)](SAM, frame)
    said = frame.model_dump(mode="json")
    assert talks.body == {name: value for name, value in said.items() if name not in ADDED or value}


class FakeTalks:
    """Keeps the body that a command is known again by."""

    async def perform(
        self, actor: c.Actor, id: str, conversation: str, body: dict[str, Any], build: Callable[..., c.Command]
    ) -> Stored:
        self.body = body
        return Stored(conversation, 1)


class FakeStaff(Database):
    """Sam is all there is."""

    def __init__(self) -> None:
        """Open nothing."""

    async def read(self, _: Any) -> Any:
        return SAM


class FakeCatalogues(Catalogues):
    """Without intents."""

    def __init__(self) -> None:
        """Open nothing."""

    async def load(self) -> Catalogue:
        return Catalogue(locale="en", intents=())
