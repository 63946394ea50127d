"""`python -m tests.benchmarks.sockets`: customer message to bot reply over real sockets, against the classifier alone.

The service runs as a process of its own with the starter model and no turn pause; this process plays the customers,
so on a machine with few cores it takes part of what it measures.
"""

import argparse
import asyncio
import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from escalation.catalogue.starter import starter_catalogue
from escalation.classifier import Classifier, Example, build_model, load_model
from escalation.client import CustomerClient, Rest
from tests.benchmarks.phrases import phrases
from tests.benchmarks.timing import Stopwatch, measure, show
from tests.live_service import LiveService
from tests.real_encoder import ENCODERS

SITE = "demo"
MODEL = "bench"
EAGER = 0.4
"""The accepted error: what is handed off takes more work than what is answered."""
IDLE_SOCKETS = 500
MIB = 1024 * 1024


def build_eager_model(models: Path) -> Path:
    """Build a model of the starter catalogue that answers readily: this measures speed, not caution."""
    labelled = starter_catalogue().labelled()
    examples = [Example(text, label, id=f"bench-{number}") for number, (text, label) in enumerate(labelled)]
    folder = models / MODEL
    build_model(examples, name=MODEL, folder=folder, encoders=ENCODERS, alpha=EAGER)
    return folder


async def classifier_alone(model: Path, customers: int, seconds: float) -> dict[str, Any]:
    """Messages a second through the live batcher, with as many callers as there will be customers."""
    classifier = Classifier(load_model(model, ENCODERS))
    texts = phrases(seed=customers)

    async def ask(_: int, stopwatch: Stopwatch) -> None:
        while stopwatch.running:
            await stopwatch.time(_predict(classifier, next(texts)))

    try:
        return await measure(customers, seconds, ask)
    finally:
        classifier.close()


async def _predict(classifier: Classifier, text: str) -> bool:
    await classifier.predict(text)
    return True


async def over_sockets(rest: Rest, customers: int, seconds: float) -> dict[str, Any]:
    """Messages answered a second, each customer waiting for the reply before the next message."""
    texts = phrases(seed=customers + 1)
    handed_off = 0
    clients = await _connect(rest, customers)

    async def chat(number: int, stopwatch: Stopwatch) -> None:
        nonlocal handed_off
        while stopwatch.running:
            await stopwatch.time(_exchange(clients[number], texts))
            if _is_handed_off(clients[number]):
                # A person would have to answer now: somebody new takes this place.
                handed_off += 1
                await clients[number].close()
                clients[number] = (await _connect(rest, 1))[0]

    report = await measure(customers, seconds, chat)
    await asyncio.gather(*(client.close() for client in clients))
    return {**report, "handed_off": handed_off}


async def _exchange(client: CustomerClient, texts: Iterator[str]) -> bool:
    """Say something; True once the bot has replied, False if it handed off."""
    await client.say(next(texts))
    await client.until(lambda: client.answer() or _is_handed_off(client) or None, 60, "a reply")
    return client.answer() is not None


def _is_handed_off(client: CustomerClient) -> bool:
    control = client.thread.control if client.thread else None
    return control is not None and control.status != "bot"


async def _connect(rest: Rest, count: int) -> list[CustomerClient]:
    slots = asyncio.Semaphore(20)

    async def one() -> CustomerClient:
        async with slots:
            client = await CustomerClient.create(rest, SITE)
            await client.open()
            return client

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def memory(rest: Rest, pid: int) -> dict[str, float]:
    """Resident memory of the idle service, and what each of 500 idle sockets adds."""
    process = psutil.Process(pid)
    # One socket first: what the first use of everything costs is not a socket's.
    for client in await _connect(rest, 5):
        await client.close()
    await asyncio.sleep(1)
    before = process.memory_info().rss
    clients = await _connect(rest, IDLE_SOCKETS)
    await asyncio.sleep(2)
    after = process.memory_info().rss
    await asyncio.gather(*(client.close() for client in clients))
    return {"idle_mib": round(before / MIB, 1), "per_socket_kib": round((after - before) / IDLE_SOCKETS / 1024, 1)}


async def run(counts: list[int], seconds: float) -> dict[str, Any]:
    """Measure everything against one service and return it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"ESCALATION_TURN_PAUSE": "0", "ESCALATION_LEARN": "false", "ESCALATION_MODEL": MODEL}
        settings["ESCALATION_ALPHA"] = str(EAGER)
        service = LiveService(Path(folder) / "data", **settings)
        model = await asyncio.to_thread(build_eager_model, service.models)
        await asyncio.to_thread(service.prepare)
        started = await asyncio.to_thread(service.start)
        try:
            async with Rest(service.url) as rest:
                result: dict[str, Any] = {"start_seconds": round(started, 1), **await memory(rest, service.pid)}
                result["customers"] = [await _pair(rest, service.pid, model, count, seconds) for count in counts]
            return result
        finally:
            service.stop()


def _cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


async def _pair(rest: Rest, pid: int, model: Path, count: int, seconds: float) -> dict[str, Any]:
    alone = await classifier_alone(model, count, seconds)
    gc.collect()
    before = _cpu_seconds(pid)
    sockets = await over_sockets(rest, count, seconds)
    replies = max(sockets["per_second"] * seconds, 1)
    # Processor time is what stays true on a machine others use too; the warm-up is in it, so it errs upwards.
    sockets["service_cpu_ms"] = round(1000 * (_cpu_seconds(pid) - before) / replies, 2)
    ratio = round(sockets["per_second"] / alone["per_second"], 3) if alone["per_second"] else None
    return {"customers": count, "classifier": alone, "sockets": sockets, "ratio": ratio}


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", default="1,50,500")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    result = asyncio.run(run([int(count) for count in arguments.customers.split(",")], arguments.seconds))
    rows = [
        (
            row["customers"],
            row["classifier"]["per_second"],
            row["sockets"]["per_second"],
            row["ratio"],
            row["sockets"]["ms"]["p50"],
            row["sockets"]["ms"]["p99"],
            row["sockets"]["service_cpu_ms"],
            row["sockets"]["handed_off"],
        )
        for row in result["customers"]
    ]
    columns = ("customers", "classifier/s", "replies/s", "ratio", "p50 ms", "p99 ms", "CPU ms each", "handed off")
    title = (
        f"idle {result['idle_mib']} MiB, {result['per_socket_kib']} KiB a socket, ready in {result['start_seconds']} s"
    )
    show(title, columns, rows, result, arguments.json)


if __name__ == "__main__":
    main()
