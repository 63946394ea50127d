"""The whole loop as people live it: ask, be answered or handed on, talk to an agent, and teach the bot."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE

KNOWN = "how do I reset my password"
STRANGE = "can my hamster wear the blue lampshade on sundays"
MORE = "it is quite a small hamster"
WHY = re.compile("Unlike anything known|Model unsure|Still unclear after asking")
"""Which of them depends on the model."""


def test_the_bot_answers_what_it_knows(stage: Stage) -> None:
    shopper = stage.shopper().say(KNOWN)
    shopper.sees(KNOWN)
    assert "password" in shopper.is_answered().lower()
    expect(shopper.chat.get_by_role("button", name="This did not help")).to_be_visible()


def test_from_a_question_to_an_example(stage: Stage) -> None:
    agent = stage.agent("sam")
    shopper = stage.shopper().say(STRANGE).is_not_understood().say(MORE)
    shopper.sees(MORE)
    row = agent.row(MORE)
    expect(row).to_be_visible(timeout=PATIENCE)
    expect(row).to_contain_text(WHY)
    agent.claims(MORE)
    expect(agent.thread.get_by_text(STRANGE)).to_be_visible()
    expect(agent.grounds).to_contain_text(WHY)
    expect(agent.grounds.get_by_role("heading", name="Guesses")).to_be_visible()
    shopper.sees("Sam joined the conversation")
    agent.notes("a hamster again")
    agent.replies("Hello, Sam here. Only on Mondays.")
    reply = shopper.sees("Hello, Sam here. Only on Mondays.")
    expect(shopper.chat.get_by_role("heading", name="Chat with us").locator("..")).to_contain_text("Sam is helping you")
    shopper.say("Mondays are fine, thank you")
    expect(agent.thread.get_by_text("Mondays are fine")).to_be_visible(timeout=PATIENCE)
    agent.resolves()
    agent.page.get_by_role("button", name="Undo").click()
    expect(agent.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    agent.resolves()
    shopper.is_told_of_the_end(stage.demo)
    assert "hamster again" not in shopper.page.content()
    assert "hamster again" not in shopper.log.inner_text()
    expect(reply).to_be_visible()
    agent.page.get_by_role("link", name="Learning").click()
    agent.page.get_by_role("navigation", name="Learning").get_by_role("link", name="Examples").click()
    learnt = agent.page.get_by_role("row").filter(has_text=STRANGE)
    expect(learnt).to_contain_text("out of scope", ignore_case=True, timeout=PATIENCE)
    rating = shopper.chat.get_by_role("group", name="How was this conversation?")
    rating.get_by_role("button", name="5 of 5").click()
    rating.get_by_role("button", name="Send the rating").click()
    expect(shopper.chat.get_by_text("Thank you for telling us")).to_be_visible()


def test_signing_in_by_hand_and_out_again(stage: Stage) -> None:
    page = stage.page()
    page.goto(f"{stage.url}/console/")
    page.get_by_label("E-mail").fill("tom@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Password", exact=True).fill(stage.demo.staff["tom@example.com"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Account of Tom").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
