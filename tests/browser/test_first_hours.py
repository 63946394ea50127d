"""What a newcomer sees in the first hour: rows that follow the bot, pages that fit, buttons that lead somewhere."""

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_proposed_answers import pick, resolve_step
from tests.waiting import until_now

KNOWN = "how do I change my password"


def test_a_row_shows_the_answer_of_the_bot_without_a_reload(stage: Stage) -> None:
    agent = stage.agent("tom").shows("Bot")
    stage.shopper().say(KNOWN).is_answered()
    row = agent.row("Bot: Choose").first
    expect(row).to_be_visible(timeout=PATIENCE)
    expect(row).not_to_contain_text("Page:")


def test_the_pages_of_the_header_stand_in_one_line_on_a_phone(stage: Stage) -> None:
    page = stage.agent("sam", viewport={"width": 390, "height": 844}).page
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(links).to_have_count(6)
    assert len(set(links.evaluate_all("links => links.map(link => link.getBoundingClientRect().top)"))) == 1


def test_the_whole_table_of_models_fits_on_a_small_desktop(stage: Stage) -> None:
    agent = stage.agent("sam", viewport={"width": 1280, "height": 800}).goes_to("Learning")
    table = agent.page.get_by_role("region", name="Versions and revisions")
    expect(table.get_by_role("rowheader").first).to_be_visible(timeout=PATIENCE)
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") == 0


def test_a_rollback_is_offered_only_where_it_leads_somewhere_and_names_it(stage: Stage) -> None:
    page = stage.agent("sam").goes_to("Learning").page
    cards = page.get_by_role("main")
    expect(cards.get_by_role("heading", name="Live head")).to_be_visible(timeout=PATIENCE)
    offer = cards.get_by_role("button", name="Roll back")
    expect(cards.get_by_text("The same as the champion").or_(offer)).to_have_count(1)  # what was learnt may go live now
    if offer.count():
        offer.click()
        dialog = page.get_by_role("dialog", name="Roll back to starter?")
        expect(dialog).to_contain_text(re.compile(r"starter answers again instead of starter\.\d+"))
        dialog.get_by_role("button", name="Cancel").click()


def test_the_head_of_a_thread_keeps_its_height_when_its_buttons_go(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    stage.shopper().wants_a_person().say("bring me the lamp from bolivia")
    for agent in (ana, tom):
        agent.opens("from bolivia")
    expect(ana.page.get_by_text("Also here: Tom")).to_be_visible(timeout=PATIENCE)  # a line of its own
    with_button = ana.thread.bounding_box()
    tom.page.get_by_role("button", name=re.compile("^Claim")).click()
    expect(ana.page.get_by_text("With Tom")).to_be_visible(timeout=PATIENCE)
    without = ana.thread.bounding_box()
    assert with_button and without and with_button["y"] == without["y"]
    tom.resolves()


def test_the_end_of_the_resolve_step_is_in_view_on_a_small_desktop(stage: Stage) -> None:
    """Whatever the next customer will get: a long answer, with a reply to learn below it."""
    agent = stage.agent("ana", viewport={"width": 1280, "height": 800})
    stage.shopper().wants_a_person().say("where does the parcel from peru go")
    agent.claims("from peru").replies("We deliver to your door, and you choose the day.")
    step = resolve_step(agent)
    pick(step, "delivery options", "Delivery options")
    preview = step.get_by_role("region", name="What the next customer gets")
    expect(preview.locator("blockquote").first).to_be_visible(timeout=PATIENCE)
    step.get_by_role("radio", name="Edit it").check()
    step.get_by_role("textbox", name="Words to learn").fill("We deliver.\n" * 6)
    for seen in (step.get_by_text("Follow-up"), step.get_by_role("button", name="Resolve and next")):
        expect(seen).to_be_in_viewport(ratio=1)
    preview.focus()
    agent.page.keyboard.press("End")
    until_now(lambda: preview.evaluate("box => box.scrollTop + box.clientHeight >= box.scrollHeight - 1"))
    step.get_by_role("button", name="Resolve", exact=True).click()
    expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)


def too_much_once(page: Page) -> None:
    """The next socket is closed for too many frames; those after it reach the service."""
    seen: list[WebSocketRoute] = []

    def answer(socket: WebSocketRoute) -> None:
        seen.append(socket)
        if len(seen) > 1:
            socket.connect_to_server()
        else:
            socket.close(code=4503, reason="too many frames; come back in 8 s")

    page.route_web_socket(re.compile("/ws/(customer|staff)$"), answer)


def test_who_sent_too_much_reads_when_the_connection_is_back_and_needs_no_button(stage: Stage) -> None:
    agent, shopper = stage.agent("ana"), stage.shopper()
    too_much_once(agent.page)
    agent.page.reload()
    told = agent.page.get_by_role("banner").get_by_text(re.compile(r"Too many requests from here\. Back by .?\d+:\d\d"))
    expect(told).to_be_visible(timeout=PATIENCE)
    expect(agent.page.get_by_role("button", name="Reconnecting")).to_have_count(0)
    too_much_once(shopper.page)
    shopper.page.reload()
    line = shopper.chat.get_by_text(re.compile(r"Too many requests from here\. The chat is back by .?\d+:\d\d"))
    expect(line).to_be_visible(timeout=PATIENCE)
    expect(shopper.chat.get_by_role("button", name="Try now")).to_have_count(0)
    expect(agent.page.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=2 * PATIENCE)
    expect(line).to_have_count(0, timeout=2 * PATIENCE)
