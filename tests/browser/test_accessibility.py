"""axe finds nothing on any page in either theme, and nothing is cut off on a phone of 320 px.

A page is visited once: its theme and its width change under it, which costs a tenth of another visit.
"""

from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.live_service import ROOT
from tests.waiting import until_now

AXE = ROOT / "agent_console" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (390, 1280)
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""All other rules read the document, which is the same in both themes."""
RUN = """async runOnly => (await axe.run(document, { runOnly })).violations.map(v => v.impact + ' ' + v.id + ': '
  + v.nodes.map(n => n.target.flat().join(' ') + ' ' + (n.failureSummary ?? '')).join('; '))"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
AT_ONCE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { transition: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
"""An inherited colour that changes by a transition, be it of no time, takes a frame for each element it goes down."""
Found = TypeVar("Found")


def violations(page: Page) -> list[str]:
    """Return what axe finds, whatever its impact: by all rules in the light theme, by those of colours in the dark."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: the assets were built elsewhere")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        page.evaluate(AT_ONCE)
    found: list[str] = []
    for theme, rules in (("dark", OF_COLOURS), ("light", RULES)):
        page.emulate_media(color_scheme=theme)
        page.evaluate(DRAWN)
        found += [f"{theme}: {each}" for each in page.evaluate(RUN, rules)]
    return found


def at_both_widths(page: Page, look: Callable[[Page], Found]) -> list[Found]:
    """Return what is found on a phone and on a desktop; ends on the desktop."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(DRAWN)
        found.append(look(page))
    return found


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def learning(tab: str) -> Callable[[Agent], None]:
    def go(agent: Agent) -> None:
        agent.page.goto(agent.page.url.split("#")[0] + f"#/learning/{tab}")
        expect(agent.page.get_by_role("heading", name="Learning")).to_be_visible(timeout=PATIENCE)
        expect(agent.page.get_by_text("Loading…")).to_have_count(0, timeout=PATIENCE)

    return go


def catalogue(agent: Agent, intent: str = "") -> None:
    """Open the catalogue, or one of its intents."""
    agent.page.goto(agent.page.url.split("#")[0] + f"#/catalogue/{intent}")
    expect(agent.page.get_by_role("heading", name="Catalogue")).to_be_attached(timeout=PATIENCE)
    if intent:
        expect(agent.page.get_by_role("region", name="History")).to_be_visible(timeout=PATIENCE)
    expect(agent.page.get_by_text("Loading…")).to_have_count(0, timeout=PATIENCE)


def test_the_catalogue(stage: Stage) -> None:
    agent = stage.agent("sam")
    catalogue(agent)
    found = {"list": at_both_widths(agent.page, violations)}
    agent.page.get_by_role("button", name="Import").click()
    expect(agent.page.get_by_role("dialog", name="Import")).to_be_visible(timeout=PATIENCE)
    found["import"] = at_both_widths(agent.page, violations)
    agent.page.keyboard.press("Escape")
    catalogue(agent, "track_order")
    found["intent"] = at_both_widths(agent.page, violations)
    assert found == {place: [[], []] for place in found}


def test_the_console(stage: Stage) -> None:
    agent = stage.agent("sam")
    words = "my desk lamp flickers, help"
    shopper = stage.shopper().wants_a_person().say(words)
    expect(agent.row(words)).to_be_visible(timeout=PATIENCE)
    found = {"queue": violations(agent.page)}
    agent.claims(words).notes("looks like the switch").replies("Hello, which lamp is it?")
    shopper.sees("Hello, which lamp is it?")
    found["conversation"] = violations(agent.page)
    found["widget, agent"] = violations(shopper.page)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("e")
    expect(agent.page.get_by_role("region", name="Resolve", exact=True)).to_be_visible()
    found["resolve"] = violations(agent.page)
    agent.page.keyboard.press("Escape")
    agent.resolves()
    expect(agent.page.get_by_role("region", name="How it ended")).to_contain_text("Out of scope", timeout=PATIENCE)
    found["ended"] = violations(agent.page)
    for tab in ("models", "runs", "examples"):
        learning(tab)(agent)
        found[tab] = violations(agent.page)
    assert found == {place: [] for place in found}


def test_assistive_technology_does_not_hear_the_history_again(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("an old message")
    agent.claims("an old message")
    live = agent.page.locator("[aria-live=polite][aria-relevant=additions]")
    agent.page.reload()
    expect(agent.thread.get_by_text("an old message")).to_be_visible(timeout=PATIENCE)
    expect(agent.thread).to_have_attribute("aria-live", "off")
    expect(live).to_have_text("")
    shopper.say("a new message")
    expect(live).to_have_text("Customer: a new message", timeout=PATIENCE)
    agent.replies("an answer of my own")
    shopper.sees("an answer of my own")
    expect(live).to_have_text("Customer: a new message")
    address = agent.page.url
    learning("models")(agent)
    agent.page.goto(address)
    expect(agent.thread.get_by_text("a new message")).to_be_visible(timeout=PATIENCE)
    expect(live).to_have_text("")
    agent.resolves()


def is_found(agent: Agent, words: str) -> bool:
    """Search, and say whether there was a result."""
    results = agent.finds(words)
    none = agent.page.get_by_text("No conversation matches.")
    expect(results.or_(none).first).to_be_visible(timeout=PATIENCE)
    return results.count() > 0


def test_contacts_and_history(stage: Stage) -> None:
    shopper = stage.shopper()
    shopper.chat.get_by_role("button", name="Talk to a person").click()
    shopper.sees("Nobody is here right now")
    shopper.chat.get_by_role("textbox", name="Your email").fill("axe@example.com")
    shopper.chat.get_by_role("button", name="Leave my email").click()
    shopper.sees("We have your email address")
    found = {"widget, address left": violations(shopper.page)}
    agent = stage.agent("sam").goes_to("Contacts")
    expect(agent.page.get_by_text("axe@example.com")).to_be_visible(timeout=PATIENCE)
    found["contacts"] = violations(agent.page)
    shopper.say("where is my crooked wardrobe")
    until_now(lambda: is_found(agent, "crooked wardrobe"))  # the index follows within seconds
    found["history"] = violations(agent.page)
    for width in (390, 320):
        agent.page.set_viewport_size({"width": width, "height": 800})
        assert overflow(agent.page) == 0
        agent.goes_to("Contacts")
        assert overflow(agent.page) == 0
        agent.goes_to("History")
    assert found == {place: [] for place in found}


def test_the_widget_and_signing_in(stage: Stage) -> None:
    shopper = stage.shopper()
    found = {"empty": violations(shopper.page)}
    shopper.say("how do I reset my password")
    shopper.is_answered()
    found["answer"] = violations(shopper.page)
    shopper.chat.get_by_role("button", name="Talk to a person").click()
    shopper.sees("Nobody is here right now")
    found["contact"] = violations(shopper.page)
    page = stage.page()
    page.goto(f"{stage.url}/console/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE)
    found["sign in"] = violations(page)
    assert found == {place: [] for place in found}


def test_nothing_is_cut_off_at_320_pixels(stage: Stage) -> None:
    small = {"width": 320, "height": 640}
    agent = stage.agent("sam", viewport=small)
    shopper = stage.shopper(viewport=small)
    over = {"shop": overflow(shopper.page), "queue": overflow(agent.page)}
    shopper.wants_a_person().say("averyveryverylongwordwithoutanyspaces" * 4)
    over["widget"] = overflow(shopper.page)
    agent.claims("averyvery")
    over["conversation"] = overflow(agent.page)
    agent.page.keyboard.press("e")
    expect(agent.page.get_by_role("region", name="Resolve", exact=True)).to_be_visible()
    over["resolve"] = overflow(agent.page)
    agent.page.keyboard.press("Escape")
    agent.resolves()
    for tab in ("models", "runs", "examples"):
        learning(tab)(agent)
        over[tab] = overflow(agent.page)
    catalogue(agent)
    over["catalogue"] = overflow(agent.page)
    catalogue(agent, "track_order")
    over["intent"] = overflow(agent.page)
    assert over == dict.fromkeys(over, 0)


def test_the_desks_dialogs_and_proposals(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    small = stage.agent("tom", viewport={"width": 320, "height": 640})
    words = "my old kettle needs a specialist"
    stage.shopper().wants_a_person().say(words)
    ana.claims(words)
    ana.page.keyboard.press("t")
    dialog = ana.page.get_by_role("dialog", name="Transfer to")
    dialog.get_by_role("textbox", name="Note for them").fill("It hums.")  # then five minutes to accept
    choice = dialog.get_by_role("button", name="Tom")
    expect(choice).to_be_visible(timeout=PATIENCE)
    found = {"transfer": violations(ana.page)}
    choice.click()
    expect(ana.page.get_by_text("Proposed to Tom")).to_be_visible(timeout=PATIENCE)
    found["proposed by me"] = violations(ana.page)
    for agent in (tom, small):
        expect(agent.page.get_by_role("region", name="Proposed to you")).to_be_visible(timeout=PATIENCE)
    found["proposed to me"] = violations(tom.page)
    assert overflow(small.page) == 0
    tom.page.get_by_role("button", name="Decline").click()
    ana.page.get_by_role("button", name="More actions").click()
    ana.page.get_by_role("menuitem", name="Snooze").click()
    expect(ana.page.get_by_role("dialog", name="Snooze until")).to_be_visible(timeout=PATIENCE)
    found["snooze"] = violations(ana.page)
    ana.page.keyboard.press("Escape")
    small.page.get_by_role("button", name="Account of Tom").click()
    small.page.get_by_role("menuitem", name="Alerts").click()
    expect(small.page.get_by_role("dialog", name="Alerts")).to_be_visible(timeout=PATIENCE)
    found["alerts"] = violations(small.page)
    assert found == {name: [] for name in found}
    ana.resolves()
