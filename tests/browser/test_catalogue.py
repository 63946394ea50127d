"""The catalogue page: what a trainer approves is what the next customer reads; nothing written is lost."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_desk import ASKED, asked_back
from tests.browser.test_figures import bare_numbers, undefined

QUESTION = "how do I reset my password"
LESS_SURE = "the bot asks back and hands off more, also where customers mean other intents"
GERMAN = "Klicken Sie auf Passwort vergessen.\nDann kommt eine E-Mail."
RASA = """version: "3.1"
nlu:
- intent: parcel_in_space
  examples: |
    - did my parcel leave the planet
responses:
  utter_parcel_in_space:
  - text: "Parcel {order_number} is in orbit."
"""

FILE = """locale: en
intents:
- name: paper_hats
  title: Paper hats
  examples: [do you sell paper hats]
"""


def opened(stage: Stage, intent: str = "", name: str = "sam") -> Page:
    page = stage.agent(name).page
    page.goto(f"{stage.url}/console/#/catalogue/{intent}")
    expect(page.get_by_role("region", name="History" if intent else "Intents")).to_be_visible(timeout=PATIENCE)
    return page


GERMAN_PAGE = """new MutationObserver((_, observer) => {
  if (!document.documentElement) return;
  document.documentElement.lang = "de";
  observer.disconnect();
}).observe(document, { childList: true });"""


def german_shop(stage: Stage) -> Page:
    """The shop's page in German, with the chat open."""
    page = stage.page(locale="de-DE")
    page.add_init_script(GERMAN_PAGE)
    page.goto(f"{stage.url}/shop/")
    page.get_by_role("button", name="Chat öffnen").click()
    return page


def asked(page: Page, box: str) -> None:
    page.get_by_role("textbox", name=box).fill(QUESTION)
    page.get_by_role("textbox", name=box).press("Enter")


def test_an_answer_approved_in_german_is_what_the_next_german_customer_reads(stage: Stage) -> None:
    page = opened(stage, "reset_password")
    page.get_by_label("Answer and title in another language").fill("DE")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("German (de)").fill(GERMAN)
    expect(page.get_by_role("figure").filter(has_text="Klicken Sie")).to_contain_text("Dann kommt eine E-Mail.")
    page.get_by_role("button", name="Approve the answer in German").click()
    entry = page.get_by_role("region", name="History").get_by_role("listitem").first
    expect(entry).to_contain_text("Changed by Sam", timeout=PATIENCE)
    german = german_shop(stage)
    asked(german, "Nachricht schreiben")
    expect(german.get_by_role("log").get_by_text("Klicken Sie auf Passwort vergessen.")).to_be_visible(timeout=PATIENCE)
    english = stage.shopper().say(QUESTION)
    assert "Klicken" not in english.is_answered()
    entry.get_by_role("button", name="Undo").click()
    expect(entry).to_contain_text("Change undone by Sam", timeout=PATIENCE)
    expect(page.get_by_label("German (de)")).to_have_value("")


def test_a_german_customer_is_asked_what_was_meant_in_german(stage: Stage) -> None:
    unclear = asked_back(stage)
    words = unclear.own.first.inner_text().removeprefix("You:").strip()
    offered = unclear.log.get_by_role("group", name=ASKED).get_by_role("button").first.inner_text()
    trainer = stage.agent("sam").page
    intents = trainer.request.get(f"{stage.url}/api/v1/catalogue").json()["intents"]
    page = opened(stage, next(each["name"] for each in intents if each["title"] == offered))
    page.get_by_label("Answer and title in another language").fill("de")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Title for customers in German").fill("Auf Deutsch gefragt")
    page.get_by_role("button", name="Save the title in German").click()
    entry = page.get_by_role("region", name="History").get_by_role("listitem").first
    expect(entry).to_contain_text("Title in German", timeout=PATIENCE)
    german = german_shop(stage)
    german.get_by_role("textbox", name="Nachricht schreiben").fill(words)
    german.get_by_role("textbox", name="Nachricht schreiben").press("Enter")
    button = german.get_by_role("log").get_by_role("button", name="Auf Deutsch gefragt")
    expect(button).to_be_visible(timeout=PATIENCE)
    button.click()
    expect(german.get_by_role("log").locator(".group.mine").filter(has_text="Auf Deutsch gefragt")).to_be_visible()
    english = stage.shopper().say(words)
    expect(english.log.get_by_role("button", name=offered)).to_be_visible(timeout=PATIENCE)
    entry.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Title for customers in German")).to_have_value("", timeout=PATIENCE)


def test_what_is_being_written_survives_a_change_from_elsewhere(stage: Stage) -> None:
    page, other = opened(stage, "store_hours"), opened(stage, "store_hours", "admin")
    page.get_by_label("Title", exact=True).fill("My title")
    other.get_by_label("Title", exact=True).fill("Their title")
    other.get_by_role("button", name="Save").click()
    notice = page.get_by_role("status").filter(has_text="changed elsewhere")
    expect(notice).to_contain_text("Their title", timeout=PATIENCE)
    expect(page.get_by_label("Title", exact=True)).to_have_value("My title")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_role("button", name="Keep mine").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="My title")).to_be_visible(timeout=PATIENCE)


def test_an_import_shows_what_it_would_change_before_anything_does(stage: Stage, tmp_path: Path) -> None:
    page = opened(stage)
    file = tmp_path / "hats.yaml"
    file.write_text(FILE)
    page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.get_by_role("dialog", name="Import")
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog.get_by_text("Nothing is changed yet")).to_be_visible(timeout=PATIENCE)
    expect(dialog).to_contain_text("1 intent of the file has no approved answer")
    expect(dialog).to_contain_text("These new intents have fewer than five examples:Paper hats: 1 example")
    expect(dialog).to_contain_text(LESS_SURE)
    assert (bare_numbers(page), undefined(page, "[role=dialog]")) == ([], [])
    hats = page.get_by_role("region", name="Intents").get_by_role("link", name="Paper hats")
    expect(hats).to_have_count(0)
    dialog.get_by_role("button", name="Import this").click()
    expect(dialog.get_by_text("hats.yaml is imported.")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    page.get_by_label("Search").fill("sell paper HATS")
    expect(page.get_by_text("1 intent", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(hats).to_contain_text("No answer")
    hats.click()
    expect(page.get_by_role("region", name="Examples")).to_contain_text(LESS_SURE, timeout=PATIENCE)


def test_a_report_says_which_answers_are_not_approved_and_why(stage: Stage, tmp_path: Path) -> None:
    page = opened(stage)
    file = tmp_path / "parcels.yml"
    file.write_text(RASA)
    page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.get_by_role("dialog", name="Import")
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog.get_by_text("it has slots ({order_number})")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_text("1 intent of the file has no approved answer").click()
    expect(dialog.get_by_role("listitem").filter(has_text=re.compile("^Parcel in space$"))).to_be_visible()


def test_agents_read_the_catalogue_and_cannot_change_it(stage: Stage) -> None:
    page = opened(stage, "track_order", "ana")
    expect(page.get_by_label("Title", exact=True)).not_to_be_editable()
    for name in ("Save", "Archive", "Import", "Export", "New intent", "Undo"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
