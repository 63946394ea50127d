"""The widget's two files find each other however a page includes the first: another origin, a path, a lost network."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE

PANEL = re.compile(r"/widget/panel-[\w-]+\.js")


@contextmanager
def _site(tag: str, service: str) -> Iterator[str]:
    """Serve a page that holds nothing but the tag, and below `/chat/` what the service has there."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = f"<!doctype html><html lang=en><head>{tag}</head><body></body></html>".encode(), "text/html"
            if self.path.startswith("/chat/"):
                answer = httpx.get(service + self.path.removeprefix("/chat"), trust_env=False)
                body, kind = answer.content, answer.headers["content-type"]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def site(stage: Stage) -> Iterator[Callable[[str], str]]:
    """Another site, whose one page includes the widget by the tag; returns its address."""
    with ExitStack() as stack:
        yield lambda tag: stack.enter_context(_site(tag, stage.url))


def opens(page: Page) -> None:
    """Open the chat and see that there is something to write in."""
    page.get_by_role("button", name="Open the chat").click()
    chat = page.get_by_role("dialog", name="Chat with us")
    expect(chat.get_by_role("textbox", name="Write a message")).to_be_focused(timeout=PATIENCE)


@pytest.mark.parametrize("how", ["async", "defer", ""])
def test_on_another_origin(stage: Stage, site: Callable[[str], str], how: str) -> None:
    page = stage.page()
    with page.expect_response(PANEL) as panel:
        page.goto(site(f'<script src="{stage.url}/widget/widget.js" {how}></script>') + "/deep/page.html")
        opens(page)
    assert panel.value.ok
    assert panel.value.url.startswith(stage.url)


def test_under_a_path(stage: Stage, site: Callable[[str], str]) -> None:
    page = stage.page()
    with page.expect_response(PANEL) as panel:
        page.goto(site('<script src="/chat/widget/widget.js" async></script>') + "/deep/page.html")
        opens(page)
    assert panel.value.ok
    assert "/chat/widget/panel-" in panel.value.url


def test_the_panel_is_there_before_anybody_asks(stage: Stage) -> None:
    page = stage.page()
    with page.expect_response(PANEL) as panel:
        page.goto(f"{stage.url}/shop/")
    assert panel.value.ok


def test_a_panel_that_cannot_be_had_is_asked_for_again(stage: Stage) -> None:
    page = stage.page()
    page.route(PANEL, lambda route: route.abort(), times=1)
    page.goto(f"{stage.url}/shop/")
    opens(page)
