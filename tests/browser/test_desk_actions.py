"""Desk actions that touch other people's work: each asks first, and both sides see what becomes of it."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.browser.test_accessibility import violations
from tests.waiting import until_now


def dialog(agent: Agent, name: str) -> Locator:
    """The dialog that is open."""
    found = agent.page.get_by_role("dialog", name=name)
    expect(found).to_be_visible(timeout=PATIENCE)
    return found


def owns(agent: Agent) -> None:
    """Wait until the open conversation is the agent's."""
    expect(agent.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)


def test_one_key_seizes_no_colleagues_conversation(stage: Stage) -> None:
    tom, sam = stage.agent("tom"), stage.agent("sam")
    stage.shopper().wants_a_person().say("please stay with Tom")
    tom.claims("please stay with Tom")
    sam.shows("All").opens("please stay with Tom")
    sam.page.keyboard.press("c")
    asked = dialog(sam, "Take over from Tom?")
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    sam.page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    expect(tom.page.get_by_text("Yours", exact=True)).to_be_visible()
    tom.page.keyboard.press("t")
    dialog(tom, "Transfer to").press("Escape")
    expect(tom.page.get_by_text("Yours", exact=True)).to_be_visible()
    sam.page.keyboard.press("c")
    dialog(sam, "Take over from Tom?").get_by_role("button", name="Take over").click()
    owns(sam)
    sam.resolves()


def test_one_key_seizes_nothing_from_the_bot(stage: Stage) -> None:
    ana = stage.agent("ana")
    stage.shopper().say("hello hello bot").is_answered()
    ana.shows("Bot").row("").first.click()
    expect(ana.page.get_by_text("With the bot")).to_be_visible(timeout=PATIENCE)
    ana.page.keyboard.press("c")
    asked = dialog(ana, "Take over from the bot?")
    expect(ana.page.get_by_text("With the bot")).to_be_visible()
    asked.get_by_role("button", name="Take over").click()
    owns(ana)
    ana.resolves()


