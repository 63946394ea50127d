"""`python -m tests.benchmarks.floods`: what fifty hostile sockets cost everybody else.

The service, the hostile sockets and the customers are three processes. Ten customers say something about once a
second; a message's time is that from `say` to `accepted`. Meanwhile `/healthz` and `/readyz` are asked in turn, each
time over a connection of its own.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect

from escalation.lab.replay.accounting import percentiles
from tests.benchmarks.phrases import phrases
from tests.benchmarks.timing import show
from tests.hostile import ATTACKS
from tests.live_service import LiveService
from tests.real_encoder import ROOT

SOCKETS = 50
CUSTOMERS = 10
PATIENCE = 30.0
"""Seconds after which a message or a probe counts as lost; it then counts as that long."""
HOSTILE_ADDRESS = "203.0.113.7"
PEACE = "peace"
SETTINGS = {
    "ESCALATION_LEARN": "false", "ESCALATION_MESSAGES_PER_MINUTE": "90", "ESCALATION_SOCKETS_BEFORE_HELLO": "500",
    "ESCALATION_TOKENS_PER_SECOND": "20",
}  # fmt: skip
"""Limits as they are without settings, but for the customers who say something more often than once a second."""


@contextmanager
def attacked(kind: str, url: str, address: str, customers: list[dict[str, str]]) -> Iterator[None]:
    """Hostile sockets of one address, one a customer, in a process of their own."""
    command = [sys.executable, "-m", "tests.hostile", kind, url, *([address] if address else [])]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(customers) + "\n")
        process.stdin.flush()
        try:
            yield
        finally:
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


async def identities(url: str, count: int) -> list[dict[str, str]]:
    """Return new customers with their tokens."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE) as http:
        return [(await http.post("/api/v1/sites/demo/customers", json={})).json() for _ in range(count)]


async def customer(url: str, token: str) -> ClientConnection:
    """Open a customer's socket, welcomed."""
    socket_url = url.replace("http", "ws", 1)
    socket = await connect(f"{socket_url}/ws/customer", compression=None, proxy=None, open_timeout=PATIENCE)
    await socket.send(json.dumps({"type": "hello", "version": 1, "token": token}))
    await socket.recv()
    return socket


async def talk(socket: ClientConnection, texts: Iterator[str], until: float, times: list[float]) -> None:
    """Say something about once a second and take how long each was on its way."""
    while time.monotonic() < until:
        began, ref = time.monotonic(), str(uuid4())
        await socket.send(json.dumps({"type": "say", "client_message_id": ref, "text": next(texts)}))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while json.loads(await socket.recv()).get("ref") != ref:
                    pass
        times.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, 1.0 - times[-1]))


async def probe(url: str, until: float, times: list[float]) -> None:
    """Ask for health, each time over a connection of its own."""
    place = urlsplit(url)
    for number in range(10**6):
        if time.monotonic() >= until:
            return
        began = time.monotonic()
        path = ("/healthz", "/readyz")[number % 2]
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection(place.hostname, place.port)
                writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                await reader.read()
                writer.close()
        times.append(time.monotonic() - began)
        await asyncio.sleep(0.1)


async def figures(service: LiveService, sockets: list[ClientConnection], seconds: float) -> dict[str, Any]:
    """Measure messages, health and the service's processor time for so many seconds."""
    process, messages, health = psutil.Process(service.pid), list[float](), list[float]()
    before, began = sum(process.cpu_times()[:2]), time.monotonic()
    texts = phrases(seed=1)
    talking = [talk(socket, texts, began + seconds, messages) for socket in sockets]
    await asyncio.gather(*talking, probe(service.url, began + seconds, health))
    share = (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - began)
    return {
        "messages": len(messages), "message_ms": percentiles(messages), "message_worst_ms": _ms(max(messages)),
        "health_worst_ms": _ms(max(health)), "cpu": round(share, 2), "rss_mib": process.memory_info().rss >> 20,
    }  # fmt: skip


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


async def recovered(url: str) -> None:
    """Wait until the service has come to itself."""
    times = [PATIENCE]
    while times[-1] > 0.2:
        await probe(url, time.monotonic() + 0.05, times)


async def measured(kind: str, seconds: float, address: str) -> dict[str, Any]:
    """Measure under one kind of attack, against a service of its own; `peace` is none."""
    with tempfile.TemporaryDirectory() as folder:
        service = LiveService(Path(folder) / "data", **SETTINGS)
        await asyncio.to_thread(service.prepare)
        await asyncio.to_thread(service.start, 300.0)
        try:
            hostile = await identities(service.url, SOCKETS)
            tokens = [each["token"] for each in await identities(service.url, CUSTOMERS)]
            sockets = [await customer(service.url, token) for token in tokens]
            await recovered(service.url)
            if kind == PEACE:
                return await figures(service, sockets, seconds)
            with attacked(kind, service.url, address, hostile):
                return await figures(service, sockets, seconds)
        finally:
            service.kill()


async def run(kinds: list[str], seconds: float, address: str) -> dict[str, Any]:
    """Measure in peace, then under each kind of attack."""
    return {kind: await measured(kind, seconds, address) for kind in [PEACE, *kinds]}


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default=",".join(ATTACKS))
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--address", default=HOSTILE_ADDRESS, help="where the attack comes from; empty: loopback")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    result = asyncio.run(run(arguments.kinds.split(","), arguments.seconds, arguments.address))
    columns = ("attack", "messages", "p50 ms", "p99 ms", "worst ms", "health worst ms", "cores", "MiB")
    rows = [
        (
            kind, row["messages"], row["message_ms"]["p50"], row["message_ms"]["p99"], row["message_worst_ms"],
            row["health_worst_ms"], row["cpu"], row["rss_mib"],
        )
        for kind, row in result.items()
    ]  # fmt: skip
    show(f"{SOCKETS} hostile sockets", columns, rows, result, arguments.json)


if __name__ == "__main__":
    main()
