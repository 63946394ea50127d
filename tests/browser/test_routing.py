"""Push: a supervisor chooses it for a queue, an agent is offered a conversation, and the decision is told."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations
from tests.browser.test_figures import bare_numbers, undefined

SKILL = "only-in-this-test"
LONG = 120
"""Seconds an offer lasts here: as long as one may, for a test looks at it before it is accepted."""


@pytest.fixture
def admin(stage: Stage) -> Iterator[httpx.Client]:
    """Signed in over REST; agents claim from the queue again afterwards, and nobody has skills."""
    who = {"email": "admin@example.com", "password": stage.demo.staff["admin@example.com"]}
    with httpx.Client(base_url=f"{stage.url}/api/v1/", trust_env=False, timeout=PATIENCE / 1_000) as client:
        client.headers["X-CSRF-Token"] = client.post("session", json=who).json()["csrf"]
        stage.demo.let_nobody_wait()
        yield client
        assert client.put("queues/general", json={}).is_success
        for account in client.get("staff/accounts").json()["accounts"]:
            assert client.patch(f"staff/{account['id']}", json={"skills": []}).is_success


def test_a_queue_with_push_offers_conversations(stage: Stage, admin: httpx.Client) -> None:
    supervisor, agent = stage.agent("admin"), stage.agent("ana")
    page = supervisor.page
    (ana,) = [one for one in admin.get("staff/accounts").json()["accounts"] if one["email"] == "ana@example.com"]
    assert admin.patch(f"staff/{ana['id']}", json={"skills": [SKILL]}).is_success
    page.goto(f"{stage.url}/console/#/queues")
    expect(page.get_by_text("named in the service's setting QUEUES")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Change the queue general").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Save"), "however long its form").to_be_in_viewport(ratio=1)
    dialog.get_by_label("Agents").select_option("push")
    dialog.get_by_label("Seconds to accept").fill(str(LONG))
    dialog.get_by_label("Skills needed").fill(SKILL)
    dialog.get_by_label(re.compile("^Seconds until")).fill("")
    assert (violations(page), overflow(page)) == ([], 0)
    hours = dialog.get_by_label("Has opening hours")
    hours.check()
    dialog.get_by_label("Sunday").fill("morning")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("“morning” cannot be read")).to_be_in_viewport()
    expect(dialog.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
    hours.uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"needs {SKILL}")).to_be_visible(timeout=PATIENCE)
    assert (violations(page), overflow(page), bare_numbers(page), undefined(page)) == ([], 0, [], [])
    stage.shopper().say("I want to talk to a human being please")
    offer = agent.page.get_by_role("region", name="Proposed to you").get_by_role("listitem")
    expect(offer).to_contain_text("A conversation waits for you", timeout=PATIENCE)
    expect(offer).to_contain_text("left")
    assert (violations(agent.page), overflow(agent.page)) == ([], 0)
    offer.get_by_role("button", name="Accept").click()
    expect(agent.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    page.goto(f"{stage.url}/console/{agent.page.url.partition('/console/')[2]}")
    expect(page.get_by_text("Offered to Ana")).to_be_visible(timeout=PATIENCE)


def test_the_live_board_shows_what_waits_and_a_supervisor_assigns_it(stage: Stage) -> None:
    supervisor, agent = stage.agent("admin").page, stage.agent("tom")
    stage.shopper().say("no human being is on this board").is_not_understood()
    shown = agent.row("on this board")
    expect(shown).to_be_visible(timeout=PATIENCE)
    conversation = (shown.get_attribute("href") or "").removeprefix("#/conversations/")
    supervisor.get_by_role("button", name="Account of Robin").click()
    supervisor.get_by_role("menuitem", name="Live board").click()
    waiting = supervisor.get_by_role("region", name="Queue general").get_by_role("listitem")
    mine = waiting.filter(has=supervisor.locator(f'a[href="#/conversations/{conversation}"]'))
    expect(mine).to_contain_text("Waiting", timeout=PATIENCE)
    assert (violations(supervisor), overflow(supervisor)) == ([], 0)
    assert (bare_numbers(supervisor), undefined(supervisor)) == ([], [])
    mine.get_by_role("button", name=re.compile("^Assign the conversation")).click()
    supervisor.get_by_role("dialog", name="Assign to").get_by_role("button", name=re.compile("^Tom")).click()
    expect(mine).to_have_count(0, timeout=PATIENCE)
    expect(agent.shows("Mine").row("on this board")).to_be_visible(timeout=PATIENCE)


def test_from_a_ringing_offer_to_resolve_and_next_by_keys_alone(stage: Stage, admin: httpx.Client) -> None:
    (tom,) = [one for one in admin.get("staff/accounts").json()["accounts"] if one["email"] == "tom@example.com"]
    assert admin.patch(f"staff/{tom['id']}", json={"skills": [SKILL]}).is_success
    only_tom = {"way": "push", "skills": [SKILL], "relax_seconds": None, "offer_seconds": LONG}
    assert admin.put("queues/general", json=only_tom).is_success
    agent = stage.agent("tom")
    keys = agent.page.keyboard
    shopper = stage.shopper().say("I want to talk to a human being, by keys")
    offered = agent.page.get_by_role("region", name="Proposed to you")
    expect(offered).to_be_visible(timeout=PATIENCE)
    keys.press("y")
    expect(agent.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    keys.press("r")
    expect(agent.box).to_be_focused()
    keys.type("yes, here I am")
    expect(agent.box, "letters in a field are letters").to_have_value("yes, here I am")
    keys.press("Control+Enter")
    shopper.sees("yes, here I am")
    keys.press("Escape")
    keys.press("e")
    expect(agent.page.get_by_role("region", name="Resolve", exact=True)).to_be_focused()
    keys.press("o")
    keys.press("Shift+E")
    expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
