"""The service is killed five times during a replay: nothing is lost, nothing comes twice, every invariant holds."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from escalation.catalogue.starter import starter_catalogue, starter_out_of_scope
from escalation.lab.replay.plan import Line, make_plan
from escalation.lab.replay.runner import Options, Replay
from tests.live_service import LiveService
from tests.waiting import until

KILLS = 5
BETWEEN = 12
"""So many customers are done from one kill to the next."""
pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[LiveService]:
    service = LiveService(tmp_path / "data")
    service.prepare()
    service.start()
    yield service
    service.stop()


def lines() -> list[Line]:
    """Messages the bot knows, and as many nobody taught it."""
    known = [Line(text, label) for text, label in starter_catalogue().labelled()][::9]
    strange = [Line(text, None) for text in starter_out_of_scope()]
    return known[:100] + strange[:60]


async def replay_under_kills(service: LiveService) -> dict[str, Any]:
    plan = make_plan(lines(), seed=11, rate=6)
    options = Options(**service.options(), agents=4, customers=25, patience=200, seconds=400)
    done = [0]
    running = asyncio.create_task(Replay(plan, options, lambda progress: done.append(progress.done)).run())
    for kill in range(1, KILLS + 1):
        await until(lambda enough=kill * BETWEEN: running.done() or done[-1] >= enough, 120)  # type: ignore[misc]
        assert not running.done(), "the replay was over before the last kill"
        await service.restart_after_kill()
    return await running


async def test_five_kills_lose_and_double_nothing(service: LiveService) -> None:
    summary = await replay_under_kills(service)
    service.stop()
    shown = json.dumps({key: value for key, value in summary.items() if key != "parts"}, indent=1)
    assert summary["not_played"] == summary["unfinished"] == 0, shown
    assert (summary["lost"], summary["duplicated"], summary["leaked"]) == (0, 0, 0), shown
    assert summary["resolved"] > 0, shown
    verified = service.command("verify", "--data", str(service.data), "--json")
    assert json.loads(verified.stdout) == {"findings": []}, verified.stdout + verified.stderr
    assert verified.returncode == 0
