"""The two doors on the wire: hello, bad frames, sizes, what may be followed, what nobody else sees."""

import json
from uuid import uuid4

import pytest

from escalation.realtime import session
from tests.web.service import WebService


def test_hello_must_come_in_time(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "HELLO_SECONDS", 0.2)
    with service.socket("customer") as silent:
        assert silent.close_code() == 4505


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ('{"type": "follow", "stream": "desk"}', 4505),
        ('{"type": "hello", "version": 2, "token": "x"}', 4502),
        ('{"type": "hello", "version": 1}', 4500),
        ('{"type": "hello", "version": 1, "token": "made-up"}', 4500),
        ("not json", 4501),
        ("[]", 4501),
        (b"\xff\xfe", 4501),
    ],
)
def test_a_wrong_first_frame_closes_with_its_code(service: WebService, first: str | bytes, expected: int) -> None:
    with service.socket("customer") as socket:
        socket.send_raw(first)
        assert socket.close_code() == expected


def test_a_customers_token_does_not_open_the_staff_door(service: WebService) -> None:
    with service.socket("staff") as socket:
        socket.send(type="hello", version=1, token=service.customer()["token"])
        assert socket.close_code() == 4500


def test_a_ticket_does_not_open_the_customers_door(service: WebService) -> None:
    with service.signed_in("ana") as client, service.socket("customer") as socket:
        socket.send(type="hello", version=1, ticket=client.post("/api/v1/tickets").json()["ticket"])
        assert socket.close_code() == 4500


def test_a_token_that_was_changed_is_refused(service: WebService) -> None:
    token = service.customer()["token"]
    begin, changed, end = token[:-9], token[-9], token[-8:]  # the last character holds bits that count for nothing
    with service.socket("customer") as socket:
        socket.send(type="hello", version=1, token=begin + ("A" if changed != "A" else "B") + end)
        assert socket.close_code() == 4500


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "shout"},
        {"type": "say", "text": "hi"},
        {"type": "say", "client_message_id": "no uuid", "text": "hi"},
        {"type": "say", "client_message_id": str(uuid4()), "text": ""},
        {"type": "say", "client_message_id": str(uuid4()), "text": "x" * 4_001},
        {"type": "say", "client_message_id": str(uuid4()), "text": "a\0b"},
        {"type": "say", "client_message_id": str(uuid4()), "text": "hi", "admin": True},
        {"type": "rate", "command_id": str(uuid4()), "score": 6},
        {"type": "leave_contact", "command_id": str(uuid4()), "email": "nowhere"},
        {"type": "claim", "command_id": str(uuid4()), "conversation": "x", "epoch": 0},
        {"type": "note", "client_message_id": str(uuid4()), "conversation": "x", "text": "psst"},
        {"type": "hello", "version": 1},
    ],
)
def test_a_bad_frame_is_refused_by_name_and_the_socket_goes_on(service: WebService, frame: dict[str, object]) -> None:
    with service.customer_socket(service.customer()) as socket:
        socket.send(**frame)
        refused = socket.until("error")
        assert refused["code"] == "bad_frame"
        assert refused["ref"] == frame.get("client_message_id", frame.get("command_id"))
        assert refused["message"]
        assert "psst" not in refused["message"]
        assert socket.ask(type="say", text="still here")["type"] == "accepted"


