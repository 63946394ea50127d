"""What people complain of when they import files of Rasa, in every version it had."""

import json

import pytest

from escalation.catalogue.formats import parse
from tests.core.test_complaints_files import labelled, refusal

MARKDOWN = """<!-- made by hand,
over two lines -->
## intent:late
- my parcel is late
- where is the [blue](colour:name) jacket
* it should be here <!-- politely -->

## synonym:jacket
- coat

## intent: cancel
- please cancel it
## regex:number
- [0-9]{6}
"""


def test_complaint_rasas_markdown_of_version_1_is_read() -> None:
    parsed = parse(MARKDOWN, "nlu.md")
    assert [(each.name, each.examples, each.lines) for each in parsed.intents] == [
        ("late", ("my parcel is late", "where is the blue jacket", "it should be here"), (4, 5, 6)),
        ("cancel", ("please cancel it",), (12,)),
    ]
    assert parsed.read_as == "Rasa's Markdown of version 1"
    assert "nlu.md, line 2: intent 'a': each example must" in refusal("## intent:a\nhello", "nlu.md")
    assert "holds stories of Rasa" in refusal("## happy path\n* greet\n  - utter_greet\n", "stories.md")


def test_complaint_rasas_json_of_old_versions_is_read() -> None:
    examples = [{"text": "my parcel is late", "intent": "late", "entities": []}, {"text": "hi", "intent": "greet"}]
    text = json.dumps({"rasa_nlu_data": {"regex_features": [], "common_examples": examples}}, indent=1)
    for source in ("nlu.json", "nlu.txt"):
        assert labelled(parse(text, source)) == [("my parcel is late", "late"), ("hi", "greet")]
    assert parse(text, "nlu.json").intents[1].lines == (10,)
    bad = text.replace('"intent": "greet"', '"intent": null')
    assert "nlu.json, line 10: an example needs 'text' and 'intent'" in refusal(bad, "nlu.json")


def test_examples_over_several_lines_are_read_whole() -> None:
    text = "nlu:\n- intent: hello\n  examples: |\n    - hello\n      there\n\n    - good\n      \n      day\n    - hi\n"
    parsed = parse(text, "nlu.yml")
    assert parsed.intents[0].examples == ("hello\nthere", "good\nday", "hi")
    assert parsed.intents[0].lines == (4, 7, 10)


ANSWERS = {
    "slots": ('- text: "Parcel {number} comes on {day}."', "it has slots ({number}, {day})"),
    "a channel": ('- text: "*Hi*"\n    channel: slack', "it is for one channel"),
    "a condition": ('- text: "Hi"\n    condition: [{type: slot}]', "it has a condition"),
    "buttons": ('- text: "Which?"\n    buttons: [{title: a, payload: b}]', "it has buttons"),
    "an image": ('- image: "https://shop.example/a.png"', "it shows an image"),
    "a random choice": ('- text: "Hi"\n  - text: "Hello"', "it has 2 texts to choose from"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_complaint_rasas_answers_that_nobody_could_be_sent_are_not_approved(kind: str) -> None:
    variants, reason = ANSWERS[kind]
    text = f"nlu:\n- intent: a\n  examples: |\n    - hello\nresponses:\n  utter_a:\n  {variants}\n  utter_b: []\n"
    parsed = parse(text, "nlu.yml")
    assert parsed.intents[0].answer is None
    (warning,) = parsed.warnings
    assert "the answer of 'a' is not approved" in warning
    assert reason in warning


def test_a_plain_answer_of_rasa_is_approved_also_under_its_old_name() -> None:
    for key in ("responses", "templates"):
        parsed = parse(f"nlu:\n- intent: a\n  examples: |\n    - hi\n{key}:\n  utter_a:\n  - text: Hello.\n", "nlu.yml")
        assert (parsed.intents[0].answer, parsed.warnings) == ("Hello.", ())


def test_a_domain_without_examples_is_called_that() -> None:
    told = refusal("version: '3.1'\nintents: [a]\nresponses:\n  utter_a:\n  - text: Hello.\n", "domain.yml")
    assert "holds no examples under nlu, only version, intents, responses; join Rasa's files" in told
