"""The built pages: base address, caching, security headers, and 404 for what is not there."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from escalation.web import pages
from escalation.web.application import create_application
from escalation.web.services import Services


@pytest.fixture(autouse=True)
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small build in place of the real one."""
    files = {
        "console/index.html": "<!doctype html><html><head><title>c</title></head></html>",
        "console/assets/index-BVj2Gu_1.css": "body{}",
        "console/icon.svg": "<svg/>",
        "widget/widget.js": "0",
        "widget/panel-BVj2Gu_1.js": "export {}",
        "widget/locales/en.json": "{}",
    }
    for name, text in files.items():
        path = tmp_path / "assets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "outside.txt").write_text("secret")
    monkeypatch.setattr(pages, "ASSETS", tmp_path / "assets")
    return tmp_path / "assets"


@asynccontextmanager
async def nothing() -> AsyncIterator[Services]:
    """Pages need no services."""
    raise AssertionError
    yield


def client(root_path: str = "") -> httpx.AsyncClient:
    app = httpx.ASGITransport(create_application(nothing, root_path), client=("127.0.0.1", 1))
    return httpx.AsyncClient(transport=app, base_url="http://shop.test")


@pytest.fixture
def plain() -> Iterator[httpx.AsyncClient]:
    yield client()


async def test_the_index_is_never_cached_and_hashed_files_forever(plain: httpx.AsyncClient) -> None:
    cached = {
        "/console/": "no-cache",
        "/console/assets/index-BVj2Gu_1.css": "public, max-age=31536000, immutable",
        "/console/icon.svg": "no-cache",
        "/widget/widget.js": "no-cache",
        "/widget/panel-BVj2Gu_1.js": "public, max-age=31536000, immutable",
        "/widget/locales/en.json": "no-cache",
        "/shop/": "no-cache",
        "/healthz": "no-store",
    }
    for path, expected in cached.items():
        answer = await plain.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, expected), path


@pytest.mark.parametrize(
    "path",
    [
        "/console/assets/gone-BVj2Gu_1.js", "/console/deep/link", "/console/assets", "/console/assets/",
        "/widget/", "/widget/none.js", "/shop/none.css", "/console/..%2f..%2foutside.txt",
        "/widget/..%2fconsole/index.html", "/widget/%2fetc/hosts", "/nothing", "/api/v1/nothing",
    ],
)  # fmt: skip
async def test_what_is_not_there_is_404_and_not_the_index(plain: httpx.AsyncClient, path: str) -> None:
    answer = await plain.get(path)
    assert answer.status_code == 404, answer.text
    assert answer.json()["error"]["code"] == "not_found"


async def test_a_wrong_method_has_the_one_error_shape(plain: httpx.AsyncClient) -> None:
    answer = await plain.post("/healthz")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/console/", "/shop/", "/healthz", "/nothing", "/widget/widget.js"])
async def test_every_answer_carries_the_security_headers(plain: httpx.AsyncClient, path: str) -> None:
    headers = (await plain.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


async def test_the_widget_may_be_loaded_by_other_sites(plain: httpx.AsyncClient) -> None:
    for path in ("/widget/widget.js", "/widget/panel-BVj2Gu_1.js", "/widget/locales/en.json"):
        headers = (await plain.get(path)).headers
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await plain.get("/console/")).headers


async def test_a_module_of_the_widget_has_the_type_that_browsers_ask_for(plain: httpx.AsyncClient) -> None:
    assert (await plain.get("/widget/panel-BVj2Gu_1.js")).headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("page", ["console", "shop"])
async def test_pages_know_their_base_behind_a_prefix(page: str) -> None:
    for root, path in (("", ""), ("/chat", ""), ("/chat", "/chat")):
        answer = await client(root).get(f"{path}/{page}/")
        assert f'<base href="{root}/{page}/">' in answer.text, (root, path)


async def test_home_leads_to_the_console_under_the_prefix() -> None:
    assert (await client("/chat").get("/")).headers["location"] == "/chat/console/"
    assert (await client().get("/")).headers["location"] == "/console/"


async def test_pages_that_were_not_built_say_so(plain: httpx.AsyncClient, assets: Path) -> None:
    (assets / "console" / "index.html").unlink()
    answer = await plain.get("/console/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "assets_missing")
    assert "hatch_build.py" in answer.json()["error"]["message"]
