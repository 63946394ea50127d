"""Templates: a supervisor writes one on its page, an agent inserts it by keys where the reply is written."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations

TEXT = "Hello, I am {agent} of {site}."


def test_a_template_is_written_inserted_by_keys_and_deleted(stage: Stage) -> None:
    supervisor = stage.agent("admin").page
    supervisor.get_by_role("button", name="Account of Robin").click()
    supervisor.get_by_role("menuitem", name="Templates").click()
    supervisor.get_by_role("button", name="New template").click()
    dialog = supervisor.get_by_role("dialog", name="New template")
    dialog.get_by_label("Name").fill("hello")
    dialog.get_by_label("Text").fill("Dear {customer}")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("cannot be filled with {customer}", timeout=PATIENCE)
    dialog.get_by_label("Text").fill(TEXT)
    dialog.get_by_role("button", name="Save").click()
    expect(supervisor.get_by_role("heading", name="/hello")).to_be_visible(timeout=PATIENCE)
    assert (violations(supervisor), overflow(supervisor)) == ([], 0)

    stage.shopper().say("is a human being there for templates").is_not_understood()
    agent = stage.agent("ana").claims("for templates")
    agent.box.fill("/")
    option = agent.page.get_by_role("option", name="/hello")
    expect(option).to_be_visible(timeout=PATIENCE)
    assert (violations(agent.page), overflow(agent.page)) == ([], 0)
    agent.box.press("Escape")
    expect(option).to_have_count(0)
    agent.box.fill("/hel")
    expect(option).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
    agent.box.press("ArrowDown")
    agent.box.press("Enter")
    expect(agent.box).to_have_value("Hello, I am Ana of Larkspur.")
    agent.box.press("Control+Enter")
    expect(agent.box).to_have_value("")

    supervisor.get_by_role("button", name="Delete the template hello").click()
    supervisor.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(supervisor.get_by_text("There is no template yet.")).to_be_visible(timeout=PATIENCE)
