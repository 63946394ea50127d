"""Generated files that are committed: written by a command, and with `--check` only compared."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The repository."""


def stale_files(root: Path, files: Mapping[str, str]) -> list[str]:
    """Return the paths whose file is missing or says something else."""
    return [name for name, text in files.items() if not _says(root / name, text)]


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def write_or_check(command: str, files: Mapping[str, str], arguments: list[str] | None, root: Path = ROOT) -> int:
    """Carry out `command`, a module; `files` maps paths below `root` to texts.

    Returns the exit status: 1 if `--check` found a stale file.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {command}", description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is stale")
    check = parser.parse_args(arguments).check
    stale = stale_files(root, files)
    for name in stale:
        sys.stdout.write(f"{'stale' if check else 'wrote'}: {name}\n")
        if not check:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(files[name], encoding="utf-8")
    if check and stale:
        sys.stdout.write(f"Run `python -m {command}` and commit what it wrote.\n")
    return int(check and bool(stale))
