"""`python -m escalation.protocol.generate` writes the generated files; `--check` only says which are stale."""

from pathlib import Path

from escalation.protocol.generate.asyncapi import asyncapi_text
from escalation.protocol.generate.files import ROOT, write_or_check
from escalation.protocol.generate.handbook import handbook_text
from escalation.protocol.generate.schema import Protocol, read_protocol, schema_text
from escalation.protocol.generate.typescript import typescript_text


def generated_files(protocol: Protocol) -> dict[str, str]:
    """Every generated file's text by its path below the repository's root."""
    return {
        "docs/protocol.md": handbook_text(protocol),
        "docs/protocol/asyncapi.yaml": asyncapi_text(protocol),
        "docs/protocol/schema.json": schema_text(protocol),
        "agent_console/protocol/src/generated.ts": typescript_text(protocol),
    }


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check; returns the exit status: 1 if `--check` found a stale file."""
    return write_or_check("escalation.protocol.generate", generated_files(read_protocol()), arguments, root)


if __name__ == "__main__":
    raise SystemExit(main())
