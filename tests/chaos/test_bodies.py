"""What anonymous bodies cost the process, and that a slow one does not hold up its end."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.live_service import LiveService
from tests.waiting import until_now
from tests.web.raw_http import RawHttp

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(300)]

MEBIBYTE = 1024 * 1024
SIZE = 23 * MEBIBYTE
IMPORT = "/api/v1/catalogue/import"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """One for all tests here; the last one ends it."""
    service = LiveService(tmp_path_factory.mktemp("bodies") / "data", ESCALATION_LEARN="false")
    service.prepare()
    service.start()
    yield service
    service.stop()


def forget_peak(service: LiveService) -> None:
    """Let `most_memory` begin from now."""
    Path(f"/proc/{service.pid}/clear_refs").write_text("5")


def most_memory(service: LiveService) -> int:
    """The most memory the process has held since `forget_peak`, in bytes."""
    lines = Path(f"/proc/{service.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def post(service: LiveService, answers: list[int]) -> None:
    with RawHttp(service.url) as raw:
        raw.head("POST", IMPORT, Content_Length=SIZE, Content_Type="application/json")
        with suppress(OSError):  # hung up on: it was told and went on
            for _ in range(23):
                raw.send(b" " * MEBIBYTE)
        answers.append(raw.answer()[0])


def unread(service: LiveService) -> int:
    """How many bytes came to the service that it has not read; a connection that ends with some loses its answer."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[4].partition(":")[2], 16) for row in rows if row[1].endswith(f":{service.port:04X}"))


def test_twelve_large_bodies_without_a_session_take_no_memory(service: LiveService) -> None:
    forget_peak(service)
    before, answers = most_memory(service), list[int]()
    threads = [threading.Thread(target=post, args=(service, answers)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    more = (most_memory(service) - before) / MEBIBYTE
    print(f"12 bodies of 23 MiB without a session: {more:.1f} MiB more")  # noqa: T201
    assert answers == [401] * 12
    assert more < 20


def test_three_hundred_half_sent_requests_are_gone_in_time(service: LiveService) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(RawHttp(service.url)) for _ in range(300)]
        for raw in opened:
            raw.send(b"POST /api/v1/session HTTP/1.1\r\nContent-")
        began = time.monotonic()
        assert [raw.answer(20)[0] for raw in opened] == [408] * 300
        assert time.monotonic() - began < 15


def test_the_end_does_not_wait_for_slow_bodies(service: LiveService) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(RawHttp(service.url)) for _ in range(5)]
        for raw in opened:
            raw.head("POST", "/api/v1/session", Content_Length=60_000)
            raw.send(b" " * 30_000)
        until_now(lambda: unread(service) == 0)
        began = time.monotonic()
        service.stop()
        took = time.monotonic() - began
        print(f"five half-sent bodies: {took:.1f} s from SIGTERM to the end")  # noqa: T201
        assert took < 8
        assert [raw.answer()[0] for raw in opened] == [503] * 5
    assert "timeout graceful shutdown exceeded" not in service.tail()
