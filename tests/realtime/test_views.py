"""Who sees what: every event type, both audiences, snapshots against replays."""

import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.conversations import events as e
from escalation.conversations.moments import Words
from escalation.conversations.predictions import Guess, Near
from escalation.conversations.views import control_view
from escalation.desk.views import row_text, row_view
from escalation.people.scope import EVERYTHING
from escalation.protocol.frames.base import AUDIENCES, Audience, Frame
from escalation.protocol.frames.connection import Person
from escalation.protocol.messages import ChoiceBody, ErasedBody, TextBody
from escalation.realtime.audience import may_follow
from escalation.realtime.encoding import StreamEncoder, encode
from escalation.realtime.ports import ThreadSnapshot
from escalation.realtime.snapshots import desk_frames, merged
from escalation.realtime.views import VIEWS, needs
from tests.core.machine_walk import AptStep, apt_steps
from tests.factories import NOON, a_decision, a_part
from tests.realtime.fake_log import SECRET, FakeLog, an_agent_view, row_of
from tests.realtime.reader import Reader
from tests.realtime.whole_thread import thread_frames

CONVERSATION_TYPES = {member.__name__ for member in get_args(get_args(e.ConversationEvent)[0])}
OTHER_TYPES = {
    *("ConversationOpened", "RowChanged", "AgentChanged", "ContactChanged", "ProposalsChanged"),
    "ConversationRead",
    "Whispered",
    "MentionAdded",
    *("ModelPublished", "RunChanged", "CatalogueChanged", "AnsweringChanged"),
}

HIDDEN_FROM_ALL = {
    "Mentioned",
    "Offered",
    "OfferEnded",
    "ResolutionWithdrawn",
    "MarkedUnhelpful",
    "CustomerMerged",
    "CustomerNamed",
}
STAFF_ONLY = {
    "GuessesShown",
    "ChoicesShown",
    "Tagged",
    "Whispered",
    "MentionAdded",
    "BargedIn",
    "Left",
    "ConversationRead",
    "AnsweringChanged",
    "Snoozed",
    "Woken",
    "FollowUpPlanned",
    "FollowUpCancelled",
    "Resolved",
    "DecisionMade",
    "RowChanged",
    "AgentChanged",
    "ModelPublished",
    "RunChanged",
    "CatalogueChanged",
    "ProposalsChanged",
    "ContactChanged",
}
WITHOUT_CONTROL = {"MessageAdded", "MessageEdited", "MessageDeleted", "DecisionMade"}
"""Shown as something else than who has the conversation."""
CUSTOMERS_ONLY = {"ConversationOpened", "Rated", "ContactLeft"}


def told(log: FakeLog, stream: str, audience: Audience) -> list[Frame]:
    """All frames of a stream from its beginning."""
    encoder, words = StreamEncoder.from_start(stream), log._words(needs(log.streams[stream]))
    frames = [encoder.next(event, words).frame(audience) for event in log.streams[stream]]
    return [frame for frame in frames if frame is not None]


def walked(steps: list[AptStep]) -> FakeLog:
    log = FakeLog()
    log.open("c1")
    for step in steps:
        log.step("c1", step)
    return log


@pytest.mark.parametrize("type", sorted(CONVERSATION_TYPES | OTHER_TYPES))
def test_every_type_is_shown_to_whom_it_should(type: str) -> None:
    seen_by = {audience for audience in AUDIENCES if type in VIEWS[audience]}
    if type in HIDDEN_FROM_ALL:
        assert seen_by == set()
    elif type in STAFF_ONLY:
        assert seen_by == {"staff"}
    elif type in CUSTOMERS_ONLY:
        assert seen_by == {"customer"}
    else:
        assert seen_by == {"customer", "staff"}


def test_views_exist_only_for_known_types() -> None:
    assert set(VIEWS["customer"]) | set(VIEWS["staff"]) <= CONVERSATION_TYPES | OTHER_TYPES


