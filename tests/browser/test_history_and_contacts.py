"""What customers left is read and finished, and a conversation of last week is found by a word and opened."""

import sqlite3
from contextlib import closing

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.demo import Demo
from tests.browser.people import PATIENCE, Shopper
from tests.waiting import until_now

WEEK = 7 * 24 * 3600


def test_an_agent_finds_a_conversation_of_last_week_by_a_word_and_opens_it(stage: Stage) -> None:
    agent = stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say("the chandelier came in splinters")
    agent.claims("chandelier").notes("handle it with felt gloves").replies("We send another one.").resolves()
    shopper.is_told_of_the_end(stage.demo)
    made_a_week_older(stage.demo, "chandelier", "gloves", "another")
    agent.page.reload()
    agent.shows("All")
    expect(agent.page.get_by_role("tab", name="All")).to_have_attribute("aria-selected", "true")
    expect(agent.row("chandelier")).to_have_count(0)
    results = agent.finds("CHANDELIÉR")
    expect(results).to_have_count(1, timeout=PATIENCE)
    expect(results.locator("mark")).to_have_text("chandelier")
    expect(results).to_contain_text("Larkspur")
    expect(results).not_to_contain_text("demo")
    results.click()
    expect(agent.thread.get_by_text("We send another one.")).to_be_visible(timeout=PATIENCE)
    expect(agent.grounds.locator("dd", has_text="Larkspur")).to_be_visible()
    ended = agent.page.get_by_role("region", name="How it ended")
    expect(ended).to_contain_text("Resolved")
    expect(ended).to_contain_text("Out of scope, by Sam")
    expect(ended).to_contain_text("Not rated")
    agent.page.go_back()
    expect(agent.page.get_by_role("searchbox", name="Words")).to_have_value("CHANDELIÉR")
    expect(results).to_have_count(1, timeout=PATIENCE)
    results = agent.finds("felt gloves")
    expect(results).to_have_count(1, timeout=PATIENCE)
    expect(results.get_by_text("Note:")).to_have_count(1)


def made_a_week_older(demo: Demo, *words: str) -> None:
    """Move everything the database knows of the newest conversation with these words back in time.

    The index follows some seconds after what is written: this waits until it has every word.
    """
    later = f"-{WEEK} seconds"
    marks = ", ".join("?" * len(words))
    query = (
        f"SELECT conversation, place FROM search_documents JOIN search_terms USING (place) WHERE term IN ({marks})"
        " GROUP BY conversation, place HAVING count(DISTINCT term) = ? ORDER BY place DESC"
    )
    with closing(sqlite3.connect(demo.database, timeout=10)) as database, database:
        found = until_now(lambda: database.execute(query, [*words, len(words)]).fetchone(), every=0.2)
        conversation, place = found
        for table, column in (("messages", "at"), ("events", "at"), ("conversations", "last_activity_at")):
            key = "id" if table == "conversations" else "conversation"
            older = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, ?)"
            database.execute(f"UPDATE {table} SET {column} = {older} WHERE {key} = ?", [later, conversation])
        for table in ("search_documents", "search_terms"):
            database.execute(f"UPDATE {table} SET place = place - ? WHERE place = ?", [WEEK * 1_000_000, place])


def test_the_history_says_its_order_and_what_is_wrong_and_turns_no_empty_pages(stage: Stage) -> None:
    agent = stage.agent("tom")
    for which in ("first", "second"):
        stage.shopper().wants_a_person().say(f"the {which} samovar")
        agent.claims(f"the {which} samovar").resolves()
    search = agent.page.get_by_role("search", name="History")
    results = agent.finds("samovar")

    def both_are_indexed() -> bool:
        search.get_by_role("button", name="Search").click()
        return results.count() == 2

    until_now(both_are_indexed, every=0.5)
    expect(results).to_contain_text(["second samovar", "first samovar"])
    expect(agent.page.get_by_text("Newest begun first")).to_be_visible()
    for pager in ("Older", "Newest"):
        expect(agent.page.get_by_role("button", name=pager)).to_have_count(0)
    search.get_by_label("Begun from").fill("2030-01-02")
    search.get_by_label("Begun until").fill("2030-01-01")
    expect(search.get_by_text("This day is before the first one")).to_be_visible()
    search.get_by_role("button", name="Search").click()
    expect(results).to_have_count(2)  # nothing was looked for
    search.get_by_label("Begun until").fill("2030-01-02")
    search.get_by_role("button", name="Search").click()
    expect(agent.page.get_by_text("No conversation matches.")).to_be_visible(timeout=PATIENCE)
    expect(agent.page.get_by_text("on this page")).to_have_count(0)


def leaves(shopper: Shopper, email: str) -> None:
    shopper.chat.get_by_role("textbox", name="Your email").fill(email)
    shopper.chat.get_by_role("textbox", name="Your name").fill("Maria Gómez")
    shopper.chat.get_by_role("button", name="Leave my email").click()
    shopper.sees("We have your email address")


def test_a_contact_left_after_nobody_came_is_read_and_finished(stage: Stage) -> None:
    shopper = stage.shopper()
    shopper.chat.get_by_role("button", name="Talk to a person").click()
    shopper.sees("Nobody is here right now")
    shopper.say("my sofa is green, not blue")
    nobody = shopper.log.get_by_text("Nobody could come in time").first

    def is_over() -> bool:
        stage.demo.let_fall_due("expire")
        return nobody.is_visible()

    until_now(is_over, every=0.2)
    shopper.page.reload()
    leaves(shopper, "maria@example.com")
    shopper.chat.get_by_role("button", name="Use another email").click()
    leaves(shopper, "maria.gomez@example.com")
    agent = stage.agent("ana")
    expect(agent.page.get_by_role("link", name="Contacts")).to_contain_text("open", timeout=PATIENCE)
    agent.goes_to("Contacts")
    entry = agent.page.get_by_role("listitem").filter(has_text="maria.gomez@example.com")
    expect(entry).to_contain_text("Maria Gómez", timeout=PATIENCE)
    expect(entry).to_contain_text("my sofa is green, not blue")
    expect(entry).to_contain_text("Larkspur")
    other = stage.agent("tom").goes_to("Contacts")
    theirs = other.page.get_by_role("listitem").filter(has_text="maria.gomez@example.com")
    expect(theirs).to_be_visible(timeout=PATIENCE)
    entry.get_by_role("button", name="Take").click()
    expect(theirs).to_have_count(0, timeout=PATIENCE)
    agent.page.get_by_role("link", name="Being handled").click()
    expect(entry).to_contain_text("You handle it since", timeout=PATIENCE)
    entry.get_by_role("button", name="Done").click()
    expect(entry).to_have_count(0, timeout=PATIENCE)
    agent.page.get_by_role("navigation", name="Contacts").get_by_role("link", name="Done").click()
    expect(entry).to_contain_text("Done by Ana", timeout=PATIENCE)
    entry.get_by_role("link", name="Open the conversation").click()
    expect(agent.thread.get_by_text("my sofa is green, not blue")).to_be_visible(timeout=PATIENCE)
