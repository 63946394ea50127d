"""Our own format: `locale` and `intents` with name, title, titles, description, policy, answer, answers and examples.

`title` and `answer` are in the file's locale; `titles` and `answers` have those in other locales, such as
`{de: ..., pt-BR: ...}`. Pure.
"""

from collections.abc import Callable
from typing import Any, Final

import yaml

from escalation.catalogue.formats import nodes
from escalation.catalogue.formats.parsed import Assembly, Parsed
from escalation.catalogue.model import Catalogue, Intent

_TOP: Final = ("locale", "intents", "out_of_scope")
_INTENT: Final = ("name", "title", "titles", "description", "policy", "answer", "answers", "examples")


def parse(text: str, source: str) -> Parsed:
    """Read a catalogue. Keys that are not ours are refused, for they are misspellings. Raises CatalogueFileInvalid."""
    assembly = Assembly(source)
    top = nodes.entries(nodes.root(text, assembly), "the file", assembly)
    _refuse_others(top, _TOP, "the file", assembly)
    if (locale := top.get("locale")) is not None:
        assembly.locale(nodes.scalar(locale, "locale", assembly), nodes.line_of(locale))
    if "intents" in top:
        for node in nodes.items(top["intents"], "intents", assembly):
            _read_intent(node, assembly)
    if "out_of_scope" in top:
        for node in nodes.items(top["out_of_scope"], "out_of_scope", assembly):
            assembly.out_of_scope(nodes.scalar(node, "a message", assembly), nodes.line_of(node))
    return assembly.finish()


def _read_intent(node: yaml.Node, assembly: Assembly) -> None:
    parts = nodes.entries(node, "an intent", assembly)
    if "name" not in parts:
        raise assembly.fail(nodes.line_of(node), "an intent has no name")
    written = nodes.scalar(parts["name"], "an intent's name", assembly)
    name = assembly.intent(written, nodes.line_of(parts["name"]), again=False)
    _refuse_others(parts, _INTENT, f"intent '{name}'", assembly)
    read_fields(name, parts, assembly)
    read_others(name, parts, "titles", assembly.other_title, assembly)
    read_others(name, parts, "answers", assembly.other_answer, assembly)
    if "examples" in parts:
        for example in nodes.items(parts["examples"], f"intent '{name}': examples", assembly):
            text = nodes.scalar(example, f"intent '{name}': an example", assembly)
            assembly.example(name, text, nodes.line_of(example))


def read_fields(name: str, parts: dict[str, yaml.Node], assembly: Assembly) -> None:
    """Take over title, description, answer and policy where they are written."""
    setters: dict[str, Callable[[str, str, int], None]] = {
        "title": assembly.title,
        "description": assembly.description,
        "answer": assembly.answer,
        "policy": assembly.policy,
    }
    for key, setter in setters.items():
        if key in parts and not nodes.is_null(parts[key]):
            value = nodes.scalar(parts[key], f"intent '{name}': {key}", assembly)
            setter(name, value, nodes.line_of(parts[key]))


def read_others(
    name: str, parts: dict[str, yaml.Node], key: str, take: Callable[[str, str, str, int], None], assembly: Assembly
) -> None:
    """Take over the texts in other locales that are written under `key`, if any."""
    if key not in parts or nodes.is_null(parts[key]):
        return
    what = f"intent '{name}': {key}"
    for locale, text in nodes.entries(parts[key], what, assembly).items():
        take(name, locale, nodes.scalar(text, what, assembly), nodes.line_of(text))


def _refuse_others(parts: dict[str, yaml.Node], known: tuple[str, ...], what: str, assembly: Assembly) -> None:
    for key, value in parts.items():
        if key not in known:
            problem = f"{what} has an unknown key '{key[:100]}'; known: {', '.join(known)}"
            raise assembly.fail(nodes.line_of(value), problem)


def render(catalogue: Catalogue) -> str:
    """Return the whole catalogue; parsing it gives the same catalogue again."""
    return nodes.dump({"locale": catalogue.locale, "intents": [_intent(intent) for intent in catalogue.intents]})


def _intent(intent: Intent) -> dict[str, Any]:
    out: dict[str, Any] = {"name": intent.name, "title": intent.title}
    if intent.other_titles:
        out["titles"] = {other.locale: other.text for other in intent.other_titles}
    if intent.description:
        out["description"] = intent.description
    out["policy"] = intent.policy
    if intent.answer is not None:
        out["answer"] = intent.answer
    if intent.other_answers:
        out["answers"] = {other.locale: other.text for other in intent.other_answers}
    return out | {"examples": list(intent.examples)}
