"""The console says what spoke for the bot's first guess and what against it, in either theme."""

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import THEMES, overflow, serious

SECONDS_TO_LEARN = 60


def learnt_once(stage: Stage) -> None:
    """Wait until a revision answers: it knows the catalogue's examples by ids whose words the service can show."""
    agent = stage.agent("sam")
    if agent.page.request.get(f"{stage.url}/api/v1/models").json()["live"] == "starter":
        stage.shopper().wants_a_person().say("my hamster ate the lampshade")
        agent.claims("my hamster ate the lampshade").replies("Oh dear.").resolves()
    deadline = time.monotonic() + SECONDS_TO_LEARN
    while agent.page.request.get(f"{stage.url}/api/v1/models").json()["live"] == "starter":
        assert time.monotonic() < deadline, "nothing was learnt"
        time.sleep(0.5)


@pytest.mark.parametrize("theme", THEMES)
def test_why_handed_off_shows_a_counter_example_and_on_a_click_the_words(stage: Stage, theme: Any) -> None:
    learnt_once(stage)
    agent = stage.agent("tom", color_scheme=theme)
    shopper = stage.shopper(color_scheme=theme)
    shopper.say("the cat ordered one thing and the parcel had another, so now what").is_not_understood()
    shopper.say(f"still there, in the {theme}?")
    agent.opens(f"still there, in the {theme}?")
    expect(agent.grounds.get_by_role("heading", name="Against it: nearest to")).to_be_visible(timeout=PATIENCE)
    ask = agent.grounds.get_by_role("button", name="Which words spoke for")
    expect(ask).to_have_attribute("aria-expanded", "false")
    ask.click()
    said = agent.grounds.get_by_text(re.compile(r"By starter\.\d+, the model that answers now"))
    expect(said).to_be_visible(timeout=PATIENCE)
    assert agent.grounds.get_by_role("mark").count() >= 1
    assert agent.grounds.get_by_text("For: ").is_visible() or agent.grounds.get_by_text("Against: ").is_visible()
    if shots := os.environ.get("ESCALATION_SHOTS"):
        agent.page.screenshot(path=Path(shots, f"explanation-{theme}.png"))
    assert serious(agent.page) == []
    assert overflow(agent.page) == 0
    ask.click()
    expect(said).to_have_count(0)
