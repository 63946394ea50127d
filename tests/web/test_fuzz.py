"""Our own fuzzer: frames and requests with surrogates, NUL, depth, size and order, on both databases.

`ESCALATION_FUZZ_CASES` says how many of each kind (default 300), `ESCALATION_FUZZ_SEED` where it begins. Whatever is
sent, the service answers as documented: nothing fails on our side, and nothing is logged as an error.
"""

import json
import logging
import os
import random
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from tests.realtime.test_session import REQUESTS
from tests.web.service import WebService
from tests.web.sockets import Socket

CASES = int(os.environ.get("ESCALATION_FUZZ_CASES", "300"))
SEED = int(os.environ.get("ESCALATION_FUZZ_SEED", "1"))
ALLOWED_CLOSES = {4500, 4501, 4502, 4505, 1007, 1009}
"""What a client that sends such things may be closed with; 4003 would say that the fault is ours."""
MEMORY_MIB = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

CONNECTION: list[dict[str, Any]] = [
    {"type": "hello", "version": 1, "token": "t", "positions": {"desk": 1}}, {"type": "heartbeat"},
    {"type": "follow", "stream": "desk", "position": 3}, {"type": "unfollow", "stream": "desk"},
    {"type": "typing", "conversation": "c1"},
]  # fmt: skip


class Mischief:
    """Draws values that programs trip over."""

    def __init__(self, seed: int) -> None:
        self.draws = random.Random(seed)

    def text(self) -> str:
        """A text with something wrong, odd, long or none of it."""
        draws = self.draws
        odd = [
            "\0",
            "\ud800",
            "\udfff\ud800",
            "\x1b",
            "\u2028",
            "\u202e",
            "😀",
            "'; --",
            "%00",
            "../",
            "\x7f",
            "a" * 300,
        ]
        return draws.choice(["", "conversation:"]) + "".join(draws.choices(odd, k=draws.randint(0, 4)))

    def value(self) -> Any:
        """Any JSON value."""
        draws = self.draws
        deep: Any = []
        for _ in range(draws.choice([2, 17, 200, 900])):
            deep = draws.choice([[deep], {"a": deep}])
        plain: list[Any] = [None, True, 0, -1, 2**31, 2**63, 2**64, -(10**30), 0.1, 1e308, {}, [], [[]], {"": ""}]
        return draws.choice([self.text(), self.text(), deep, draws.choice(plain), "x" * draws.choice([5_000, 20_000])])

    def frame(self, good: list[dict[str, Any]]) -> str | bytes:
        """A frame with one or more things changed; sometimes none, sometimes no JSON at all."""
        draws = self.draws
        fields = dict(draws.choice(good))
        for _ in range(draws.choice([0, 1, 1, 2, 3])):
            name = draws.choice([*fields, self.text()])
            if draws.random() < 0.2:
                fields.pop(name, None)
            else:
                fields[name] = self.value()
        raw = json.dumps(fields)
        broken: list[str | bytes] = [raw[: draws.randint(0, len(raw))], draws.randbytes(20), "[" * 9_000, raw.encode()]
        return draws.choice(broken) if draws.random() < 0.15 else raw


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """A service of its own on each database, with limits that do not end the fuzzing."""
    from tests.conftest import postgres_schema

    lifted: dict[str, Any] = {"tokens_per_second": 1e6, "messages_per_minute": 10**8}
    folder = tmp_path_factory.mktemp("fuzz")
    if request.param == "postgres":
        with postgres_schema() as url:
            yield from _running(WebService(folder, database_url=url, **lifted))
    else:
        yield from _running(WebService(folder, **lifted))


def _running(service: WebService) -> Iterator[WebService]:
    service.prepare()
    service.start()
    yield service
    service.stop()


def send_all(socket: Socket, frames: list[str | bytes]) -> int | None:
    """Send frames, then wait for an answer to what comes after them; returns the code it was closed with, if it was."""
    for raw in frames:
        socket.send_raw(raw)
    try:
        socket.send(type="follow", stream="nosuchstream")
        socket.until("dropped", stream="nosuchstream")
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    return None


