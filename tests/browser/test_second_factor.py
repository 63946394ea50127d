"""A second factor in the console: set up with an app, asked for at sign-in, taken away."""

import base64
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page, expect

from escalation.people.totp import code_of, step_at
from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import at_both_widths, overflow, violations
from tests.browser.test_accounts import PASSWORD, invites, is_in, opens
from tests.browser.test_desk import signs_in


def shown_by_the_app(secret: str) -> str:
    """Return the code that an app which has this secret shows now."""
    return code_of(base64.b32decode(secret), step_at(datetime.now(UTC)))


def joins(stage: Stage, email: str) -> Page:
    """Invite somebody and make their account; return their page."""
    admin = stage.agent("admin").page
    opens(admin, f"{stage.url}/console/#/accounts", "Staff accounts")
    page = stage.page()
    page.goto(invites(admin, email))
    page.get_by_label("Your name").fill("Kim")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    is_in(page)
    return page


def look(page: Page) -> tuple[list[str], int]:
    return violations(page), overflow(page)


def sets_one_up(page: Page, factor: Locator, seen: list[tuple[list[str], int]]) -> list[str]:
    """Go through the three steps; return the recovery codes."""
    factor.get_by_role("button", name="Set one up").click()
    factor.get_by_label("Present password").fill("not my password")
    factor.get_by_role("button", name="Go on").click()
    expect(factor.get_by_role("alert")).to_contain_text("not your present password", timeout=PATIENCE)
    factor.get_by_label("Present password").fill(PASSWORD)
    factor.get_by_role("button", name="Go on").click()
    secret = factor.get_by_label("Secret").input_value(timeout=PATIENCE)
    seen.extend(at_both_widths(page, look))
    factor.get_by_label("Code from the app").fill("000000")
    factor.get_by_role("button", name="Confirm").click()
    expect(factor.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
    factor.get_by_label("Code from the app").fill(shown_by_the_app(secret))
    factor.get_by_role("button", name="Confirm").click()
    codes = factor.get_by_role("list", name="Recovery codes")
    expect(codes.get_by_role("listitem")).to_have_count(10, timeout=PATIENCE)
    seen.extend(at_both_widths(page, look))
    return codes.get_by_role("listitem").all_inner_texts()


def test_a_second_factor_from_its_secret_to_its_end(stage: Stage) -> None:
    email, seen = "kim@example.com", list[tuple[list[str], int]]()
    page = joins(stage, email)
    opens(page, f"{stage.url}/console/#/account", "Your account")
    factor = page.get_by_role("region", name="Second factor")
    first, second, *_ = sets_one_up(page, factor, seen)
    factor.get_by_role("button", name="I have kept them").click()
    expect(factor).to_contain_text("Recovery codes left: 10", timeout=PATIENCE)

    phone = stage.page(viewport={"width": 390, "height": 800})
    phone.goto(f"{stage.url}/console/")
    signs_in(phone, {"email": email, "password": PASSWORD})
    code = phone.get_by_label("Code from your app, or a recovery code")
    expect(code).to_be_visible(timeout=PATIENCE)
    seen.append(look(phone))
    code.fill("000000")
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("alert")).to_contain_text("code", timeout=PATIENCE)
    code.fill(first)
    phone.get_by_role("button", name="Sign in").click()
    is_in(phone)

    page.reload()
    expect(factor).to_contain_text("Recovery codes left: 9", timeout=PATIENCE)
    factor.get_by_role("button", name="Take it away").click()
    factor.get_by_label("Present password").fill(PASSWORD)
    factor.get_by_label("Code from the app").fill(second)
    factor.get_by_role("button", name="Take it away").click()
    expect(factor.get_by_role("button", name="Set one up")).to_be_visible(timeout=PATIENCE)
    assert all(wrong == [] and not wide for wrong, wide in seen), seen
