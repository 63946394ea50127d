"""The line above the launcher that invites visitors to ask: by page, once a day, and never in anybody's way."""

import json

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations

LINE = "Shall we <b>help</b> you choose?"
NO_STORAGE = """for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError') } })"""


def settings(page: Page, **values: str) -> None:
    """Have the sample shop set what the attributes of its tag do not say."""
    page.add_init_script(f"window.escalationChatSettings = {json.dumps(values)}")


def visited(stage: Stage, rules: str = f"/shop/* 0 {LINE}", **options: object) -> Page:
    """A page of the shop with these rules."""
    page = stage.page(**options)
    settings(page, openings=rules)
    page.goto(f"{stage.url}/shop/")
    return page


def test_a_line_invites_and_opens_the_chat_without_a_message(stage: Stage) -> None:
    page = visited(stage, viewport={"width": 320, "height": 640})
    line = page.get_by_role("button", name=LINE)
    expect(line).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.activeElement === document.body"), "it takes no focus"
    assert (violations(page), overflow(page)) == ([], 0)
    line.click()
    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused(timeout=PATIENCE)
    expect(page.get_by_role("log")).to_be_empty()
    expect(line).to_have_count(0)
    page.get_by_role("button", name="Close the chat").first.click()
    with page.expect_response("**/openings-*.js"):
        page.reload()
    expect(line).to_have_count(0)


def test_a_line_that_was_dismissed_does_not_come_again_that_day(stage: Stage) -> None:
    page = visited(stage)
    line = page.get_by_role("button", name=LINE)
    page.get_by_role("button", name="Dismiss").click(timeout=PATIENCE)
    expect(line).to_have_count(0)
    shown = "Object.keys(localStorage).filter(key => key.endsWith(':opening')).map(key => localStorage[key])"
    assert page.evaluate(shown) == [page.evaluate("new Date().toDateString()")]
    page.clock.install(time="2031-05-06T09:00:00")
    page.reload()
    page.clock.run_for(10_000)
    expect(line).to_be_visible(timeout=PATIENCE)


def test_other_pages_have_no_line_and_the_next_page_begins_anew(stage: Stage) -> None:
    page = visited(stage, "/shop/lamps 0 About lamps?")
    line = page.get_by_role("button", name="About lamps?")
    expect(page.locator(".opening")).to_be_attached(timeout=PATIENCE)
    expect(line).to_have_count(0)
    page.evaluate("history.pushState({}, '', '/shop/lamps')")
    expect(line).to_be_visible(timeout=PATIENCE)
    page.evaluate("history.pushState({}, '', '/shop/mugs')")
    expect(line).to_have_count(0)


def test_where_nothing_can_be_kept_the_line_and_the_chat_work_all_the_same(stage: Stage) -> None:
    page = stage.page()
    page.add_init_script(NO_STORAGE)
    settings(page, openings=f"* 0 {LINE}")
    page.goto(f"{stage.url}/shop/")
    page.get_by_role("button", name=LINE).click(timeout=PATIENCE)
    box = page.get_by_role("textbox", name="Write a message")
    box.fill("how do I reset my password")
    box.press("Enter")
    expect(page.get_by_role("log").locator(".group.theirs .bubble, .notice").first).to_be_visible(timeout=PATIENCE)
