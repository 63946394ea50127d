"""The simulated people: how often they err, with what, and when they are done."""

from dataclasses import replace

import numpy as np
import pytest

from escalation.lab.simulation.agents import Opinions, Queue, draw_opinions
from escalation.lab.simulation.scenario import Scenario, ScenarioInvalid, check
from escalation.lab.simulation.stream import Stream
from tests.core.simulation_world import SMALL, a_stream


def circle(stream: Stream) -> np.ndarray:
    """Return a vector a message: intents lie on a circle in the order of their names, out of scope near intent_4."""
    angles = [0.3 * int((message.label or "intent_4").rsplit("_", 1)[1]) for message in stream.messages]
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def drawn(scenario: Scenario) -> tuple[Stream, Opinions]:
    stream = a_stream(scenario)
    return stream, draw_opinions(stream, circle(stream), scenario, np.random.default_rng(1))


@pytest.mark.parametrize("agents", [1, 2, 4, 9])
@pytest.mark.parametrize("error", [0.05, 0.3])
def test_people_err_as_often_as_asked(agents: int, error: float) -> None:
    stream, opinions = drawn(replace(SMALL, messages=4000, agents=agents, agent_error=error))
    wrong = [
        label != message.label for message, row in zip(stream.messages, opinions.labels, strict=True) for label in row
    ]
    assert np.mean(wrong) == pytest.approx(error, abs=4 * (error * (1 - error) / len(wrong)) ** 0.5 + 0.002)


def test_people_who_never_err_name_the_truth() -> None:
    stream, opinions = drawn(replace(SMALL, agent_error=0.0))
    assert all(set(row) == {message.label} for message, row in zip(stream.messages, opinions.labels, strict=True))


def test_errors_come_from_near_intents_the_nearest_most() -> None:
    stream, opinions = drawn(replace(SMALL, messages=3000, agent_error=0.5, known_share=1.0))
    away = []
    for message, row in zip(stream.messages, opinions.labels, strict=True):
        if message.label is not None:
            place = int(message.label.rsplit("_", 1)[1])
            away += [
                abs(int(label.rsplit("_", 1)[1]) - place)
                for label in row
                if label is not None and label != message.label
            ]
    assert max(away) <= 3
    assert np.mean(np.asarray(away) == 1) > 0.6


def test_nobody_names_an_intent_that_does_not_exist_yet() -> None:
    stream, opinions = drawn(replace(SMALL, messages=2000, agent_error=0.5))
    for at, row in enumerate(opinions.labels):
        assert all(at >= stream.emerging.get(label or "", 0) for label in row)


def test_the_handler_takes_over_the_guess_as_often_as_biased_and_only_if_shown() -> None:
    _, opinions = drawn(replace(SMALL, messages=3000, bias=0.4))
    taken = [opinions.handled(at, "the guess") == "the guess" for at in range(3000)]
    assert np.mean(taken) == pytest.approx(0.4, abs=0.04)
    assert all(opinions.handled(at, None) == opinions.labels[at][0] for at in range(3000))


def test_auditors_never_see_the_guess() -> None:
    _, opinions = drawn(replace(SMALL, bias=1.0))
    assert opinions.audited(3, 0) == opinions.labels[3][1] and opinions.audited(3, 2) == opinions.labels[3][3]


def test_conversations_wait_for_a_free_agent_and_none_is_lost() -> None:
    scenario = replace(SMALL, agents=1, messages=50, messages_per_day=250)
    one = Queue(scenario, np.random.default_rng(0))
    many = Queue(replace(scenario, agents=8), np.random.default_rng(0))
    for at in range(50):
        one.take(at)
        many.take(at)
    slow, fast = one.done_by(51), many.done_by(51)
    assert len(slow) < len(fast)
    assert sorted(slow + one.done_by(10**6)) == list(range(50)) and not one.done_by(10**6)
    assert slow == sorted(slow)  # one agent finishes in order


@pytest.mark.parametrize(("agents", "labels", "first"), [(4, 3, 0), (4, 4, 1), (5, 5, 1)])
def test_each_label_of_a_message_is_another_persons(agents: int, labels: int, first: int) -> None:
    """The most careless agent is always wrong here, so where everybody was asked somebody is."""
    scenario = replace(SMALL, messages=1000, agents=agents, labels_on_disagreement=labels, agent_error=2 / 3)
    stream, opinions = drawn(scenario)
    for message, row in zip(stream.messages, opinions.labels, strict=True):
        assert len(row) == 1 + labels and any(label != message.label for label in row[first:])


def test_five_labels_need_five_people() -> None:
    check(replace(SMALL, agents=5, labels_on_disagreement=5))
    with pytest.raises(ScenarioInvalid, match="agents"):
        check(replace(SMALL, agents=4, labels_on_disagreement=5))
    with pytest.raises(ScenarioInvalid, match="3, 4 or 5"):
        check(replace(SMALL, labels_on_disagreement=6))


def test_a_resolution_never_comes_before_its_message() -> None:
    queue = Queue(SMALL, np.random.default_rng(0))
    for at in range(100):
        assert all(done < at for done in queue.done_by(at))
        queue.take(at)
