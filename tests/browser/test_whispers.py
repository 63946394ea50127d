"""A whisper finds the agent who looks elsewhere, and is told when they open the conversation."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, comes_true
from tests.browser.test_accessibility import overflow, violations
from tests.browser.test_alerts import listening, notified

TEXT = "purple whispers sing at noon"


def test_a_whisper_alerts_and_is_told_when_the_conversation_is_opened(stage: Stage) -> None:
    ana, sam = stage.agent("ana"), stage.agent("sam")
    listening(ana.page)
    stage.shopper().say(TEXT).is_not_understood()
    ana.claims(TEXT)
    sam.shows("All").opens(TEXT)
    page = ana.page
    page.evaluate("location.hash = '#/learning/models'")
    expect(page.get_by_role("heading", name="Learning")).to_be_visible(timeout=PATIENCE)
    page.evaluate("window.shown = []; window.tones = 0")
    said = sam.page.get_by_label("Whisper to the agent or the supervisor")
    said.fill("Offer her a voucher.")
    said.press("Enter")
    notified(page, "A whisper to you")
    comes_true(page, "window.tones >= 2")
    expect(page).to_have_title(re.compile(r"^\([1-9]\d*\) Learning"), timeout=PATIENCE)

    page.evaluate("location.hash = '#/conversations'")
    ana.shows("Mine")
    expect(ana.row(TEXT)).to_contain_text("Whisper", timeout=PATIENCE)
    ana.opens(TEXT)
    expect(page.get_by_text("There is a new whisper to you.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("region", name="Whispers").get_by_text("Offer her a voucher.")).to_be_visible()
    expect(ana.row(TEXT)).not_to_contain_text("Whisper")
    assert (violations(page), overflow(page)) == ([], 0)


def test_whispers_have_a_switch_of_their_own(stage: Stage) -> None:
    page = stage.agent("ana").page
    page.get_by_role("button", name="Account of Ana").click()
    page.get_by_role("menuitem", name="Alerts").click()
    switch = page.get_by_role("dialog", name="Alerts").get_by_label("Somebody whispers to you")
    expect(switch).to_be_checked()
    switch.uncheck(force=True)
    page.reload()
    page.get_by_role("button", name="Account of Ana").click()
    page.get_by_role("menuitem", name="Alerts").click()
    expect(switch).not_to_be_checked(timeout=PATIENCE)


def test_a_whisper_not_seen_survives_a_reload_and_is_seen_on_every_device_at_once(stage: Stage) -> None:
    text = "purple whispers sing at dusk"
    ana, sam = stage.agent("ana"), stage.agent("sam")
    stage.shopper().say(text).is_not_understood()
    ana.claims(text)
    sam.shows("All").opens(text)
    ana.page.evaluate("location.hash = '#/learning/models'")
    expect(ana.page.get_by_role("heading", name="Learning")).to_be_visible(timeout=PATIENCE)
    said = sam.page.get_by_label("Whisper to the agent or the supervisor")
    said.fill("Offer her a refund.")
    said.press("Enter")
    expect(sam.page.get_by_role("region", name="Whispers").get_by_text("Offer her a refund.")).to_be_visible()
    other = stage.agent("ana").shows("Mine")
    expect(other.row(text)).to_contain_text("Whisper", timeout=PATIENCE)
    ana.page.reload()
    ana.page.evaluate("location.hash = '#/conversations'")
    ana.shows("Mine")
    expect(ana.row(text)).to_contain_text("Whisper", timeout=PATIENCE)

    ana.opens(text)
    expect(ana.page.get_by_text("There is a new whisper to you.")).to_be_visible(timeout=PATIENCE)
    expect(other.row(text)).not_to_contain_text("Whisper", timeout=PATIENCE)
    other.page.reload()
    other.shows("Mine")
    expect(other.row(text)).to_be_visible(timeout=PATIENCE)
    expect(other.row(text)).not_to_contain_text("Whisper")
