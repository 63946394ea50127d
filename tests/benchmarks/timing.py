"""Running many workers for a while and reporting how often and how fast they came round."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from escalation.lab.replay.accounting import percentiles


class Stopwatch:
    """Rounds of one measurement: those that finish within it count, whenever they began."""

    def __init__(self, seconds: float, warm_up: float) -> None:
        now = asyncio.get_running_loop().time()
        self.begin = now + warm_up
        self.end = self.begin + seconds
        self.rounds: list[float] = []

    @property
    def running(self) -> bool:
        """Whether the measurement goes on."""
        return asyncio.get_running_loop().time() < self.end

    async def time(self, work: Awaitable[bool]) -> None:
        """Await one round; it counts if `work` returns True and it ends within the measurement."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        counts = await work
        if counts and self.begin <= loop.time() <= self.end:
            self.rounds.append(loop.time() - began)

    def report(self) -> dict[str, Any]:
        """Return rounds a second, and percentiles in milliseconds."""
        seconds = self.end - self.begin
        return {"per_second": round(len(self.rounds) / seconds, 1), "ms": percentiles(self.rounds)}


async def measure(
    workers: int, seconds: float, work: Callable[[int, Stopwatch], Awaitable[None]], warm_up: float = 1.0
) -> dict[str, Any]:
    """Run `work(number, stopwatch)` in so many tasks and return the stopwatch's report."""
    stopwatch = Stopwatch(seconds, warm_up)
    await asyncio.gather(*(work(number, stopwatch) for number in range(workers)))
    return stopwatch.report()


def show(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], values: Mapping[str, Any], out: Path | None
) -> None:
    """Print a table, and the values as one JSON object; also write the latter to `out`."""
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*("-" if cell is None else str(cell) for cell in row))
    Console().print(table)
    Console().print_json(json.dumps(values))
    if out is not None:
        out.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
