"""Saving the conversation as a file, on a page of a strict policy and on the page that links in mails lead to."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_chat_links import link_of

NAME = "Save this conversation as a file"


def saved(page: Page, chat: Locator, name: str = NAME) -> str:
    """Press the button and return what the browser saved."""
    with page.expect_download(timeout=PATIENCE) as download:
        chat.get_by_role("button", name=name).click()
    assert download.value.suggested_filename.startswith("chat-")
    return Path(download.value.path()).read_bytes().decode("utf-8-sig")


def test_a_customer_saves_what_was_said(stage: Stage) -> None:
    """The sample shop's own policy allows no inline script, no style and no other origin."""
    shopper = stage.shopper()
    expect(shopper.chat.get_by_role("button", name=NAME)).to_have_count(0)
    shopper.chat.get_by_role("button", name="Talk to a person").click()  # gone once the bot hands over by itself
    shopper.sees("Nobody is here right now")
    shopper.say("my lamp, señor, blinks").sees("my lamp, señor, blinks")
    expect(shopper.log.locator(".sending")).to_have_count(0)  # the file tells what has arrived
    text = saved(shopper.page, shopper.chat)
    assert "You: my lamp, señor, blinks" in text
    assert "] Nobody is here right now." in text
    phone = stage.page(locale="de-DE")
    phone.goto(link_of(stage, shopper.page))
    chat = phone.get_by_role("dialog")
    expect(chat.get_by_text("my lamp, señor, blinks")).to_be_visible(timeout=PATIENCE)
    assert "Sie: my lamp, señor, blinks" in saved(phone, chat, "Dieses Gespräch als Datei speichern")
