"""What no database keeps is refused at the border of REST and of the sockets, whatever it is hidden in."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.web.service import WebService
from tests.web.test_sign_in import code

NUL, HALF = "\0", "\ud800"


@pytest.mark.parametrize(
    "path",
    [
        "/console/%00", "/widget/a%00b", "/shop/%00", "/api/v1/conversations/%00/ending",
        "/console/" + "n" * 300, "/widget/" + "n" * 300, "/shop/" + "n" * 300, "/console/" + "n/" * 2000,
        "/api/v1/sites/%00/customers", "/api/v1/sites/%ED%A0%80/customers", "/console/%ED%A0%80", "/%00", "/?a=%00",
    ],
)  # fmt: skip
def test_a_strange_path_is_the_askers_mistake(service: WebService, path: str) -> None:
    with service.http() as client:
        answer = client.get(path)
    assert 400 <= answer.status_code < 500, answer.text
    assert code(answer) in {"invalid", "not_found", "method_not_allowed"}


@pytest.mark.parametrize("text", [NUL, HALF, f"a{NUL}b", f"{HALF}{HALF}"])
@pytest.mark.parametrize("shape", [lambda t: {"email": t, "password": t}, lambda t: {t: t}, lambda t: [[{"a": t}]]])
def test_a_body_with_such_a_character_is_refused(service: WebService, text: str, shape: Any) -> None:
    with service.http() as client:
        answer = client.post("/api/v1/session", content=json.dumps(shape(text)))
    assert (answer.status_code, code(answer)) == (422, "invalid")


@pytest.mark.parametrize(
    "raw",
    [
        b'{"email": "\xed\xa0\x80", "password": "x"}', b"\xff\xfe{", b"[" * 60_000, b'{"a":' * 20 + b"1" + b"}" * 20,
        b'{"email": "\x00"}', b'{"email": 1e999999}', b"9" * 5_000,
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused(service: WebService, raw: bytes) -> None:
    with service.http() as client:
        answer = client.post("/api/v1/session", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422} and code(answer) == "invalid"


def test_a_query_with_such_a_character_is_refused(service: WebService) -> None:
    with service.signed_in("ana") as client:
        for question in ("?q=%00", "?customer=%00", "?site=a%00"):
            assert client.get(f"/api/v1/conversations{question}").status_code == 422
        assert client.get("/api/v1/conversations?q=%ED%A0%80").status_code == 200


@pytest.mark.parametrize("text", [NUL, HALF])
@pytest.mark.parametrize(
    "fields",
    [
        lambda t: {"type": "say", "client_message_id": str(uuid4()), "text": t},
        lambda t: {"type": "say", "client_message_id": t, "text": "hello"},
        lambda t: {"type": t},
        lambda t: {"type": "follow", "stream": t},
        lambda t: {"type": "unhelpful", "command_id": str(uuid4()), "message_id": t},
        lambda t: {"type": "rate", "command_id": t * 40, t: 1},
    ],
)  # fmt: skip
def test_a_frame_with_such_a_character_is_a_bad_frame(service: WebService, fields: Any, text: str) -> None:
    with service.customer_socket(service.customer()) as socket:
        socket.send(**fields(text))
        assert socket.until("error")["code"] == "bad_frame"
        assert socket.ask(type="say", text="still here")["type"] == "accepted"


def nested(depth: int) -> str:
    return '{"type": "hello", "version": 1, "token": ' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize("depth", [20, 300, 900, 5_000])
def test_a_nested_hello_is_refused_and_logs_nothing(
    service: WebService, depth: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether it is nested too deep for us or for the JSON reader: no failure of ours, and so no traceback."""
    with service.socket("customer") as socket:
        for _ in range(10):
            socket.send_raw(nested(depth))
        assert socket.close_code() == 4501
    assert caplog.text == ""


@pytest.mark.parametrize("raw", [b'{"type":"say","text":"\xed\xa0\x80"}', b"\xff"])
def test_bytes_that_are_no_utf_8_close(service: WebService, raw: bytes) -> None:
    with service.customer_socket(service.customer()) as socket:
        socket.send_raw(raw)
        assert socket.close_code() == 4501


def test_text_frames_that_are_no_text_close_without_a_traceback(
    service: WebService, caplog: pytest.LogCaptureFixture
) -> None:
    with service.customer_socket(service.customer()) as socket:
        socket.send_as_text(b"\xff\xfe")
        assert socket.close_code() == 1007
    assert "Traceback" not in caplog.text and "Invalid UTF-8" not in caplog.text
