"""Who a customer is: their name in the lists, their page, a name put right, notes, and two who are one person."""

from contextlib import suppress

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.browser.test_accessibility import at_both_widths, overflow, violations
from tests.browser.test_figures import bare_numbers, undefined
from tests.waiting import until_now

MARKUP = "<img src=x onerror=alert()>"


def names(agent: Agent, name: str, email: str = "") -> None:
    """Put the name right on the customer's page."""
    agent.page.get_by_role("button", name="Correct name and address").click()
    asked = agent.page.get_by_role("dialog", name="Name and address of this customer")
    asked.get_by_label("Name").fill(name)
    asked.get_by_label("E-mail").fill(email)
    asked.get_by_role("button", name="Store").click()
    expect(asked).to_have_count(0, timeout=PATIENCE)


def opens_the_customer(agent: Agent) -> None:
    """From the side panel of the conversation that is open."""
    agent.grounds.get_by_role("link", name="Open the customer's page").click(timeout=PATIENCE)
    expect(agent.page.get_by_role("heading", name="Conversations", exact=True)).to_be_visible(timeout=PATIENCE)


def test_staff_give_a_customer_a_name_and_lists_and_pages_show_it_as_text(stage: Stage) -> None:
    agent = stage.agent("ana")
    words = "the ottoman squeaks"
    stage.shopper().wants_a_person().say(words)
    agent.claims(words)
    opens_the_customer(agent)
    names(agent, MARKUP, "maria@example.com")
    page = agent.page
    expect(page.get_by_role("heading", level=1)).to_have_text(MARKUP)
    expect(page.get_by_text("(given by staff)").first).to_be_visible()
    page.get_by_label("New note").fill(f"Prefers mails {MARKUP}")
    page.get_by_role("button", name="Add note").click()
    notes = page.get_by_role("region", name="Notes about this customer")
    expect(notes.get_by_role("listitem")).to_contain_text(f"Prefers mails {MARKUP}", timeout=PATIENCE)
    expect(page.locator("main img")).to_have_count(0)
    found = at_both_widths(page, violations)
    assert (found, bare_numbers(page), undefined(page)) == ([[], []], [], [])
    page.set_viewport_size({"width": 320, "height": 800})
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("list", name="Conversations").get_by_role("link").click()
    expect(page.get_by_role("heading", level=2, name=MARKUP)).to_be_visible(timeout=PATIENCE)
    agent.shows("Mine")
    expect(agent.row(words)).to_contain_text(MARKUP)
    assert violations(page) == []
    expect(page.locator("main img")).to_have_count(0)


def test_the_head_of_a_closed_conversation_that_is_in_no_list_names_its_customer(stage: Stage) -> None:
    agent, words = stage.agent("ana"), "purple ottomans squeak at noon"
    shopper = stage.shopper().wants_a_person().say(words)
    agent.claims(words)
    conversation = agent.page.url.rpartition("/")[2]
    opens_the_customer(agent)
    names(agent, "Maria Old")
    agent.page.go_back()
    agent.resolves()
    shopper.is_told_of_the_end(stage.demo)
    stage.demo.let_grow_old(conversation)
    agent.page.reload()
    expect(agent.page.get_by_role("heading", level=2, name="Maria Old")).to_be_visible(timeout=PATIENCE)
    agent.shows("All")
    expect(agent.lists.get_by_role("link", name="Inbox views")).to_be_visible(timeout=PATIENCE)
    expect(agent.row("Maria Old")).to_have_count(0)


def is_looked_for(page: Page, said: str) -> Locator:
    """Open the palette and wait until Maria Palette is found by this; the index follows a moment later."""
    page.keyboard.press("Control+k")
    asked = page.get_by_role("dialog", name="Find a customer")
    field = asked.get_by_role("combobox", name="Name, address or id")
    expect(field).to_be_focused(timeout=PATIENCE)
    option = asked.get_by_role("option", name="Maria Palette")

    def is_found() -> bool:
        field.fill("nobody is called so")
        expect(asked.get_by_text("No customer matches.")).to_be_visible(timeout=PATIENCE)
        field.fill(said)
        with suppress(TimeoutError):
            option.wait_for(timeout=2_000)
        return option.is_visible()

    until_now(is_found, PATIENCE / 1_000)
    expect(option).to_have_attribute("aria-selected", "true")
    return field


def test_ctrl_k_finds_a_customer_from_anywhere(stage: Stage) -> None:
    agent, words = stage.agent("ana"), "purple palettes sing at noon"
    stage.shopper().wants_a_person().say(words)
    agent.claims(words)
    opens_the_customer(agent)
    names(agent, "Maria Palette", "palette@example.com")
    page = agent.page
    customer = page.url.rpartition("/")[2]
    page.go_back()
    agent.box.fill("half a sentence")
    for said in ("maria palet", "palette@example.com", customer):
        field = is_looked_for(page, said)
        if said == customer:
            assert (violations(page), overflow(page)) == ([], 0)
        field.press("Enter")
        expect(page.get_by_role("heading", level=1, name="Maria Palette")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Name, address or id").fill("nobody is called so")
    expect(page.get_by_role("status").filter(has_text="No customer matches.")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_supervisor_merges_two_customers_after_reading_what_that_means(stage: Stage) -> None:
    agent = stage.agent("sam")
    for name, words in (("Zoe Left", "my cupboard hums"), ("Zoe Gone", "my shelf whistles")):
        stage.shopper().wants_a_person().say(words)
        agent.claims(words)
        opens_the_customer(agent)
        names(agent, name)
        agent.page.go_back()
        if name == "Zoe Left":
            agent.resolves()
    opens_the_customer(agent)
    page = agent.page
    page.get_by_role("button", name="Merge with another").click()
    choice = page.get_by_role("dialog", name="Are these two one person?")
    left = choice.get_by_role("button", name="Zoe Left")

    def is_found() -> bool:
        choice.get_by_label("Name, address or id").fill("zoe" if choice.get_by_role("list").count() else "Zoe")
        choice.get_by_role("button", name="Search").click()
        return left.count() == 1

    until_now(is_found, PATIENCE / 500, every=0.5)
    assert violations(page) == []
    left.click()
    asked = page.get_by_role("dialog", name="Are these two one person?")
    expect(asked).to_contain_text("Zoe Gone goes into Zoe Left", timeout=PATIENCE)
    expect(asked).to_contain_text("(in place of Zoe Gone)")
    expect(asked).to_contain_text("Nobody can undo this")
    assert violations(page) == []
    asked.get_by_role("button", name="Merge for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoe Left", timeout=PATIENCE)
    listed = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(listed).to_have_count(2, timeout=PATIENCE)
    for words in ("my shelf whistles", "my cupboard hums"):
        expect(listed.filter(has_text=words)).to_have_count(1)
