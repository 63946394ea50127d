"""The link of a mail, opened on another device: the same customer, the same conversation."""

import json

from playwright.sync_api import Page, expect

from escalation.delivery.chat_links import ChatLinks, Guest
from escalation.kernel.clock import SystemClock
from escalation.secrets_file import derive, master_key
from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE


def link_of(stage: Stage, page: Page) -> str:
    """The link a mail to this page's customer has: the demo's own key signs it."""
    kept = "Object.entries(localStorage).find(([key]) => key.endsWith(':customer'))[1]"
    customer = json.loads(page.evaluate(kept))["customer"]
    key = derive(master_key(stage.demo.database.parent), "chat links")
    return ChatLinks(key, SystemClock(), stage.url).link(Guest(customer, "demo", "en"))


def test_a_link_opens_the_conversation_on_another_device(stage: Stage) -> None:
    shopper = stage.shopper()
    shopper.say("I wrote this on my computer")
    shopper.sees("I wrote this on my computer")
    link = link_of(stage, shopper.page)
    phone = stage.page(viewport={"width": 390, "height": 800}, locale="de-DE")
    phone.goto(link)
    chat = phone.get_by_role("dialog")
    expect(chat.get_by_text("I wrote this on my computer")).to_be_visible(timeout=PATIENCE)
    assert "#" not in phone.url, "the token does not stay in the address"
    box = chat.get_by_role("textbox", name="Nachricht schreiben")
    box.fill("and this on my phone")
    box.press("Enter")
    shopper.sees("and this on my phone")
    phone.reload()
    expect(chat.get_by_text("and this on my phone")).to_be_visible(timeout=PATIENCE)


def test_the_page_of_a_link_is_written_from_right_to_left_in_arabic(stage: Stage) -> None:
    page = stage.page(locale="ar-EG")
    page.goto(f"{stage.url}/chat/#nonsense")
    expect(page.get_by_role("status")).to_contain_text("انتهت صلاحية هذا الرابط", timeout=PATIENCE)
    expect(page.locator("html")).to_have_css("direction", "rtl")


def test_a_link_that_is_none_says_so_and_opens_nothing(stage: Stage) -> None:
    page = stage.page()
    page.goto(f"{stage.url}/chat/#nonsense")
    expect(page.get_by_role("status")).to_have_text(
        "This link no longer works. Open the chat on the site where you began it.", timeout=PATIENCE
    )
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("window.escalationChat") is None
