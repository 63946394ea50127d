"""Rasa's training files before version 2: Markdown with `## intent:name`, and JSON with `rasa_nlu_data`. Pure."""

import re
from typing import Final

from escalation.catalogue.formats.json_elements import KeyTwice, Unreadable, elements
from escalation.catalogue.formats.parsed import Assembly, Parsed
from escalation.catalogue.formats.rasa_annotations import plain

_SECTION: Final = re.compile(r"^##\s*(intent|synonym|regex|lookup)\s*:\s*(.*?)\s*$", re.MULTILINE)
_EXAMPLES: Final = re.compile(r'"common_examples"\s*:\s*(?=\[)')
_REMARK: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_STORY: Final = re.compile(r"^\s*-\s*utter_", re.MULTILINE)


def is_markdown(text: str) -> bool:
    """Whether the text is training data in Rasa's Markdown."""
    return _SECTION.search(text) is not None


def is_json(text: str) -> bool:
    """Whether the text is training data in Rasa's JSON."""
    return text.lstrip().startswith("{") and '"rasa_nlu_data"' in text


def parse_markdown(text: str, source: str) -> Parsed:
    """Read intents and examples without annotations; synonyms, regular expressions and look-up tables are skipped.

    Raises: CatalogueFileInvalid.
    """
    assembly = Assembly(source)
    name: str | None = None
    # A remark may go over several lines, which must still count.
    bare = _REMARK.sub(lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(bare.splitlines(), start=1):
        if found := _SECTION.match(line):
            name = assembly.intent(found[2], number) if found[1] == "intent" else None
        elif line.startswith("#"):
            name = None
        elif name is not None and line.strip():
            _take(name, line.strip(), number, assembly)
    return assembly.finish("Rasa's Markdown of version 1")


def _take(name: str, line: str, number: int, assembly: Assembly) -> None:
    if not re.match(r"[-*+]\s", line):
        raise assembly.fail(number, f"intent '{name}': each example must start with '- '")
    if line[1:].strip():
        assembly.example(name, plain(line[1:].strip()), number)


def parse_json(text: str, source: str) -> Parsed:
    """Read the common examples. Raises: CatalogueFileInvalid."""
    assembly = Assembly(source)
    start = _EXAMPLES.search(text)
    if start is None:
        raise assembly.fail(None, "seems to be Rasa's JSON of old versions, without common_examples")
    try:
        for example, line in elements(text, start.end()):
            intent, words = (example.get(key) for key in ("intent", "text")) if isinstance(example, dict) else (0, 0)
            if not isinstance(intent, str) or not isinstance(words, str):
                raise assembly.fail(line, "an example needs 'text' and 'intent'")
            assembly.labelled(intent, words, line)
    except (Unreadable, KeyTwice) as error:
        raise assembly.fail(error.line, str(error)) from None
    return assembly.finish("Rasa's JSON of old versions")


def is_story(text: str) -> bool:
    """Whether the text is Rasa's stories in Markdown, which hold no messages."""
    return text.lstrip().startswith("## ") and _STORY.search(text) is not None
