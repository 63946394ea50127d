"""Stored events of conversations: each golden payload is an event, and each event is stored as its golden payload."""

import json
from pathlib import Path

import pytest

from escalation.conversations.events import Event, parse_event
from escalation.conversations.upcasts import event_types

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("kind", event_types(), ids=lambda kind: kind.__name__)
def test_every_golden_payload_is_an_event_and_back(kind: type[Event]) -> None:
    versions = [GOLDEN / f"{kind.__name__}.v{number}.json" for number in range(1, kind.version + 1)]
    for path in versions:
        current = json.loads(path.read_text("utf-8"))["current"]
        event = parse_event(kind.__name__, current)
        assert type(event) is kind
        assert event.payload() == current


@pytest.mark.parametrize("kind", event_types(), ids=lambda kind: kind.__name__)
def test_a_golden_payload_names_every_field(kind: type[Event]) -> None:
    stored = json.loads((GOLDEN / f"{kind.__name__}.v{kind.version}.json").read_text("utf-8"))["stored"]
    assert set(stored) == set(kind.model_fields) - {"type", "body"}
