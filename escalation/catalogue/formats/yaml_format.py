"""Our own format: `locale` and `intents` with name, title, description, policy, answer, answers and examples. Pure.

`answer` is in the file's locale; `answers` has those in other locales, such as `{de: ..., pt-BR: ...}`.
"""

from collections.abc import Callable
from typing import Any, Final

import yaml

from escalation.catalogue.formats import nodes
from escalation.catalogue.formats.parsed import Assembly, Parsed
from escalation.catalogue.model import Catalogue, Intent

_TOP: Final = ("locale", "intents", "out_of_scope")
_INTENT: Final = ("name", "title", "description", "policy", "answer", "answers", "examples")


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
    if "answers" in parts and not nodes.is_null(parts["answers"]):
        what = f"intent '{name}': answers"
        for locale, answer in nodes.entries(parts["answers"], what, assembly).items():
            assembly.other_answer(name, locale, nodes.scalar(answer, what, assembly), nodes.line_of(answer))
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
    if intent.description:
        out["description"] = intent.description
    out["policy"] = intent.policy
    if intent.answer is not None:
        out["answer"] = intent.answer
    if intent.other_answers:
        out["answers"] = {other.locale: other.text for other in intent.other_answers}
    return out | {"examples": list(intent.examples)}
