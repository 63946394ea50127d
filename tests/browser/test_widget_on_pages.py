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
