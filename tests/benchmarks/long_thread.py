"""`python -m tests.benchmarks long_thread`: what a conversation of 10,000 messages costs, beside one of 100.

Both are written through the service's own rules before it starts. Then an agent's client follows each: processor time
of the service, frames and bytes up to `thread_end`. Then the console opens each in chromium and reads back: from the
click to the newest messages drawn (painted) and to the whole thread being there (took), elements on the page, steps,
and the longest task that kept the page from answering (0: none of 50 ms).
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from escalation.cli.target import own_database
from escalation.client import Rest, StaffClient
from escalation.client.sockets import opened
from escalation.conversations.service import Customer
from escalation.kernel.clock import SystemClock
from escalation.kernel.ids import new_id
from escalation.people.tables import StaffRow
from escalation.protocol.frames import PROTOCOL_VERSION
from escalation.protocol.frames.conversation import Claim, Reply
from escalation.protocol.rest.people import TicketView
from escalation.settings import Settings
from tests.benchmarks.processor_time import Meter
from tests.benchmarks.timing import show
from tests.browser.conftest import FLAGS, chromium
from tests.live_service import ADMIN, LiveService
from tests.services.company import Company

AT_ONCE = 50
READ_BACK = 2_000
WARM_UP = 20
"""Messages of a conversation that is opened before the others, so that neither pays for what is loaded once."""
WORDS = "I ordered a lamp three weeks ago, and where it is now nobody could tell me so far."

START = """
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
  }).observe({ type: "longtask" });
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const elements = () => document.querySelectorAll("*").length;
  const began = performance.now();
"""
OPEN = """async ({hash, newest}) => { START
  const drawn = () => [...document.querySelectorAll("[role=log] article")].at(-1)?.textContent.includes(newest);
  location.hash = hash;
  while (!drawn()) await frame();
  const painted = performance.now() - began;
  const log = document.querySelector("[role=log]");
  while (log.getAttribute("aria-busy") === "true") await frame();
  const took = performance.now() - began;
  await frame(); await frame();
  return { painted, took, elements: elements(), longest: window.longest };
}""".replace("START", START)
READ_UP = """async ({wanted}) => { START
  const log = document.querySelector("[role=log]");
  const count = () => log.querySelectorAll("article").length;
  let steps = 0, before = -1;
  while (count() < wanted) {
    if (count() !== before) { before = count(); steps += 1; log.scrollTop = 300 + (steps % 2); }
    await frame();
  }
  await frame(); await frame();
  return { took: performance.now() - began, steps, elements: elements(), longest: window.longest };
}""".replace("START", START)


async def write(company: Company, agent: str, count: int) -> str:
    """Write a conversation of so many messages, every second one the agent's; return its id."""
    conversation = await company.say("let me talk to a person please", Customer(new_id(), "demo", "en"))
    await company.staff(agent, Claim, conversation)
    state = await company.state(conversation)
    customer = Customer(state.customer, state.site, "en")

    async def one(number: int) -> None:
        text = f"{WORDS} {number} of {count}"
        if number % 2:
            await company.staff(agent, Reply, conversation, text=text, epoch=state.epoch, client_message_id=new_id())
        else:
            await company.say(text, customer, new_id())

    for first in range(0, count - 1, AT_ONCE):
        await asyncio.gather(*(one(number) for number in range(first, min(first + AT_ONCE, count - 1))))
    await one(count - 1)
    return conversation


def prepare(service: LiveService, sizes: list[int]) -> dict[int, str]:
    """Fill the empty folder; return the conversations by their size."""
    service.prepare()
    with own_database(Settings(data_dir=service.data)) as database:
        staff = StaffRow.__table__  # type: ignore[attr-defined]
        admin = database.read_now(lambda tx: tx.execute(staff.select().where(staff.c.email == ADMIN)).one().id)
        company = Company(database, SystemClock())  # type: ignore[arg-type]
        company.ids = new_id  # type: ignore[assignment]
        company.build()

        async def all_of_them() -> dict[int, str]:
            await company.catalogues.load()
            await company.arrive(admin)
            return {size: await write(company, admin, size) for size in (WARM_UP, *sizes)}

        return asyncio.run(all_of_them())


async def follow(service: LiveService, rest: Rest, conversation: str) -> dict[str, float]:
    """Follow on a socket of its own, up to the end of the snapshot."""
    ticket = TicketView.model_validate(await rest.post("/tickets")).ticket
    async with opened(f"{rest.sockets}/ws/staff", rest.origin) as socket:
        hello = {"type": "hello", "version": PROTOCOL_VERSION, "ticket": ticket, "positions": {}}
        await socket.send(json.dumps(hello))
        await socket.recv()
        meter, began, frames, size = Meter([service]), time.monotonic(), 0, 0
        await socket.send(json.dumps({"type": "follow", "stream": f"conversation:{conversation}"}))
        async for raw in socket:
            frames, size = frames + 1, size + len(raw)
            if '"type":"thread_end"' in str(raw):
                break
        return {"cpu_s": meter.seconds, "waited_s": time.monotonic() - began, "frames": frames, "kB": size / 1_000}


async def in_chromium(page: Page, conversation: str, size: int, read_back: int) -> dict[str, float]:
    """Open one in the console and read back, as far as there is anything."""
    hash_ = f"#/conversations/{conversation}"
    opened_ = await page.evaluate(OPEN, {"hash": hash_, "newest": f"{size - 1} of {size}"})
    found = {f"open_{name}": value for name, value in opened_.items()}
    if size > read_back:
        read = await page.evaluate(READ_UP, {"wanted": read_back + 200})
        found |= {f"back_{name}": value for name, value in read.items()}
    return found


async def measure(service: LiveService, conversations: dict[int, str], rounds: int, read_back: int) -> dict[str, Any]:
    """Return the figures by size, medians of so many rounds."""
    rows: dict[int, list[dict[str, float]]] = {size: [] for size in conversations}
    async with Rest(service.url) as rest, async_playwright() as playwright:
        await StaffClient(rest, ADMIN, service.password).sign_in()
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for _ in range(rounds):
            page = await browser.new_page(base_url=service.url, viewport={"width": 1280, "height": 800})
            await page.goto("/console/")
            await page.get_by_label("E-mail").fill(ADMIN)
            await page.get_by_label("Password", exact=True).fill(service.password)
            await page.get_by_role("button", name="Sign in").click()
            await page.get_by_role("banner").get_by_text("Live").wait_for(timeout=60_000)
            for size, conversation in conversations.items():
                told = await follow(service, rest, conversation)
                rows[size].append(told | await in_chromium(page, conversation, size, read_back))
                await page.evaluate("location.hash = '#/inbox'")
                await page.get_by_role("log").wait_for(state="detached")
            await page.close()
        await browser.close()
    del rows[WARM_UP]
    return {
        str(size): {name: round(statistics.median(row[name] for row in found), 3) for name in found[0]}
        for size, found in rows.items()
    }


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--read-back", type=int, default=READ_BACK)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        service = LiveService(Path(folder) / "data", ESCALATION_LEARN="false")
        conversations = prepare(service, [int(size) for size in arguments.sizes.split(",")])
        service.start()
        try:
            found = asyncio.run(measure(service, conversations, arguments.rounds, arguments.read_back))
        finally:
            service.stop()
    names = sorted({name for each in found.values() for name in each})
    rows = [(name, *(each.get(name) for each in found.values())) for name in names]
    show("A long conversation", ("what", *found), rows, found, arguments.out)


if __name__ == "__main__":
    main()
