"""The cases shared with the stores of the console and the widget say what the server says today."""

import json
from pathlib import Path
from typing import Any

import pytest

from escalation.protocol.frames import outbound
from tests.realtime.make_cases import CASES, conversation_cases, other_cases, told
from tests.realtime.reader import Reader

FILES = sorted(CASES.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_is_told_as_written(path: Path) -> None:
    case = read(path)
    for part, by_audience in told(case).items():
        assert case[part] == by_audience, f"{path.name}: {part}"
        for frames in by_audience.values():
            for frame in frames:
                outbound.validate_python(frame)


@pytest.mark.parametrize("path", [path for path in FILES if "snapshot" in read(path)], ids=lambda path: path.stem)
def test_frames_lead_where_the_snapshot_is(path: Path) -> None:
    case = read(path)
    for audience, frames in case["frames"].items():
        one, other = Reader(audience), Reader(audience)
        following = {"type": "following", "stream": case["stream"], "position": 0}
        for reader, shown in ((one, frames), (other, case["snapshot"][audience])):
            for frame in [following, *shown]:
                reader.take(json.dumps(frame))
        assert one.rows == other.rows
        for stream, thread in other.threads.items():
            assert (one.threads[stream].messages, one.threads[stream].control) == (thread.messages, thread.control)


def test_every_story_has_its_file() -> None:
    assert {path.stem for path in FILES} == conversation_cases().keys() | other_cases().keys()


def test_customers_are_told_nothing_of_the_resolution_until_it_settles() -> None:
    case = read(CASES / "resolved_unsettled.json")
    assert case["frames"]["customer"] == read(CASES / "with_agent.json")["frames"]["customer"]
    withdrawn = read(CASES / "withdrawn.json")["frames"]["customer"]
    assert withdrawn == case["frames"]["customer"]