@pytest.mark.parametrize("door", ["customer", "staff"])
def test_no_frame_is_our_failure(target: WebService, door: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    mischief, rounds, memory = Mischief(SEED), CASES // 8 + 1, [rss_mib()]
    good = REQUESTS[door] + CONNECTION  # type: ignore[index]
    with target.signed_in("ana") as client:
        for number in range(rounds):
            if number == rounds // 2:
                memory.append(rss_mib())
            frames = [mischief.frame(good) for _ in range(8)]
            welcomed = mischief.draws.random() < 0.8
            socket = _opened(target, client, door) if welcomed else target.socket(door)
            with socket:
                code = send_all(socket, frames)
                assert code is None or code in ALLOWED_CLOSES, (code, frames)
                codes = {frame["code"] for frame in socket.seen if frame["type"] == "error"}
                assert "internal" not in codes, (codes, frames)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text[:5_000]
    memory.append(rss_mib())
    print(f"{door}: {8 * rounds:,} frames, MiB before, halfway, after: {memory}")  # noqa: T201
    assert memory[-1] - memory[0] < MEMORY_MIB, memory
    assert memory[-1] - memory[1] < MEMORY_MIB / 2, f"it goes on growing: {memory}"


def rss_mib() -> int:
    """The memory of this process, in which the service runs as well."""
    return int(psutil.Process().memory_info().rss) >> 20


def _opened(target: WebService, client: httpx.Client, door: str) -> Socket:
    return target.customer_socket(target.customer()) if door == "customer" else target.staff_socket(client, "desk")


def test_no_request_is_our_failure(target: WebService, caplog: pytest.LogCaptureFixture) -> None:
    """Each database gets requests of its own, half as many: what is wrong with most of them is seen before either."""
    caplog.set_level(logging.WARNING)
    mischief = Mischief(SEED + bool(target.settings.database_url))
    operations = [
        (method, path, operation)
        for path, methods in target.application.openapi()["paths"].items()
        for method, operation in methods.items()
        if "password" not in path and operation.get("operationId") not in {"sign_out", "disable_account"}
    ]
    with target.signed_in("robin") as client:
        for _ in range(CASES // 2):
            method, path, operation = mischief.draws.choice(operations)
            answer = client.request(method, **request_of(mischief, path, operation))
            assert answer.status_code < 500 or answer.status_code == 503, (method, path, answer.request, answer.text)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text[:5_000]


def request_of(mischief: Mischief, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a request to this operation, most of them wrong."""
    draws = mischief.draws
    numbers = [str(number) for number in (-1, 1, 2**31, 2**65)]
    odd = [*(quoted(mischief.text()) for _ in range(3)), "%00", "%ED%A0%80", "x" * 300, *numbers]
    while "{" in path:
        begin, _, rest = path.partition("{")
        path = begin + (draws.choice(odd) or "x") + rest.partition("}")[2]
    names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
    query = "&".join(f"{name}={draws.choice(odd)}" for name in names if draws.random() < 0.6)
    body = mischief.value() if draws.random() < 0.3 else {name: mischief.value() for name in _fields(operation)}
    sent = json.dumps(body).encode() if draws.random() < 0.9 else draws.randbytes(30)
    content = {"content": sent, "headers": {"Content-Type": "application/json"}} if "requestBody" in operation else {}
    return {"url": f"{path}?{query}", **content}


def quoted(text: str) -> str:
    """Return a text as a part of an address, half characters as the three bytes that are no UTF-8."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _fields(operation: dict[str, Any]) -> list[str]:
    """Names that bodies of ours have."""
    return [
        "name",
        "email",
        "password",
        "role",
        "locale",
        "text",
        "source",
        "title",
        "intent",
        "label",
        "mode",
        "status",
    ]
