"""An agent corrects one reply and takes another back: the customer's chat follows."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations


def test_a_reply_is_edited_and_another_deleted(stage: Stage) -> None:
    agent = stage.agent("ana")
    shopper = stage.shopper()
    shopper.say("is a human being there who corrects things").is_not_understood()
    page = agent.claims("who corrects things").page
    agent.replies("Your parcel is in Leed.")

    thread = page.get_by_role("log")
    edited = thread.get_by_role("article").filter(has_text="in Leed.")
    edited.get_by_role("button", name="Edit", exact=True).click()
    box = page.get_by_label("Edit this message")
    expect(box).to_be_focused()
    box.fill("Your parcel is in Leeds.")  # at once: a message can be changed for a minute
    box.press("Control+Enter")
    expect(thread.get_by_text("Your parcel is in Leeds.")).to_be_visible(timeout=PATIENCE)
    expect(thread.get_by_text("edited", exact=True)).to_be_visible(timeout=PATIENCE)

    agent.replies("Wrong window, sorry.")  # only now, for the same reason
    shopper.sees("Wrong window, sorry.")
    deleted = thread.get_by_role("article").filter(has_text="Wrong window")
    deleted.get_by_role("button", name="Delete").click()
    deleted.get_by_role("button", name="Delete").click()
    expect(thread.get_by_text("Message withdrawn")).to_be_visible(timeout=PATIENCE)
    expect(thread.get_by_text("Wrong window")).to_have_count(0)
    assert (violations(page), overflow(page)) == ([], 0)

    shopper.sees("Your parcel is in Leeds. edited")
    shopper.sees("This message was withdrawn")
    expect(shopper.log.get_by_text("Wrong window")).to_have_count(0)
    agent.replies("It comes on Monday.")
    last = thread.get_by_role("article").filter(has_text="It comes on Monday.")
    expect(last.get_by_role("button", name="Delete")).to_be_visible(timeout=PATIENCE)
    agent.resolves()
    expect(thread.get_by_role("button", name="Delete"), "which would be refused").to_have_count(0)
    assert violations(shopper.page) == []


def test_a_refused_edit_stays_open_and_says_why(stage: Stage) -> None:
    tom, sam, text = stage.agent("tom"), stage.agent("sam"), "purple corrections sing at noon"
    stage.shopper().say(text).is_not_understood()
    page = tom.claims(text).page
    sam.shows("All").opens(text)
    tom.replies("Your parcel is in Leed.")
    page.get_by_role("log").get_by_role("button", name="Edit", exact=True).click()
    box = page.get_by_label("Edit this message")
    box.fill("Your parcel is in Leeds, all the same.")
    page.context.set_offline(True)
    expect(page.get_by_role("button", name="Reconnecting")).to_be_visible(timeout=PATIENCE)
    box.press("Control+Enter")
    sam.takes_over("Tom")
    page.context.set_offline(False)
    told = page.get_by_role("log").get_by_role("alert")
    expect(told).to_contain_text("Not changed", timeout=PATIENCE)
    expect(box).to_have_value("Your parcel is in Leeds, all the same.")
    assert (violations(page), overflow(page)) == ([], 0)
    box.press("Escape")
    expect(page.get_by_role("log").get_by_text("Your parcel is in Leed.")).to_be_visible()
