"""Pages of other sites that include the widget, each on an origin of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from tests.waiting import PATIENCE

ServePage = Callable[[str], str]
"""Takes what is in the page's head, returns the site's address."""


@contextmanager
def served(head: str, service: str) -> Iterator[str]:
    """Serve a page with this head and nothing else, and below `/chat/` what the service has there."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = f"<!doctype html><html lang=en><head>{head}</head><body></body></html>".encode(), "text/html"
            if self.path.startswith("/chat/"):
                answer = httpx.get(service + self.path.removeprefix("/chat"), trust_env=False, timeout=PATIENCE)
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
