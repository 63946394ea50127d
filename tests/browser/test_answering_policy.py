"""An admin chooses the mode on the first page of a new installation, and moves the risk dial by keys."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations
from tests.browser.test_audits import database
from tests.browser.test_proposed_answers import resolve_step


@pytest.fixture
def new(stage: Stage) -> Iterator[Stage]:
    """The demo as an installation in which nobody has chosen; afterwards it is as before."""
    [(mode, by, alpha, alpha_by)] = database(stage.demo, "SELECT mode, mode_by, alpha, alpha_by FROM proof_state")
    database(stage.demo, "UPDATE proof_state SET mode = 'shadow', mode_by = 'installation'")
    yield stage
    columns = "mode = ?, mode_by = ?, alpha = ?, alpha_by = ?"
    database(stage.demo, f"UPDATE proof_state SET {columns}", mode, by, alpha, alpha_by)


def faults(page: Page, shown: Locator) -> list[str]:
    """What axe finds in either theme once something is shown, and what a phone of 390 px cuts off."""
    expect(shown).to_be_visible(timeout=PATIENCE)
    found = violations(page)
    page.set_viewport_size({"width": 390, "height": 800})
    found += ["cut off"] * (overflow(page) > 0)
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


def test_an_admin_chooses_the_mode_and_moves_the_dial(new: Stage) -> None:
    ana, admin = new.agent("ana").page, new.agent("admin", viewport={"width": 1280, "height": 800}).page
    ana.goto(f"{new.url}/console/")
    expect(ana.get_by_text("The bot answers nothing until an admin chooses")).to_be_visible(timeout=PATIENCE)
    admin.goto(f"{new.url}/console/")
    assert faults(admin, admin.get_by_role("heading", name="How may the bot answer?")) == []
    admin.get_by_role("radio", name="Provisional").check()
    admin.get_by_role("button", name="Choose").click()
    expect(admin.get_by_text("Choose a conversation from the list.")).to_be_visible(timeout=PATIENCE)
    expect(ana.get_by_text("until an admin chooses")).to_have_count(0, timeout=PATIENCE)

    admin.goto(f"{new.url}/console/#/certificate")
    dial = admin.get_by_role("slider", name="Accepted share of wrong answers")
    expect(dial).to_have_attribute("aria-valuetext", re.compile("5%.*accepted now"), timeout=PATIENCE)
    assert faults(admin, dial) == []
    dial.press("ArrowLeft")
    expect(dial).to_have_attribute("aria-valuetext", re.compile("3%.?$"))
    admin.get_by_role("button", name=re.compile("Accept at most .?3%")).click()
    admin.get_by_role("textbox", name="Reason").fill("fewer wrong answers")
    admin.get_by_role("button", name="Accept", exact=True).click()
    expect(dial).to_have_attribute("aria-valuetext", re.compile("3%.*accepted now"), timeout=PATIENCE)


def test_the_resolve_step_says_that_guesses_are_hidden(new: Stage) -> None:
    agent, text = new.agent("ana"), "do teapots sing in the shadow"
    new.shopper().say(text)
    agent.claims(text)
    step = resolve_step(agent)
    expect(step.get_by_text("No guesses are shown here")).to_be_visible(timeout=PATIENCE)
    step.get_by_role("button", name="Resolve", exact=True).click()
    expect(step.get_by_text("Choose an intent, a new one or out of scope first.")).to_be_in_viewport(ratio=1)


def test_an_admin_allows_probation_and_says_why(stage: Stage) -> None:
    [(share, budget)] = database(stage.demo, "SELECT probation_share, probation_budget FROM proof_state")
    admin = stage.agent("admin", viewport={"width": 1280, "height": 800}).page
    admin.goto(f"{stage.url}/console/#/certificate")
    card = admin.get_by_role("region", name="Probation")
    card.get_by_role("button", name="Change probation").click()
    dialog = admin.get_by_role("dialog")
    assert faults(admin, dialog) == []
    dialog.get_by_label("Share of all messages, in percent").fill("2.5")
    dialog.get_by_label("Known errors allowed").fill("3")
    dialog.get_by_label("Reason").fill("try what was learnt")
    dialog.get_by_role("button", name="Change").click()
    expect(card.get_by_text("2.5%")).to_be_visible(timeout=PATIENCE)
    expect(card.get_by_text("3", exact=True)).to_be_visible()
    database(stage.demo, "UPDATE proof_state SET probation_share = ?, probation_budget = ?", share, budget)
