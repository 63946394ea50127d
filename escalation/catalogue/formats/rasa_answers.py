"""Which of Rasa's responses may become an approved answer: one text that says the same to everybody. Pure.

Answers in other locales than the catalogue's own are variations that Rasa says where its slot `locale` has that locale.
"""

from typing import Any, Final

import yaml

from escalation.catalogue.formats import nodes
from escalation.catalogue.formats.parsed import Assembly
from escalation.catalogue.formats.rasa_annotations import slots
from escalation.catalogue.locales import locale_problem

UTTER: Final = "utter_"
PLAIN: Final = "plain"
"""The metadata key by which our own files say that braces and brackets are just that."""
SLOT: Final = "locale"
_OWN_PARTS: Final = {"text", "condition", "metadata"}
_MORE: Final = {
    "condition": "it has a condition",
    "channel": "it is for one channel",
    "buttons": "it has buttons",
    "quick_replies": "it has quick replies",
    "image": "it shows an image",
    "attachment": "it has an attachment",
    "elements": "it has elements",
    "custom": "it is custom",
}


def read_answers(node: yaml.Node, names: list[str], assembly: Assembly) -> None:
    """Take the answer of each intent from the response named after it; other responses belong to Rasa's stories.

    What a customer could not be sent as it stands is left out with a warning that says why.
    """
    responses = nodes.entries(node, "responses", assembly)
    for name in dict.fromkeys(names):
        key = UTTER + name
        if key in responses:
            variants = [
                nodes.entries(each, f"a response of {key}", assembly)
                for each in nodes.items(responses[key], key, assembly)
            ]
            elsewhere = _by_locale(variants, assembly)
            for locale, variant in elsewhere.items():
                _take_other(name, key, locale, variant, assembly)
            general = [each for each in variants if each not in elsewhere.values()]
            _take(name, key, general, nodes.line_of(responses[key]), assembly)


def for_locale(locale: str) -> dict[str, Any]:
    """Return the condition under which Rasa says an answer in that locale."""
    return {"condition": [{"type": "slot", "name": SLOT, "value": locale}]}


def _by_locale(variants: list[dict[str, yaml.Node]], assembly: Assembly) -> dict[str, dict[str, yaml.Node]]:
    """Return the variations for one locale each; none in a file that does not say its own, which is not of ours."""
    if assembly.own_locale is None:
        return {}
    found = [(_locale_of(each, assembly), each) for each in variants]
    return {locale: each for locale, each in found if locale is not None}


def _locale_of(variant: dict[str, yaml.Node], assembly: Assembly) -> str | None:
    condition = variant.get("condition")
    if "text" not in variant or set(variant) - _OWN_PARTS or not isinstance(condition, yaml.SequenceNode):
        return None
    if len(condition.value) != 1 or not isinstance(condition.value[0], yaml.MappingNode):
        return None
    parts = nodes.entries(condition.value[0], "a condition", assembly)
    said = {key: nodes.scalar(value, "a condition", assembly) for key, value in parts.items()}
    locale = said.get("value", "")
    return locale if said == for_locale(locale)["condition"][0] and not locale_problem(locale) else None


def _take_other(name: str, key: str, locale: str, variant: dict[str, yaml.Node], assembly: Assembly) -> None:
    line, text = nodes.line_of(variant["text"]), nodes.scalar(variant["text"], key, assembly)
    if (found := slots(text)) and not _is_plain(variant, assembly):
        assembly.warn(f"line {line}: the answer of '{name}' in {locale} is not approved: it has slots ({found[0]})")
    else:
        assembly.other_answer(name, locale, text, line)


def _take(name: str, key: str, variants: list[dict[str, yaml.Node]], line: int, assembly: Assembly) -> None:
    texts = [each["text"] for each in variants if "text" in each and not nodes.is_null(each["text"])]
    reasons = [why for mark, why in _MORE.items() if any(mark in each for each in variants)]
    if len(texts) > 1:
        reasons.append(f"it has {len(texts)} texts to choose from")
    words = [nodes.scalar(each, key, assembly) for each in texts]
    if not all(_is_plain(each, assembly) for each in variants):
        reasons += [f"it has slots ({', '.join(found[:5])})" for found in [_slots(words)] if found]
    if reasons:
        assembly.warn(
            f"line {line}: the answer of '{name}' is not approved: {'; '.join(reasons)}. Write one that suits everybody"
        )
    elif texts:
        assembly.answer(name, words[0], nodes.line_of(texts[0]))


def _slots(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(slot for text in texts for slot in slots(text)))


def _is_plain(variant: dict[str, yaml.Node], assembly: Assembly) -> bool:
    """Whether we wrote this response ourselves."""
    metadata = variant.get("metadata")
    return isinstance(metadata, yaml.MappingNode) and PLAIN in nodes.entries(metadata, "metadata", assembly)
