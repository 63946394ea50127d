"""Several people at once: one owner, no lost draft, and customers told truthfully what happens."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Shopper


def test_two_agents_claim_and_one_has_it(stage: Stage) -> None:
    ana, tom = stage.agent("ana"), stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("who of you will take me")
    for agent in (ana, tom):
        agent.opens("who of you will take me")
    for agent in (ana, tom):
        agent.page.keyboard.press("c")
    mine = [agent.page.get_by_text("Yours", exact=True) for agent in (ana, tom)]
    expect(mine[0].or_(ana.page.get_by_text("With Tom"))).to_be_visible(timeout=PATIENCE)
    expect(mine[1].or_(tom.page.get_by_text("With Ana"))).to_be_visible(timeout=PATIENCE)
    assert sum(each.is_visible() for each in mine) == 1
    owner = ana if mine[0].is_visible() else tom
    owner.replies("I will")
    shopper.sees("I will")
    expect(shopper.log.get_by_text("joined the conversation")).to_have_count(1)
    owner.resolves()


def test_a_reply_that_came_too_late_is_refused_and_kept(stage: Stage) -> None:
    tom, sam = stage.agent("tom"), stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say("a delicate matter")
    tom.claims("a delicate matter")
    tom.page.context.set_offline(True)
    expect(tom.page.get_by_role("button", name="Reconnecting")).to_be_visible(timeout=PATIENCE)
    sam.shows("All").opens("a delicate matter")
    sam.takes_over("Tom")
    tom.box.fill("my carefully written words")
    tom.box.press("Control+Enter")
    tom.page.context.set_offline(False)
    expect(tom.page.get_by_text("Your text is kept").or_(tom.page.get_by_text("Control changed"))).to_be_visible(
        timeout=PATIENCE
    )
    expect(tom.page.get_by_text("my carefully written words")).to_be_visible()
    sam.replies("Sam has it now")
    shopper.sees("Sam has it now")
    assert "carefully" not in shopper.log.inner_text()
    sam.resolves()


def test_the_customer_may_stop_waiting(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("never mind perhaps")
    expect(agent.row("never mind perhaps")).to_be_visible(timeout=PATIENCE)
    shopper.chat.get_by_role("button", name="Go on with the assistant").click()
    shopper.sees("You are talking to the assistant again")
    expect(agent.row("never mind perhaps")).to_have_count(0, timeout=PATIENCE)


def test_with_nobody_online_a_contact_is_taken(stage: Stage) -> None:
    shopper = stage.shopper()
    shopper.chat.get_by_role("button", name="Talk to a person").click()
    shopper.sees("Nobody is here right now")
    email = shopper.chat.get_by_role("textbox", name="Your email")
    email.fill("not an address")
    email.press("Enter")
    expect(shopper.log.get_by_text("We have your email address")).to_have_count(0)
    email.fill("maria@example.com")
    email.press("Enter")
    shopper.sees("We have your email address")


def test_an_agent_who_is_away_counts_as_nobody(stage: Stage) -> None:
    agent = stage.agent("ana")
    agent.page.get_by_role("button", name="Presence of Ana").click()
    agent.page.get_by_role("menuitemradio", name=re.compile("^Away")).click()
    expect(agent.page.get_by_role("button", name=": Away")).to_be_visible()
    shopper = stage.shopper()
    shopper.chat.get_by_role("button", name="Talk to a person").click()
    shopper.sees("Nobody is here right now")
    agent.page.get_by_role("button", name="Presence of Ana").click()
    agent.page.get_by_role("menuitemradio", name=re.compile("^Online")).click()
    expect(agent.page.get_by_role("button", name=": Online")).to_be_visible()


def test_a_supervisor_withdraws_a_resolution(stage: Stage) -> None:
    tom, sam = stage.agent("tom"), stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say("closed too early")
    tom.claims("closed too early")
    tom.replies("done")
    tom.resolves()
    expect(tom.page.get_by_role("button", name="Withdraw resolution")).to_have_count(0)
    shopper.is_told_of_the_end(stage.demo)  # its agent can undo it no longer
    sam.shows("All").row("done").first.click()
    withdraw = sam.page.get_by_role("button", name="Withdraw resolution")
    withdraw.click()
    dialog = sam.page.get_by_role("dialog", name="Withdraw this resolution?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(sam.page.get_by_text("Yours", exact=True)).to_have_count(0)
    withdraw.click()
    dialog.get_by_role("button", name="Withdraw it").click()
    expect(sam.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(withdraw).to_have_count(0)
    shopper.sees("open again")
    expect(tom.page.get_by_text("With Sam")).to_be_visible(timeout=PATIENCE)
    sam.replies("here I am")
    shopper.sees("here I am")
    sam.resolves()


def test_an_admin_disables_an_account_and_enables_it(stage: Stage) -> None:
    admin = stage.agent("admin").page
    csrf = admin.request.get(f"{stage.url}/api/v1/session").json()["csrf"]
    who = {"email": "lee@example.com", "name": "Lee", "role": "agent", "password": "correct horse battery"}
    admin.request.post(f"{stage.url}/api/v1/staff", data=who, headers={"X-CSRF-Token": csrf})
    lee = stage.page()
    lee.goto(f"{stage.url}/console/")
    signs_in(lee, who)
    expect(lee.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=PATIENCE)
    admin.get_by_role("button", name="Account of Robin").click()
    admin.get_by_role("menuitem", name="Staff accounts").click()
    accounts = admin.get_by_role("region", name="Staff accounts")
    accounts.get_by_role("button", name="Disable Lee").click()
    admin.get_by_role("dialog", name="Disable the account of Lee?").get_by_role("button", name="Disable").click()
    expect(accounts.get_by_role("button", name="Enable Lee")).to_be_visible(timeout=PATIENCE)
    expect(lee.get_by_text("Your session has ended")).to_be_visible(timeout=PATIENCE)
    signs_in(lee, who)
    expect(lee.get_by_text("This account is disabled")).to_be_visible(timeout=PATIENCE)
    accounts.get_by_role("button", name="Enable Lee").click()
    expect(accounts.get_by_role("button", name="Disable Lee")).to_be_visible(timeout=PATIENCE)
    signs_in(lee, who)
    expect(lee.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=PATIENCE)


def signs_in(page: Page, who: dict[str, str]) -> None:
    """Fill in the sign-in page and send it."""
    page.get_by_label("E-mail").fill(who["email"])
    page.get_by_label("Password", exact=True).fill(who["password"])
    page.get_by_role("button", name="Sign in").click()


def test_customers_words_are_only_words(stage: Stage) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say(attack)
    agent.claims(attack)
    agent.replies(f"you wrote {attack}")
    shopper.sees(f"you wrote {attack}")
    for page in (shopper.page, agent.page):
        assert page.locator("img[src=x]").count() == 0
        assert page.locator("script:text('alert')").count() == 0
    agent.resolves()


def test_an_unclear_message_is_asked_back_with_buttons(stage: Stage) -> None:
    shopper = asked_back(stage)
    choices = shopper.log.get_by_role("group", name=ASKED).get_by_role("button")
    expect(choices.last).to_have_text("None of these")
    assert 2 <= choices.count() <= 4  # one to three, and none of these
    chosen = choices.first.inner_text()
    choices.first.click()
    expect(shopper.own.filter(has_text=chosen)).to_be_visible(timeout=PATIENCE)
    expect(choices).to_have_count(0)
    expect(shopper.log.locator(".group.theirs").nth(1)).to_be_visible(timeout=PATIENCE)


ASKED = re.compile("Which of these do you mean|Is this what you mean")
UNCLEAR = ("my order", "card", "account", "refund or exchange", "delivery", "change", "it did not work", "the price")


def asked_back(stage: Stage) -> Shopper:
    """A shopper whom the bot asked what they mean: short words do it, which ones depends on the model."""
    for words in UNCLEAR:
        shopper = stage.shopper().say(words)
        shopper.is_answered()
        if shopper.log.get_by_role("group", name=ASKED).count():
            return shopper
    raise AssertionError("nothing was unclear to the bot")


def test_the_way_from_a_question_to_a_person_by_keyboard_alone(stage: Stage) -> None:
    agent = stage.agent("tom")
    page = stage.page()
    page.goto(f"{stage.url}/shop/")
    launcher = page.get_by_role("button", name="Open the chat")
    launcher.wait_for()
    reach(page, "Open the chat")
    page.keyboard.press("Enter")
    chat = page.get_by_role("dialog", name="Chat with us")
    log = chat.get_by_role("log")
    expect(chat.get_by_role("textbox", name="Write a message")).to_be_focused()
    reach(page, "Talk to a person", back=True)
    page.keyboard.press("Enter")
    expect(log.get_by_text("passing this on to a person")).to_be_visible(timeout=PATIENCE)
    reach(page, "Write a message")
    page.keyboard.type("typed and never clicked")
    page.keyboard.press("Enter")
    keys = agent.page.keyboard
    row = agent.row("typed and never clicked")
    expect(row).to_be_visible(timeout=PATIENCE)
    own = str(row.get_attribute("href"))
    while not agent.page.url.endswith(own):
        before = agent.page.url
        keys.press("j")
        expect(agent.page, "the last row is not the customer's").not_to_have_url(before)
    expect(agent.thread.get_by_text("typed and never clicked")).to_be_visible(timeout=PATIENCE)
    keys.press("c")
    expect(agent.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    keys.press("r")
    expect(agent.box).to_be_focused()
    keys.type("jjj cc e")  # letters in a field are letters
    expect(agent.box).to_have_value("jjj cc e")
    keys.press("Control+Enter")
    expect(log.get_by_text("jjj cc e")).to_be_visible(timeout=PATIENCE)
    keys.press("Escape")
    expect(agent.box).not_to_be_focused()
    keys.press("e")
    expect(agent.page.get_by_role("region", name="Resolve", exact=True)).to_be_focused()
    keys.press("o")
    keys.press("Shift+E")
    expect(agent.page.get_by_text("Resolved as")).to_be_visible(timeout=PATIENCE)
    keys.press("z")
    expect(agent.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Chat with us")).to_have_count(0)
    expect(launcher.or_(page.get_by_role("button", name="Open the chat"))).to_be_focused()


KEYS_IN_A_FRAME = """(keys) => {
  for (const key of keys) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }
}"""


def test_keys_that_come_faster_than_the_page_act_on_what_they_chose(stage: Stage) -> None:
    agent = stage.agent("tom")
    for words in ("the first of a hasty agent", "the second of a hasty agent"):
        stage.shopper().wants_a_person().say(words)
        expect(agent.row(words)).to_be_visible(timeout=PATIENCE)
    second = str(agent.lists.get_by_role("link").nth(1).get_attribute("href"))
    agent.page.evaluate(KEYS_IN_A_FRAME, ["j", "j", "c", "e"])
    expect(agent.page).to_have_url(re.compile(re.escape(second) + "$"))
    expect(agent.page.get_by_text("Yours", exact=True)).to_be_visible(timeout=PATIENCE)
    agent.resolves()


def test_escape_closes_the_resolve_step_wherever_the_focus_is(stage: Stage) -> None:
    agent = stage.agent("sam")
    stage.shopper().wants_a_person().say("escape from anywhere, please")
    agent.claims("escape from anywhere")
    step = agent.page.get_by_role("region", name="Resolve", exact=True)
    agent.page.keyboard.press("e")
    expect(step).to_be_focused()
    agent.page.get_by_role("log").click()
    expect(step).not_to_be_focused()
    agent.page.keyboard.press("Escape")
    expect(step).to_have_count(0)
    agent.page.keyboard.press("r")
    expect(agent.box).to_be_focused()
    agent.page.evaluate(KEYS_IN_A_FRAME, ["Escape", "e"])  # leaving the box gives the list the focus, a frame later
    expect(step).to_be_visible()
    agent.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(step).to_be_focused()


FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.getAttribute('aria-label') ?? at?.textContent ?? '';
}"""


def reach(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{name} cannot be reached with Tab")
