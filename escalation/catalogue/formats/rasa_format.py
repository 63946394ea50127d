"""Rasa's training files: `nlu` with annotated examples, `responses` whose `utter_<intent>` is the answer. Pure.

What Rasa itself has no word for (title, description, policy, locale) travels in each intent's `metadata`, which Rasa
keeps without reading it. Synonyms, regular expressions, look-up tables, stories and rules are skipped.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from escalation.catalogue.formats import nodes
from escalation.catalogue.formats.parsed import Assembly, Parsed
from escalation.catalogue.formats.yaml_format import read_fields
from escalation.catalogue.model import Catalogue, Intent

_VERSION: Final = "3.1"
_UTTER: Final = "utter_"
_PLAIN: Final = "plain"
_ONE: Final = r"\{[^{}]*\}"
# [text](entity), [text]{"entity": ...} and [text][{...}, {...}]
_ANNOTATION: Final = re.compile(rf"\[([^\[\]]+)\](?:\([^()]+\)|{_ONE}|\[\s*{_ONE}(?:\s*,\s*{_ONE})*\s*\])")


def parse(text: str, source: str) -> Parsed:
    """Read intents, examples without their annotations, and answers. Raises CatalogueFileInvalid."""
    assembly = Assembly(source)
    top = nodes.entries(nodes.root(text, assembly), "the file", assembly)
    names: list[str] = []
    if "nlu" in top:
        for node in nodes.items(top["nlu"], "nlu", assembly):
            parts = nodes.entries(node, "an item of nlu", assembly)
            if "intent" in parts:
                names.append(_read_intent(parts, assembly))
    if "responses" in top:
        _read_answers(top["responses"], names, assembly)
    return assembly.finish()


def _read_intent(parts: dict[str, yaml.Node], assembly: Assembly) -> str:
    written = nodes.scalar(parts["intent"], "an intent's name", assembly)
    name = assembly.intent(written, nodes.line_of(parts["intent"]))
    if isinstance(metadata := parts.get("metadata"), yaml.MappingNode):
        known = nodes.entries(metadata, f"intent '{name}': metadata", assembly)
        read_fields(name, {key: known[key] for key in ("title", "description", "policy") if key in known}, assembly)
        if "locale" in known:
            assembly.locale(nodes.scalar(known["locale"], "locale", assembly), nodes.line_of(known["locale"]))
    if "examples" in parts:
        for text, line in _examples(parts["examples"], name, assembly):
            assembly.example(name, text, line)
    return name


def _examples(node: yaml.Node, name: str, assembly: Assembly) -> Iterator[tuple[str, int]]:
    """Yield each example's text and line; Rasa knows a block of `- text` lines and a list of mappings."""
    if isinstance(node, yaml.ScalarNode):
        yield from _block(node, name, assembly)
        return
    for item in nodes.items(node, f"intent '{name}': examples", assembly):
        line = nodes.line_of(item)
        if isinstance(item, yaml.ScalarNode):
            yield plain(item.value), line
            continue
        parts = nodes.entries(item, f"intent '{name}': an example", assembly)
        if "text" not in parts:
            raise assembly.fail(line, f"intent '{name}': an example has no text")
        text = nodes.scalar(parts["text"], f"intent '{name}': an example", assembly)
        metadata = parts.get("metadata")
        ours = isinstance(metadata, yaml.MappingNode) and _PLAIN in nodes.entries(metadata, "metadata", assembly)
        yield (text if ours else plain(text)), line


def _block(node: yaml.ScalarNode, name: str, assembly: Assembly) -> Iterator[tuple[str, int]]:
    # The text of a block (|) starts in the line after its mark; any other style starts where its mark stands.
    first = nodes.line_of(node) + (1 if node.style in ("|", ">") else 0)
    for line, row in enumerate(str(node.value).split("\n"), start=first):
        bare = row.strip()
        if not bare or bare == "-" or bare.startswith("#"):
            continue
        if not bare.startswith("- "):
            raise assembly.fail(line, f"intent '{name}': each example must start with '- '")
        yield plain(bare[2:]), line


def plain(text: str) -> str:
    """Return an example without its entity annotations: `[tomorrow](date)` becomes `tomorrow`."""
    return _ANNOTATION.sub(r"\1", text)


def _read_answers(node: yaml.Node, names: list[str], assembly: Assembly) -> None:
    """Take the first text of each response named after an intent; other responses belong to Rasa's stories."""
    responses = nodes.entries(node, "responses", assembly)
    for name in dict.fromkeys(names):
        response = responses.get(_UTTER + name)
        for variant in () if response is None else nodes.items(response, f"{_UTTER}{name}", assembly):
            parts = nodes.entries(variant, f"a response of {_UTTER}{name}", assembly)
            if "text" in parts:
                text = nodes.scalar(parts["text"], f"{_UTTER}{name}", assembly)
                assembly.answer(name, text, nodes.line_of(parts["text"]))
                break


def render(catalogue: Catalogue) -> str:
    """Return the whole catalogue; parsing it here gives the same catalogue again."""
    answers = {
        f"{_UTTER}{intent.name}": [{"text": intent.answer}] for intent in catalogue.intents if intent.answer is not None
    }
    out: dict[str, Any] = {"version": _VERSION, "nlu": [_intent(each, catalogue.locale) for each in catalogue.intents]}
    return nodes.dump(out | ({"responses": answers} if answers else {}))


def _intent(intent: Intent, locale: str) -> dict[str, Any]:
    metadata = {"title": intent.title, "policy": intent.policy, "locale": locale}
    if intent.description:
        metadata["description"] = intent.description
    out: dict[str, Any] = {"intent": intent.name, "metadata": metadata}
    if not intent.examples:
        return out
    if all(_fits_block(text) for text in intent.examples):
        return out | {"examples": "".join(f"- {text}\n" for text in intent.examples)}
    return out | {"examples": [_example(text) for text in intent.examples]}


def _fits_block(text: str) -> bool:
    """Whether a line of a block gives the text back as it is."""
    return not re.search(r"[\n\r]", text) and plain(text) == text


def _example(text: str) -> dict[str, Any]:
    return {"text": text} if plain(text) == text else {"text": text, "metadata": {_PLAIN: "true"}}
