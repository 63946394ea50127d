"""A thread by keys alone: one stop of Tab however long, arrows from message to message, Tab to the buttons of one."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations

TEXT = "purple keys sing at noon"
IN_THREAD = "() => document.activeElement.closest('[role=log]') !== null"


def stops_of_tab(page: Page) -> int:
    """Focus the thread; return how many stops it is before Tab has left it."""
    page.get_by_role("log").focus()
    stops = 0
    while page.evaluate(IN_THREAD):
        stops += 1
        page.keyboard.press("Tab")
    return stops


def test_tab_passes_the_thread_and_arrows_go_through_it(stage: Stage) -> None:
    agent = stage.agent("ana")
    stage.shopper().say(TEXT).is_not_understood()
    page = agent.claims(TEXT).page
    for number in range(1, 6):
        agent.replies(f"This is reply {number} https://shop.example/{number}")
    articles = agent.thread.get_by_role("article")
    last = articles.filter(has_text="This is reply 5")
    expect(last.get_by_role("button", name="Quote", exact=True)).to_have_attribute("tabindex", "-1", timeout=PATIENCE)
    assert stops_of_tab(page) == 1

    agent.thread.focus()
    page.keyboard.press("ArrowUp")
    expect(last).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    third = articles.filter(has_text="This is reply 3")
    expect(third).to_be_focused()
    assert (violations(page), overflow(page)) == ([], 0)
    page.keyboard.press("Tab")
    expect(third.get_by_role("link", name="https://shop.example/3")).to_be_focused()
    quote = third.get_by_role("button", name="Quote", exact=True)
    for _ in range(3):  # edit and delete stand there for a minute
        if not quote.evaluate("button => button === document.activeElement"):
            page.keyboard.press("Tab")
    expect(quote).to_be_focused()
    page.keyboard.press("Enter")
    expect(agent.box).to_be_focused(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Do not quote")).to_be_visible()
    agent.thread.focus()
    page.keyboard.press("ArrowDown")
    expect(third).to_be_focused()
    page.keyboard.press("Home")
    expect(articles.first).to_be_focused()
