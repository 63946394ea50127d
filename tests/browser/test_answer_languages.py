"""A Spanish reply becomes the Spanish answer, and nobody's who reads English; a decline can be undone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIRequestContext, Locator, Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Agent
from tests.browser.test_proposed_answers import REFIT, pick, resolve_step

INTENT = "gift_card_balance"
TITLE = "Gift card balance"
QUESTION = "how much is left on my gift card"  # in English, which the starter model knows
REPLY = "Lo ve al pie de cada página, en Tarjetas regalo."
SPANISH_PAGE = """new MutationObserver((_, observer) => {
  if (!document.documentElement) return;
  document.documentElement.lang = "es";
  observer.disconnect();
}).observe(document, { childList: true });"""


@pytest.fixture
def unanswered(stage: Stage) -> Iterator[None]:
    """The intent has no answer in any language; afterwards it says again what it said before."""
    rest = stage.agent("sam").page.request
    path = f"{stage.url}/api/v1/catalogue/intents/{INTENT}"
    before = {each["locale"]: each["text"] for each in rest.get(path).json()["answers"]}
    say(stage, rest, dict.fromkeys(before))
    yield
    say(stage, rest, {"es": None} | before)


def say(stage: Stage, rest: APIRequestContext, answers: dict[str, str | None]) -> None:
    headers = {"X-CSRF-Token": rest.get(f"{stage.url}/api/v1/session").json()["csrf"]}
    done = rest.patch(f"{stage.url}/api/v1/catalogue/intents/{INTENT}", data={"answers": answers}, headers=headers)
    assert done.ok, done.text()


def spanish_shopper(stage: Stage, words: str = "") -> Page:
    """Somebody on the shop's page in Spanish who asks the question, and then says `words`."""
    page = stage.page(locale="es-ES")
    page.add_init_script(SPANISH_PAGE)
    page.goto(f"{stage.url}/shop/")
    page.get_by_role("button", name="Abrir el chat").click()
    box = page.get_by_role("textbox", name="Escriba un mensaje")
    box.fill(QUESTION)
    box.press("Enter")
    if words:
        expect(page.get_by_role("log").get_by_text("Le paso con una persona")).to_be_visible(timeout=PATIENCE)
        box.fill(words)
        box.press("Enter")
    return page


def proposes(stage: Stage) -> None:
    """Ana answers a Spanish customer, and reads in the resolve step who would get her reply."""
    agent = stage.agent("ana")
    spanish_shopper(stage, "primera pregunta")
    agent.claims("primera pregunta").replies(REPLY)
    step = resolve_step(agent)
    pick(step, TITLE, TITLE)
    shown = step.get_by_role("region", name="What the next customer gets")
    expect(shown).to_contain_text("No approved answer: the next customer waits for a person.", timeout=PATIENCE)
    expect(shown).to_contain_text("No reply of yours is proposed as the answer.")
    step.get_by_role("radio", name="My last reply").check()
    expect(shown).to_contain_text("Your reply becomes a proposed answer.")
    expect(shown).to_contain_text(re.compile("customers whose page is in .?Spanish"))
    step.get_by_role("button", name="Resolve", exact=True).click()
    expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
    stage.demo.let_fall_due("settle")


def declines_and_thinks_again(page: Page, url: str) -> None:
    """Sam declines the proposal on the page Catalogue, finds it among the declined and takes that back."""
    page.goto(f"{url}/console/#/catalogue/{INTENT}")
    section = page.get_by_role("region", name="Proposed answers")
    one = section.get_by_role("listitem").filter(has_text=REPLY)
    expect(one).to_contain_text("Proposed by Ana", timeout=REFIT)
    expect(one).to_contain_text("Spanish")
    one.get_by_role("button", name="Decline").click()
    expect(one).to_have_count(0, timeout=PATIENCE)
    section.get_by_text("Declined", exact=True).click()
    expect(one).to_contain_text(re.compile("Declined by .?Sam.?, .*:"), timeout=PATIENCE)
    one.get_by_role("button", name="Undo the decline").click()
    expect(one).to_have_count(0, timeout=PATIENCE)
    section.get_by_text("Waiting", exact=True).click()
    expect(one.get_by_role("button", name="Approve")).to_be_visible(timeout=PATIENCE)


def approves(agent: Agent, step: Locator) -> None:
    """Sam approves it as the answer in the language of the page; offered first is the one that the customer writes."""
    one = step.get_by_role("listitem").filter(has_text=REPLY)
    choice = one.get_by_label("Approve as")
    expect(choice).to_have_value("en", timeout=PATIENCE)
    choice.select_option("es")
    expect(one).to_contain_text("customers whose language has no answer still wait for a person")
    one.get_by_role("button", name="Approve", exact=True).click()
    expect(step.get_by_text("it says:")).to_be_visible(timeout=PATIENCE)
    agent.page.keyboard.press("Escape")


@pytest.mark.usefixtures("unanswered")
def test_complaint_a_spanish_reply_answers_spanish_customers_alone(stage: Stage) -> None:
    proposes(stage)
    trainer = stage.agent("sam", viewport={"width": 1280, "height": 800})
    spanish_shopper(stage, "segunda pregunta")
    declines_and_thinks_again(stage.agent("sam").page, stage.url)
    trainer.claims("segunda pregunta")
    pane = trainer.grounds.get_by_text(REPLY)
    expect(pane).to_be_visible(timeout=PATIENCE)
    step = resolve_step(trainer)
    pick(step, TITLE, TITLE)
    expect(step.get_by_text(REPLY)).to_be_visible(timeout=PATIENCE)
    expect(trainer.page.get_by_text(REPLY)).to_have_count(1)
    approves(trainer, step)
    answered = spanish_shopper(stage)
    expect(answered.get_by_role("log").get_by_text(REPLY)).to_be_visible(timeout=PATIENCE)
    english = stage.shopper().say(QUESTION)
    english.sees("I'm passing this on to a person")
    expect(english.log.get_by_text(REPLY)).to_have_count(0)
