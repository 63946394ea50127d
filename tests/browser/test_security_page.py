"""The page of the security log: admins reach it, narrow it down, and it is accessible."""

from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import at_both_widths, overflow, violations
from tests.browser.test_accounts import is_in
from tests.browser.test_figures import bare_numbers, undefined


def test_an_admin_reads_and_narrows_the_security_log(stage: Stage) -> None:
    admin = stage.agent("admin").page
    is_in(admin)
    admin.get_by_role("button", name="Account of Robin").click()
    admin.get_by_role("menuitem", name="Security log").click()
    expect(admin.get_by_role("heading", name="Security log", exact=True)).to_be_visible(timeout=PATIENCE)
    rows = admin.get_by_role("list", name="Rows of the security log").get_by_role("listitem")
    expect(rows.first).to_be_visible(timeout=PATIENCE)
    admin.get_by_label("What", exact=True).select_option(label="Account made")
    expect(rows.filter(has_text="Account made").first).to_be_visible(timeout=PATIENCE)
    expect(rows.filter(has_text="Signed in")).to_have_count(0, timeout=PATIENCE)
    admin.get_by_label("By whom, or on whom").select_option(label="Robin")
    expect(rows.filter(has_text="by a command")).to_have_count(1, timeout=PATIENCE)  # others Robin may have invited
    found = at_both_widths(admin, lambda page: (violations(page), overflow(page), bare_numbers(page), undefined(page)))
    assert found == [([], 0, [], [])] * 2
    admin.get_by_label("What", exact=True).select_option(label="Backed up")
    expect(admin.get_by_text("No row matches.")).to_be_visible(timeout=PATIENCE)