def test_a_new_type_goes_to_nobody() -> None:
    log = FakeLog()
    event = log.append("desk", "SomethingNew", {"text": "?"})
    told = StreamEncoder.from_start("desk").next(event, Words())
    assert [told.text(audience) for audience in AUDIENCES] == [None, None]


def test_a_defective_event_is_logged_and_hidden_and_the_next_is_told(caplog: pytest.LogCaptureFixture) -> None:
    log = FakeLog()
    log.open("c1")
    log.append("conversation:c1", "HandedOff", {"reason": "no such reason"})
    log.happen("c1", e.HandedOff(reason="novel", queue="general", epoch=2, deadline=None))
    frames = told(log, "conversation:c1", "staff")
    assert [frame.type for frame in frames] == ["control", "control"]  # type: ignore[attr-defined]
    assert "event without a view: HandedOff 2 of conversation:c1" in caplog.text


@given(st.lists(apt_steps, max_size=40))
@settings(max_examples=150)
def test_a_snapshot_says_what_the_replay_says(steps: list[AptStep]) -> None:
    log = walked(steps)
    events = log.streams["conversation:c1"]
    thread = ThreadSnapshot(log.walks["c1"].state, events, log._words(needs(events)))
    for audience in AUDIENCES:
        replayed, fresh = Reader(audience), Reader(audience)
        for reader in (replayed, fresh):
            reader.ask("conversation:c1")
            reader.take(json.dumps({"type": "following", "stream": "conversation:c1", "position": 0}))
        for frame in told(log, "conversation:c1", audience):
            replayed.take(encode(frame))
        for frame in thread_frames(thread, audience):
            fresh.take(encode(frame))
        known, other = replayed.threads["conversation:c1"], fresh.threads["conversation:c1"]
        assert list(known.messages.values()) == list(other.messages.values())
        assert list(known.decisions) == list(other.decisions)
        assert known.control == other.control


@given(st.lists(apt_steps, max_size=40))
@settings(max_examples=100)
def test_messages_change_nothing_that_a_control_frame_tells(steps: list[AptStep]) -> None:
    """An event gives one frame: what a message changed in the control view would be told to nobody."""
    log = walked(steps)
    encoder = StreamEncoder.from_start("conversation:c1")
    for event in log.streams["conversation:c1"]:
        before = encoder.scene
        encoder.next(event, Words())
        assert before is not None and encoder.scene is not None
        for audience in AUDIENCES:
            if event.type not in VIEWS[audience] or event.type in WITHOUT_CONTROL:
                assert control_view(before, audience) == control_view(encoder.scene, audience), event.type


@given(st.lists(apt_steps, max_size=60))
@settings(max_examples=150)
def test_customers_see_no_secrets(steps: list[AptStep]) -> None:
    log = walked(steps)
    for frame in told(log, "conversation:c1", "customer"):
        text = encode(frame)
        assert SECRET not in text
        for secret in ('"ana"', '"tom"', '"sue"', '"novel"', '"billing"', "example-1", "resolution-", "refund-label"):
            assert secret not in text
        control = frame.model_dump().get("control")
        if control is not None:
            hidden = ("agent_id", "reason", "queue", "deadline", "snoozed_until", "can_withdraw_until")
            assert control["epoch"] == 0 and not any(control[name] for name in hidden)


def a_resolved_log() -> FakeLog:
    log = FakeLog()
    log.open("c1")
    log.happen("c1", e.Assigned(agent="ana", how="takeover", epoch=2, previous="bot"))
    log.happen(
        "c1",
        e.Resolved(
            resolution_id="r1",
            agent="ana",
            label="refund",
            outcome="solved",
            learn=True,
            message_ids=(),
            answer_message_id=None,
            epoch=3,
        ),
    )
    log.happen("c1", e.Closed(outcome="resolved", epoch=3))
    return log


