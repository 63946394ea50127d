"""A reply to learn as people live it: an agent makes an intent with it, a trainer approves it, the bot says it."""

import re
import sqlite3
from contextlib import closing

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.waiting import until_now

ASKED = "do you ship to Germany"
REPLY = "Yes, Maria, we ship to Germany within four days."
LEARNT = "We ship to Germany within four days."
REFIT = 60_000
"""Milliseconds in which a resolution settles and the head is refitted, on a slow machine."""


def resolve_step(agent: Agent) -> Locator:
    agent.page.get_by_role("button", name=re.compile("^Resolve( E)?$")).click()
    return agent.page.get_by_role("region", name="Resolve", exact=True)


def pick(step: Locator, typed: str, title: str) -> None:
    step.get_by_role("combobox", name="Find an intent").fill(typed)
    step.get_by_role("option", name=title).first.click()


def intents_known(stage: Stage, member: Agent) -> int:
    """How many intents the live head of the running service tells apart."""
    session = member.page.request.get(f"{stage.url}/api/v1/session").json()
    with closing(sqlite3.connect(stage.demo.database, timeout=10)) as database:
        (found,) = database.execute("SELECT intents FROM models WHERE name = ?", [session["service"]["model"]])
    return int(found[0])


def test_a_reply_to_learn_becomes_what_the_next_customer_reads(stage: Stage) -> None:
    agent, trainer = stage.agent("ana"), stage.agent("sam")
    known = intents_known(stage, trainer)
    shopper = stage.shopper().wants_a_person().say(ASKED)
    agent.claims(ASKED).replies(REPLY)
    shopper.sees(REPLY)
    step = resolve_step(agent)
    expect(step.get_by_text("Will be learnt under this intent:")).to_be_visible(timeout=PATIENCE)
    expect(step.get_by_text(ASKED)).to_be_visible()
    pick(step, "delivery options", "Delivery options")
    shown = step.get_by_role("region", name="What the next customer gets")
    expect(shown.locator("blockquote").first).not_to_contain_text("Germany", timeout=PATIENCE)
    expect(step.get_by_role("radio", name="None")).to_be_checked()
    new = step.get_by_role("button", name="New intent")
    name = step.get_by_role("textbox", name="Name of the new intent")
    for cancel in (lambda: name.press("Escape"), step.get_by_role("button", name="Cancel the new intent").click):
        new.click()
        name.fill("shipping")
        cancel()
        expect(name).to_have_count(0)
        expect(new).to_be_focused()
        expect(step.get_by_text("No intent chosen yet")).to_be_visible()
    new.click()
    name.fill("shipping_to_germany")
    expect(step.get_by_role("radio", name="My last reply")).to_be_checked()
    expect(shown).to_contain_text("No approved answer: the next customer waits for a person.")
    expect(shown).to_contain_text("Your reply becomes a proposed answer.")
    step.get_by_role("radio", name="Edit it").check()
    step.get_by_role("textbox", name="Words to learn").fill(LEARNT)
    step.get_by_role("button", name="Resolve", exact=True).click()
    expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
    shopper.is_told_of_the_end(stage.demo)
    # the same intent again: the agent sees what is proposed, and only the trainer may approve it
    stage.shopper().wants_a_person().say(f"{ASKED} too")
    agent.claims(f"{ASKED} too")
    waits = resolve_step(agent)
    pick(waits, "shipping to germany", "Shipping to germany")
    expect(waits.get_by_text(LEARNT)).to_be_visible(timeout=REFIT)
    expect(waits.get_by_text("must approve it before the bot says it")).to_be_visible()
    expect(waits.get_by_role("button", name="Approve")).to_have_count(0)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("Escape")
    stage.shopper().wants_a_person().say("something else for sam")
    trainer.claims("something else for sam")
    decides = resolve_step(trainer)
    pick(decides, "shipping to germany", "Shipping to germany")
    expect(decides.get_by_text("Proposed by Ana")).to_be_visible(timeout=PATIENCE)
    decides.get_by_role("button", name="Approve", exact=True).click()
    expect(decides.get_by_text("it says:")).to_be_visible(timeout=PATIENCE)
    expect(decides.get_by_text(LEARNT)).to_have_count(1, timeout=PATIENCE)
    trainer.page.keyboard.press("Escape")
    until_now(lambda: intents_known(stage, trainer) > known, REFIT / 1_000)
    # the next customer: answered where the bot is sure, else the reason is true
    after = stage.shopper().say(ASKED)
    if LEARNT in after.is_answered():
        return
    if (none := after.log.get_by_role("button", name="None of these")).count():
        none.click()
    row = trainer.shows("Queue").row(ASKED).last
    expect(row).to_be_visible(timeout=PATIENCE)
    expect(row).not_to_contain_text("No approved answer yet")
    expect(row).not_to_contain_text("A person must answer this")
