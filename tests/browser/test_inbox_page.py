"""The page of views: counts, a saved view, and what several conversations refuse."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import at_both_widths, overflow, violations
from tests.browser.test_figures import lead_to_their_definitions


def test_views_and_several_conversations_at_once(stage: Stage) -> None:
    agent = stage.agent("sam")
    for text in ("the lamp of the inbox flickers", "the sofa of the inbox squeaks"):
        stage.shopper().wants_a_person().say(text)
    agent.claims("the lamp of the inbox flickers")
    agent.page.goto(f"{stage.url}/console/#/inbox")
    agent.page.get_by_role("button", name="All open").click()
    agent.page.get_by_label("Select all shown").check()
    agent.page.get_by_label("Snooze…").select_option(index=1)
    done = agent.page.get_by_role("status").filter(has_text="done.")
    expect(done).to_contain_text("That is not possible as the conversation stands now", timeout=PATIENCE)
    agent.page.get_by_role("button", name="Snoozed").click()
    expect(agent.page.get_by_text("the lamp of the inbox flickers")).to_be_visible(timeout=PATIENCE)
    agent.page.get_by_text("Filter, and save").click()
    agent.page.get_by_label("Name of the view").fill("Lamps")
    agent.page.get_by_role("button", name="Save view").click()
    expect(agent.page.get_by_role("button", name="Delete the view Lamps")).to_be_visible(timeout=PATIENCE)
    lead_to_their_definitions(agent, "numbers-beside-the-lists", "selected-conversations")
    found = {"page": at_both_widths(agent.page, violations), "wide": at_both_widths(agent.page, overflow)}
    agent.page.get_by_role("button", name="Delete the view Lamps").click()
    expect(agent.page.get_by_role("button", name="Lamps")).to_have_count(0, timeout=PATIENCE)
    assert found == {"page": [[], []], "wide": [0, 0]}
