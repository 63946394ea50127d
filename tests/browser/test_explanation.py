"""The console says what spoke for the bot's first guess and what against it, in either theme."""

import os
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations
from tests.waiting import until_now

PUZZLING = "the cat ordered one thing and the parcel had another, so now what"


def learnt_once(stage: Stage) -> None:
    """Wait until a revision answers: it knows the catalogue's examples by ids whose words the service can show."""
    agent = stage.agent("sam")

    def live() -> str:
        return str(agent.page.request.get(f"{stage.url}/api/v1/models").json()["live"])

    if live() == "starter":
        stage.shopper().wants_a_person().say("my hamster ate the lampshade")
        agent.claims("my hamster ate the lampshade").replies("Oh dear.").resolves()

    def is_learnt() -> bool:
        stage.demo.let_fall_due("settle")
        return live() != "starter"

    until_now(is_learnt, every=0.5)


def test_why_handed_off_shows_a_counter_example_and_on_a_click_the_words(stage: Stage) -> None:
    learnt_once(stage)
    agent = stage.agent("tom")
    shopper = stage.shopper()
    shopper.say(PUZZLING).is_not_understood()
    shopper.say("still there, in the dark?")
    agent.opens("still there, in the dark?")
    expect(agent.grounds.get_by_role("heading", name="Against it: nearest to")).to_be_visible(timeout=PATIENCE)
    ask = agent.grounds.get_by_role("button", name="Which words spoke for")
    expect(ask).to_have_attribute("aria-expanded", "false")
    ask.click()
    said = agent.grounds.get_by_text(re.compile(r"By starter\.\d+, the live head"))
    expect(said).to_be_visible(timeout=PATIENCE)
    expect(agent.grounds.get_by_role("mark").first).to_be_visible()
    expect(agent.grounds.get_by_text("For: ").or_(agent.grounds.get_by_text("Against: ")).first).to_be_visible()
    if shots := os.environ.get("ESCALATION_SHOTS"):
        agent.page.screenshot(path=Path(shots, "explanation.png"))
    assert violations(agent.page) == []
    assert overflow(agent.page) == 0
    ask.click()
    expect(said).to_have_count(0)


def test_on_a_phone_the_reasons_open_and_close_by_keyboard_and_hand_the_focus_back(stage: Stage) -> None:
    agent = stage.agent("tom", viewport={"width": 390, "height": 800})
    stage.shopper().say(PUZZLING).is_not_understood().say("are you there, dear?")
    agent.opens("are you there, dear?")
    toggle = agent.page.get_by_role("button", name="Why handed off")
    expect(agent.grounds).to_be_hidden()
    toggle.focus()
    toggle.press("Enter")
    expect(agent.grounds).to_be_focused()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    ask = agent.grounds.get_by_role("button", name="Which words spoke for")
    ask.focus()
    ask.press("Enter")
    expect(agent.grounds.get_by_text("the live head")).to_be_visible(timeout=PATIENCE)
    assert overflow(agent.page) == 0
    ask.press("Escape")
    expect(agent.grounds).to_be_hidden()
    expect(toggle).to_be_focused()
    expect(toggle).to_have_attribute("aria-expanded", "false")
