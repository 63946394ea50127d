"""A whole replay against the small service in memory: counts are right, and faults are found."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from escalation.client import StaffClient
from escalation.lab.replay.plan import Line, make_plan
from escalation.lab.replay.runner import Options, Replay
from tests.fake_service import FakeService
from tests.fake_talks import Plan
from tests.waiting import until

INTENTS = ("refund", "card", "address")


def bot(text: str) -> Plan:
    """Reads what to do from the text."""
    action, _, labels = text.partition(" ")
    return action, tuple(labels.split())  # type: ignore[return-value]


@pytest.fixture
async def service() -> AsyncIterator[FakeService]:
    async with FakeService(bot, intents=INTENTS) as service:
        yield service


async def replay(service: FakeService, lines: list[Line], **options: Any) -> dict[str, Any]:
    settings = {"agents": 3, "customers": 8, "patience": 20.0, "seconds": 40.0} | options
    plan = make_plan(lines, seed=5, rate=0)
    run = Replay(
        plan,
        Options(url=service.url, admin_email="admin@example.com", admin_password="secret", **settings),
        make_rest=lambda url: service.rest(),
    )
    return await run.run()


async def test_every_way_a_conversation_goes_is_counted(service: FakeService) -> None:
    lines = [
        *[Line("answer refund", "refund")] * 4,
        *[Line("answer card", "refund")] * 2,
        *[Line("answer card", None)],
        *[Line("hand_off", "address")] * 5,
        *[Line("hand_off", None)] * 3,
        *[Line("clarify card refund", "refund")] * 2,
        *[Line("clarify card refund", "address")],
    ]
    summary = await replay(service, lines)
    expected = {"messages": 18, "answered": 9, "wrong": 3, "handed_off": 9, "resolved": 9, "clarified": 3}
    assert {key: summary[key] for key in expected} == expected
    assert (summary["lost"], summary["duplicated"], summary["leaked"], summary["unfinished"]) == (0, 0, 0, 0)
    assert summary["errors"] == {}
    assert sorted(str(r["label"]) for r in service.resolutions) == ["None"] * 3 + ["address"] * 6
    assert summary["latency_ms"]["handoff_on_screen"]["p50"] is not None
    json.dumps(summary)


async def test_a_label_the_catalogue_lacks_is_reported_and_resolved_without_learning(service: FakeService) -> None:
    summary = await replay(service, [Line("hand_off", "unheard_of")] * 2)
    assert summary["unknown_labels"] == ["unheard_of"]
    assert summary["errors"] == {"unknown_intent": 2}
    assert summary["resolved"] == 2
    assert all(r["label"] is None and r["learn"] is False for r in service.resolutions)


# A socket that is just being accepted when the fake dies is left to the garbage collector, as a real death leaves it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_service_that_dies_again_and_again_costs_nothing(service: FakeService) -> None:
    lines = [Line("hand_off", "card"), Line("answer card", "card"), Line("clarify card refund", "card")] * 20
    running = asyncio.create_task(replay(service, lines))
    for death in range(1, 6):
        await until(lambda so_many=8 * death: len(service.requests) >= so_many)  # type: ignore[misc]
        service.drop_before_ack = 3
        await service.kill()
        await service.start()
    summary = await running
    expected = {"messages": 60, "answered": 40, "resolved": 20, "lost": 0, "duplicated": 0, "unfinished": 0}
    assert {key: summary[key] for key in expected} == expected
    gc.collect()


async def test_an_agent_gives_up_no_sooner_than_customers(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does keeps a conversation nobody else may take: its customer waits to the end."""
    seconds: dict[str, float] = {}
    until = StaffClient.until

    async def noted(client: StaffClient, look: Callable[[], Any], longest: float, what: str) -> Any:
        seconds[what] = longest
        return await until(client, look, longest, what)

    monkeypatch.setattr(StaffClient, "until", noted)
    await replay(service, [Line("hand_off", "address")], patience=19.0)
    steps = {what: longest for what, longest in seconds.items() if what.startswith(("the own", "the thread"))}
    assert len(steps) >= 3 and set(steps.values()) == {19.0}


async def test_a_delivery_that_never_comes_is_found(service: FakeService) -> None:
    service.lose_deliveries = 2
    summary = await replay(service, [Line("hand_off", "card")] * 5)
    assert summary["lost"] == 2
    assert summary["duplicated"] == summary["unfinished"] == 0


async def test_deliveries_that_come_twice_are_found(service: FakeService) -> None:
    service.deliver_twice = True
    summary = await replay(service, [Line("clarify card refund", "card")] * 3)
    assert summary["duplicated"] > 0


async def test_a_replay_that_takes_too_long_ends_and_says_so(service: FakeService) -> None:
    summary = await replay(service, [Line("hand_off", "card")] * 9, agents=0, seconds=0.5)
    assert summary["unfinished"] + summary["not_played"] == 9
    assert summary["errors"]["replay_took_too_long"] == 1


async def test_two_agents_race_and_one_wins(service: FakeService) -> None:
    summary = await replay(service, [Line("hand_off", "card")] * 40, agents=6, customers=20)
    assert summary["resolved"] == len(service.resolutions) == 40
    assert set(summary["races"]) <= {"stale_epoch"}
