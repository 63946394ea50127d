"""Old events read as new ones; and every stored shape there ever was has its golden file.

`golden/<type>.v<version>.json` holds `{"stored": payload as that version wrote it, "current": payload as read now}`.
`stored` is never edited after a release; a new version adds a file and changes only `current` in the older ones.
"""

import copy
import json
import re
from pathlib import Path

import pytest

from escalation.database import Database
from escalation.events import UPCASTS, NewEvent, append, read
from escalation.events.errors import UnknownVersion
from escalation.events.upcasts import Payload, Upcasts
from tests.storage.discovery import all_event_types

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))


def three_versions() -> Upcasts:
    upcasts = Upcasts()

    @upcasts.step("Moved", 1)
    def to_2(payload: Payload) -> Payload:
        return {"to": payload["room"]}

    @upcasts.step("Moved", 2)
    def to_3(payload: Payload) -> Payload:
        return payload | {"by": "foot"}

    return upcasts


@pytest.mark.parametrize(("version", "payload"), [(1, {"room": "a"}), (2, {"to": "a"}), (3, {"to": "a", "by": "foot"})])
def test_every_version_reads_as_the_newest(version: int, payload: Payload) -> None:
    before = copy.deepcopy(payload)
    assert three_versions().read("Moved", version, payload) == (3, {"to": "a", "by": "foot"})
    assert payload == before


def test_a_type_never_declared_reads_as_stored() -> None:
    assert three_versions().read("Other", 4, {"a": 1}) == (4, {"a": 1})


def test_newer_events_and_missing_steps_are_refused() -> None:
    upcasts = three_versions()
    with pytest.raises(UnknownVersion, match="version 4, this program knows 3"):
        upcasts.read("Moved", 4, {})
    upcasts.declare("Gone", 3)
    with pytest.raises(UnknownVersion, match="no step from version 1 of Gone to 2"):
        upcasts.read("Gone", 1, {})


def test_two_steps_from_one_version_are_a_mistake() -> None:
    upcasts = three_versions()
    with pytest.raises(ValueError, match="two steps"):
        upcasts.step("Moved", 1)(lambda payload: payload)


async def test_the_log_reads_old_events_in_the_new_shape(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.events.log.UPCASTS", three_versions())
    await database.write(lambda tx: append(tx, "a", NewEvent("Moved", 1, {"room": "a"}, "system")))
    (event,) = await database.read(lambda tx: read(tx, "a", 0, 10))
    assert (event.version, event.payload) == (3, {"to": "a", "by": "foot"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_events_read_as_they_should(path: Path) -> None:
    known = all_event_types()
    match = re.fullmatch(r"(\w+)\.v(\d+)", path.stem)
    assert match, f"{path.name} is not named <type>.v<version>.json"
    type, version = match[1], int(match[2])
    assert type in known, f"{type} is not declared in UPCASTS"
    golden = json.loads(path.read_text("utf-8"))
    before = copy.deepcopy(golden["stored"])
    assert UPCASTS.read(type, version, golden["stored"]) == (known[type], golden["current"])
    assert golden["stored"] == before
    if version == known[type]:
        assert golden["stored"] == golden["current"]


def test_every_version_of_every_type_has_its_golden_file() -> None:
    wanted = {f"{type}.v{n}" for type, newest in all_event_types().items() for n in range(1, newest + 1)}
    assert wanted == {path.stem for path in FILES}
