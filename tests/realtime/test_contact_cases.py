"""Where the widget asks for an address is where the server takes one: both are held against the same stories."""

import json
from datetime import datetime
from typing import Any

import pytest

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.errors import NotAllowedNow
from escalation.conversations.evolution import evolve
from escalation.conversations.machine import decide
from escalation.conversations.model import Conversation
from tests.factories import NOON, a_command
from tests.realtime.make_cases import CASES

CONTACT = {
    "answered": None, "handed_off": None, "contact_asked": "asked", "contact_left": "left", "expired": "asked",
    "contact_left_late": "left", "given_up": None, "handoff_cancelled": None, "with_agent": None, "resolved": None,
}  # fmt: skip
"""The same table stands in the widget's `store.test.ts`, where what the customer sees is held against it."""


def story(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return found


def state_after(case: dict[str, Any]) -> Conversation:
    state = Conversation(id="c1")
    for each in case["events"]:
        at = datetime.fromisoformat(each["at"])
        state = evolve(state, e.parse_event(each["type"], each["payload"]), at)
    return state


@pytest.mark.parametrize(("name", "contact"), CONTACT.items())
def test_an_address_is_taken_where_the_customer_is_asked_for_one(name: str, contact: str | None) -> None:
    case = story(name)
    told = [frame["control"]["contact"] for frame in case["frames"]["customer"] if frame["type"] == "control"]
    assert told[-1] == contact
    if contact is not None:
        assert decide(state_after(case), a_command(c.LeaveContact), NOON)
    else:
        with pytest.raises(NotAllowedNow):
            decide(state_after(case), a_command(c.LeaveContact), NOON)
