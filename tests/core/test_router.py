"""The router, pure: who gets which waiting conversation, and why somebody else did not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.desk.routing.router import Candidate, Choice, Waiting, WhyNot, route, why_not
from escalation.desk.routing.rules import Handoff, QueueRules, Takes, queue_for
from escalation.desk.routing.work import has_room, units
from escalation.people.scope import EVERYTHING, Scope

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
PUSH = QueueRules("push")


def a_waiting(conversation: str = "c1", *, queue: str = "general", waited: int = 10, **more: object) -> Waiting:
    return Waiting(conversation, "shop", queue, NOW - timedelta(seconds=waited), **more)  # type: ignore[arg-type]


def an_agent(agent: str = "ana", *, capacity: int = 4, scope: Scope = EVERYTHING, **more: object) -> Candidate:
    return Candidate(agent, scope, capacity, **more)  # type: ignore[arg-type]


def chosen(waiting: list[Waiting], staff: list[Candidate], rules: QueueRules = PUSH) -> dict[str, str]:
    queues = {each.queue: rules for each in waiting}
    return {choice.conversation: choice.agent for choice in route(waiting, staff, queues, NOW)}


def test_the_longest_wait_comes_first_and_each_agent_is_asked_once() -> None:
    waiting = [a_waiting("new", waited=5), a_waiting("old", waited=60)]
    assert chosen(waiting, [an_agent()]) == {"old": "ana"}


def test_a_priority_counts_like_waiting_so_that_nobody_starves() -> None:
    rules = {"vip": QueueRules("push", priority=1), "general": PUSH}
    for waited, first in ((299, "vip"), (301, "general")):
        waiting = [a_waiting("vip", queue="vip", waited=0), a_waiting("general", waited=waited)]
        assert route(waiting, [an_agent()], rules, NOW) == [Choice(first, "ana")]


@pytest.mark.parametrize(
    ("busy", "fresh"),
    [
        ({"load": 1}, {"load": 0}),
        ({"load": 1, "capacity": 2}, {"load": 1, "capacity": 4}),
        ({"last_given": NOW - timedelta(seconds=5)}, {"last_given": NOW - timedelta(seconds=50)}),
        ({"last_given": NOW}, {}),
    ],
    ids=["load", "load by capacity", "longest without a new one", "never had one"],
)
def test_who_is_least_busy_comes_first(busy: dict[str, object], fresh: dict[str, object]) -> None:
    staff = [an_agent("ana", **busy), an_agent("tom", **fresh)]  # type: ignore[arg-type]
    assert chosen([a_waiting()], staff) == {"c1": "tom"}


def test_the_customers_last_agent_comes_first_if_there_is_room() -> None:
    staff = [an_agent("ana", load=2), an_agent("tom")]
    assert chosen([a_waiting(last_agent="ana")], staff) == {"c1": "ana"}
    full = [an_agent("ana", load=4), an_agent("tom")]
    assert chosen([a_waiting(last_agent="ana")], full) == {"c1": "tom"}


SKILLED = QueueRules("push", skills=frozenset({"billing"}), relax_after=timedelta(minutes=2))


@pytest.mark.parametrize(
    ("agent", "one", "why"),
    [
        (an_agent(availability="offline"), a_waiting(), WhyNot.OFFLINE),
        (an_agent(availability="away"), a_waiting(), WhyNot.AWAY),
        (an_agent(scope=Scope(queues=frozenset({"billing"}))), a_waiting(), WhyNot.UNSEEN),
        (an_agent(languages=frozenset({"de"})), a_waiting(language="en"), WhyNot.LANGUAGE),
        (an_agent(), a_waiting(), WhyNot.SKILL),
        (an_agent(skills=frozenset({"billing"}), load=4), a_waiting(), WhyNot.FULL),
        (an_agent(skills=frozenset({"billing"}), offered=1), a_waiting(), WhyNot.OFFERED),
        (an_agent(skills=frozenset({"billing"}), resting=True), a_waiting(), WhyNot.RESTING),
        (an_agent(skills=frozenset({"billing"})), a_waiting(declined=frozenset({"ana"})), WhyNot.DECLINED),
    ],
    ids=lambda value: value.value if isinstance(value, WhyNot) else "",
)
def test_who_does_not_fit_gets_nothing_and_the_reason_is_told(agent: Candidate, one: Waiting, why: WhyNot) -> None:
    assert chosen([one], [agent], SKILLED) == {}
    assert why_not(agent, one, SKILLED, NOW) is why


def test_a_heavy_conversation_needs_as_much_room_or_the_whole_agent() -> None:
    heavy = a_waiting(weight=3)
    assert chosen([heavy], [an_agent(load=2)]) == {}
    assert chosen([heavy], [an_agent(load=1)]) == {"c1": "ana"}
    assert chosen([heavy], [an_agent(capacity=2)]) == {"c1": "ana"}, "heavier than they can hold: all of it"
    assert chosen([heavy], [an_agent(capacity=2, load=1)]) == {}
    light = a_waiting("light", waited=1)
    assert chosen([heavy, light], [an_agent(load=3)]) == {"light": "ana"}, "what is too heavy blocks nobody else"


@given(
    waits=st.lists(st.integers(1, 5), max_size=40),
    steps=st.lists(st.integers(0, 40), min_size=1, max_size=30),
    capacity=st.integers(1, 50),
)
def test_who_has_just_come_gets_two_a_minute_and_nobody_more_than_they_can_hold(
    waits: list[int], steps: list[int], capacity: int
) -> None:
    waiting = [a_waiting(f"c{number}", weight=weight) for number, weight in enumerate(waits)]
    got: list[datetime] = []
    load, now = 0, NOW
    for step in steps:
        now += timedelta(seconds=step)
        lately = sum(at > now - timedelta(minutes=1) for at in got)
        agent = an_agent(capacity=capacity, load=load, here_since=NOW, lately=lately)
        for choice in route(waiting, [agent], {"general": PUSH}, now):
            (one,) = [each for each in waiting if each.conversation == choice.conversation]
            waiting.remove(one)
            load += min(one.weight, capacity)
            got.append(now)
        assert load <= capacity
        if now < NOW + timedelta(minutes=5):
            assert sum(at > now - timedelta(minutes=1) for at in got) <= 2
            if lately >= 2 and waiting and load < capacity and waits:
                assert why_not(agent, waiting[0], PUSH, now) in (WhyNot.SETTLING, WhyNot.FULL)


def test_of_handoffs_alike_the_one_that_teaches_most_comes_first() -> None:
    span, start = timedelta(seconds=30), NOW - timedelta(seconds=60)
    sure, unsure = a_waiting("sure", waited=60, margin=0.9), a_waiting("unsure", waited=40, margin=0.1)
    unguessed, older = a_waiting("unguessed", waited=59), a_waiting("older", waited=61, margin=0.9)
    assert start == sure.since and start.second % 30 == 0
    rules = {"general": PUSH}

    def first(*waiting: Waiting, alike: timedelta = span) -> str:
        (choice,) = route(waiting, [an_agent()], rules, NOW, alike)
        return choice.conversation

    assert first(sure, unsure) == "unsure"
    assert first(sure, unsure, alike=timedelta(0)) == "sure", "off by default"
    assert first(unguessed, sure) == "sure"
    assert first(unsure, older) == "older", "another span: the longest wait, so that nobody starves"


def test_after_a_while_skills_and_languages_are_wishes_only() -> None:
    needed = frozenset({"billing"})
    staff = [an_agent("ana", languages=frozenset({"de"})), an_agent("tom", skills=needed, load=3)]
    late = a_waiting(waited=120, language="en")
    assert chosen([late], staff, SKILLED) == {"c1": "tom"}, "who has them comes first all the same"
    assert chosen([late], staff[:1], SKILLED) == {"c1": "ana"}
    never = QueueRules("push", skills=needed, relax_after=None)
    assert chosen([late], staff[:1], never) == {}


def test_preferred_skills_come_before_load_but_nobody_waits_for_them() -> None:
    wish = QueueRules("push", preferred=frozenset({"wine"}))
    staff = [an_agent("ana"), an_agent("tom", load=3, skills=frozenset({"wine"}))]
    assert chosen([a_waiting(), a_waiting("c2", waited=5)], staff, wish) == {"c1": "tom", "c2": "ana"}


agents = st.builds(
    Candidate,
    agent=st.sampled_from("abcdefgh"),
    scope=st.sampled_from([EVERYTHING, Scope(queues=frozenset({"billing"}))]),
    capacity=st.integers(1, 3),
    load=st.integers(0, 3),
    offered=st.integers(0, 1),
    availability=st.sampled_from(["online", "online", "away", "offline"]),
    languages=st.sampled_from([frozenset(), frozenset({"de"})]),
    resting=st.booleans(),
)
waits = st.builds(
    a_waiting,
    conversation=st.uuids().map(str),
    queue=st.sampled_from(["general", "billing"]),
    waited=st.integers(0, 600),
    language=st.sampled_from(["en", "de", None]),
    last_agent=st.sampled_from(["a", "b", None]),
    declined=st.frozensets(st.sampled_from("abc")),
)
RULES = {"general": PUSH, "billing": QueueRules("push", priority=2, relax_after=None)}


@settings(max_examples=200)
@given(st.lists(waits, max_size=8), st.lists(agents, max_size=6, unique_by=lambda each: each.agent))
def test_every_choice_fits_and_nothing_that_fits_is_left_over(waiting: list[Waiting], staff: list[Candidate]) -> None:
    choices = route(waiting, staff, RULES, NOW)
    of_agent = {each.agent: each for each in staff}
    of_conversation = {each.conversation: each for each in waiting}
    assert len({choice.agent for choice in choices}) == len(choices) == len({one.conversation for one in choices})
    for choice in choices:
        one = of_conversation[choice.conversation]
        assert why_not(of_agent[choice.agent], one, RULES[one.queue], NOW) is WhyNot.LATER
    idle = set(of_agent) - {choice.agent for choice in choices}
    left = set(of_conversation) - {choice.conversation for choice in choices}
    for one in map(of_conversation.__getitem__, left):
        assert all(why_not(of_agent[agent], one, RULES[one.queue], NOW) is not WhyNot.LATER for agent in idle)


SHOP = Handoff("shop", "de", "no_answer", "refund")
QUEUES = {
    "general": QueueRules(),
    "german": QueueRules(takes=Takes(languages=frozenset({"de"}), intents=frozenset({"refund", "invoice"}))),
    "money": QueueRules(takes=Takes(intents=frozenset({"refund"}))),
}


@pytest.mark.parametrize(
    ("changed", "queue"),
    [
        ({}, "german"),
        ({"language": "en"}, "money"),
        ({"intent": "invoice", "language": "en"}, "general"),
        ({"intent": None}, "general"),
    ],
    ids=["the first that takes it", "every list must match", "taken by none", "nothing was guessed"],
)
def test_a_handoff_goes_to_the_first_queue_that_takes_it(changed: dict[str, Any], queue: str) -> None:
    assert queue_for(replace(SHOP, **changed), QUEUES) == queue


def test_a_hard_one_goes_to_who_had_least_of_them_lately_and_an_easy_one_to_who_waits_longest() -> None:
    staff = [an_agent("ana", strain=6.0), an_agent("tom", strain=1.0, last_given=NOW)]
    assert chosen([a_waiting(hard=True)], staff) == {"c1": "tom"}
    assert chosen([a_waiting()], staff) == {"c1": "ana"}
    busy = [an_agent("ana", strain=6.0), an_agent("tom", strain=1.0, load=1)]
    assert chosen([a_waiting(hard=True)], busy) == {"c1": "ana"}, "load comes first"
    skilled = [an_agent("ana", strain=6.0, skills=frozenset({"wine"})), an_agent("tom")]
    wine = QueueRules("push", preferred=frozenset({"wine"}))
    assert chosen([a_waiting(hard=True)], skilled, wine) == {"c1": "ana"}, "and skills before load"


@given(st.data())
def test_difficulty_leaves_nobody_waiting_and_breaks_no_rule(data: st.DataObject) -> None:
    draw = data.draw
    words = st.frozensets(st.sampled_from(["wine", "night"]))
    staff = [
        an_agent(
            name, load=draw(st.integers(0, 3)), capacity=draw(st.integers(1, 4)), skills=draw(words),
            strain=draw(st.sampled_from([0.0, 1.5, 9.0])), teams=draw(words),
        )
        for name in ("ana", "tom", "eve")
    ]  # fmt: skip
    waiting = [
        a_waiting(f"c{n}", waited=n, hard=draw(st.booleans()), weight=draw(st.integers(1, 3)))
        for n in range(draw(st.integers(0, 5)))
    ]
    rules = QueueRules("push", skills=draw(words), preferred=draw(words))
    found = chosen(waiting, staff, rules)
    by_name = {each.agent: each for each in staff}
    for one in waiting:
        if one.conversation in found:
            assert why_not(by_name[found[one.conversation]], one, rules, NOW) is WhyNot.LATER, "whoever got it fits"
        else:
            left = [each for each in staff if each.agent not in found.values()]
            assert all(why_not(each, one, rules, NOW) is not WhyNot.LATER for each in left), "nobody who fits is free"
    assert len(set(found.values())) == len(found)


@given(held=st.integers(0, 12), weight=st.integers(1, 10), capacity=st.integers(1, 12))
def test_what_fits_is_what_leaves_the_load_within_capacity(held: int, weight: int, capacity: int) -> None:
    assert has_room(held, weight, capacity) == (held + units(weight, capacity) <= capacity)
