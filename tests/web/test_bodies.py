"""Bodies and heads over real connections: nobody's body is read before the door, and what never becomes whole ends."""

import time
from contextlib import ExitStack, suppress

import pytest

from escalation.web import guarded_requests
from escalation.web.bodies import LARGEST_BODY, LARGEST_EDIT, LARGEST_FILE
from escalation.web.limits import Uploads
from tests.waiting import until_now
from tests.web.raw_http import RawHttp
from tests.web.service import WebService

IMPORT = "/api/v1/catalogue/import"


def cookie_and_csrf(service: WebService, name: str) -> dict[str, str]:
    with service.signed_in(name) as client:
        return {
            "Cookie": f"escalation_session={client.cookies['escalation_session']}",
            "X_CSRF_Token": client.headers["X-CSRF-Token"],
        }


def test_no_route_for_staff_waits_for_the_body_of_a_stranger(service: WebService) -> None:
    routes = [
        (method.upper(), path)
        for path, methods in service.application.openapi()["paths"].items()
        for method, operation in methods.items()
        if method != "get" and "security" in operation
    ]
    assert len(routes) > 10
    for method, path in routes:
        with RawHttp(service.url) as raw:
            raw.head(method, path.replace("{", "").replace("}", ""), Content_Length=1000)
            assert raw.answer()[0] == 401, (method, path)


def test_nor_for_the_body_of_somebody_who_may_not(service: WebService) -> None:
    with RawHttp(service.url) as raw:
        raw.head("POST", IMPORT, Content_Length=1000, **cookie_and_csrf(service, "ana"))
        status, _, said = raw.answer()
    assert (status, said["error"]["code"]) == (403, "forbidden")


def test_who_asks_first_is_told_before_sending_the_body(service: WebService) -> None:
    with RawHttp(service.url) as raw:
        raw.head("POST", IMPORT, Content_Length=1000, Expect="100-continue")
        assert raw.answer()[0] == 401


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/v1/session", LARGEST_BODY),
        ("/api/v1/sites/demo/customers", LARGEST_BODY),
        ("/api/v1/catalogue/intents/refund", LARGEST_EDIT),
        ("/console/", LARGEST_BODY),
        (IMPORT, LARGEST_FILE),
    ],
)
def test_a_body_announced_too_large_is_refused_unread(service: WebService, path: str, most: int) -> None:
    for size, refused in ((most + 1, True), (most, False)):
        with RawHttp(service.url) as raw:
            raw.head("POST", path, Content_Length=size)
            if refused:
                status, _, said = raw.answer()
                assert (status, said["error"]["code"]) == (413, "too_large")


def begun(raw: RawHttp, service: WebService, who: dict[str, str], size: int) -> int:
    """Begin an upload that asks before it sends its body; return the status of the answer."""
    raw.head("POST", IMPORT, Content_Length=size, Content_Type="application/json", Expect="100-continue", **who)
    return raw.answer()[0]


def test_only_a_few_large_files_are_taken_in_at_once(service: WebService) -> None:
    who = cookie_and_csrf(service, "tara")
    large = Uploads.LARGE + 1
    with ExitStack() as stack:
        for _ in range(3):
            assert begun(stack.enter_context(RawHttp(service.url)), service, who, large) == 100
        with RawHttp(service.url) as raw:
            raw.head("POST", f"{IMPORT}/report", Content_Length=large, **who)
            status, headers, said = raw.answer()
            assert (status, said["error"]["code"], headers["retry-after"]) == (429, "too_many_attempts", "5")
        with RawHttp(service.url) as raw:
            assert begun(raw, service, who, Uploads.LARGE) == 100, "smaller ones are not counted"

    def there_is_room() -> bool:
        with RawHttp(service.url) as raw:
            return begun(raw, service, who, large) == 100

    until_now(there_is_room)


def test_a_body_in_chunks_is_refused_once_too_much_has_come(service: WebService) -> None:
    with RawHttp(service.url) as raw:
        raw.head("POST", "/api/v1/session", Transfer_Encoding="chunked", Content_Type="application/json")
        for _ in range(9):
            raw.send(b"2000\r\n" + b" " * 0x2000 + b"\r\n")
        status, _, said = raw.answer()
    assert (status, said["error"]["code"]) == (413, "too_large")


def test_after_a_refusal_the_rest_is_dropped_and_the_connection_goes_on(service: WebService) -> None:
    with RawHttp(service.url) as raw:
        raw.head("POST", IMPORT, Content_Length=500_000)
        assert raw.answer()[0] == 401
        raw.send(b" " * 500_000)
        raw.head("GET", "/healthz")
        assert raw.answer()[0] == 200


def test_who_goes_on_sending_after_a_refusal_is_hung_up_on(
    service: WebService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_requests, "REST_SECONDS", 0.3)
    with RawHttp(service.url) as raw:
        raw.head("POST", IMPORT, Content_Length=20_000_000)
        assert raw.answer()[0] == 401
        assert raw.is_closed()


@pytest.mark.parametrize("sent", [b"G", b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Le"])
def test_half_a_head_is_closed(service: WebService, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(guarded_requests, "HEAD_SECONDS", 0.3)
    with RawHttp(service.url) as raw:
        raw.send(sent)
        status, headers, said = raw.answer()
        assert (status, headers["connection"], said["error"]["code"]) == (408, "close", "request_timeout")
        assert raw.is_closed()


def test_half_a_head_after_a_whole_request_is_closed(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_requests, "HEAD_SECONDS", 0.3)
    with RawHttp(service.url) as raw:
        raw.head("GET", "/healthz")
        assert raw.answer()[0] == 200
        raw.send(b"GET /heal")
        assert raw.answer()[0] == 408


def test_a_connection_that_says_nothing_is_closed(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_requests, "HEAD_SECONDS", 0.3)
    with RawHttp(service.url) as raw:
        assert raw.answer() == (0, {}, None)


def test_a_head_that_drips_is_closed_however_often_a_byte_comes(
    service: WebService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_requests, "HEAD_SECONDS", 0.5)
    began = time.monotonic()
    with RawHttp(service.url) as raw, suppress(OSError):
        raw.send(b"GET /healthz HTTP/1.1\r\nX: ")
        while time.monotonic() < began + 10:
            raw.send(b"x")
            with suppress(TimeoutError):
                assert raw.answer(0.05)[0] == 408
                break
    assert time.monotonic() < began + 10


def test_a_body_that_drips_is_refused(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_requests, "BODY_SECONDS", 0.5)
    with RawHttp(service.url) as raw:
        raw.head("POST", "/api/v1/session", Content_Length=1000)
        raw.send(b" ")
        status, _, said = raw.answer()
        assert (status, said["error"]["code"]) == (408, "request_timeout")
        assert raw.is_closed()


def test_a_slow_body_that_keeps_the_rate_arrives(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_requests, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(guarded_requests, "BODY_BYTES_PER_SECOND", 100)
    with RawHttp(service.url) as raw:
        body = b" " * 2_999  # with the head: what comes half a second later is late already
        raw.head("POST", "/api/v1/session", body, Content_Length=3_000, Content_Type="application/json")
        until = time.monotonic() + 1.2
        with suppress(TimeoutError):
            raw.answer(until - time.monotonic())
        raw.send(b" ")
        assert raw.answer()[0] == 422, "it was read to its end"
