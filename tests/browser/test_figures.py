"""Every figure the console shows leads to its definition, page by page: no number stands outside a `Figure`."""

import re
from collections.abc import Iterable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.waiting import until_now

NUMBERS = """() => {
  const free = '[data-figure], time, kbd, code, input, textarea, [contenteditable], bdi, [dir=auto], q, '
    + '.hidden-text[role=status]';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { textContent, parentElement } = walker.currentNode;
    if (/\\d/.test(textContent) && !parentElement.closest(free + ', script, style')) found.push(textContent);
  }
  return found;
}"""
"""Texts with a digit that stand in no figure, time, key or code, and are nobody's own words.

What is only announced tells of figures that are shown."""
NOT_FIGURES = re.compile(
    r"[\w.+-]+@[\w-]+(\.[\w-]+)+|\b[A-Z][a-z]{2} \d{1,2}\b|\b\d\d:\d\d\b|\bv\d+(\.\d+)*\b|\bstarter(\.\d+)*|#\w+"
)
"""E-mail addresses, dates, times of day, names of models and of customers."""
UNDEFINED = """within => [...document.querySelectorAll(`${within} [data-figure]`)].filter(figure => {
  const term = figure.dataset.figure;
  const away = figure.closest('a:not([href*="#/glossary/"]), button');
  return !document.querySelector(`${within} a[href="#/glossary/${term}"]`) && !(away && away.closest('header'));
}).map(figure => figure.dataset.figure + ': ' + figure.textContent)"""
"""Figures without a link to their definition on the page; those in the header are tested by themselves."""


def bare_numbers(page: Page) -> list[str]:
    """Return texts with a number that is no figure."""
    texts: Iterable[str] = page.evaluate(NUMBERS)
    return [text for text in texts if re.search(r"\d", NOT_FIGURES.sub("", text))]


def undefined(page: Page, within: str = "body") -> list[str]:
    """Return the figures that nothing on the page, or in a part of it, defines."""
    found: list[str] = page.evaluate(UNDEFINED, within)
    return found


def figures(page: Page) -> set[str]:
    """Return the terms of the figures that are shown."""
    return set(page.evaluate("() => [...document.querySelectorAll('[data-figure]')].map(one => one.dataset.figure)"))


def lead_to_their_definitions(agent: Agent, *expected: str) -> None:
    """Check the page that is open; it shows at least the figures expected."""
    expect(agent.page.get_by_text("Loading…")).to_have_count(0, timeout=PATIENCE)
    until_now(lambda: set(expected) <= figures(agent.page), PATIENCE / 1_000)
    assert bare_numbers(agent.page) == []
    assert undefined(agent.page) == []


