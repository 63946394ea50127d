"""Background work that looks again and again: what fails is logged and tried again, and cancelling ends it."""

import asyncio

import pytest

from escalation import repeating
from tests.waiting import until


class Log:
    """Keeps the names of what was logged."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def exception(self, event: str) -> None:
        self.failed.append(event)


async def test_what_fails_is_logged_under_its_name_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    log = Log()
    monkeypatch.setattr(repeating, "_log", log)

    async def look() -> None:
        looks.append(1)
        if len(looks) < 3:
            raise OSError("the database is gone")

    task = asyncio.create_task(repeating.repeat(look, 0.0, "looking_failed"))
    await until(lambda: len(looks) > 3)
    assert log.failed == ["looking_failed"] * 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
