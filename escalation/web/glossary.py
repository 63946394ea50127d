"""The glossary as the console shows it: the words and definitions of `docs/glossary.md`, without the paths."""

import json
import re

SOURCE = "docs/glossary.md"
FILE = "agent_console/console/src/glossary/terms.generated.json"

_SECTION = re.compile(r"## (?P<name>.+)")
_ROW = re.compile(r"\| (?P<name>[^|]+) \| (?P<text>[^|]+) \| [^|]+ \|")
_HEADS = {"word", "---"}


def slug(name: str) -> str:
    """Return how the console's address names a word: `capacity, load` is `capacity-load`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def terms(markdown: str) -> dict[str, dict[str, str]]:
    """Return each word by its slug, in order. Raises: ValueError for a slug that stands twice."""
    found: dict[str, dict[str, str]] = {}
    section = ""
    for line in markdown.splitlines():
        if head := _SECTION.fullmatch(line):
            section = head["name"]
        row = _ROW.fullmatch(line)
        if row is None or row["name"] in _HEADS:
            continue
        key = slug(row["name"])
        if key in found:
            raise ValueError(f"{SOURCE}: {row['name']!r} stands twice, or is written like another word.")
        found[key] = {"name": row["name"], "section": section, "text": row["text"]}
    return found


def document(markdown: str) -> str:
    """Return the generated file."""
    return json.dumps(terms(markdown), indent=2, ensure_ascii=False) + "\n"
