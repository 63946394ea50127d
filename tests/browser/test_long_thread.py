"""A conversation of five hundred messages, on both sides."""

import asyncio
import re
import threading
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from escalation.client import Rest, StaffClient
from escalation.protocol.frames.conversation import Reply
from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.waiting import until_now

MESSAGES = 500
AT_A_TIME = 50
DRAWN = 200
FIRST = re.compile(r"\bline 0 of many")
STALL_MS = 2_000
"""A page that answers no key for so long is frozen for whoever writes in it. Raise it for slower machines only."""

LONGEST_TASK = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
  }).observe({ type: "longtask" });
}"""


pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def write(url: str, password: str, conversation: str) -> None:
    """Write the messages as Tom, who owns the conversation."""
    async with StaffClient(Rest(url), "tom@example.com", password) as tom:
        epoch = tom.desk.rows[conversation].epoch
        for first in range(0, MESSAGES, AT_A_TIME):
            frames = [
                Reply(
                    client_message_id=str(uuid4()),
                    conversation=conversation,
                    epoch=epoch,
                    text=f"line {number} of many",
                )
                for number in range(first, first + AT_A_TIME)
            ]
            await asyncio.gather(*(tom.connection.request(frame.client_message_id, frame) for frame in frames))


def in_a_thread(work: object) -> None:
    """Run a coroutine to its end beside playwright's own loop."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)  # type: ignore[arg-type]
        except BaseException as error:  # raised again below
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    if failed:
        raise failed[0]
    assert not thread.is_alive(), "the messages were not written in two minutes"


def longest_task(box: Locator, send: str) -> float:
    """Write something and send it; returns for how long the page answered no key meanwhile, in milliseconds."""
    box.page.evaluate(LONGEST_TASK)
    box.press_sequentially("written at the end of a long story")
    box.press(send)
    expect(box).to_have_value("")
    return float(box.page.evaluate("window.longest"))


def jumps_up_from_the_end(page: Page, thread: Locator) -> None:
    """One jump to the top of what is drawn, as with the scroll bar, leads to earlier ones and not back to the end."""
    thread.evaluate("log => { log.scrollTop = 300 }")
    until_now(lambda: thread.get_by_role("article").count() > DRAWN, PATIENCE / 1_000)
    expect(thread.get_by_text("written at the end of a long story").last).not_to_be_in_viewport()
    page.get_by_role("button", name="New messages").click()
    expect(thread.get_by_text("written at the end of a long story").last).to_be_in_viewport()


def reads_up_to_the_first(page: Page, thread: Locator) -> None:
    """The console draws the newest messages alone, and earlier ones as one reads up; what is read keeps its place."""
    expect(thread.get_by_text(FIRST)).to_have_count(0)
    jumps_up_from_the_end(page, thread)
    seen = thread.get_by_text(re.compile(rf"\bline {MESSAGES - 120} of many"))
    seen.scroll_into_view_if_needed()
    before = seen.bounding_box()
    page.get_by_role("button", name="Earlier messages").dispatch_event("click")
    expect(thread.get_by_text(re.compile(rf"\bline {MESSAGES - 300} of many"))).to_have_count(1)
    after = seen.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2

    def is_at_the_first() -> bool:
        thread.evaluate("log => { log.scrollTop = 0 }")
        return thread.get_by_text(FIRST).count() > 0

    until_now(is_at_the_first, PATIENCE / 1_000)
    expect(thread.get_by_text(FIRST)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Earlier messages")).to_have_count(0)
    page.get_by_role("button", name="New messages").click()
    expect(thread.get_by_text("written at the end of a long story").last).to_be_in_viewport()


def test_a_long_history_freezes_the_page(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("tell me a long story")
    agent.claims("tell me a long story")
    conversation = re.findall(r"[0-9a-f-]{36}", agent.page.url)[-1]
    open_at = {page: page.url for page in (agent.page, shopper.page)}
    for page in open_at:
        page.goto("about:blank")
    in_a_thread(write(stage.url, stage.demo.staff["tom@example.com"], conversation))
    last = f"line {MESSAGES - 1} of many"
    for page, url in open_at.items():
        page.goto(url)
    for log, box in ((agent.thread, agent.box), (shopper.log, shopper.box)):
        expect(log.get_by_text(last)).to_be_visible(timeout=2 * PATIENCE)
        if box is agent.box:
            expect(log).to_have_attribute("aria-busy", "false")
            assert log.get_by_role("article").count() <= DRAWN, "more is drawn than the newest"
        else:
            expect(log.get_by_text(FIRST)).to_have_count(1)
        send = "Control+Enter" if box is agent.box else "Enter"
        assert any(longest_task(box, send) < STALL_MS for _ in range(3)), "other work on the machine only ever adds"
    shopper.sees("written at the end of a long story")
    reads_up_to_the_first(agent.page, agent.thread)
    agent.resolves()
