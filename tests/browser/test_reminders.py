"""What comes back by itself: a follow-up that is due, and the reminder of a break."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import at_both_widths, violations
from tests.waiting import until_now

WORDS = "write to me again when the teapot is back"


def test_a_follow_up_falls_due_and_comes_back_to_its_agent(stage: Stage) -> None:
    tom, ana = stage.agent("tom"), stage.agent("ana")
    shopper = stage.shopper().wants_a_person().say(WORDS)
    tom.claims(WORDS)
    tom.page.get_by_role("button", name="More actions").click()
    tom.page.get_by_role("menuitem", name="Follow up").click()
    asked = tom.page.get_by_role("dialog", name="Follow up at")
    asked.get_by_role("button", name=re.compile("^Tomorrow morning")).click()
    expect(tom.page.get_by_text("Follow-up planned for")).to_be_visible(timeout=PATIENCE)
    tom.resolves()
    shopper.is_told_of_the_end(stage.demo)
    tom.page.goto(f"{stage.url}/console/#/learning/models")
    told = shopper.log.inner_text()

    stage.demo.let_fall_due("follow_up")
    tom.page.goto(f"{stage.url}/console/#/conversations")
    tom.shows("Mine").opens(WORDS)
    expect(tom.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(tom.page.get_by_text("Follow-up planned for")).to_have_count(0)
    ana.shows("All").opens(WORDS)
    expect(ana.page.get_by_text("With Tom", exact=True)).to_be_visible(timeout=PATIENCE)
    assert shopper.log.inner_text() == told, "the customer sees nothing until somebody writes"
    tom.replies("It is back in the shop")
    shopper.sees("It is back in the shop")
    tom.resolves()


def test_after_hours_online_an_agent_is_reminded_of_a_break_until_they_put_it_off(stage: Stage) -> None:
    stage.agent("tom")
    until_now(lambda: stage.demo.let_have_worked("Tom", hours=4))
    tom = stage.agent("tom")
    reminder = tom.page.get_by_role("region", name="A break is due")
    expect(reminder.get_by_role("status")).to_contain_text("online for 4h without a rest", timeout=PATIENCE)
    assert at_both_widths(tom.page, violations) == [[], []]
    reminder.get_by_role("button", name="A break…").click()
    dialog = tom.page.get_by_role("dialog", name="Your workload")
    expect(dialog.get_by_role("button", name="Take a break")).to_be_enabled(timeout=PATIENCE)
    dialog.press("Escape")
    expect(reminder).to_have_count(0)
    tom.page.reload()
    reminder.get_by_role("button", name="Not now").click(timeout=PATIENCE)
    expect(reminder).to_have_count(0)
    stage.demo.let_have_worked("Tom", hours=0)
