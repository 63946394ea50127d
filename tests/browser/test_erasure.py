"""A supervisor erases a customer: the console and the customer's own page drop the words at once."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE

SECRET = "my maiden name is Featherstonehaugh"


def test_a_supervisor_erases_a_customer_and_the_words_leave_every_screen(stage: Stage) -> None:
    agent, supervisor = stage.agent("ana"), stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say(SECRET)
    agent.claims(SECRET)
    expect(agent.page.get_by_role("button", name="Erase customer")).to_have_count(0)
    supervisor.shows("All").opens(SECRET)
    expect(supervisor.thread.get_by_text(SECRET)).to_be_visible(timeout=PATIENCE)
    supervisor.grounds.get_by_role("button", name="Erase customer").click()
    asked = supervisor.page.get_by_role("dialog", name="Erase this customer for good?")
    expect(asked).to_contain_text("Nobody can undo this.")
    asked.get_by_role("button", name="Erase for good").click()
    expect(supervisor.grounds.get_by_text("Erased.")).to_be_visible(timeout=PATIENCE)
    expect(supervisor.thread.get_by_text("The words of this conversation were erased.")).to_be_visible()
    for page in (supervisor.page, agent.page, shopper.page):
        expect(page.get_by_text(SECRET)).to_have_count(0, timeout=PATIENCE)
    shopper.say("I come as somebody new")
    shopper.sees("I come as somebody new")
