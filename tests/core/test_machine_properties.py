"""What holds on every walk through the machine, whoever tries what in which order."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.evolution import _RULES
from tests.core.machine_walk import PEOPLE, SECONDS, AptStep, Step, Walk, any_steps, apt_steps
from tests.factories import CUSTOMER

FIRST = Step(c.Say, CUSTOMER)
walks = st.lists(apt_steps | any_steps, min_size=20, max_size=40)


def walked(steps: list[Step | AptStep]) -> Walk:
    walk = Walk()
    for step in (FIRST, *steps):
        walk.take(step)
    return walk


@settings(max_examples=60)
@given(walks)
def test_the_log_gives_the_same_conversation_back(steps: list[Step | AptStep]) -> None:
    walk = walked(steps)
    assert walk.replayed() == walk.state
    assert walk.state.seq == len(walk.log)
    assert walked(steps).state == walk.state


@settings(max_examples=60)
@given(walks)
def test_each_resolution_is_stored_once_and_learnt_from_at_most_once(steps: list[Step | AptStep]) -> None:
    log = [event for event, _ in walked(steps).log]
    resolved = [event.resolution_id for event in log if isinstance(event, e.Resolved)]
    settled = [event.resolution_id for event in log if isinstance(event, e.ResolutionSettled)]
    withdrawn = {event.resolution_id: event.late for event in log if isinstance(event, e.ResolutionWithdrawn)}
    assert max(Counter(resolved).values(), default=1) == 1
    assert max(Counter(settled).values(), default=1) == 1
    assert set(settled) <= set(resolved) and set(withdrawn) <= set(resolved)
    assert {id for id, late in withdrawn.items() if late} == set(settled) & set(withdrawn), "in time, so never learnt"


@settings(max_examples=60)
@given(walks)
def test_every_handoff_ends(steps: list[Step | AptStep]) -> None:
    """Assigned, cancelled, closed, or begun anew: each wait has exactly one end before the next begins."""
    waiting = False
    for event, _ in walked(steps).log:
        if isinstance(event, e.HandedOff | e.Requeued) or (isinstance(event, e.FollowUpDue) and event.reopened):
            assert not waiting
            waiting = True
        elif isinstance(event, e.Assigned | e.HandoffCancelled | e.Closed | e.Reopened):
            waiting = False
        elif isinstance(event, e.HandedBack):
            assert not waiting


@settings(max_examples=60)
@given(walks)
def test_the_bot_answers_each_message_at_most_once(steps: list[Step | AptStep]) -> None:
    """Between two answers the customer said something, and only while the bot had control."""
    open_messages, before = 0, None
    for event, _ in walked(steps).log:
        if isinstance(event, e.MessageAdded) and event.author == "customer":
            open_messages += event.opens_turn
        elif isinstance(event, e.MessageAdded) and event.author == "bot":
            # The answers to several requests of one turn follow each other.
            goes_on = isinstance(before, e.MessageAdded) and before.author == "bot" and before.kind == "text"
            assert open_messages > 0 or (goes_on and event.kind == "text")
            if event.kind == "text":
                open_messages = 0
        elif isinstance(event, e.HandedOff | e.Assigned | e.Closed):
            open_messages = 0
        before = event


def test_long_walks_reach_every_event() -> None:
    """Guards the tests above: possible steps in random order do get everywhere, and break nothing on the way."""
    seen: Counter[str] = Counter()
    for seed in range(800):
        random = Random(seed)
        walk = Walk()
        walk.take(FIRST)
        for _ in range(60):
            walk.take(
                AptStep(random.randrange(10_000), random.choice(PEOPLE), random.randrange(3), random.choice(SECONDS))
            )
        seen.update(event.type for event, _ in walk.log)
        assert walk.replayed() == walk.state
    assert set(seen) == {kind.__name__ for kind in _RULES}
    assert min(seen.values()) > 5
