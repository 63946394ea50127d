"""No kind of log line fills the disk, and none is lost without a word."""

import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from escalation.kernel.token_bucket import Rate
from escalation.logs import TRACEBACK_CHARACTERS, LimitByKind, configure_logs, get_logger, shorten_traceback


class Written(logging.Handler):
    """Keeps what is written."""

    def __init__(self, limit: LimitByKind) -> None:
        super().__init__()
        self.addFilter(limit)
        self.lines: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.msg if isinstance(record.msg, dict) else record.getMessage())


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:  # type: ignore[override]
    return Clock()


@pytest.fixture
def written(clock: Clock) -> Iterator[Written]:
    handler, logger = Written(LimitByKind(Rate(burst=3, per_second=1), clock)), logging.getLogger("tests.logs")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_a_kind_is_limited_whatever_is_filled_in(written: Written, clock: Clock) -> None:
    logger = logging.getLogger("tests.logs")
    for number in range(500):
        logger.error("connection %s failed", number)
    logger.error("something else")
    assert written.lines == [f"connection {n} failed" for n in range(3)] + ["something else"]
    clock.now += 1
    for number in range(500, 510):
        logger.error("connection %s failed", number)
    assert written.lines[4:] == ["connection 500 failed (497 more like this were left out)"]
    clock.now += 60
    logger.error("connection %s failed", "last")
    assert written.lines[5:] == ["connection last failed (9 more like this were left out)"]
    clock.now += 60
    logger.error("connection %s failed", "again")
    assert written.lines[6:] == ["connection again failed"]


def test_events_are_limited_by_their_name(written: Written, clock: Clock) -> None:
    logger = logging.getLogger("tests.logs")
    for number in range(9):
        logger.error({"event": "request_failed", "path": f"/{number}"})
    clock.now += 5
    logger.error({"event": "request_failed", "path": "/x"})
    assert [line["path"] for line in written.lines] == ["/0", "/1", "/2", "/x"]
    assert written.lines[-1]["left_out"] == 6


def test_kinds_without_end_take_no_memory(clock: Clock) -> None:
    limit = LimitByKind(Rate(burst=3, per_second=1), clock)
    for number in range(5_000):
        clock.now += 1
        limit.filter(logging.LogRecord("x", logging.ERROR, "", 0, f"kind {number}", (), None))
    assert len(limit._lines) <= 1_001


def test_a_traceback_has_an_end() -> None:
    short, long = "a" * TRACEBACK_CHARACTERS, "begin" + "b" * 200_000 + "the error"
    assert shorten_traceback(None, "", {"exception": short}) == {"exception": short}
    kept = shorten_traceback(None, "", {"exception": long})["exception"]
    assert len(kept) < TRACEBACK_CHARACTERS + 20 and kept.startswith("begin") and kept.endswith("the error")
    assert shorten_traceback(None, "", {"event": "x"}) == {"event": "x"}


def test_the_service_s_own_logs_are_limited(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    try:
        configure_logs("INFO", "json")
        root.handlers[0].setStream(sys.stderr)  # type: ignore[attr-defined]
        for _ in range(100):
            get_logger("tests.flood").warning("a_stranger_did_something", what=1)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert 20 <= capsys.readouterr().err.count("a_stranger_did_something") <= 22