def test_a_transfer_to_a_person_is_accepted(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("one for a specialist")
    ana.claims("one for a specialist")
    ana.page.keyboard.press("t")
    asked = dialog(ana, "Transfer to")
    expect(asked.get_by_text("Until then you keep the conversation.")).to_be_visible()
    asked.get_by_role("button", name=re.compile("^Tom")).click()
    expect(ana.page.get_by_text("Proposed to Tom")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_text("Yours", exact=True)).to_be_visible()
    proposed = tom.page.get_by_role("region", name="Proposed to you")
    expect(proposed.get_by_text("one for a specialist")).to_be_visible(timeout=PATIENCE)
    proposed.get_by_role("button", name="Accept").click()
    owns(tom)
    expect(proposed).to_have_count(0)
    expect(ana.page.get_by_text("With Tom")).to_be_visible(timeout=PATIENCE)
    tom.replies("I am the specialist")
    shopper.sees("I am the specialist")
    tom.resolves()


def test_a_declined_proposal_is_told_to_its_author(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    stage.shopper().wants_a_person().say("nobody wants this one")
    ana.claims("nobody wants this one")
    ana.page.keyboard.press("t")
    dialog(ana, "Transfer to").get_by_role("button", name=re.compile("^Tom")).click()
    tom.page.get_by_role("region", name="Proposed to you").get_by_role("button", name="Decline").click(timeout=PATIENCE)
    expect(ana.page.get_by_text("Tom declined this conversation")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_text("Yours", exact=True)).to_be_visible()
    ana.resolves()


def test_a_double_press_accepts_one_of_two(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    for text in ("the first of two for Tom", "the second of two for Tom"):
        stage.shopper().wants_a_person().say(text)
        ana.claims(text)
        ana.page.keyboard.press("t")
        asked = dialog(ana, "Transfer to")
        asked.get_by_role("textbox", name="Note for them").fill("Yours, I think.")  # then five minutes to accept
        asked.get_by_role("button", name=re.compile("^Tom")).click()
        expect(ana.page.get_by_text("Proposed to Tom")).to_be_visible(timeout=PATIENCE)
    accept = tom.page.get_by_role("region", name="Proposed to you").get_by_role("button", name="Accept")
    expect(accept).to_have_count(2, timeout=PATIENCE)
    accept.first.click()
    owns(tom)
    expect(accept).to_have_count(1)
    accept.hover()
    tom.page.mouse.down(click_count=2)
    tom.page.mouse.up(click_count=2)
    tom.page.get_by_role("region", name="Proposed to you").get_by_role("button", name="Decline").click()
    expect(ana.page.get_by_text("Tom declined this conversation")).to_be_visible(timeout=PATIENCE)
    ana.resolves()
    tom.resolves()


def test_a_supervisor_assigns_from_the_row_and_puts_it_back(stage: Stage) -> None:
    tom, sam = stage.agent("tom"), stage.agent("sam")
    stage.shopper().wants_a_person().say("who shall have this")
    row = sam.lists.get_by_role("listitem").filter(has_text="who shall have this")
    more = row.get_by_role("button", name=re.compile("^Actions for"))
    expect(more).to_be_visible(timeout=PATIENCE)
    expect(tom.lists.get_by_role("button", name=re.compile("^Actions for"))).to_have_count(0)
    more.press("Enter")
    sam.page.get_by_role("menuitem", name="Assign to").press("Enter")
    dialog(sam, "Assign to").get_by_role("button", name=re.compile("^Tom")).click()
    tom.shows("Mine").opens("who shall have this")
    owns(tom)
    sam.shows("All")
    more.click()
    sam.page.get_by_role("menuitem", name="Put back into the queue").click()
    asked = dialog(sam, "Put the conversation of Tom back into the queue?")
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    expect(tom.page.get_by_text("Yours", exact=True)).to_be_visible()
    asked.get_by_role("button", name="Put it back").click()
    expect(tom.page.get_by_text("Waiting for a person")).to_be_visible(timeout=PATIENCE)
    tom.shows("Queue").claims("who shall have this")
    tom.resolves()


@pytest.mark.parametrize(
    ("item", "question", "confirm", "then"),
    [
        ("Release", "Put this conversation back into the queue?", "Put it back", "Waiting for a person"),
        ("Hand back to the bot", "Hand this conversation back to the bot?", "Hand it back", "With the bot"),
    ],
)
def test_nothing_gives_a_conversation_away_unasked(
    stage: Stage, item: str, question: str, confirm: str, then: str
) -> None:
    ana = stage.agent("ana")
    words = f"keep me, whatever {item} does"
    stage.shopper().wants_a_person().say(words)
    ana.claims(words)
    for answer in ("Cancel", confirm):
        ana.page.get_by_role("button", name="More actions").click()
        ana.page.get_by_role("menuitem", name=item).click()
        asked = dialog(ana, question)
        expect(ana.page.get_by_text("Yours", exact=True)).to_be_visible()
        asked.get_by_role("button", name=answer).click()
        expect(asked).to_have_count(0, timeout=PATIENCE)
    expect(ana.page.get_by_text(then)).to_be_visible(timeout=PATIENCE)
    ana.page.keyboard.press("c")
    if then == "With the bot":
        dialog(ana, "Take over from the bot?").get_by_role("button", name="Take over").click()
    owns(ana)
    ana.resolves()


def test_all_is_well_with_nobody_online(stage: Stage) -> None:
    ana = stage.agent("ana")
    shopper = stage.shopper().wants_a_person().say("do not leave me alone")
    ana.claims("do not leave me alone")
    ana.page.get_by_role("button", name="More actions").click()
    ana.page.get_by_role("menuitem", name="Release").click()
    dialog(ana, "Put this conversation back into the queue?").get_by_role("button", name="Put it back").click()
    shopper.sees("You are back in the queue and keep your place.")
    ana.page.close()
    shopper.sees("Nobody is here right now", timeout=2 * PATIENCE)
    expect(shopper.chat.get_by_role("textbox", name="Your email")).to_be_visible(timeout=PATIENCE)
    tom = stage.agent("tom").claims("do not leave me alone")
    tom.resolves()


def test_a_snooze_says_until_when_and_ends_when_asked(stage: Stage) -> None:
    ana = stage.agent("ana")
    stage.shopper().wants_a_person().say("ask me again tomorrow")
    ana.claims("ask me again tomorrow")
    ana.page.get_by_role("button", name="More actions").click()
    ana.page.get_by_role("menuitem", name="Snooze").click()
    asked = dialog(ana, "Snooze until")
    asked.get_by_label("Another time").fill("2199-01-01T09:00")
    asked.get_by_role("button", name="Snooze", exact=True).click()
    expect(asked.get_by_text("Choose a time within 30 days.")).to_be_visible()
    asked.get_by_role("button", name=re.compile("^Tomorrow morning")).click()
    expect(ana.page.get_by_role("banner").or_(ana.page.locator("header")).get_by_text("Snoozed until")).to_be_visible(
        timeout=PATIENCE
    )
    ana.page.get_by_role("button", name="Wake now").click()
    expect(ana.page.get_by_role("button", name="Wake now")).to_have_count(0, timeout=PATIENCE)
    ana.resolves()


def test_the_resolve_step_plans_a_follow_up_by_keyboard(stage: Stage) -> None:
    ana = stage.agent("ana")
    stage.shopper().wants_a_person().say("ask me next week")
    ana.claims("ask me next week")
    ana.page.get_by_role("button", name=re.compile("^Resolve( E)?$")).click()
    step = ana.page.get_by_role("region", name="Resolve", exact=True)
    step.get_by_role("button", name=re.compile("Out of scope")).press("Enter")
    again = step.get_by_role("combobox", name="Write to them again")
    again.focus()
    ana.page.keyboard.press("End")
    when = step.get_by_role("textbox", name="Another time")
    when.fill("2020-01-01T09:00")
    expect(step.get_by_text("Choose a time to come.")).to_be_visible(timeout=PATIENCE)
    assert violations(ana.page) == []
    when.press("Control+Enter")
    expect(ana.page.get_by_text("Resolved as")).to_have_count(0)
    again.select_option(index=1)
    expect(when).to_have_count(0)
    again.press("Control+Enter")
    expect(ana.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_text("Follow-up planned for")).to_be_visible(timeout=PATIENCE)


def test_a_follow_up_is_planned_listed_and_given_up(stage: Stage) -> None:
    ana = stage.agent("ana")
    stage.shopper().wants_a_person().say("tell me when it is back")
    ana.claims("tell me when it is back")
    ana.page.get_by_role("button", name="More actions").click()
    ana.page.get_by_role("menuitem", name="Follow up").click()
    asked = dialog(ana, "Follow up at")
    asked.get_by_label("Note to yourself").fill("Look into the stock first.")
    assert violations(ana.page) == []
    asked.get_by_role("button", name=re.compile("^Tomorrow morning")).click()
    expect(ana.page.get_by_text("Follow-up planned for")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_text("Look into the stock first.")).to_be_visible(timeout=PATIENCE)
    assert violations(ana.page) == []
    ana.resolves()
    ana.page.goto(ana.page.url.partition("#")[0] + "#/inbox")
    ana.page.get_by_role("button", name="Follow-ups").click()
    ana.page.get_by_role("link").filter(has_text="tell me when it is back").click()
    expect(ana.page.get_by_text("Follow-up planned for")).to_be_visible(timeout=PATIENCE)
    ana.page.get_by_role("button", name="Cancel follow-up").click()
    expect(ana.page.get_by_text("Follow-up planned for")).to_have_count(0, timeout=PATIENCE)
    expect(ana.page.get_by_role("button", name="Follow up…")).to_be_visible(timeout=PATIENCE)


MENU = re.compile(r"/assets/Menu-[\w-]+\.js$")


def test_a_press_that_begins_before_the_menu_is_there_opens_it(stage: Stage) -> None:
    """The button is made anew once its menu has come; one that goes away while it is pressed is not clicked."""
    page = stage.agent("ana").page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(MENU, hold)
    with page.expect_request(MENU):
        page.reload()
    page.get_by_role("button", name="Account of Ana").hover()
    page.mouse.down()
    until_now(lambda: page.title() and held)
    page.unroute(MENU)  # lets go of it
    other = page.get_by_role("button", name="Presence of Ana")
    expect(other, "its menu is there").to_have_attribute("id", re.compile("^mantine-"), timeout=PATIENCE)
    page.mouse.up()
    expect(page.get_by_role("menuitem", name="Alerts")).to_be_visible(timeout=PATIENCE)


def test_at_the_end_of_the_day_everything_is_put_back(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("left over in the evening")
    ana.claims("left over in the evening")
    ana.page.get_by_role("button", name="Presence of Ana").click()
    ana.page.get_by_role("menuitem", name="Put everything back").click()
    expect(ana.page.get_by_text("Yours", exact=True)).to_be_visible()
    ana.page.get_by_role("menuitem", name="Yes, put everything back").click()
    expect(ana.page.get_by_text("Waiting for a person")).to_be_visible(timeout=PATIENCE)
    expect(ana.page.get_by_role("menuitem")).to_have_count(0)
    tom.claims("left over in the evening")
    tom.replies("I have the late shift")
    shopper.sees("I have the late shift")
    tom.resolves()
