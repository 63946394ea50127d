"""The session's table: what each state makes of each frame, of time, and of what the shell tells it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.kernel.errors import EscalationError, Forbidden, Unavailable
from escalation.people.errors import TokenExpired
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames import CUSTOMER_INBOUND, STAFF_INBOUND
from escalation.protocol.frames.base import Audience
from escalation.protocol.frames.connection import Person
from escalation.realtime import session as rules
from escalation.realtime.effects import (
    Authenticate,
    Beat,
    Close,
    Effect,
    Execute,
    NoteRefusal,
    Send,
    ShowTyping,
    StartFollow,
    StopFollow,
)
from escalation.realtime.ports import Admission, Done
from escalation.realtime.session import Session, State
from tests.fakes import START
from tests.realtime.clients import Refusal

UUID = "0190f3a0-0000-7000-8000-000000000001"
FENCED = {"command_id": UUID, "conversation": "c1", "epoch": 3}
REQUESTS: dict[Audience, list[dict[str, Any]]] = {
    "customer": [
        {"type": "say", "client_message_id": UUID, "text": "hello"},
        {"type": "choose", "client_message_id": UUID, "choices_message_id": "m1", "intent": None},
        {"type": "ask_for_human", "command_id": UUID},
        {"type": "cancel_handoff", "command_id": UUID},
        {"type": "unhelpful", "command_id": UUID, "message_id": "m1"},
        {"type": "rate", "command_id": UUID, "score": 5},
        {"type": "read", "command_id": UUID, "conversation": "c1", "seq": 7},
        {"type": "leave_contact", "command_id": UUID, "email": "a@example.org"},
    ],
    "staff": [
        *({"type": type, **FENCED} for type in ("claim", "take_over", "hold", "unhold", "wake", "transfer")),
        *({"type": type, **FENCED} for type in ("release", "hand_back", "withdraw_resolution")),
        *({"type": type, **FENCED} for type in ("accept_offer", "decline_offer", "cancel_offer", "barge_in", "leave")),
        *({"type": type, "agent": "tom", **FENCED} for type in ("assign", "offer")),
        {"type": "set_tags", "tags": ["late"], **FENCED},
        {"type": "snooze", "until": "2030-01-01T00:00:00Z", **FENCED},
        {"type": "plan_follow_up", "at": "2030-01-01T00:00:00Z", "note": "Ask.", **FENCED},
        {"type": "cancel_follow_up", **FENCED},
        {"type": "resolve", "label": None, "last_seen_seq": 4, **FENCED},
        {"type": "reply", "client_message_id": UUID, "conversation": "c1", "epoch": 3, "text": "hi"},
        {"type": "note", "client_message_id": UUID, "conversation": "c1", "text": "hm"},
        {"type": "edit_message", "message_id": "m1", "text": "hi", **FENCED},
        {"type": "delete_message", "message_id": "m1", **FENCED},
        {"type": "set_presence", "command_id": UUID, "availability": "away"},
        {"type": "take_break", "command_id": UUID},
        {"type": "release_all", "command_id": UUID},
        {"type": "mark_read", "command_id": UUID, "conversation": "c1", "seq": 7},
    ],
}
HELLO = {"type": "hello", "version": 1, "token": "t"}
ALL = [(audience, frame) for audience, frames in REQUESTS.items() for frame in frames]
AUDIENCE_PARAMS = pytest.mark.parametrize("audience", ["customer", "staff"])


def admission(audience: Audience) -> Admission:
    role = "customer" if audience == "customer" else "agent"
    return Admission(Person.model_validate({"id": "me", "name": "Me", "role": role}), "connection-1")


def an_open_session(audience: Audience = "customer", now: float = 0.0, **hello: Any) -> Session:
    session = Session(audience, "epoch-1", now)
    session.receive(json.dumps(HELLO | hello), now)
    session.admitted(admission(audience), START, now)
    return session


def closes(effects: list[Effect]) -> CloseCode | None:
    """The code of the last effect, if it closes."""
    return effects[-1].code if effects and isinstance(effects[-1], Close) else None


def refusals(effects: list[Effect]) -> list[tuple[str, str | None]]:
    """Code and ref of every error sent."""
    return [
        (each.frame.code, each.frame.ref) for each in effects if isinstance(each, Send) and "error" in each.frame.type
    ]  # type: ignore[attr-defined]


def test_the_table_knows_every_frame() -> None:
    """A new inbound frame must be added to this test."""
    for audience, union in (("customer", CUSTOMER_INBOUND), ("staff", STAFF_INBOUND)):
        types = {member.model_fields["type"].default for member in union.members}
        known = {frame["type"] for frame in REQUESTS[audience]}  # type: ignore[index]
        assert types - known == {"hello", "follow", "unfollow", "heartbeat", "typing"}


# --- awaiting hello ----------------------------------------------------------------------------------------------


@AUDIENCE_PARAMS
def test_hello_asks_who_this_is(audience: Audience) -> None:
    session = Session(audience, "epoch-1", 0)
    (effect,) = session.receive(json.dumps(HELLO), 1)
    assert isinstance(effect, Authenticate) and effect.hello.token == "t"
    assert session.state is State.AUTHENTICATING


@pytest.mark.parametrize(("audience", "frame"), ALL)
def test_no_other_frame_may_be_first(audience: Audience, frame: dict[str, Any]) -> None:
    session = Session(audience, "epoch-1", 0)
    assert closes(session.receive(json.dumps(frame), 1)) == CloseCode.NO_HELLO
    assert session.state is State.CLOSED and session.receive(json.dumps(HELLO), 1) == []


@pytest.mark.parametrize("more", [{}, {"token": 5, "unknown": True}])
@pytest.mark.parametrize("version", [0, 2, 99])
def test_another_version_closes_whatever_else_its_hello_says(version: int, more: dict[str, Any]) -> None:
    effects = Session("customer", "epoch-1", 0).receive(json.dumps(HELLO | {"version": version} | more), 0)
    assert closes(effects) == CloseCode.VERSION


def test_a_hello_with_wrong_fields_may_be_said_again() -> None:
    session = Session("customer", "epoch-1", 0)
    assert refusals(session.receive(json.dumps(HELLO | {"version": "one"}), 0)) == [("bad_frame", None)]
    assert isinstance(session.receive(json.dumps(HELLO), 1)[0], Authenticate)


def test_hello_has_five_seconds() -> None:
    session = Session("customer", "epoch-1", 100.0)
    assert session.tick(104.9) == []
    assert closes(session.tick(105.0)) == CloseCode.NO_HELLO


# --- authenticating ----------------------------------------------------------------------------------------------


def test_welcome_and_positions_of_the_same_log() -> None:
    session = Session("staff", "epoch-1", 0)
    positions = {"desk": 7, "conversation:c1": 3, "customer:x": 1, "models": -1}
    session.receive(json.dumps(HELLO | {"positions": positions, "log_epoch": "epoch-1"}), 0)
    welcome, *others = session.admitted(admission("staff"), START, 0)
    assert isinstance(welcome, Send)
    assert welcome.frame.model_dump(mode="json") == {
        "type": "welcome",
        "me": {"id": "me", "name": "Me", "role": "agent"},
        "connection": "connection-1",
        "log_epoch": "epoch-1",
        "server_time": "2026-03-02T09:00:00Z",
        "heartbeat_seconds": 25.0,
        "conversation": None,
        "token": None,
    }
    assert others[0] == StartFollow("desk", 7, ask=False)
    assert others[1] == StartFollow("conversation:c1", 3, ask=True)
    assert others[2] == NoteRefusal("customer:x"), "before the answer: who has it finds the refusal in the security log"
    assert isinstance(others[3], Send) and others[3].frame.reason == "forbidden"  # type: ignore[attr-defined]
    assert others[4] == StartFollow("models", None, ask=False)


@pytest.mark.parametrize("log_epoch", [None, "epoch-0"])
def test_positions_of_another_log_are_void(log_epoch: str | None) -> None:
    session = Session("staff", "epoch-1", 0)
    session.receive(json.dumps(HELLO | {"positions": {"desk": 7}, "log_epoch": log_epoch}), 0)
    assert session.admitted(admission("staff"), START, 0)[1:] == [StartFollow("desk", None, ask=False)]


def test_frames_said_before_welcome_are_kept() -> None:
    session = Session("customer", "epoch-1", 0)
    session.receive(json.dumps(HELLO), 0)
    assert session.receive(json.dumps(REQUESTS["customer"][0]), 0) == []
    effects = session.admitted(admission("customer"), START, 0)
    assert [type(effect) for effect in effects] == [Send, Execute]


def test_but_not_without_end() -> None:
    session = Session("customer", "epoch-1", 0)
    session.receive(json.dumps(HELLO), 0)
    effects = [session.receive("{}", 0) for _ in range(rules.MAX_EARLY + 1)]
    assert effects[:-1] == [[]] * rules.MAX_EARLY and closes(effects[-1]) == CloseCode.BAD_FRAME


class WasErased(EscalationError):
    code = "erased"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Forbidden("no"), CloseCode.BAD_TOKEN),
        (WasErased("gone"), CloseCode.ERASED),
        (TokenExpired("away"), CloseCode.TOKEN_EXPIRED),
        (Unavailable("later"), CloseCode.STATE_LOST),
    ],
)
def test_turned_away(error: EscalationError, code: CloseCode) -> None:
    session = Session("customer", "epoch-1", 0)
    session.receive(json.dumps(HELLO), 0)
    assert closes(session.turned_away(error)) == code


def test_authentication_is_not_hurried() -> None:
    session = Session("customer", "epoch-1", 0)
    session.receive(json.dumps(HELLO), 0)
    assert session.tick(60) == []


# --- open --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("audience", "frame"), ALL)
def test_requests_are_carried_out_and_answered(audience: Audience, frame: dict[str, Any]) -> None:
    session = an_open_session(audience)
    (effect,) = session.receive(json.dumps(frame), 1)
    assert isinstance(effect, Execute) and effect.ref == UUID and effect.frame.type == frame["type"]  # type: ignore[attr-defined]
    (answer,) = session.executed(effect, Done(5, "c1"))
    assert isinstance(answer, Send)
    assert answer.frame.model_dump() == {"type": "accepted", "ref": UUID, "seq": 5, "conversation": "c1"}
    (refused,) = session.failed(effect, Refusal("look again"))
    assert isinstance(refused, Send)
    assert refused.frame.model_dump() == {"type": "error", "code": "stale_epoch", "message": "look again", "ref": UUID}


@pytest.mark.parametrize(("audience", "frame"), ALL)
def test_the_other_audience_may_not_send_it(audience: Audience, frame: dict[str, Any]) -> None:
    other: Audience = "staff" if audience == "customer" else "customer"
    effects = an_open_session(other).receive(json.dumps(frame), 1)
    assert refusals(effects) == [("bad_frame", UUID)]


@pytest.mark.parametrize(("audience", "frame"), ALL)
def test_a_field_too_many_is_named_and_not_quoted(audience: Audience, frame: dict[str, Any]) -> None:
    session = an_open_session(audience)
    (effect,) = session.receive(json.dumps(frame | {"colour": "my secret"}), 1)
    assert isinstance(effect, Send)
    message = effect.frame.message  # type: ignore[attr-defined]
    assert message == f"{frame['type']}: colour: Extra inputs are not permitted"


def test_a_wrong_field_names_its_place() -> None:
    say = {"type": "say", "client_message_id": UUID}
    session = an_open_session()
    texts = [session.receive(json.dumps(say | {"text": text}), 1)[0].frame.message for text in (5, "", "x" * 4_001)]  # type: ignore[union-attr]
    assert all(text.startswith("say: text: ") for text in texts)
    assert refusals(session.receive(json.dumps(say | {"text": "nul \0"}), 1)) == [("bad_frame", UUID)]
    assert refusals(session.receive(json.dumps(say | {"text": "\ud800"}), 1)) == [("bad_frame", UUID)]
    assert refusals(session.receive(json.dumps({"type": "fly"}), 1)) == [("bad_frame", None)]
    assert refusals(session.receive(json.dumps({}), 1)) == [("bad_frame", None)]


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "snooze", "until": "2030-01-01T00:00:00", **FENCED},
        {"type": "mark_read", "command_id": UUID, "conversation": "c1", "seq": 2**31},
    ],
)
def test_times_have_zones_and_numbers_fit_their_columns(frame: dict[str, Any]) -> None:
    assert refusals(an_open_session("staff").receive(json.dumps(frame), 1)) == [("bad_frame", UUID)]


def test_ten_bad_frames_close() -> None:
    session = an_open_session()
    for _ in range(9):
        assert closes(session.receive('{"type": "fly"}', 1)) is None
    effects = session.receive('{"type": "fly"}', 1)
    assert refusals(effects) and closes(effects) == CloseCode.BAD_FRAME


@pytest.mark.parametrize("raw", ["", "{", "[]", "5", "null", '"hello"', b"\xff\xfe\x00", "[" * 5_000, "9" * 5_000])
def test_what_is_not_a_json_object_closes(raw: str | bytes) -> None:
    assert closes(an_open_session().receive(raw, 1)) == CloseCode.BAD_FRAME


@pytest.mark.parametrize(("audience", "limit"), [("customer", 16 * 1024), ("staff", 64 * 1024)])
def test_sizes_are_bytes(audience: Audience, limit: int) -> None:
    frame = '{"type":"heartbeat"}'
    fits = frame + " " * (limit - len(frame))
    assert an_open_session(audience).receive(fits, 1) == []
    assert closes(an_open_session(audience).receive(fits + " ", 1)) == CloseCode.BAD_FRAME
    wide = '{"type":"heartbeat"}' + "\u00a0" * (limit // 2)
    assert closes(an_open_session(audience).receive(wide, 1)) == CloseCode.BAD_FRAME


def test_follow_and_unfollow() -> None:
    session = an_open_session("staff")
    assert session.receive('{"type":"follow","stream":"desk","position":4}', 1) == [StartFollow("desk", 4, ask=False)]
    assert session.streams == {"desk"}
    assert session.receive('{"type":"unfollow","stream":"desk"}', 1) == [StopFollow("desk")]
    assert session.streams == set()


def test_streams_are_limited() -> None:
    session = an_open_session("staff")
    for number in range(rules.MAX_STREAMS):
        session.receive(json.dumps({"type": "follow", "stream": f"conversation:c{number}"}), 1)
    effects = session.receive('{"type":"follow","stream":"desk"}', 1)
    assert refusals(effects) == [("too_many_streams", None)]
    session.dropped("conversation:c0", "not_found")
    assert isinstance(session.receive('{"type":"follow","stream":"desk"}', 1)[0], StartFollow)


def test_typing_is_passed_on_once_a_second() -> None:
    session = an_open_session("customer")
    assert session.receive('{"type":"typing"}', 1.0) == [ShowTyping(None)]
    assert session.receive('{"type":"typing"}', 1.9) == []
    assert session.receive('{"type":"typing"}', 2.0) == [ShowTyping(None)]
    assert refusals(an_open_session("staff").receive('{"type":"typing"}', 1)) == [("bad_frame", None)]


def test_hello_comes_once() -> None:
    assert refusals(an_open_session().receive(json.dumps(HELLO), 1)) == [("bad_frame", None)]


# --- time --------------------------------------------------------------------------------------------------------


def test_heartbeats_every_25_seconds_and_10_to_answer() -> None:
    session = an_open_session(now=0)
    assert session.tick(24.9) == []
    assert session.tick(25) == [Beat()]
    session.beaten(40)  # the socket was slow
    assert session.tick(49.9) == []
    session.receive('{"type":"heartbeat"}', 49.9)
    assert session.tick(50) == [Beat()]
    session.beaten(50)
    assert closes(session.tick(60)) == CloseCode.NO_HEARTBEAT
    assert session.tick(99) == []


def test_anything_heard_is_a_sign_of_life_and_our_own_delay_is_not_theirs() -> None:
    session = an_open_session(now=0)
    session.tick(25)
    session.beaten(25)
    session.receive(json.dumps(REQUESTS["customer"][0]), 30)
    assert session.tick(36) == []
    session.tick(50)
    session.beaten(50)
    session.resumed(70)
    assert closes(session.tick(75)) is None
    assert closes(session.tick(80)) == CloseCode.NO_HEARTBEAT


@pytest.mark.parametrize("audience", ["customer", "staff"])
def test_closed_is_closed(audience: Audience) -> None:
    session = an_open_session(audience)
    session.receive("{", 1)
    request = Execute(admission(audience).person, UUID)
    for effects in (
        session.receive('{"type":"heartbeat"}', 2),
        session.tick(1_000),
        session.executed(request, Done()),
        session.failed(request, Forbidden("no")),
        session.admitted(admission(audience), START, 2),
        session.dropped("desk", "forbidden"),
    ):
        assert effects == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
half_right = st.sampled_from([frame for _, frame in ALL] + [HELLO, {"type": "follow", "stream": "desk"}]).flatmap(
    lambda frame: st.dictionaries(st.sampled_from(sorted(frame)), json_values, max_size=2).map(
        lambda junk: frame | junk
    )
)


@given(st.lists(st.text(max_size=30) | st.binary(max_size=30) | half_right.map(json.dumps), max_size=12))
def test_no_input_raises_and_every_effect_can_be_encoded(raws: list[str | bytes]) -> None:
    for audience in ("customer", "staff"):
        session = an_open_session(audience)  # type: ignore[arg-type]
        for raw in raws:
            for effect in session.receive(raw, 1.0):
                if isinstance(effect, Send):
                    effect.frame.model_dump_json()


@pytest.mark.parametrize("flaw", ["\0", "\ud800", json.loads("[" * 20 + "]" * 20)])
def test_what_no_database_keeps_is_a_bad_frame_in_every_place(flaw: Any) -> None:
    frames = [
        {"type": "say", "client_message_id": UUID, "text": flaw},
        {"type": "say", "client_message_id": flaw, "text": "hello"},
        {"type": flaw},
        {"type": "rate", "command_id": UUID, "score": 5, "more": {"a": flaw}},
    ]
    session = an_open_session()
    answers = [refusals(session.receive(json.dumps(frame), 1)) for frame in frames]
    assert answers == [[("bad_frame", ref)] for ref in (UUID, None, None, UUID)]


def why_closed(effects: list[Effect]) -> str:
    (close,) = effects
    assert isinstance(close, Close)
    return close.reason


def test_a_client_is_told_why_it_is_closed() -> None:
    """Developers of clients read it in their browser's console."""
    say = json.dumps(REQUESTS["customer"][0])
    assert why_closed(Session("customer", "epoch-1", 0).receive(say, 0)) == "the first frame is not hello"
    assert why_closed(Session("customer", "epoch-1", 0).receive("[]", 0)) == "a frame is not a JSON object"
    assert why_closed(Session("customer", "epoch-1", 0).tick(9)) == "no hello in time"
    version = json.dumps(HELLO | {"version": 7})
    assert why_closed(Session("customer", "epoch-1", 0).receive(version, 0)) == "this server speaks version 1, not 7"
    most = rules.MAX_BYTES["customer"]
    large = Session("customer", "epoch-1", 0).receive("x" * (most + 1), 0)
    assert why_closed(large) == f"a frame is larger than {most} bytes"
    turned_away = Session("customer", "epoch-1", 0)
    turned_away.receive(json.dumps(HELLO), 0)
    assert why_closed(turned_away.turned_away(Forbidden("not you"))) == "not you"
    silent = an_open_session()
    silent.tick(30)
    silent.beaten(30)
    assert why_closed(silent.tick(300)) == "no answer to the heartbeat"


def test_a_second_hello_is_refused_by_name() -> None:
    (effect,) = an_open_session().receive(json.dumps(HELLO), 1)
    assert isinstance(effect, Send) and effect.frame.message == "hello comes once"  # type: ignore[attr-defined]
