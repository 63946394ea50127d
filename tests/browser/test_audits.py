"""The audit bench by keys alone, what the certificate's page says, and what is told while answers are stopped."""

import itertools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Stage
from tests.browser.demo import Demo
from tests.browser.people import PATIENCE, Agent
from tests.browser.test_accessibility import DRAWN, at_both_widths, overflow, violations
from tests.browser.test_accounts import is_in
from tests.browser.test_figures import bare_numbers, undefined
from tests.waiting import until_now

PASSWORD = "seven purple teapots"
KNOWN = "how do I reset my password"
INTENT = "password"
"""What is typed to find the intent of `KNOWN`."""
REQUEST = "The conversation up to the request"
_numbers = itertools.count(1)


@contextmanager
def client(stage: Stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{stage.url}/api/v1/", trust_env=False, timeout=PATIENCE / 1_000) as client:
        yield client


class Auditor:
    """Somebody new with the role auditor, on the audit bench. What others were answered before is left to others."""

    def __init__(self, stage: Stage, **options: Any) -> None:
        self.stage = stage
        email = f"auditor-{next(_numbers)}@example.com"
        with client(stage) as admin:
            who = {"email": "admin@example.com", "password": stage.demo.staff["admin@example.com"]}
            admin.headers["X-CSRF-Token"] = admin.post("session", json=who).json()["csrf"]
            invited = {"email": email, "role": "auditor", "capacity": 4}
            token = admin.post("staff/invitations", json=invited).json()["token"]
        with client(stage) as own:
            used = own.post("links/use", json={"token": token, "name": "Ada", "password": PASSWORD})
            own.headers["X-CSRF-Token"] = used.json()["csrf"]
            self.leave_all(used.json()["me"]["id"])
            cookie = own.cookies["escalation_session"]
        self.page = stage.page(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.page.context.add_cookies(
            [{"name": "escalation_session", "value": cookie, "url": stage.url, "sameSite": "Strict"}]
        )

    def leave_all(self, auditor: str) -> None:
        """Leave every request that waits to somebody else."""
        waiting = "SELECT message_id, ? FROM audits WHERE verdict IS NULL"
        database(self.stage.demo, f"INSERT OR IGNORE INTO audit_skips (message_id, auditor) {waiting}", auditor)

    def opens_the_bench(self) -> "Auditor":
        self.page.goto(f"{self.stage.url}/console/#/audits")
        is_in(self.page)
        return self

    def presses(self, *keys: str) -> "Auditor":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def types(self, text: str) -> "Auditor":
        self.page.keyboard.type(text)
        return self

    def reads(self, text: str) -> "Auditor":
        """Wait until a request with these words is shown, and the search has the focus."""
        self._comes_to(self.page.get_by_role("region", name=REQUEST).get_by_text(text, exact=True))
        expect(self.page.get_by_role("combobox")).to_be_focused(timeout=PATIENCE)
        return self

    def has_nothing(self) -> None:
        self._comes_to(self.page.get_by_text("Nothing to label for you."))

    def _comes_to(self, wanted: Locator) -> None:
        """Wait for it. Probes, made meanwhile of what other tests resolved, are left to others."""
        request = self.page.get_by_role("region", name=REQUEST)

        def there() -> bool:
            shown = request.all_inner_texts()
            if shown and not any(KNOWN in text for text in shown):
                expect(self.page.get_by_role("combobox")).to_be_focused()
                self._leaves()
            return wanted.is_visible()

        until_now(there, 2 * PATIENCE / 1_000)

    def _leaves(self) -> None:
        """Leave the request that is shown, and wait for the next one: it may have the same words."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/audits/next"), timeout=PATIENCE):
            self.page.keyboard.press(".")
        self.page.evaluate(DRAWN)

    def is_told(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_be_visible(timeout=PATIENCE)


def answered(stage: Stage, text: str) -> str:
    """Let the bot answer a new customer, and the answer be drawn for audit; returns its words."""
    drawn = "SELECT count(*) FROM audits"
    [(before,)] = database(stage.demo, drawn)
    answer = stage.shopper().say(text).is_answered()
    until_now(lambda: database(stage.demo, drawn) > [(before,)], PATIENCE / 1_000)
    return answer


def database(demo: Demo, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(demo.database, timeout=10)) as database, database:
        return database.execute(statement, values).fetchall()


def labels_count(demo: Demo) -> None:
    """Let the ten seconds of all labels be over, and wait until they count."""
    database(
        demo, "UPDATE audit_labels SET at = strftime('%Y-%m-%d %H:%M:%f000', 'now', '-15 seconds') WHERE NOT counted"
    )
    until_now(lambda: database(demo, "SELECT count(*) FROM audit_labels WHERE NOT counted") == [(0,)])


def test_auditors_label_by_keys_and_a_disagreement_reaches_the_second(stage: Stage) -> None:
    ada, bea, _ = Auditor(stage), Auditor(stage), Auditor(stage)  # of two alone, the first label decides
    texts = [KNOWN, f"{KNOWN}?", f"{KNOWN}!"]
    answers = [answered(stage, text) for text in texts]
    ada.opens_the_bench().reads(texts[0])
    for words in answers[0].splitlines():
        expect(ada.page.get_by_text(words)).to_have_count(0)

    ada.presses("Enter").is_told("Choose an intent, out of scope or cannot tell first.")
    ada.page.get_by_role("button", name="Out of scope").click()
    ada.presses("Enter").is_told("Labelled: Out of scope")
    ada.reads(texts[1]).presses("Control+z").reads(texts[0])
    expect(ada.page.get_by_role("button", name="Out of scope")).to_have_attribute("aria-pressed", "true")
    ada.presses("0").types(INTENT).presses("Enter", "Enter").is_told("Labelled:")
    ada.reads(texts[1]).presses(".").reads(texts[2])
    ada.types(INTENT).presses("1", "+", "Enter").is_told("and a further request stays open")
    ada.has_nothing()

    bea.opens_the_bench().reads(texts[1])
    labels_count(stage.demo)
    bea.types(INTENT).presses("1", "Enter")
    bea.reads(texts[2]).presses("-", "Enter").is_told("Labelled: Cannot tell")
    bea.has_nothing()


def says_what_is_missing(page: Page, url: str) -> None:
    page.goto(f"{url}/console/#/certificate")
    expect(page.get_by_role("heading", name="Certificate", exact=True)).to_be_visible(timeout=PATIENCE)
    sentence = page.get_by_role("region", name="Certificate")
    expect(sentence).to_contain_text(re.compile("Nothing is proven yet|Not proven"), timeout=PATIENCE)
    expect(page.get_by_role("list", name="Windows, newest first").get_by_role("listitem").first).to_be_visible()
    expect(page.get_by_text("Loading…")).to_have_count(0, timeout=PATIENCE)


def test_the_pages_of_the_proof_are_accessible(stage: Stage) -> None:
    ada = Auditor(stage)
    answered(stage, KNOWN)
    found: dict[str, Any] = {}

    def look(page: Page) -> tuple[list[str], int, list[str], list[str]]:
        return violations(page), overflow(page), bare_numbers(page), undefined(page)

    def note(place: str) -> None:
        found[place] = at_both_widths(ada.page, look)

    ada.opens_the_bench().reads(KNOWN).types(INTENT).presses("ArrowDown", "=", "1")
    note("bench")
    ada.presses("Enter").is_told("Labelled:")
    note("nothing left")
    says_what_is_missing(ada.page, stage.url)
    ada.page.get_by_text("Show as a table").click()
    expect(ada.page.get_by_role("table")).to_be_visible(timeout=PATIENCE)
    note("certificate")
    assert found == dict.fromkeys(found, [([], 0, [], [])] * 2)


@contextmanager
def stopped_answers(demo: Demo) -> Iterator[None]:
    """As after the breaker has tripped; whatever happens, answers go on at the end."""
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    database(demo, "INSERT INTO proof_state (id, breaker_level) VALUES (1, 0) ON CONFLICT DO NOTHING")
    database(demo, f"UPDATE proof_state SET tripped_at = {now}")
    ready = httpx.Client(base_url=demo.url, trust_env=False, timeout=PATIENCE / 1_000)
    until_now(lambda: ready.get("/readyz").json()["stopped"])
    try:
        yield
    finally:
        database(demo, "UPDATE proof_state SET tripped_at = NULL, breaker_level = 0")
        until_now(lambda: not ready.get("/readyz").json()["stopped"])
        ready.close()


def banner(agent: Agent) -> Any:
    return agent.page.get_by_role("region", name="Automatic answers")


def test_everybody_sees_that_answers_are_stopped_and_an_admin_lets_them_go_on(stage: Stage) -> None:
    answered(stage, KNOWN)
    small = {"width": 390, "height": 900}
    with stopped_answers(stage.demo):
        admin, ana = stage.agent("admin"), stage.agent("ana", viewport=small)
        for agent in (admin, ana):
            expect(banner(agent)).to_contain_text("Automatic answers are stopped since", timeout=PATIENCE)
            assert (violations(agent.page), overflow(agent.page)) == ([], 0)
        banner(admin).get_by_role("link", name="See the certificate").click()
        admin.page.get_by_role("button", name="Let answers go on").click(timeout=PATIENCE)
        dialog = admin.page.get_by_role("dialog", name="Let automatic answers go on?")
        dialog.get_by_label("Reason").fill("The answer about passwords was out of date.")
        assert violations(admin.page) == []
        dialog.get_by_role("button", name="Let answers go on").click()
        for agent in (admin, ana):
            expect(banner(agent)).to_have_count(0, timeout=PATIENCE)
        answered(stage, KNOWN)


def test_an_admin_changes_the_audits_a_day(stage: Stage) -> None:
    admin = stage.agent("admin").page
    admin.get_by_role("banner").get_by_role("link", name="nothing is proven yet").click()
    admin.get_by_role("button", name="Change the audits a day").click(timeout=PATIENCE)
    dialog = admin.get_by_role("dialog", name="Change the audits a day")
    dialog.get_by_label("Audits a day").fill("25")
    dialog.get_by_label("Reason").fill("Two more people audit.")
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    expect(admin.get_by_role("region", name="Stopping and changing").get_by_text("25", exact=True)).to_be_visible()
