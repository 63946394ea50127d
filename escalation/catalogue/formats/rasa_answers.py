"""Which of Rasa's responses may become an approved answer: one text that says the same to everybody. Pure."""

from typing import Final

import yaml

from escalation.catalogue.formats import nodes
from escalation.catalogue.formats.parsed import Assembly
from escalation.catalogue.formats.rasa_annotations import slots

UTTER: Final = "utter_"
PLAIN: Final = "plain"
"""The metadata key by which our own files say that braces and brackets are just that."""
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
            _take(name, key, variants, nodes.line_of(responses[key]), assembly)


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