def test_ten_bad_frames_are_too_many(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        for _ in range(10):
            socket.send(type="shout")
        assert socket.close_code() == 4501


def padded(bytes_: int) -> str:
    """A frame of exactly this size, good but for its stream's name."""
    frame = json.dumps({"type": "follow", "stream": "desk"})
    return frame + " " * (bytes_ - len(frame))


def test_frames_of_customers_end_at_16_kib(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        socket.send_raw(padded(16 * 1024))
        assert socket.until("dropped")["reason"] == "forbidden"
        socket.send_raw(padded(16 * 1024 + 1))
        assert socket.close_code() == 4501


def test_frames_of_staff_end_at_64_kib(service: WebService) -> None:
    with service.signed_in("ana") as client, service.staff_socket(client) as socket:
        socket.send_raw(padded(64 * 1024))
        socket.until("following", stream="desk")
        socket.send_raw(padded(64 * 1024 + 1))
        assert socket.close_code() == 4501


def test_a_frame_far_too_large_never_reaches_the_protocol(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        socket.announce(1024 * 1024)
        assert socket.close_code() == 1009


def test_a_customer_follows_nothing_of_anybody_else(service: WebService) -> None:
    alice, bob = service.customer(), service.customer()
    with service.customer_socket(alice) as hers, service.customer_socket(bob) as his:
        conversation = hers.ask(type="say", text="my secret question")["conversation"]
        forbidden = [
            f"conversation:{conversation}", "conversation:none-such", f"customer:{alice['customer']}",
            "desk", "models", "catalogue", "resolutions",
        ]  # fmt: skip
        for stream in forbidden:
            his.send(type="follow", stream=stream, position=0)
            assert his.until("dropped", "following", stream=stream) == {
                "type": "dropped", "stream": stream, "reason": "forbidden",
            }  # fmt: skip
        assert "secret" not in json.dumps(his.seen)
    with service.socket("customer") as again:
        again.send(type="hello", version=1, token=bob["token"], positions={f"conversation:{conversation}": 0})
        assert again.until("dropped")["reason"] == "forbidden"


def test_staff_follow_conversations_but_not_the_learners_stream(service: WebService) -> None:
    with service.signed_in("ana") as client, service.staff_socket(client) as socket:
        for stream, reason in {"resolutions": "forbidden", "conversation:none-such": "not_found"}.items():
            socket.send(type="follow", stream=stream)
            assert socket.until("dropped", stream=stream)["reason"] == reason


def test_the_same_message_sent_twice_is_one_message(service: WebService) -> None:
    ref = str(uuid4())
    with service.customer_socket(service.customer()) as socket:
        first = socket.ask(type="say", client_message_id=ref, text="once")
        again = socket.ask(type="say", client_message_id=ref, text="once")
        assert again == first
        other = socket.ask(type="say", client_message_id=ref, text="twice")
        assert (other["type"], other["code"]) == ("error", "conflict")


def test_a_note_reaches_colleagues_and_never_the_customer(service: WebService) -> None:
    who = service.customer()
    with (
        service.signed_in("ana") as client,
        service.customer_socket(who) as customer,
        service.staff_socket(client, "desk") as agent,
    ):
        asked = customer.ask(type="ask_for_human")
        stream = f"conversation:{asked['conversation']}"
        customer.send(type="follow", stream=stream)
        customer.until("following", stream=stream)
        agent.send(type="follow", stream=stream)
        control = agent.until("thread_end", stream=stream)["control"]
        assert (control["status"], control["reason"]) == ("waiting", "asked_for_human")
        common = {"conversation": asked["conversation"]}
        assert agent.ask(type="claim", epoch=control["epoch"], **common)["type"] == "accepted"
        epoch = agent.next_epoch(stream, control["epoch"])
        assert agent.ask(type="note", text="difficult one", **common)["type"] == "accepted"
        assert agent.ask(type="reply", text="Hello, I am Ana.", epoch=epoch, **common)["type"] == "accepted"
        reply = customer.message("Hello, I am Ana.")
        assert (reply["author"], reply["author_name"]) == ("agent", "Ana")
        assert agent.message("Hello, I am Ana.")
        assert "difficult one" in json.dumps(agent.seen)
        assert "difficult one" not in json.dumps(customer.seen)
    with service.customer_socket(who, **{stream: 0}) as back:
        back.until("thread_end", stream=stream)  # positions without the log they belong to are void: a snapshot
        back.send(type="follow", stream=stream, position=0)
        back.message("Hello, I am Ana.")
        assert "difficult one" not in json.dumps(back.seen)
        assert "decision" not in {frame["type"] for frame in back.seen}
        assert not any(part.get("decisions") for part in back.seen)


def test_a_row_names_who_said_its_last_words_though_a_notice_came_after(service: WebService) -> None:
    with (
        service.signed_in("ana") as client,
        service.staff_socket(client, "desk") as agent,
        service.customer_socket(service.customer()) as customer,
    ):
        conversation = customer.ask(type="say", text="let me talk to a person")["conversation"]
        rows: list[dict[str, object]] = []
        while not any(row["status"] == "waiting" for row in rows):
            rows = [row for row in agent.until("desk")["rows"] if row["conversation"] == conversation]
        assert (rows[-1]["last_text"], rows[-1]["last_author"]) == ("let me talk to a person", "customer")
