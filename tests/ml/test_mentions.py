"""A message that only mentions a request is not taken for one: read from the words, compared with the examples."""

from pathlib import Path

import numpy as np
import pytest

from escalation.classifier import Model, build_model
from escalation.classifier.mentions.cues import Cue, read
from escalation.classifier.mentions.finding import Mentions
from escalation.classifier.mentions.wording import Wording
from tests.benchmarks.corpora import data_folder, draw
from tests.benchmarks.mentions import ALPHA, Counted, cost_ms, count, count_written, starter_out_of_fold, written
from tests.real_encoder import linked_encoders

DEVELOPED = ("mentions_development", "mentions_second", "mentions_third")
GOAL = 0.07
MISSED = {"mentions_third (starter)": 0.09, "mentions_kept_apart (starter)": 0.25, "mentions_kept_apart (banking)": 0.1}
"""Goals that are missed, as measured; see docs/benchmarks.md."""
ROUTINE_LOST = 0.02


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("don't cancel my order", Cue.REFUSED),
        ("I no longer want to cancel my order", Cue.REFUSED),
        ("I never asked you to cancel my order", Cue.REFUSED),
        ("instead of cancelling my order, just send it", Cue.REFUSED),
        ("my account should not be deleted", Cue.NEGATED),
        ("I already cancelled my order", Cue.DONE),
        ("I cancelled my order", Cue.DID),
        ("my friend wants to cancel his order", Cue.OTHERS),
        ("what if I cancelled my order", Cue.SUPPOSED),
        ("no wait, keep it", Cue.WITHDRAWN),
        ("please cancel my return", Cue.WITHDRAWN),
        ("false alarm, it worked", Cue.SETTLED),
    ],
)
def test_each_way_to_mention_is_read(text: str, cue: Cue) -> None:
    assert cue in read(text).cues


@pytest.mark.parametrize(
    "text",
    [
        "cancel my order", "why don't you ship to Norway", "can't you tell me where my order is", "where is my parcel",
        "do you take PayPal", "I need to cancel my order", "please can I return this",
    ],
)  # fmt: skip
def test_a_request_or_question_has_no_cue(text: str) -> None:
    assert not read(text).governed


@pytest.mark.parametrize(
    "text",
    [
        "don't cancel my order", "I no longer want to cancel my order", "I already cancelled my order",
        "my friend wants to cancel his order", "what if I cancelled my order", "no wait, keep it",
    ],
)  # fmt: skip
def test_the_starter_answers_no_mention(starter: Model, text: str) -> None:
    (prediction,) = starter.predict([text])
    assert (prediction.mention is not None, prediction.confidence) == (True, 0.0)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("cancel my order", "cancel_order"),
        ("I don't want my order any more, cancel it", "cancel_order"),
        ("I haven't received my parcel", "delivery_late"),
        ("I can't sign in", "reset_password"),
        ("why don't you ship to Norway", "delivery_options_cost"),
        ("no wait, don't keep it, cancel my order", "cancel_order"),
    ],
)
def test_a_request_with_a_negation_in_it_stays_one(starter: Model, text: str, label: str) -> None:
    (prediction,) = starter.predict([text])
    assert (prediction.label, prediction.mention) == (label, None)


def test_an_intent_whose_examples_say_no_is_meant_by_a_no(starter: Model) -> None:
    texts = ["I did not lose my card", "I never lost my card", "my card is not lost", "lost card"]
    rows = starter.scorer.training.rows[:4]
    usual = Wording.of(texts, np.zeros(4, np.int64), ["lost_card"])
    rare = Wording.of(
        ["I lost my card", "lost my card", "card lost", "lost card"], np.zeros(4, np.int64), ["lost_card"]
    )
    found = [w.mention(read("I did not lose my card"), 0, np.arange(len(rows))) for w in (usual, rare)]
    assert found == [None, Cue.DENIED]


def test_a_model_made_before_tells_no_mention(starter: Model) -> None:
    rows = starter.scorer.training.rows
    unread = type(rows)(rows.vectors, rows.codes, rows.labels, rows.ids, rows.groups, rows.seen)
    assert Mentions.among(unread).find("don't cancel my order", rows.vectors[0], "cancel_order") is None


def test_the_wording_survives_its_table(starter: Model) -> None:
    wording = starter.scorer.training.rows.wording
    again = Wording.of_table(wording.cues, wording.table(), len(wording.words))
    assert again.words == wording.words


def test_few_mentions_are_answered_as_the_wish_and_routine_keeps_its_coverage(starter: Model) -> None:
    for counted in count_written("starter", starter):
        before, after, _, as_wish = counted.shares
        name = counted.name.split()[0]
        if name == "innocent_negations":
            assert round(before - after, 6) <= 0.03  # shares of 100 messages: .68 - .65 is a little more in floats
        else:
            assert as_wish <= MISSED.get(counted.name, GOAL), counted


@pytest.mark.slow
def test_routine_messages_of_the_starter_are_answered_as_before() -> None:
    assert _lost(starter_out_of_fold(Path())) <= ROUTINE_LOST


@pytest.mark.slow
@pytest.mark.parametrize(("corpus", "catalogue"), [("banking25", "banking"), ("hwu25", "")])
def test_routine_messages_of_real_data_are_answered_as_before(corpus: str, catalogue: str, tmp_path: Path) -> None:
    folder = data_folder()
    if not (folder / "banking77").is_dir():
        pytest.skip("banking77 and HWU64 are not there (set ESCALATION_DATA)")
    data = draw(corpus, folder, 0)
    model = build_model(data.fitted, name="m", folder=tmp_path / "m", encoders=linked_encoders(tmp_path), alpha=ALPHA)
    assert _lost(count(corpus, model, data.judged)) <= ROUTINE_LOST
    for counted in count_written(catalogue, model):
        if counted.messages and not counted.name.startswith("innocent"):
            assert counted.shares[3] <= MISSED.get(counted.name, GOAL), counted


def _lost(counted: Counted) -> float:
    before, after, _, _ = counted.shares
    return before - after


def test_reading_a_message_takes_next_to_nothing() -> None:
    assert cost_ms([row.text for row in written("innocent_negations")]) < 0.3