def test_a_customer_learns_of_a_resolution_once_it_is_settled() -> None:
    log = a_resolved_log()
    assert [frame.control.status for frame in told(log, "conversation:c1", "customer")] == ["bot", "assigned"]  # type: ignore[attr-defined]
    assert told(log, "conversation:c1", "staff")[-1].control.can_withdraw_until is not None  # type: ignore[attr-defined]
    log.happen("c1", e.ResolutionSettled(resolution_id="r1"))
    last = told(log, "conversation:c1", "customer")[-1].control  # type: ignore[attr-defined]
    assert (last.status, last.outcome, last.can_rate, last.agent_name) == ("closed", "resolved", True, None)
    log.happen("c1", e.Rated(score=5, episode=log.walks["c1"].state.episode))
    assert told(log, "conversation:c1", "customer")[-1].control.can_rate is False  # type: ignore[attr-defined]


def test_a_resolution_withdrawn_in_time_shows_the_customer_nothing() -> None:
    log = a_resolved_log()
    before = told(log, "conversation:c1", "customer")
    log.happen("c1", e.ResolutionWithdrawn(resolution_id="r1", by="ana", late=False))
    log.happen("c1", e.Assigned(agent="ana", how="withdrawal", epoch=4, previous="nobody"))
    assert told(log, "conversation:c1", "customer") == before
    assert told(log, "conversation:c1", "staff")[-1].control.status == "assigned"  # type: ignore[attr-defined]


def test_a_decision_shows_titles_and_texts_and_leaves_out_erased_examples() -> None:
    log = FakeLog()
    log.open("c1")
    log.happen("c1", a_decision_with_neighbours())
    stream = "conversation:c1"
    words = Words(titles={"refund": "Refund", "broken": "Broken item"}, examples={"x1": "money back", "x3": "it broke"})
    encoder = StreamEncoder.from_start(stream)
    frames = [encoder.next(event, words).frame("staff") for event in log.streams[stream]]
    decision = frames[-1].decision  # type: ignore[union-attr]
    assert [(guess.label, guess.title) for guess in decision.guesses] == [("refund", "Refund"), ("card", "card")]
    assert [(near.title, near.text) for near in decision.neighbours] == [
        ("Refund", "money back"), ("Broken item", "it broke"),
    ]  # fmt: skip
    assert needs(log.streams[stream]).examples == {"x1", "x2", "x3"}
    assert needs(log.streams[stream]).intents == {"refund", "card", "broken"}
    assert decision.language == "es"


def test_a_decision_shows_each_request_with_its_own_words_until_they_are_erased() -> None:
    log = FakeLog()
    log.open("c1")
    near = Near(example_id="x4", label="card", similarity=0.7)
    parts = (a_part("refund", 0, 10), a_part("card", 11, 23).model_copy(update={"neighbours": (near,)}))
    log.happen("c1", a_decision(message_ids=("m8", "m9"), parts=parts, action="hand_off", reason="several_requests"))
    stream = "conversation:c1"
    assert needs(log.streams[stream]).messages >= {"m8", "m9"}
    assert {"x1", "x4"} & needs(log.streams[stream]).examples == {"x4"}
    bodies = {"m8": TextBody(text="money back"), "m9": TextBody(text="block a card")}
    shown, gone = (
        [encoder.next(event, words).frame("staff") for event in log.streams[stream]][-1].decision  # type: ignore[union-attr]
        for encoder, words in (
            (StreamEncoder.from_start(stream), Words(bodies=bodies, examples={"x4": "lost it"})),
            (StreamEncoder.from_start(stream), Words(bodies=bodies | {"m9": ErasedBody()})),
        )
    )
    assert [part.text for part in shown.parts] == ["money back", "block a card"]
    assert [near.text for part in shown.parts for near in part.neighbours] == ["lost it"]
    assert gone.parts == (), "positions count in all the words"