def test_the_conversations(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("which number is this")
    agent.claims("which number is this")
    until_now(lambda: {"numbers-beside-the-lists", "capacity-load"} <= figures(agent.page), PATIENCE / 1_000)
    assert bare_numbers(agent.page) == []
    assert undefined(agent.page) == []
    agent.resolves()
    shopper.is_told_of_the_end(stage.demo)


def test_why_it_was_handed_off(stage: Stage) -> None:
    agent = stage.agent("tom")
    stage.shopper().say("the purple kangaroo of my aunt sings").is_not_understood().say("and it sings all night")
    agent.opens("and it sings all night")
    expect(agent.grounds.get_by_text("Guesses")).to_be_visible(timeout=PATIENCE)
    lead_to_their_definitions(agent, "guess", "confidence", "waiting-due-over")
    agent.grounds.get_by_role("link", name="Confidence").click()
    heading = agent.page.get_by_role("heading", name="Glossary", exact=True)
    expect(heading).to_be_visible(timeout=PATIENCE)
    expect(agent.page.locator("#term-confidence")).to_be_focused(timeout=PATIENCE)
    agent.page.go_back()
    agent.page.get_by_role("button", name=re.compile("^Claim")).click()
    agent.resolves()


PAGES: dict[str, tuple[str, ...]] = {
    "learning/models": ("coverage", "risk", "threshold", "held-back-labels"),
    "learning/runs": ("coverage", "risk", "held-back-labels"),
    "learning/examples": (),
    "history": ("on-this-page",),
    "contacts/open": ("contact",),
    "catalogue": ("intents-shown", "examples-of-an-intent"),
    "catalogue/track_order": ("intents-shown", "examples-of-an-intent"),
}


def test_the_other_pages(stage: Stage) -> None:
    """One console for all of them: to load it takes a second of processor time."""
    stage.shopper().say("something to find in the history")
    stage.demo.let_have_trained("starter")
    agent = stage.agent("sam")
    for page, shown in PAGES.items():
        agent.page.goto(f"{stage.url}/console/#/{page}")
        here = agent.page.locator(f'a[aria-current="page"][href="#/{page}"]')
        expect(here.first).to_be_attached(timeout=PATIENCE)
        lead_to_their_definitions(agent, *shown)


def are_defined(agent: Agent, within: str, *expected: str) -> None:
    """Check what is open over the page, or a part of it: it shows these figures, and defines them itself."""
    until_now(lambda: set(expected) <= figures(agent.page), PATIENCE / 1_000)
    assert bare_numbers(agent.page) == []
    assert undefined(agent.page, within) == []


def test_dialogs_and_proposals_to_people(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    stage.shopper().wants_a_person().say("count what stands in dialogs")
    ana.claims("count what stands in dialogs")
    ana.page.keyboard.press("t")
    tom_there = ana.page.get_by_role("dialog", name="Transfer to").get_by_role("button", name=re.compile("^Tom"))
    expect(tom_there).to_be_visible(timeout=PATIENCE)
    are_defined(ana, "[role=dialog]", "capacity-load")
    tom_there.click()
    for agent in (ana, tom):
        are_defined(agent, "body", "time-left")
    tom.page.get_by_role("button", name="Decline").click()
    ana.page.get_by_role("button", name="More actions").click()
    ana.page.get_by_role("menuitem", name="Snooze").click()
    expect(ana.page.get_by_role("dialog", name="Snooze until")).to_be_visible(timeout=PATIENCE)
    are_defined(ana, "[role=dialog]")
    ana.page.keyboard.press("Escape")
    ana.resolves()
    are_defined(ana, "section[aria-label^='Resolved as']", "time-left")


def test_the_resolve_step_and_how_often_an_answer_was_proposed(stage: Stage) -> None:
    """Words that are proposed again count; a definition opens in a tab of its own, and the step stays as it is."""
    text, agent = "the orange walrus of my uncle whistles", stage.agent("tom")
    for _ in range(2):
        stage.shopper().say(text).is_not_understood().say("and it will not stop")
        agent.claims("and it will not stop").replies("A walrus stops when it is fed.")
        agent.page.get_by_role("button", name=re.compile("^Resolve( E)?$")).click()
        step = agent.page.get_by_role("region", name="Resolve", exact=True)
        expect(step.get_by_role("list", name="Guesses")).to_be_visible(timeout=PATIENCE)
        are_defined(agent, "section[aria-label='Resolve']", "guess")
        step.get_by_role("button", name="New intent").click()
        step.get_by_label("Name of the new intent").fill("walrus")
        with agent.page.expect_popup() as definition:
            step.get_by_role("link", name="Guesses").click()
        expect(definition.value.locator("#term-guess")).to_be_focused(timeout=PATIENCE)
        definition.value.close()
        step.get_by_role("radio", name="My last reply").check()
        step.get_by_role("button", name="Resolve", exact=True).click()
        expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
    stage.demo.let_fall_due("settle")
    sam = stage.agent("sam")
    sam.page.goto(f"{stage.url}/console/#/catalogue/walrus")
    expect(sam.page.get_by_role("link", name="Proposed 2 times")).to_be_visible(timeout=60_000)
    lead_to_their_definitions(sam, "times-proposed")


def test_the_header(stage: Stage) -> None:
    """Its figures stand in a button and in links: the menu, and the page the link leads to, define them."""
    agent = stage.agent("sam")
    agent.page.get_by_role("button", name="Presence of Sam").click()
    agent.page.get_by_role("menuitem", name="What this means").click()
    expect(agent.page.locator("#term-capacity-load")).to_be_focused(timeout=PATIENCE)
    agent.page.get_by_role("button", name="Account of Sam").click()
    agent.page.get_by_role("menuitem", name="Glossary").click()
    expect(agent.page.get_by_role("heading", name="Figures of the console")).to_be_attached(timeout=PATIENCE)


def test_every_link_has_an_entry(stage: Stage) -> None:
    agent = stage.agent("sam")
    agent.page.goto(f"{stage.url}/console/#/learning/models")
    expect(agent.page.get_by_role("columnheader", name="Coverage")).to_be_visible(timeout=PATIENCE)
    hrefs = agent.page.eval_on_selector_all(
        'a[href^="#/glossary/"]', "links => links.map(one => one.getAttribute('href'))"
    )
    agent.page.goto(f"{stage.url}/console/#/glossary")
    expect(agent.page.locator("dl > div").first).to_be_visible(timeout=PATIENCE)
    ids = set(agent.page.eval_on_selector_all("dl > div", "all => all.map(one => one.id)"))
    assert {"term-" + href.removeprefix("#/glossary/") for href in hrefs} <= ids
