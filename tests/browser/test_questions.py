"""What is no request is asked about once, and what is asked now is what the console explains."""

import os
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.browser.test_accessibility import overflow, violations
from tests.browser.test_desk import ASKED, asked_back
from tests.browser.test_proposed_answers import resolve_step
from tests.waiting import until_now

WHAT = "What can I help you with? Please tell me in a sentence."
BOTH = "cancel my order and also where is my parcel?"
UNSURE = ("cancel my order", "the mug smells of paint")
TWO = " and also ".join(UNSURE)
FIRST = "my hamster sat down on the grand piano"


def test_complaint_before_there_is_a_request_the_bot_asks_for_one(stage: Stage) -> None:
    """What counts as no request is tested with the services; here, that customer and agent see the question."""
    agent = stage.agent("ana")
    for said in ("hello?", "4711-8812"):
        shopper = stage.shopper().say(said)
        answer = shopper.is_answered().removeprefix("Assistant:").strip()
        assert answer == WHAT or (said == "hello?" and "help" in answer)
        expect(shopper.log.locator(".notice")).to_have_count(0)
        ref = f"about {said}"
        shopper.wants_a_person().say(ref)
        agent.opens(ref)
        asked = agent.thread.get_by_role("article").filter(has_text=answer)
        expect(asked).to_contain_text("Bot", timeout=PATIENCE)
        expect(agent.grounds.get_by_text("Asked for a person")).to_be_visible(timeout=PATIENCE)


def turns(agent: Agent, presence: str) -> None:
    """Choose a presence from the menu."""
    agent.page.get_by_role("button", name="Presence of").click()
    agent.page.get_by_role("menuitemradio", name=re.compile(f"^{presence}")).click()
    expect(agent.page.get_by_role("button", name=f": {presence}")).to_be_visible(timeout=PATIENCE)


def test_complaint_a_reopened_conversation_is_explained_by_the_question_asked_now(stage: Stage) -> None:
    unclear = asked_back(stage).own.first.inner_text().removeprefix("You:").strip()
    agent, colleague = stage.agent("tom"), stage.agent("ana")
    shopper = stage.shopper().say(FIRST).is_not_understood().say("it is a black one")
    agent.claims("it is a black one").replies("We are sorry to hear that.").resolves()
    turns(agent, "Away")  # else the conversation comes back to its agent
    shopper.is_told_of_the_end(stage.demo)
    shopper.say(unclear)
    choices = shopper.log.get_by_role("group", name=ASKED).get_by_role("button")
    expect(choices.last).to_have_text("None of these", timeout=PATIENCE)
    refused = choices.all_inner_texts()[:-1]
    choices.last.click()
    shopper.say("none, it is the second one")
    colleague.claims("none, it is the second one")
    expect(colleague.grounds.get_by_text("Still unclear after asking")).to_be_visible(timeout=PATIENCE)
    for title in refused:
        expect(colleague.grounds.get_by_role("list").filter(has_text=title).first).to_be_visible()
    if shots := os.environ.get("ESCALATION_SHOTS"):
        colleague.page.screenshot(path=Path(shots, "reopened-reasons.png"))
    step = resolve_step(colleague)
    expect(step.get_by_text("Will be learnt under this intent")).to_be_visible(timeout=PATIENCE)
    expect(step.locator("q").filter(has_text=unclear)).to_be_visible()
    expect(step.locator("q").filter(has_text=FIRST)).to_have_count(0)
    expect(step.get_by_text("No agent has replied to this question")).to_be_visible()
    for title in refused:
        expect(step.get_by_role("list", name="Guesses").get_by_text(title, exact=True)).to_have_count(0)
    if shots := os.environ.get("ESCALATION_SHOTS"):
        colleague.page.screenshot(path=Path(shots, "reopened-step.png"))
    turns(agent, "Online")


def test_two_requests_in_one_message_are_both_answered(stage: Stage) -> None:
    shopper = stage.shopper().say(BOTH)
    answers = shopper.log.locator(".group.theirs .bubble")
    expect(answers).to_have_count(2, timeout=PATIENCE)
    expect(answers.first).to_contain_text("cancel")
    expect(answers.last).to_contain_text("track")
    expect(shopper.log.locator(".notice")).to_have_count(0)
    if shots := os.environ.get("ESCALATION_SHOTS"):
        shopper.page.screenshot(path=Path(shots, "requests-answered.png"))


def test_two_requests_of_which_one_is_unsure_are_shown_apart(stage: Stage) -> None:
    agent = stage.agent("ana")
    stage.shopper().say(TWO).is_not_understood()
    agent.claims(TWO)
    step = resolve_step(agent)
    first, second = (step.get_by_role("group", name=f"Request {number}") for number in (1, 2))
    expect(first.locator("h4 q")).to_have_text(UNSURE[0], timeout=PATIENCE)
    expect(second.locator("h4 q")).to_have_text(UNSURE[1])
    for width in (1280, 390):
        agent.page.set_viewport_size({"width": width, "height": 800})
        if shots := os.environ.get("ESCALATION_SHOTS"):
            agent.page.screenshot(path=Path(shots, f"requests-{width}.png"))
        assert violations(agent.page) == [], width
        assert overflow(agent.page) == 0
    agent.page.set_viewport_size({"width": 1280, "height": 800})
    expect(agent.grounds.get_by_text("Several requests")).to_be_visible()
    expect(agent.grounds.get_by_role("heading", name="Request 2")).to_contain_text(UNSURE[1])
    step.get_by_text("As one request").click()
    expect(first).to_have_count(0)
    step.get_by_role("button", name="Out of scope").click()
    step.get_by_label("Not for training").check()
    step.get_by_role("button", name="Resolve", exact=True).click()
    expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)


def test_each_request_gets_a_label_and_becomes_an_example(stage: Stage) -> None:
    agent = stage.agent("sam")
    shopper = stage.shopper().say(TWO)
    shopper.is_not_understood()
    agent.claims(TWO)
    step = resolve_step(agent)
    first, second = (step.get_by_role("group", name=f"Request {number}") for number in (1, 2))
    expect(second).to_be_visible(timeout=PATIENCE)
    agent.page.keyboard.press("1")
    expect(first.get_by_role("button", name="Cancel").first).to_have_attribute("aria-pressed", "true")
    step.get_by_role("button", name="Resolve", exact=True).click()
    expect(step.get_by_text("Choose a label for each request")).to_be_visible()
    agent.page.keyboard.press("1")
    expect(second.locator("[aria-pressed=true]")).to_have_count(1)
    step.get_by_role("button", name="Resolve", exact=True).click()
    expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
    shopper.is_told_of_the_end(stage.demo)

    def learnt() -> set[str]:
        found = agent.page.request.get(f"{stage.url}/api/v1/examples?limit=50").json()["examples"]
        return {each["text"] for each in found}

    until_now(lambda: set(UNSURE) <= learnt(), PATIENCE / 1000)
