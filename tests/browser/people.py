"""Who the tests act as: a shopper with the widget, an agent with the console. Locators are what people see."""

import re
from contextlib import suppress
from typing import Self

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.demo import Demo
from tests.waiting import until_now

PATIENCE = 40_000
"""Milliseconds; test machines are slow, and beside other work several times slower."""


def comes_true(page: Page, expression: str, argument: object = None, timeout: float = PATIENCE) -> None:
    """Wait until the expression, or the function of the argument, holds in the page.

    `Page.wait_for_function` evaluates an expression in the page, again and again: the policy of the pages forbids that.
    """
    until_now(lambda: page.evaluate(expression, argument), timeout / 1_000)


class Shopper:
    """Somebody on the sample shop's page with the chat open."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(f"{url}/shop/")
        page.get_by_role("button", name="Open the chat").click()
        self.chat = page.get_by_role("dialog", name="Chat with us")
        self.box = self.chat.get_by_role("textbox", name="Write a message")
        self.log = self.chat.get_by_role("log")
        self.own = self.log.locator(".group.mine .bubble")
        """The bubbles of the shopper's own messages."""

    def say(self, text: str) -> Self:
        """Write and send with Enter."""
        self.box.fill(text)
        self.box.press("Enter")
        return self

    def sees(self, text: str, timeout: float = PATIENCE) -> Locator:
        """Wait until this is in the thread."""
        found = self.log.get_by_text(text).first
        expect(found).to_be_visible(timeout=timeout)
        return found

    def is_answered(self) -> str:
        """Wait for what comes first, the bot's answer or a notice; return its words.

        A question with choices is drawn by a file of its own, and until that is there says that it is connecting.
        """
        answer = self.log.locator(".group.theirs .bubble, .notice").filter(has_not_text="Connecting…").first
        expect(answer).to_be_visible(timeout=PATIENCE)
        return answer.inner_text()

    def is_told_of_the_end(self, demo: Demo) -> None:
        """Wait until the conversation is told to be closed, without the ten seconds in which its agent can undo it."""
        told = self.log.get_by_text("This conversation was closed").first

        def is_told() -> bool:
            demo.let_fall_due("settle")
            return told.is_visible()

        until_now(is_told, PATIENCE / 1_000, every=0.2)

    def is_not_understood(self) -> Self:
        """Wait for the handoff of a message the bot does not know; what it asks first is none of what was meant."""
        self.is_answered()
        if (none := self.log.get_by_role("button", name="None of these")).count():
            none.click()
        self.sees("I'm passing this on to a person")
        return self

    def wants_a_person(self) -> Self:
        """Press the button and wait until the handoff is told."""
        self.chat.get_by_role("button", name="Talk to a person").click()
        self.sees("I'm passing this on to a person")
        return self


class Agent:
    """A signed-in member of staff on the conversations page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(f"{url}/console/")
        expect(page.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=PATIENCE)
        self.lists = page.get_by_role("region", name="Lists")
        self.thread = page.get_by_role("log")
        self.grounds = page.get_by_role("complementary", name="Why handed off")
        self.box = page.get_by_role("textbox", name="Reply to the customer")
        self.note_box = page.get_by_role("textbox", name="Internal note")

    def row(self, text: str) -> Locator:
        """The row of the conversation whose last words these are."""
        return self.lists.get_by_role("link").filter(has_text=text)

    def opens(self, text: str) -> Self:
        """Open a conversation of the shown list."""
        self.row(text).click(timeout=PATIENCE)
        expect(self.thread.get_by_text(text).first).to_be_visible(timeout=PATIENCE)
        return self

    def shows(self, name: str) -> Self:
        """Switch to another list."""
        self.page.get_by_role("tab", name=name).click()
        return self

    def claims(self, text: str) -> Self:
        """Open and claim."""
        self.opens(text)
        self.page.get_by_role("button", name=re.compile("^Claim")).click()
        expect(self.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
        return self

    def takes_over(self, name: str) -> Self:
        """Take the open conversation over from this colleague."""
        self.page.get_by_role("button", name=re.compile(f"^Take over from {name}")).click()
        asked = self.page.get_by_role("dialog", name=f"Take over from {name}?")
        asked.get_by_role("button", name="Take over").click()
        expect(self.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
        return self

    def replies(self, text: str) -> Self:
        """Write and send with Ctrl+Enter."""
        self.box.fill(text)
        self.box.press("Control+Enter")
        expect(self.box).to_have_value("")
        return self

    def notes(self, text: str) -> Self:
        """Add an internal note."""
        self.page.get_by_text("Note", exact=True).click()
        self.note_box.fill(text)
        self.page.get_by_role("button", name="Add note").click()
        expect(self.thread.get_by_text(text)).to_be_visible(timeout=PATIENCE)
        self.page.get_by_text("Reply", exact=True).click()
        return self

    def resolves(self, choice: str = "Out of scope") -> Self:
        """Resolve with a label, chosen by a button of the resolve step.

        Rows of the header come and go with news: a press that met the header moving is made again, as people do.
        """
        button = self.page.get_by_role("button", name=re.compile("^Resolve( E)?$"))
        step = self.page.get_by_role("region", name="Resolve", exact=True)
        button.click()
        with suppress(TimeoutError):
            step.wait_for(timeout=PATIENCE / 2)
        if not step.is_visible():
            button.click()
        step.get_by_role("button", name=re.compile(choice)).click()
        step.get_by_role("button", name="Resolve", exact=True).click()
        expect(self.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
        return self

    def goes_to(self, page: str) -> Self:
        """Open another page by its name in the header."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=page).click()
        expect(self.page.get_by_role("heading", name=page, exact=True)).to_be_visible(timeout=PATIENCE)
        return self

    def finds(self, words: str) -> Locator:
        """Look for words on the page History; return the results."""
        self.goes_to("History")
        box = self.page.get_by_role("searchbox", name="Words")
        expect(box).to_have_value("")  # the fields of a search before are gone
        box.fill(words)
        self.page.get_by_role("button", name="Search").click()
        found = self.page.get_by_role("list", name="Conversations, newest first")
        return found.locator("li > a:first-child")  # the other link leads to the customer
