"""Both sides see that they were read, once it was really drawn, and customers not by whom else."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import violations


def test_read_shows_under_the_last_message_of_each_side(stage: Stage) -> None:
    agent = stage.agent("ana")
    shopper = stage.shopper()
    shopper.say("is a human being there who reads closely").is_not_understood()
    read = shopper.log.get_by_text("Read", exact=True)
    expect(read).to_have_count(0)
    page = agent.claims("who reads closely").page
    expect(read).to_have_count(1, timeout=PATIENCE)

    thread = page.get_by_role("log")
    agent.replies("Yes, every word.")
    shopper.sees("Yes, every word.")
    expect(thread.get_by_text("Read", exact=True)).to_be_visible(timeout=PATIENCE)
    page.set_viewport_size({"width": 1440, "height": 520})
    agent.replies("And this one.")
    told = thread.get_by_role("article").filter(has_text="And this one.").get_by_text("Read", exact=True)
    expect(told).to_be_in_viewport(ratio=1, timeout=PATIENCE)  # the thread stays at its end though no message came
    expect(thread.get_by_text("Read", exact=True)).to_have_count(1)
    assert (violations(page), violations(shopper.page)) == ([], [])
