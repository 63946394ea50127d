"""Agents and supervisors in one conversation: mentions, drafts on another device, joining, a transfer with a note."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.waiting import until_now

DRAFT = "One moment, I look into it"


def mentions_counted(agent: Agent, count: int) -> None:
    """Wait until the inbox view *Mentions* counts so many."""
    agent.page.evaluate("location.hash = '#/inbox'")
    entry = agent.page.get_by_role("button", name=re.compile("^Mentions"))
    expect(entry).to_have_text(re.compile(rf"{count}$"), timeout=PATIENCE)


def sends(agent: Agent) -> None:
    """Send; who is warned that a colleague writes too sends again."""

    def is_sent() -> bool:
        agent.box.press("Control+Enter")
        return agent.box.input_value() == ""

    until_now(is_sent, PATIENCE / 1_000, every=0.2)


def test_a_note_calls_a_colleague_who_finds_it_until_it_is_read(stage: Stage) -> None:
    text = "purple teapots sing at noon"
    ana, sam = stage.agent("ana"), stage.agent("sam")
    stage.shopper().say(text).is_not_understood()
    ana.claims(text)
    ana.page.get_by_text("Note", exact=True).click()
    ana.note_box.press_sequentially("Please look, @sa")
    offered = ana.page.get_by_role("option", name=re.compile("^@Sam"))
    expect(offered).to_be_visible(timeout=PATIENCE)
    ana.note_box.press("Enter")
    expect(ana.note_box).to_have_value("Please look, @Sam ")
    ana.note_box.press("Control+Enter")
    mentions_counted(sam, 1)
    sam.page.get_by_role("button", name=re.compile("^Mentions")).click()
    sam.page.get_by_role("main").get_by_role("link").filter(has_text=text).click()
    expect(sam.thread.get_by_text("Please look, @Sam")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_text("Also here: Sam")).to_be_visible(timeout=PATIENCE)
    mentions_counted(sam, 0)


def test_a_draft_follows_its_author_and_a_supervisor_joins(stage: Stage) -> None:
    text = "purple teapots sing at night"
    ana, sam = stage.agent("ana"), stage.agent("sam")
    shopper = stage.shopper().say(text).is_not_understood()
    ana.claims(text)
    sam.shows("All").opens(text)
    with ana.page.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.request.method == "PUT"):
        ana.box.fill(DRAFT)
    other = stage.agent("ana").shows("Mine").opens(text)
    expect(other.box).to_have_value(DRAFT, timeout=PATIENCE)
    sam.page.get_by_role("button", name="Join").click()
    expect(sam.page.get_by_text("You write to the customer beside Ana")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_text("Sam writes to the customer beside you")).to_be_visible(timeout=PATIENCE)
    sam.box.fill("Hello, I help Ana.")
    sends(sam)
    shopper.sees("Hello, I help Ana.")
    sam.page.get_by_role("button", name="Leave").click()
    expect(ana.page.get_by_text("Sam writes to the customer beside you")).to_be_hidden(timeout=PATIENCE)


def test_a_transfer_takes_a_note_along(stage: Stage) -> None:
    text = "purple teapots sing at dawn"
    ana, sam = stage.agent("ana"), stage.agent("sam")
    stage.shopper().say(text).is_not_understood()
    ana.claims(text)
    sam.shows("All").opens(text)
    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("menuitem", name=re.compile("Transfer")).click()
    dialog = ana.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Note for them").fill("She wants it by Friday.")
    dialog.get_by_role("button", name=re.compile("^Sam")).click()
    expect(sam.page.get_by_text("This is proposed to you")).to_be_visible(timeout=PATIENCE)
    expect(sam.thread.get_by_text("She wants it by Friday.")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_text("Proposed to Sam")).to_be_visible(timeout=PATIENCE)
    sam.page.get_by_role("button", name="Accept").first.click()
    expect(sam.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
