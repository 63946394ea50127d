"""The built console and widget, and the sample shop: files with the right headers, and 404 for what is not there."""

import html
import re
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from escalation.kernel.errors import NotFound, Unavailable

ASSETS = Path(__file__).parent / "assets"
PAGES = Path(__file__).parent / "pages"
HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.\w+$")
FOREVER = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


class AssetsMissing(Unavailable):
    """The pages were not built."""

    code = "assets_missing"


def _file(folder: Path, name: str) -> FileResponse:
    """Serve one file of a folder; what is not there is 404, never the index."""
    path = folder / name
    if not _is_inside(path, folder):
        raise NotFound(f"There is no {name[:100]} here.")
    caching = FOREVER if HASHED.search(name) else "no-cache"
    return FileResponse(path, headers={"Cache-Control": caching})


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether it is a file of the folder. A name that no file can have, such as one of 300 characters, is none."""
    try:
        found = path.resolve()
        return found.is_relative_to(folder.resolve()) and found.is_file()
    except (OSError, ValueError):
        return False


def _page(path: Path, base: str) -> HTMLResponse:
    """Serve a page whose relative addresses start at `base`."""
    if not path.is_file():
        raise AssetsMissing("The pages are not built. Run `python hatch_build.py` in the project's folder.")
    text = path.read_text(encoding="utf-8")
    text = text.replace("<head>", f'<head><base href="{html.escape(base)}">', 1)
    return HTMLResponse(text, headers={"Cache-Control": "no-cache"})


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root.rstrip("/")


@router.get("/")
async def home(request: Request) -> Response:
    """Lead people to the console."""
    return RedirectResponse(f"{_root(request)}/console/")


@router.get("/console")
@router.get("/console/")
async def console(request: Request) -> Response:
    """Serve the agents' console."""
    return _page(ASSETS / "console" / "index.html", f"{_root(request)}/console/")


@router.get("/console/{name:path}")
async def console_file(name: str) -> Response:
    """Serve a file of the console."""
    return _file(ASSETS / "console", name)


@router.get("/widget/{name:path}")
async def widget_file(name: str) -> Response:
    """Serve a file of the widget; other sites' pages load it. A module, as the panel is one, needs to be allowed to."""
    response = _file(ASSETS / "widget", name)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@router.get("/chat")
@router.get("/chat/")
async def chat(request: Request) -> Response:
    """Serve the page that links in mails lead to."""
    return _page(PAGES / "chat.html", f"{_root(request)}/chat/")


@router.get("/chat/{name:path}")
async def chat_file(name: str) -> Response:
    """Serve a file of that page."""
    return _file(PAGES, name)


@router.get("/shop")
@router.get("/shop/")
async def shop(request: Request) -> Response:
    """Serve the sample shop."""
    return _page(PAGES / "shop.html", f"{_root(request)}/shop/")


@router.get("/shop/{name:path}")
async def shop_file(name: str) -> Response:
    """Serve a file of the sample shop."""
    return _file(PAGES, name)
