"""Work finds people: an agent who looks elsewhere hears and sees that somebody waits or has written."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, comes_true
from tests.waiting import until_now

RECORD = """
window.tones = 0;
window.shown = [];
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
window.asked = [];
const request = navigator.locks.request;
navigator.locks.request = (name, options, work) =>
  request.call(navigator.locks, name, options, (lock) => { window.asked.push(name); return work(lock); });
window.Notification = class {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title, options) { window.shown.push([title, options.body, options.tag]); }
  close() {}
};
"""
"""Counts tones and keeps notifications: a machine under test has neither loudspeaker nor desktop.

`asked` has what the tabs agreed on: which of them alerts.
"""

IN_20_SECONDS = """() => {
  const at = new Date(Date.now() + 20000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}"""
"""The value of a field for a local time."""


def listening(page: Page, asked: str = "granted") -> None:
    """Record alerts from here on, and let the page make sounds."""
    page.context.add_init_script(RECORD.replace('permission = "granted"', f'permission = "{asked}"'))
    page.reload()
    expect(page.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=PATIENCE)
    page.locator("body").click(position={"x": 5, "y": 300})


def notified(page: Page, text: str) -> None:
    """Wait for a notification whose title has this."""
    comes_true(page, "text => window.shown.some(([title]) => title.includes(text))", text)


def told_of(page: Page, conversation: str) -> int:
    """How many notifications were of this conversation: those that earlier tests left may come back to the queue."""
    return [tag for *_, tag in page.evaluate("window.shown")].count(conversation)


def told_in(conversation: str, *pages: Page) -> list[int]:
    """How many notifications were of this conversation, page by page; empty while there is none."""
    counts = [told_of(page, conversation) for page in pages]
    return counts if any(counts) else []


def test_no_alert_at_a_handoff(stage: Stage) -> None:
    tom = stage.agent("tom")
    listening(tom.page)
    before = tom.page.title()
    shopper = stage.shopper().wants_a_person().say("is there anybody")
    notified(tom.page, "waits for a person")
    comes_true(tom.page, "window.tones >= 2")
    assert all(body == "" for _, body, _ in tom.page.evaluate("window.shown")), "no customer words unless switched on"
    expect(tom.page).not_to_have_title(before)
    expect(tom.page).to_have_title(re.compile(r"^\("))
    tom.claims("is there anybody").resolves()
    shopper.is_told_of_the_end(stage.demo)


def test_nothing_when_ones_own_customer_writes_and_another_conversation_is_open(stage: Stage) -> None:
    tom = stage.agent("tom")
    listening(tom.page)
    shopper = stage.shopper().wants_a_person().say("my own customer")
    tom.claims("my own customer")
    tom.page.evaluate("window.shown = []; window.tones = 0")
    shopper.say("said while it is open")
    expect(tom.thread.get_by_text("said while it is open")).to_be_visible(timeout=PATIENCE)
    tom.page.goto(f"{stage.url}/console/#/learning/models")
    shopper.say("said while it is not")
    notified(tom.page, "News from")
    told = [title for title, *_ in tom.page.evaluate("window.shown") if "News from" in title]
    assert len(told) == 1, "what was read at once is no news"
    expect(tom.page).to_have_title(re.compile(r"^\([1-9]\d*\) Learning · Escalations$"), timeout=PATIENCE)
    tom.page.goto(f"{stage.url}/console/#/conversations")
    tom.shows("Mine").opens("said while it is not")
    tom.resolves()


def test_who_is_elsewhere_is_told_that_a_conversation_was_taken_over(stage: Stage) -> None:
    tom, sam, words = stage.agent("tom"), stage.agent("sam"), "three green lanterns dance"
    listening(tom.page)
    stage.shopper().wants_a_person().say(words)
    tom.claims(words)
    tom.page.goto(f"{stage.url}/console/#/learning/models")
    sam.shows("All").opens(words)
    sam.takes_over("Tom")
    notified(tom.page, "A colleague has")
    sam.resolves()


def test_no_alert_when_a_snooze_ends(stage: Stage) -> None:
    tom = stage.agent("tom")
    listening(tom.page)
    stage.shopper().wants_a_person().say("wake me in a moment")
    tom.claims("wake me in a moment")
    tom.page.get_by_role("button", name="More actions").click()
    tom.page.get_by_role("menuitem", name="Snooze").click()
    asked = tom.page.get_by_role("dialog", name="Snooze until")
    asked.get_by_label("Another time").fill(tom.page.evaluate(IN_20_SECONDS))
    asked.get_by_role("button", name="Snooze", exact=True).click()
    expect(tom.page.get_by_role("button", name="Wake now")).to_be_visible(timeout=PATIENCE)
    tom.page.evaluate("window.shown = []; window.tones = 0")
    tom.page.goto(f"{stage.url}/console/#/learning/models")
    comes_true(
        tom.page, "() => window.shown.some(([title]) => title.startsWith('Your snooze of'))", timeout=3 * PATIENCE
    )
    comes_true(tom.page, "window.tones >= 2")
    expect(tom.page).to_have_title(re.compile(r"^\([1-9]\d*\) Learning · Escalations$"), timeout=PATIENCE)
    tom.page.goto(f"{stage.url}/console/#/conversations")
    tom.shows("Mine")
    expect(tom.row("wake me in a moment")).to_contain_text("Snooze over", timeout=PATIENCE)
    tom.opens("wake me in a moment")
    expect(tom.row("wake me in a moment")).not_to_contain_text("Snooze over", timeout=PATIENCE)
    tom.resolves()


COUNT_RINGS = """() => {
  window.rings = 0;
  const request = navigator.locks.request;
  navigator.locks.request = function (name, ...rest) {
    if (name.includes(".ring.")) window.rings += 1;
    return request.call(navigator.locks, name, ...rest);
  };
}"""
"""Counts each time that the page is about to ring: it first agrees with the other tabs on which of them does."""
A_RING = 6_000


def test_what_is_proposed_rings_until_it_is_answered(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    tom.page.clock.install()
    listening(tom.page)
    stage.shopper().wants_a_person().say("this one rings")
    ana.claims("this one rings")
    tom.page.goto(f"{stage.url}/console/#/learning/models")
    ana.page.keyboard.press("t")
    ana.page.get_by_role("dialog", name="Transfer to").get_by_role("button", name=re.compile("^Tom")).click()
    offered = tom.page.get_by_role("region", name="Proposed to you")
    expect(offered).to_be_visible(timeout=PATIENCE)
    tom.page.evaluate(COUNT_RINGS)
    for rings in (1, 2, 3):
        tones = tom.page.evaluate("window.tones")
        tom.page.clock.run_for(A_RING)
        assert tom.page.evaluate("window.rings") >= rings
        comes_true(tom.page, "before => window.tones >= before + 2", tones)
    offered.get_by_role("button", name="Accept").click()
    expect(offered).to_have_count(0, timeout=PATIENCE)
    before = tom.page.evaluate("window.rings")
    tom.page.clock.run_for(4 * A_RING)
    assert tom.page.evaluate("window.rings") == before, "it was answered"
    expect(tom.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    tom.resolves()


def test_two_tabs_do_not_sound_twice(stage: Stage) -> None:
    tom = stage.agent("tom")
    listening(tom.page)
    second = stage.watch(tom.page.context.new_page())
    second.goto(f"{stage.url}/console/")
    expect(second.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=PATIENCE)
    stage.shopper().wants_a_person().say("one bell, please")
    expect(second.get_by_role("link").filter(has_text="one bell, please")).to_be_visible(timeout=PATIENCE)
    conversation = str(tom.row("one bell, please").get_attribute("href")).rpartition("/")[2]
    for page in (tom.page, second):
        comes_true(page, "id => window.asked.some((name) => name.includes(`waiting.${id}`))", conversation)
    counts = until_now(lambda: told_in(conversation, tom.page, second))
    assert sorted(counts) == [0, 1]
    tom.claims("one bell, please").resolves()


def test_alerts_are_set_and_asked_for_by_a_button(stage: Stage) -> None:
    tom = stage.agent("tom")
    listening(tom.page, asked="default")
    tom.page.get_by_role("button", name="Account of Tom").click()
    tom.page.get_by_role("menuitem", name="Alerts").click()
    settings = tom.page.get_by_role("dialog", name="Alerts")
    expect(settings.get_by_text("has not been asked yet")).to_be_visible()
    tom.page.evaluate(
        "Notification.requestPermission = async () => { Notification.permission = 'granted'; return 'granted'; }"
    )
    settings.get_by_role("button", name="Allow notifications").click()
    expect(settings.get_by_text("has not been asked yet")).to_have_count(0)
    settings.get_by_role("button", name="Test").click()
    notified(tom.page, "Test of Escalations")
    settings.get_by_label("A conversation begins to wait").uncheck(force=True)
    settings.get_by_label("Sound").uncheck(force=True)
    tom.page.evaluate("window.shown = []; window.tones = 0")
    settings.get_by_role("button", name="Close").click()
    shopper = stage.shopper().wants_a_person().say("a silent one")
    expect(tom.row("a silent one")).to_be_visible(timeout=PATIENCE)
    tom.claims("a silent one")
    conversation = tom.page.url.rpartition("/")[2]
    tom.page.goto(f"{stage.url}/console/#/learning/models")
    shopper.say("and now not silent")
    notified(tom.page, "News from")
    assert (tom.page.evaluate("window.tones"), told_of(tom.page, conversation)) == (0, 1)
    tom.page.goto(f"{stage.url}/console/#/conversations")
    tom.shows("Mine").opens("and now not silent")
    tom.resolves()
