"""Accounts in the console: an invitation, one's own password and sessions, and being out when disabled."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import at_both_widths, overflow, violations
from tests.browser.test_desk import signs_in
from tests.browser.test_figures import bare_numbers, undefined

PASSWORD = "seven purple teapots"
ANOTHER = "nine green kettles"


def is_in(page: Page) -> None:
    """Wait until this page is signed in and connected."""
    expect(page.get_by_role("banner").get_by_text("Live")).to_be_visible(timeout=PATIENCE)


def opens(page: Page, url: str, name: str) -> None:
    """Open a page of the console by its address, and wait until it is read."""
    page.goto(url)
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Loading…")).to_have_count(0, timeout=PATIENCE)


def invites(admin: Page, email: str) -> str:
    """Invite somebody; return the link that is shown."""
    admin.get_by_role("button", name="Invite somebody").click()
    dialog = admin.get_by_role("dialog", name="Invite somebody")
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_label("Role").select_option("supervisor")
    dialog.get_by_label("Capacity").fill("6")
    dialog.get_by_role("button", name="Make the link").click()
    shown = admin.get_by_role("dialog", name=f"Link for {email}")
    link = shown.get_by_label("Link", exact=True).input_value(timeout=PATIENCE)
    admin.keyboard.press("Escape")
    expect(admin.get_by_role("region", name="Invited")).to_contain_text(email, timeout=PATIENCE)
    return link


def changes_password(page: Page, old: str, new: str) -> None:
    form = page.get_by_role("region", name="Change your password")
    form.get_by_label("Present password").fill(old)
    form.get_by_label("New password").fill(new)
    form.get_by_role("button", name="Change the password").click()


def test_from_an_invitation_to_a_disabled_account(stage: Stage) -> None:
    admin = stage.agent("admin").page
    admin.get_by_role("button", name="Account of Robin").click()
    admin.get_by_role("menuitem", name="Staff accounts").click()
    link = invites(admin, "nora@example.com")

    nora = stage.page()
    nora.goto(link)
    expect(nora.get_by_text(re.compile("You are invited as: .*Supervisor"))).to_be_visible(timeout=PATIENCE)
    nora.get_by_label("Your name").fill("Nora")
    nora.get_by_label("New password").fill("password123")
    nora.get_by_role("button", name="Make the account").click()
    expect(nora.get_by_role("alert")).to_contain_text("guessed first", timeout=PATIENCE)
    nora.get_by_label("New password").fill(PASSWORD)
    nora.get_by_role("button", name="Make the account").click()
    is_in(nora)
    assert "invitation" not in nora.url

    used = stage.page()
    used.goto(link)
    expect(used.get_by_role("alert")).to_contain_text("Ask an admin for a new one", timeout=PATIENCE)

    nora.get_by_role("button", name="Account of Nora").click()
    nora.get_by_role("menuitem", name="Your account").click()
    changes_password(nora, "not my password", ANOTHER)
    expect(nora.get_by_role("alert")).to_contain_text("not your present password", timeout=PATIENCE)
    changes_password(nora, PASSWORD, ANOTHER)
    expect(nora.get_by_text("Your password is changed.")).to_be_visible(timeout=PATIENCE)

    phone = stage.page(user_agent="Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36")
    phone.goto(f"{stage.url}/console/")
    signs_in(phone, {"email": "nora@example.com", "password": ANOTHER})
    is_in(phone)
    nora.reload()
    sessions = nora.get_by_role("region", name="Where you are signed in")
    expect(sessions.get_by_role("listitem")).to_have_count(2, timeout=PATIENCE)
    expect(sessions.get_by_role("listitem").filter(has_text="This browser")).to_have_count(1)
    sessions.get_by_role("button", name=re.compile("Sign out .*Chrome")).click()
    expect(sessions.get_by_role("listitem")).to_have_count(1, timeout=PATIENCE)
    expect(phone.get_by_text("Your session has ended")).to_be_visible(timeout=PATIENCE)
    is_in(nora)

    accounts = admin.get_by_role("region", name="Staff accounts")
    admin.reload()
    accounts.get_by_role("button", name="Disable Nora").click(timeout=PATIENCE)
    admin.get_by_role("dialog", name="Disable the account of Nora?").get_by_role("button", name="Disable").click()
    expect(nora.get_by_text("Your session has ended")).to_be_visible(timeout=PATIENCE)
    signs_in(nora, {"email": "nora@example.com", "password": ANOTHER})
    expect(nora.get_by_text("This account is disabled")).to_be_visible(timeout=PATIENCE)


def test_the_pages_of_accounts_are_accessible(stage: Stage) -> None:
    agent = stage.agent("admin")
    page, console = agent.page, f"{stage.url}/console/"
    found: dict[str, Any] = {}

    def note(place: str) -> None:
        found[place] = at_both_widths(page, lambda page: (violations(page), overflow(page), bare_numbers(page)))

    opens(page, f"{console}#/accounts", "Staff accounts")
    link = invites(page, "axe@example.com")
    assert undefined(page) == []
    note("accounts")
    page.get_by_role("button", name="Change the account of").first.click()
    expect(page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)
    note("change")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New password link for").first.click()
    expect(page.get_by_role("dialog").get_by_label("Link", exact=True)).to_be_visible(timeout=PATIENCE)
    note("link")
    page.keyboard.press("Escape")
    opens(page, f"{console}#/account", "Your account")
    note("own")
    page.goto(link)
    expect(page.get_by_label("Your name")).to_be_visible(timeout=PATIENCE)
    note("invitation")
    assert found == dict.fromkeys(found, [([], 0, [])] * 2)