def a_decision_with_neighbours() -> e.DecisionMade:
    return e.DecisionMade(
        decision_id="d1",
        message_ids=("m1",),
        action="hand_off",
        reason="novel",
        grounds="prediction",
        label=None,
        model="v1",
        threshold=0.7,
        confidence=0.4,
        novelty=0.9,
        guesses=(Guess(label="refund", score=0.4), Guess(label="card", score=0.2)),
        neighbours=(
            Near(example_id="x1", label="refund", similarity=0.8),
            Near(example_id="x2", label="refund", similarity=0.7),
            Near(example_id="x3", label="broken", similarity=0.6),
        ),
        epoch=1,
        language="es",
    )


def test_rows_show_the_last_words_and_the_owner() -> None:
    log = FakeLog()
    log.open("c1")
    payload = row_of(log.walks["c1"].state) | {"last_message_id": "m1", "agent_id": "ana", "last_author": "customer"}
    row = row_view(payload, Words(bodies={"m1": TextBody(text="x" * 200)}, agents={"ana": "Ana"}))
    assert (row.last_text, row.agent_name) == ("x" * 140 + "…", "Ana")
    assert row_view(payload, Words()).last_text == ""
    assert row_text(ChoiceBody(choices_message_id="m0", intent=None, title=None)) == ""
    assert row_text(ErasedBody()) == ""


def test_a_row_ends_with_a_whole_word() -> None:
    assert row_text(TextBody(text="word " * 28)) == "word " * 28
    assert row_text(TextBody(text="word " * 27 + "words and more")) == "word " * 27 + "words…"
    assert row_text(TextBody(text="word " * 27 + "worded")) == ("word " * 27).strip() + "…"
    assert row_text(TextBody(text="字" * 200)) == "字" * 140 + "…"


def test_merged_rows_are_the_newest() -> None:
    log = FakeLog()
    log.open("c1")
    log.open("c2")
    log.happen("c1", e.HandedOff(reason="novel", queue="general", epoch=2, deadline=NOON))
    frames = told(log, "desk", "staff")
    one = merged(frames)  # type: ignore[arg-type]
    assert one.seq == 3 and {row.conversation: row.status for row in one.rows} == {"c1": "waiting", "c2": "bot"}


async def test_desk_snapshots_come_in_parts() -> None:
    log = FakeLog()
    for number in range(450):
        log.open(f"c{number}")
    desk = await log.desk("ana", EVERYTHING)
    parts = list(desk_frames("desk", desk))
    assert [len(part.rows) for part in parts[:-1]] == [200, 200, 50]  # type: ignore[attr-defined]
    assert [len(part.agents) for part in parts[:-1]] == [1, 0, 0]  # type: ignore[attr-defined]
    assert parts[0].agents[0] == an_agent_view() and len(parts[1].read_marks) == 200  # type: ignore[attr-defined]
    assert parts[-1].head == 450  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("audience", "stream", "right"),
    [
        ("customer", "customer:me", "yes"),
        ("customer", "customer:you", "no"),
        ("customer", "conversation:c1", "ask"),
        ("customer", "desk", "no"),
        ("customer", "models", "no"),
        ("customer", "proposals", "no"),
        ("customer", "resolutions", "no"),
        ("staff", "desk", "yes"),
        ("staff", "models", "yes"),
        ("staff", "catalogue", "yes"),
        ("staff", "proposals", "yes"),
        ("staff", "conversation:c1", "ask"),
        ("staff", "conversation", "no"),
        ("staff", "customer:you", "no"),
        ("staff", "staff:me", "yes"),
        ("staff", "staff:you", "no"),
        ("customer", "staff:me", "no"),
        ("staff", "resolutions", "no"),
        ("staff", "audits", "no"),
    ],
)
def test_rights_by_name(audience: Audience, stream: str, right: str) -> None:
    assert may_follow(Person(id="me", name="", role="customer" if audience == "customer" else "agent"), stream) == right
