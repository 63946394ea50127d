"""An agent asks for a moment: their own workload, a break that everybody sees as one, and back."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import violations


def test_a_break(stage: Stage) -> None:
    agent = stage.agent("ana")
    agent.page.goto(f"{stage.url}/console/")
    agent.page.get_by_role("button", name="Presence of").click(timeout=PATIENCE)
    agent.page.get_by_role("menuitem", name="I need a moment").click()
    dialog = agent.page.get_by_role("dialog", name="Your workload")
    expect(dialog.get_by_text("Online in a row")).to_be_visible(timeout=PATIENCE)
    found = violations(agent.page)
    dialog.get_by_role("button", name="Take a break").click()
    expect(agent.page.get_by_text("You are on a break and get nothing new")).to_be_visible(timeout=PATIENCE)
    board = stage.agent("sam")
    board.page.goto(f"{stage.url}/console/#/board")
    expect(board.page.get_by_text("on a break")).to_be_visible(timeout=PATIENCE)
    found += violations(agent.page)
    agent.page.get_by_role("button", name="I am back").click()
    expect(board.page.get_by_text("on a break")).not_to_be_visible(timeout=PATIENCE)
    agent.page.get_by_role("button", name="Presence of").click()
    agent.page.get_by_role("menuitem", name="I need a moment").click()
    expect(dialog.get_by_role("button", name="Take a break")).to_be_disabled(timeout=PATIENCE)
    assert found == []
