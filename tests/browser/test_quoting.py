"""An agent quotes what the customer asked: both sides see its words above the reply, and a click leads back to it."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations

ASKED = "is a human being there who quotes me"


def test_a_reply_quotes_what_was_asked(stage: Stage) -> None:
    agent = stage.agent("ana")
    shopper = stage.shopper()
    shopper.say(ASKED).is_not_understood()
    page = agent.claims("who quotes me").page
    thread = page.get_by_role("log")
    asked = thread.get_by_role("article").filter(has_text=ASKED).first
    composer = page.get_by_label("Reply to the customer")

    quote = asked.get_by_role("button", name="Quote", exact=True)
    quote.focus()
    page.keyboard.press("Enter")
    expect(composer).to_be_focused(timeout=PATIENCE)
    leave = page.get_by_role("button", name="Do not quote")
    leave.click()
    expect(leave).to_have_count(0)
    quote.focus()
    page.keyboard.press("Enter")
    expect(leave).to_be_visible(timeout=PATIENCE)
    assert (violations(page), overflow(page)) == ([], 0)

    agent.replies("Here is one.")
    expect(leave).to_have_count(0)
    reply = thread.get_by_role("article").filter(has_text="Here is one.")
    back = reply.get_by_role("button", name=ASKED)
    expect(back).to_be_visible(timeout=PATIENCE)
    back.click()
    expect(asked).to_be_in_viewport()
    shopper.sees("Here is one.")
    expect(shopper.log.locator(".quoted")).to_have_text(ASKED, timeout=PATIENCE)
    assert (violations(page), violations(shopper.page)) == ([], [])


def test_what_was_refused_keeps_its_quote(stage: Stage) -> None:
    """The quoted reply is deleted on another device: the service refuses words and file that quote it."""
    agent, text = stage.agent("ana"), "purple quotes sing at noon"
    stage.shopper().say(text).is_not_understood()
    page = agent.claims(text).page
    other = stage.agent("ana").shows("Mine").opens(text)
    agent.replies("It comes on Monday.")
    thread = page.get_by_role("log")
    said = thread.get_by_role("article").filter(has_text="It comes on Monday.").last
    said.get_by_role("button", name="Quote", exact=True).click()
    leave = page.get_by_role("button", name="Do not quote")
    expect(leave).to_be_visible(timeout=PATIENCE)

    there = other.thread.get_by_role("article").filter(has_text="It comes on Monday.").last
    there.get_by_role("button", name="Delete").click()
    there.get_by_role("button", name="Delete").click()
    expect(thread.get_by_text("Message withdrawn")).to_be_visible(timeout=PATIENCE)

    agent.box.fill("As I wrote above.")
    agent.box.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
    expect(agent.box).to_have_value("As I wrote above.")
    expect(leave).to_be_visible()

    page.locator("input[type=file]").set_input_files(
        {"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    kept = thread.get_by_role("article").filter(has_text="label.pdf")
    expect(kept.get_by_role("alert")).to_contain_text("Not sent", timeout=PATIENCE)
    expect(kept.get_by_role("button", name="Message withdrawn")).to_be_visible()
    expect(agent.box).to_have_value("As I wrote above.")
    assert (violations(page), overflow(page)) == ([], 0)


def test_a_file_takes_the_quote_along(stage: Stage) -> None:
    agent, text = stage.agent("ana"), "purple quotes sing at night"
    shopper = stage.shopper().say(text).is_not_understood()
    page = agent.claims(text).page
    asked = page.get_by_role("log").get_by_role("article").filter(has_text=text).first
    asked.get_by_role("button", name="Quote", exact=True).click()
    expect(page.get_by_role("button", name="Do not quote")).to_be_visible(timeout=PATIENCE)
    page.locator("input[type=file]").set_input_files(
        {"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    shopper.sees("label.pdf")
    expect(shopper.log.locator(".quoted")).to_have_text(text, timeout=PATIENCE)
    expect(page.get_by_role("button", name="Do not quote")).to_have_count(0)
