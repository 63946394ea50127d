"""The simulated customers: shares as asked, intents that emerge, frequencies that jump, typos, nothing leaked."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from escalation.classifier import Example
from escalation.lab.simulation.scenario import Scenario, ScenarioInvalid, check
from escalation.lab.simulation.stream import make_stream, zipf_shares
from escalation.lab.simulation.typos import with_typos
from tests.core.simulation_world import SMALL, a_pool, a_stream, out_of_scope_texts


def test_the_asked_share_of_messages_is_out_of_scope() -> None:
    messages = a_stream(replace(SMALL, messages=1000)).messages
    assert sum(message.label is None for message in messages) == 150


def test_seven_of_ten_intents_are_known_and_have_their_seeds() -> None:
    stream = a_stream()
    assert len(stream.known) == 7
    assert Counter(row.label for row in stream.seeds) == dict.fromkeys(stream.known, SMALL.seed_per_intent)


def test_an_emerging_intent_never_comes_before_its_moment() -> None:
    stream = a_stream(replace(SMALL, messages=1500))
    assert len(stream.emerging) == 3
    for at, message in enumerate(stream.messages):
        assert at >= stream.emerging.get(message.label or "", 0)
    assert set(stream.appeared) == set(stream.emerging)


def test_no_customer_writes_a_seed() -> None:
    stream = a_stream()
    assert not {row.text for row in stream.seeds} & {message.text for message in stream.messages}


def test_a_text_comes_again_only_when_its_intent_has_no_other_left() -> None:
    stream = a_stream(replace(SMALL, messages=1200, typo_share=0.0))
    seen: set[str] = set()
    for message in stream.messages:
        assert message.repeated == (message.text in seen)
        seen.add(message.text)


def test_typos_begin_at_three_quarters_with_the_asked_share() -> None:
    stream = a_stream(replace(SMALL, messages=2000))
    early, late = stream.messages[:1500], stream.messages[1500:]
    assert not any(message.typo for message in early)
    assert sum(message.typo for message in late) / len(late) == pytest.approx(SMALL.typo_share, abs=0.07)


def test_frequencies_jump_at_half_time() -> None:
    pool = a_pool(400)
    scenario = replace(SMALL, messages=1600, known_share=1.0)
    stream = make_stream(pool, a_pool(2, seed=1), out_of_scope_texts(), scenario, np.random.default_rng(5))
    halves = [Counter(m.label for m in part) for part in (stream.messages[:800], stream.messages[800:])]
    moved = sum(abs(halves[0][label] - halves[1][label]) for label in stream.known)
    again = [Counter(m.label for m in part) for part in (stream.messages[:400], stream.messages[400:800])]
    stayed = 2 * sum(abs(again[0][label] - again[1][label]) for label in stream.known)
    assert moved > 2 * stayed


@pytest.mark.parametrize(("count", "highest"), [(150, 1.0), (150, 0.02), (10, 0.05), (1, 0.5)])
def test_zipf_shares_fall_sum_to_one_and_keep_below_the_cut(count: int, highest: float) -> None:
    shares = zipf_shares(count, 1.0, highest)
    assert shares.sum() == pytest.approx(1.0) and (np.diff(shares) <= 1e-12).all()
    assert shares[0] <= max(highest, 1 / count) + 1e-12


def test_zipf_shares_fall_as_one_over_the_rank_below_the_cut() -> None:
    shares = zipf_shares(100, 1.0, 0.03)
    tail = shares[shares < 0.03 - 1e-9]
    ranks = np.arange(101 - len(tail), 101)
    assert tail * ranks == pytest.approx(tail[0] * ranks[0])


def test_without_out_of_scope_messages_some_intents_are_never_served() -> None:
    stream = a_stream(outside=False)
    served = {*stream.known, *stream.emerging}
    away = {row.label for row in a_pool()} - served
    assert len(away) == 1 and "nobody serves" in stream.outside_from
    assert {row.label for row in stream.test if row.text in {r.text for r in a_pool(8, seed=1) if r.label in away}} == {
        None
    }
    assert sum(message.label is None for message in stream.messages) == 36


def test_out_of_scope_messages_of_the_test_never_come_in_the_stream() -> None:
    stream = a_stream(replace(SMALL, messages=1500, typo_share=0.0))
    kept = {row.text for row in stream.test if row.label is None}
    assert len(kept) == 8 and not kept & {message.text for message in stream.messages}


def test_equal_seeds_give_equal_streams_and_others_others() -> None:
    assert a_stream() == a_stream()
    assert a_stream().messages != a_stream(replace(SMALL, seed=1)).messages


@pytest.mark.parametrize("intents", [0, 1, 3])
def test_a_pool_of_too_few_intents_is_refused(intents: int) -> None:
    with pytest.raises(ScenarioInvalid, match=f"{intents} intents"):
        make_stream(a_pool(intents=intents), a_pool(2), out_of_scope_texts(), SMALL, np.random.default_rng(0))


def test_a_test_file_of_other_labels_is_refused() -> None:
    with pytest.raises(ScenarioInvalid, match="test file"):
        make_stream(a_pool(), [Example("hello", "elsewhere")], out_of_scope_texts(), SMALL, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"messages": 0}, "--messages"),
        ({"agent_error": 1.5}, "--agent-error"),
        ({"alpha": 0.6}, "--alpha"),
        ({"audits_per_day": 0.0}, "--audits-per-day"),
    ],
)
def test_numbers_out_of_range_are_named(change: dict[str, float], named: str) -> None:
    with pytest.raises(ScenarioInvalid, match=named):
        check(replace(Scenario(), **change))  # type: ignore[arg-type]


def test_a_typo_changes_the_text_and_keeps_its_words_apart() -> None:
    random = np.random.default_rng(0)
    text = "where is my parcel that should have come yesterday"
    typed = [with_typos(text, random) for _ in range(200)]
    assert sum(each != text for each in typed) > 190  # a doubled letter swapped gives the same
    assert {len(each.split(" ")) for each in typed} == {9}
    assert all(short in each.split(" ") for each in typed for short in ("is", "my"))


def test_a_text_of_short_words_stays_as_it_is() -> None:
    assert with_typos("is it on", np.random.default_rng(0)) == "is it on"
