"""The packaged shop is large, varied and consistent enough to train on and to judge by."""

from collections import Counter

from escalation.catalogue.formats import parse, render
from escalation.catalogue.starter import starter_catalogue, starter_out_of_scope
from escalation.conversations.human_request import asks_for_human


def key(text: str) -> str:
    """What makes two messages the same message."""
    return " ".join(text.casefold().split())


def test_there_are_enough_intents_with_enough_messages() -> None:
    catalogue = starter_catalogue()
    assert len(catalogue) >= 35
    few = {i.name: len({key(text) for text in i.examples}) for i in catalogue.intents}
    assert {name: count for name, count in few.items() if count < 30} == {}


def test_every_intent_is_described_and_every_automatic_one_is_answered() -> None:
    for intent in starter_catalogue().intents:
        assert intent.title and intent.description, intent.name
        if intent.policy != "always_handoff":
            assert intent.answer and len(intent.answer) >= 20, intent.name


def test_no_text_is_under_two_intents() -> None:
    count = Counter(key(text) for text, _ in starter_catalogue().labelled())
    assert [text for text, times in count.items() if times > 1] == []


def test_what_is_out_of_scope_is_no_example() -> None:
    outside = {key(text) for text in starter_out_of_scope()}
    assert len(outside) >= 200
    assert outside & {key(text) for text, _ in starter_catalogue().labelled()} == set()


def test_the_messages_vary_in_length_and_tone() -> None:
    texts = [text for text, _ in starter_catalogue().labelled()]
    words = sorted(len(text.split()) for text in texts)
    assert words[len(words) // 10] <= 5
    assert words[-len(words) // 10] >= 12
    assert any(text.isupper() for text in texts) or any("!!" in text for text in texts)


def test_the_catalogue_survives_its_own_format() -> None:
    assert parse(render(starter_catalogue(), "yaml"), "starter.yaml").catalogue() == starter_catalogue()


def test_few_ordinary_messages_ask_for_a_person() -> None:
    asking = [text for text, _ in starter_catalogue().labelled() if asks_for_human(text)]
    outside = [text for text in starter_out_of_scope() if asks_for_human(text)]
    names = Counter(name for text, name in starter_catalogue().labelled() if asks_for_human(text))
    assert outside == []
    assert len(asking) <= 0.05 * sum(1 for _ in starter_catalogue().labelled()), names
