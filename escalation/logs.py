"""Structured logs: one event name and its facts a line. Never a secret, never a customer's words.

What strangers do is logged too, so no kind of line may fill the disk: each has its rate, and no traceback is endless.
"""

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, MutableMapping
from typing import Any, Literal

import structlog

from escalation.kernel.token_bucket import Rate, TokenBuckets

LINES = Rate(burst=20.0, per_second=1.0)
"""Lines of one kind: twenty at once, then one a second."""
MANY_KINDS = 1_000
TRACEBACK_CHARACTERS = 8_000


class LimitByKind(logging.Filter):
    """Lets lines of each kind through at a rate; the next one of the kind says how many were left out.

    A kind is a logger and its event name or format: not what is filled in, which a stranger may choose.
    """

    def __init__(self, rate: Rate = LINES, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._lines = TokenBuckets[str](rate)
        self._left_out: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether this line is written."""
        kind, now = _kind(record), self._now()
        if len(self._lines) > MANY_KINDS:
            self._lines.forget_full(now)
        if not self._lines.take_if_there(kind, 1, now):
            self._left_out[kind] += 1
            return False
        if left_out := self._left_out.pop(kind, 0):
            _add_count(record, left_out)
        return True


def _kind(record: logging.LogRecord) -> str:
    event = record.msg.get("event") if isinstance(record.msg, dict) else record.msg
    return f"{record.name} {str(event)[:200]}"


def _add_count(record: logging.LogRecord, left_out: int) -> None:
    if isinstance(record.msg, dict):
        record.msg = {**record.msg, "left_out": left_out}
    else:
        record.msg, record.args = f"{record.getMessage()} ({left_out} more like this were left out)", ()


def tells_again(record: logging.LogRecord) -> bool:
    """Whether this line only tells of an error that has lines of its own where it was noticed (`has_line`)."""
    given = record.msg.get("exc_info") if isinstance(record.msg, dict) else record.exc_info
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    return error is not None and _has_line(error)


def _has_line(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(map(_has_line, error.exceptions))
    return bool(getattr(error, "has_line", False))


def shorten_traceback(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the beginning and the end of a traceback (a structlog processor)."""
    traceback = event.get("exception")
    if isinstance(traceback, str) and len(traceback) > TRACEBACK_CHARACTERS:
        half = TRACEBACK_CHARACTERS // 2
        event["exception"] = f"{traceback[:half]}\n  [...]\n{traceback[-half:]}"
    return event


def configure_logs(level: str = "INFO", style: Literal["console", "json"] = "console") -> None:
    """Send every log line, ours and the libraries', to standard error in one style."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            shorten_traceback,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(lambda record: not tells_again(record))
    handler.addFilter(LimitByKind())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("httpx", "httpcore", "alembic", "uvicorn.access", "uvicorn.error", "websockets"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> Any:
    """Return a logger: `log.info("event_name", fact=value)`."""
    return structlog.stdlib.get_logger(name)
