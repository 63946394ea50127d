"""One demo and one chromium for all browser tests of a process, and a page of one's own for everybody in a test."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.demo import Demo
from tests.browser.host_pages import ServePage, served
from tests.browser.people import PATIENCE, Agent, Shopper

CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")  # the first needs the least processor time
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

SECONDS = 300
"""For one test: the first starts the demo, and each look may take its whole patience beside other work."""

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives a browser, and some of them wait for much."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(SECONDS))


def chromium() -> str:
    """Where chromium is. Skips without it."""
    found = os.environ.get("ESCALATION_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.skip("chromium is not installed: `make chromium` as root, or name one by ESCALATION_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    chromium()
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    demo.stop()


@pytest.fixture(scope="session")
def cookies(demo: Demo) -> Callable[[str], str]:
    """The session cookie of a member of staff; signing in is slow on purpose, so once for each."""
    known: dict[str, str] = {}

    def cookie(name: str) -> str:
        if name not in known:
            known[name] = demo.cookie(f"{name}@example.com")
        return known[name]

    return cookie


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with the last test here: its event loop would stand in the way of asynchronous tests."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Stage:
    """Makes people appear, each in a browser context of their own, and notes what went wrong in their pages."""

    def __init__(self, browser: Browser, demo: Demo, cookies: Callable[[str], str], stack: ExitStack) -> None:
        self.url = demo.url
        self.demo = demo
        self.problems: list[str] = []
        self._browser = browser
        self._cookies = cookies
        self._stack = stack

    def page(self, **options: Any) -> Page:
        """A page in a new context."""
        context = self._browser.new_context(**{"reduced_motion": "reduce", "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        self._stack.callback(context.close)
        return self.watch(context.new_page())

    def watch(self, page: Page) -> Page:
        """Note the page's errors."""
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: self.problems.append(f"{page.url}: dialog {dialog.message}"))
        return page

    def shopper(self, **options: Any) -> Shopper:
        """A new customer with the chat open."""
        return Shopper(self.page(**options), self.url)

    def agent(self, name: str = "ana", **options: Any) -> Agent:
        """A signed-in member of staff."""
        page = self.page(**{"viewport": {"width": 1440, "height": 900}, **options})
        page.context.add_cookies(
            [{"name": "escalation_session", "value": self._cookies(name), "url": self.url, "sameSite": "Strict"}]
        )
        return Agent(page, self.url)


@pytest.fixture
def stage(browser: Browser, demo: Demo, cookies: Callable[[str], str]) -> Iterator[Stage]:
    with ExitStack() as stack:
        stage = Stage(browser, demo, cookies, stack)
        yield stage
        assert stage.problems == []
    demo.wait_until_nobody_is_online()  # the next test may begin with a customer who is told that nobody is


@pytest.fixture
def site(stage: Stage) -> Iterator[ServePage]:
    """Other sites, each of one page that includes the widget by what is in its head."""
    with ExitStack() as stack:
        yield lambda head: stack.enter_context(served(head, stage.url))
