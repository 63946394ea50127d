"""Rasa's training files: `nlu` with annotated examples, `responses` whose `utter_<intent>` is the answer. Pure.

Files of versions before 2 are read by `rasa_old`.

What Rasa itself has no word for (titles, description, policy, locale) travels in each intent's `metadata`, which Rasa
keeps without reading it. Answers in other locales are variations with a condition, as Rasa 3 reads them. Synonyms,
regular expressions, look-up tables, stories and rules are skipped.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from escalation.catalogue.formats import nodes, rasa_old
from escalation.catalogue.formats.parsed import Assembly, Parsed
from escalation.catalogue.formats.rasa_annotations import plain, slots
from escalation.catalogue.formats.rasa_answers import PLAIN, UTTER, for_locale, read_answers
from escalation.catalogue.formats.yaml_format import read_fields, read_others
from escalation.catalogue.model import Catalogue, Intent

_VERSION: Final = "3.1"


def parse(text: str, source: str) -> Parsed:
    """Read intents, examples without their annotations, and answers. Raises CatalogueFileInvalid."""
    if rasa_old.is_json(text):
        return rasa_old.parse_json(text, source)
    if rasa_old.is_markdown(text):
        return rasa_old.parse_markdown(text, source)
    assembly = Assembly(source)
    if rasa_old.is_story(text):
        raise assembly.fail(None, "holds stories of Rasa, and no messages; give the file with '## intent:'")
    top = nodes.entries(nodes.root(text, assembly), "the file", assembly)
    names: list[str] = []
    if "nlu" in top:
        for node in nodes.items(top["nlu"], "nlu", assembly):
            parts = nodes.entries(node, "an item of nlu", assembly)
            if "intent" in parts:
                names.append(_read_intent(parts, assembly))
    for key in ("responses", "templates"):  # so they were called in version 1
        if key in top:
            read_answers(top[key], names, assembly)
    if not names and len(top):
        raise assembly.fail(None, f"holds no examples under nlu, only {', '.join(list(top)[:8])}; join Rasa's files")
    return assembly.finish("Rasa's YAML")


def _read_intent(parts: dict[str, yaml.Node], assembly: Assembly) -> str:
    written = nodes.scalar(parts["intent"], "an intent's name", assembly)
    name = assembly.intent(written, nodes.line_of(parts["intent"]))
    if isinstance(metadata := parts.get("metadata"), yaml.MappingNode):
        known = nodes.entries(metadata, f"intent '{name}': metadata", assembly)
        read_fields(name, {key: known[key] for key in ("title", "description", "policy") if key in known}, assembly)
        if "locale" in known:
            assembly.locale(nodes.scalar(known["locale"], "locale", assembly), nodes.line_of(known["locale"]))
            read_others(name, known, "titles", assembly.other_title, assembly)
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
        ours = isinstance(metadata, yaml.MappingNode) and PLAIN in nodes.entries(metadata, "metadata", assembly)
        yield (text if ours else plain(text)), line


def _block(node: yaml.ScalarNode, name: str, assembly: Assembly) -> Iterator[tuple[str, int]]:
    """Yield the examples of a block of text; lines further in than their `- ` go on with it."""
    # The text of a block (|) starts in the line after its mark; any other style starts where its mark stands.
    first = nodes.line_of(node) + (1 if node.style in ("|", ">") else 0)
    open_: tuple[list[str], int] | None = None
    for line, row in enumerate(str(node.value).split("\n"), start=first):
        bare = row.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare == "-" or bare.startswith("- "):
            yield from _joined(open_)
            open_ = ([bare[2:]], line)
        elif open_ is not None and row[:1].isspace():
            open_[0].append(bare)
        else:
            raise assembly.fail(line, f"intent '{name}': each example must start with '- '")
    yield from _joined(open_)


def _joined(example: tuple[list[str], int] | None) -> Iterator[tuple[str, int]]:
    if example is not None and any(example[0]):
        yield plain("\n".join(example[0])), example[1]


def render(catalogue: Catalogue) -> str:
    """Return the whole catalogue; parsing it here gives the same catalogue again."""
    answers = {f"{UTTER}{each.name}": found for each in catalogue.intents if (found := _answers(each))}
    out: dict[str, Any] = {"version": _VERSION, "nlu": [_intent(each, catalogue.locale) for each in catalogue.intents]}
    return nodes.dump(out | ({"responses": answers} if answers else {}))


def _answers(intent: Intent) -> list[dict[str, Any]]:
    own = [] if intent.answer is None else [_marked(intent.answer, not slots(intent.answer))]
    others = [_marked(each.text, not slots(each.text)) | for_locale(each.locale) for each in intent.other_answers]
    return own + others


def _intent(intent: Intent, locale: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"title": intent.title, "policy": intent.policy, "locale": locale}
    if intent.other_titles:
        metadata["titles"] = {other.locale: other.text for other in intent.other_titles}
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
    return _marked(text, plain(text) == text)


def _marked(text: str, as_it_stands: bool) -> dict[str, Any]:
    """Return a text, with a mark where Rasa's own reading of it would be another."""
    return {"text": text} if as_it_stands else {"text": text, "metadata": {PLAIN: "true"}}
