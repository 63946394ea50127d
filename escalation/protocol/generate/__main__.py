"""`python -m escalation.protocol.generate` writes the generated files; `--check` only says which are stale."""

import argparse
import sys
from pathlib import Path

from escalation.protocol.generate.asyncapi import asyncapi_text
from escalation.protocol.generate.handbook import handbook_text
from escalation.protocol.generate.schema import Protocol, read_protocol, schema_text
from escalation.protocol.generate.typescript import typescript_text

ROOT = Path(__file__).resolve().parents[3]


def generated_files(protocol: Protocol) -> dict[str, str]:
    """Every generated file's text by its path below the repository's root."""
    return {
        "docs/protocol.md": handbook_text(protocol),
        "docs/protocol/asyncapi.yaml": asyncapi_text(protocol),
        "docs/protocol/schema.json": schema_text(protocol),
        "agent_console/protocol/src/generated.ts": typescript_text(protocol),
    }


def stale_files(root: Path, files: dict[str, str]) -> list[str]:
    """Paths whose file is missing or says something else."""
    return [name for name, text in files.items() if not _says(root / name, text)]


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check; returns the exit status: 1 if `--check` found a stale file."""
    parser = argparse.ArgumentParser(prog="python -m escalation.protocol.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is stale")
    check = parser.parse_args(arguments).check
    files = generated_files(read_protocol())
    stale = stale_files(root, files)
    for name in stale:
        sys.stdout.write(f"{'stale' if check else 'wrote'}: {name}\n")
        if not check:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(files[name], encoding="utf-8")
    if check and stale:
        sys.stdout.write("Run `python -m escalation.protocol.generate` and commit what it wrote.\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
