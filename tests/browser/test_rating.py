"""Rating a conversation that is over: stars, and words beside them, once, whichever tab they come from."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent, Shopper


def ended(stage: Stage, words: str) -> tuple[Agent, Shopper]:
    """An agent and a customer whose conversation the agent resolved."""
    agent = stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say(words)
    agent.claims(words).resolves()
    shopper.is_told_of_the_end(stage.demo)
    return agent, shopper


def test_a_customer_rates_with_a_comment_that_staff_read(stage: Stage) -> None:
    agent, shopper = ended(stage, "my hallway lamp buzzes")
    other = Shopper(stage.watch(shopper.page.context.new_page()), stage.url)
    card = shopper.chat.get_by_role("group", name="How was this conversation?")
    there = other.chat.get_by_role("group", name="How was this conversation?")
    expect(there).to_be_visible(timeout=PATIENCE)
    card.get_by_role("button", name="2 of 5").click()
    expect(card.get_by_role("button", name="2 of 5")).to_have_attribute("aria-pressed", "true")
    expect(card.get_by_role("button", name="Send the rating")).to_be_in_viewport(ratio=1)
    card.get_by_role("textbox", name="Would you like to say more?").fill("it took <b>too</b> long")
    card.get_by_role("button", name="Send the rating").click()
    expect(shopper.chat.get_by_text("Thank you for telling us")).to_be_visible()
    expect(there).to_have_count(0, timeout=PATIENCE)
    agent.page.reload()
    ending = agent.page.get_by_role("region", name="How it ended")
    expect(ending.get_by_text("2 of 5")).to_be_visible(timeout=PATIENCE)
    expect(ending.get_by_text("it took <b>too</b> long")).to_be_visible()


def test_a_score_that_was_chosen_counts_though_the_chat_is_closed_before_it_is_sent(stage: Stage) -> None:
    agent, shopper = ended(stage, "my cellar lamp flickers")
    shopper.chat.get_by_role("button", name="4 of 5").click()
    shopper.chat.get_by_role("button", name="Close the chat").click()
    shopper.page.get_by_role("button", name="Open the chat").click()
    expect(shopper.chat.get_by_role("button", name="4 of 5")).to_have_count(0)
    agent.page.reload()
    expect(agent.page.get_by_role("region", name="How it ended").get_by_text("4 of 5")).to_be_visible(timeout=PATIENCE)
