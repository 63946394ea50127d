"""Background work that looks, does what is due, and looks again a while later."""

import asyncio
from collections.abc import Awaitable, Callable

from escalation.logs import get_logger

_log = get_logger(__name__)


async def repeat(step: Callable[[], Awaitable[object]], seconds: float, failed: str) -> None:
    """Do the step until cancelled, with a pause after each; what it raises is logged as `failed`."""
    while True:
        try:
            await step()
        except Exception:
            _log.exception(failed)
        await asyncio.sleep(seconds)
