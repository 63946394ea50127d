"""The widget's two files find each other however a page includes the first: another origin, a path, a lost network."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.host_pages import ServePage
from tests.browser.people import PATIENCE

PANEL = re.compile(r"/widget/panel-[\w-]+\.js")


def opens(page: Page) -> None:
    """Open the chat and see that there is something to write in."""
    page.get_by_role("button", name="Open the chat").click()
    chat = page.get_by_role("dialog", name="Chat with us")
    expect(chat.get_by_role("textbox", name="Write a message")).to_be_focused(timeout=PATIENCE)


@pytest.mark.parametrize("how", ["async", "defer", ""])
def test_on_another_origin(stage: Stage, site: ServePage, how: str) -> None:
    page = stage.page()
    with page.expect_response(PANEL) as panel:
        page.goto(site(f'<script src="{stage.url}/widget/widget.js" {how}></script>') + "/deep/page.html")
        opens(page)
    assert panel.value.ok
    assert panel.value.url.startswith(stage.url)


def test_under_a_path(stage: Stage, site: ServePage) -> None:
    page = stage.page()
    with page.expect_response(PANEL) as panel:
        page.goto(site('<script src="/chat/widget/widget.js" async></script>') + "/deep/page.html")
        opens(page)
    assert panel.value.ok
    assert "/chat/widget/panel-" in panel.value.url


def test_the_panel_is_there_before_anybody_asks(stage: Stage) -> None:
    page = stage.page()
    with page.expect_response(PANEL) as panel:
        page.goto(f"{stage.url}/shop/")
    assert panel.value.ok


def test_a_panel_that_cannot_be_had_is_asked_for_again(stage: Stage) -> None:
    page = stage.page()
    page.route(PANEL, lambda route: route.abort(), times=1)
    page.goto(f"{stage.url}/shop/")
    opens(page)


def test_the_launcher_counts_what_was_not_seen(stage: Stage) -> None:
    agent = stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say("my desk wobbles a lot")
    agent.claims("my desk wobbles a lot")
    shopper.sees("joined the conversation")
    shopper.chat.get_by_role("button", name="Close the chat").click()
    agent.replies("Which desk is it?").replies("Is it on carpet?")
    launcher = shopper.page.get_by_role("button", name="Open the chat, 2 new")
    expect(launcher).to_have_text("2", timeout=PATIENCE)
    shopper.page.reload()
    expect(launcher).to_have_text("2", timeout=PATIENCE)
    launcher.click()
    shopper.sees("Is it on carpet?")
    shopper.chat.get_by_role("button", name="Close the chat").click()
    expect(shopper.page.get_by_role("button", name="Open the chat", exact=True)).to_have_text("")
    agent.resolves()


def test_a_message_that_comes_while_the_launcher_is_pressed_leaves_it_pressed(stage: Stage) -> None:
    agent = stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say("my stool squeaks a lot")
    agent.claims("my stool squeaks a lot")
    shopper.chat.get_by_role("button", name="Close the chat").click()
    shopper.page.get_by_role("button", name="Open the chat").hover()
    shopper.page.mouse.down()
    agent.replies("Which stool is it?")
    expect(shopper.page.get_by_role("button", name=re.compile("^Open the chat, "))).to_be_visible(timeout=PATIENCE)
    shopper.page.mouse.up()
    expect(shopper.chat).to_be_visible(timeout=PATIENCE)
    agent.resolves()


def test_a_page_that_stops_its_timers_does_not_stop_the_chat(stage: Stage) -> None:
    page = stage.page()
    page.add_init_script("window.setTimeout = window.setInterval = () => 0")
    page.goto(f"{stage.url}/shop/")
    opens(page)
    box = page.get_by_role("textbox", name="Write a message")
    box.fill("how do I reset my password")
    box.press("Enter")
    expect(page.get_by_role("log").locator(".group.theirs .bubble, .notice").first).to_be_visible(timeout=PATIENCE)
