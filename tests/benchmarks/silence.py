"""`python -m tests.benchmarks silence`: whether customers get in while 500 sockets sit there and never say hello.

The service and the silent sockets are processes of their own. Whoever is closed comes again at once. One customer
after another comes from an address of their own, as a trusted proxy says it: the time of a visit runs from opening the
socket over hello and welcome until their first message is accepted.
"""

import argparse
import asyncio
import contextlib
import json
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from escalation.lab.replay.accounting import percentiles
from tests.benchmarks.floods import PATIENCE, PEACE, SETTINGS, attacked, identities, probe, recovered
from tests.benchmarks.timing import show
from tests.live_service import LiveService

SOCKETS = 500
PAUSE = 0.1
"""Seconds between two visits."""
PLACES = {"one address": "203.0.113.7", "many addresses": "2001:db8::{}"}
"""Where the silent sockets come from."""


async def visit(url: str, token: str, address: str) -> bool:
    """Come in and say something; returns whether that was accepted."""
    place, ref = f"{url.replace('http', 'ws', 1)}/ws/customer", str(uuid4())
    said = {"type": "say", "client_message_id": ref, "text": "where is my parcel"}
    with contextlib.suppress(TimeoutError, OSError, WebSocketException):
        async with asyncio.timeout(PATIENCE):
            headers = {"X-Forwarded-For": address}
            async with connect(place, compression=None, proxy=None, additional_headers=headers) as socket:
                for frame in ({"type": "hello", "version": 1, "token": token}, said):
                    await socket.send(json.dumps(frame))
                while json.loads(await socket.recv()).get("ref") != ref:
                    pass
                return True
    return False


async def visits(url: str, tokens: list[str]) -> dict[str, Any]:
    """Let one customer after another come in."""
    times, failed = list[float](), 0
    for number, token in enumerate(tokens, start=1):
        began = time.monotonic()
        failed += not await visit(url, token, f"198.51.100.{number % 250}")
        times.append(time.monotonic() - began)
        await asyncio.sleep(PAUSE)
    return {"visits": len(tokens), "failed": failed, "visit_ms": percentiles(times), "worst_ms": _ms(max(times))}


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


async def figures(service: LiveService, tokens: list[str]) -> dict[str, Any]:
    """Measure the visits, and meanwhile health and how many connections the service has."""
    process, health = psutil.Process(service.pid), list[float]()
    probing = asyncio.create_task(probe(service.url, time.monotonic() + 600, health))
    connections = _open(process)
    found = await visits(service.url, tokens)
    probing.cancel()
    return found | {"connections": [connections, _open(process)], "health_worst_ms": _ms(max(health))}


def _open(process: psutil.Process) -> int:
    return sum(each.status == psutil.CONN_ESTABLISHED for each in process.net_connections("tcp"))


async def measured(address: str, count: int) -> dict[str, Any]:
    """Measure with 500 silent sockets from there, against a service of its own; without an address in peace."""
    with tempfile.TemporaryDirectory() as folder:
        service = LiveService(Path(folder) / "data", **SETTINGS)
        await asyncio.to_thread(service.prepare)
        await asyncio.to_thread(service.start, 300.0)
        try:
            tokens = [each["token"] for each in await identities(service.url, count)]
            await recovered(service.url)
            if not address:
                return await figures(service, tokens)
            with attacked("silence", service.url, address, [{"customer": "", "token": ""}] * SOCKETS):
                await asyncio.sleep(3.0)  # until they are there
                return await figures(service, tokens)
        finally:
            service.kill()


async def run(count: int) -> dict[str, Any]:
    """Measure in peace, then with silent sockets from each place."""
    return {kind: await measured(address, count) for kind, address in {PEACE: "", **PLACES}.items()}


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=100)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    result = asyncio.run(run(arguments.visits))
    columns = ("silent sockets", "failed", "p50 ms", "p99 ms", "worst ms", "health worst ms", "connections")
    rows = [
        (
            kind, f"{row['failed']} of {row['visits']}", row["visit_ms"]["p50"], row["visit_ms"]["p99"],
            row["worst_ms"], row["health_worst_ms"], row["connections"],
        )
        for kind, row in result.items()
    ]  # fmt: skip
    show(f"visits beside {SOCKETS} silent sockets", columns, rows, result, arguments.json)


if __name__ == "__main__":
    main()
