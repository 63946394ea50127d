"""On a phone what is proposed and the composer can both be used, and nothing covers the way back to the list."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations

PHONE = {"width": 390, "height": 844}


def test_a_reply_can_be_written_below_what_is_proposed(stage: Stage) -> None:
    own, proposed = "purple phones sing at noon", "purple phones sing at night"
    sam, ana = stage.agent("sam", viewport=PHONE), stage.agent("ana")
    shopper = stage.shopper().say(own).is_not_understood()
    sam.claims(own)
    stage.shopper().say(proposed).is_not_understood()
    ana.claims(proposed)
    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("menuitem", name=re.compile("Transfer")).click()
    dialog = ana.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Note for them").fill("It sings.")  # then five minutes to accept
    dialog.get_by_role("button", name=re.compile("^Sam")).click()

    bar = sam.page.get_by_role("region", name="Proposed to you")
    accept = bar.get_by_role("button", name="Accept")
    expect(accept).to_be_visible(timeout=PATIENCE)
    sam.box.fill("One moment, please.")
    send = sam.page.get_by_role("button", name="Send", exact=True)
    for each in (accept, bar.get_by_role("button", name="Decline"), send):
        each.click(trial=True)  # nothing else would take the press
        expect(each).to_be_in_viewport(ratio=1)
    assert (violations(sam.page), overflow(sam.page)) == ([], 0)
    send.click()
    shopper.sees("One moment, please.")
    accept.click()
    expect(sam.thread.get_by_text(proposed).first).to_be_visible(timeout=PATIENCE)

    sam.resolves()
    undo = sam.page.get_by_role("region", name=re.compile("^Resolved as")).bounding_box()
    back = sam.page.get_by_role("button", name="Back to the list").bounding_box()
    assert undo and back and undo["y"] + undo["height"] <= back["y"], "the way on is not covered for ten seconds"
