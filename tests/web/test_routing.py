"""REST of routing: what is set about queues, languages and skills of accounts, and the decisions of the router."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.waiting import until_now
from tests.web.service import WebService
from tests.web.sockets import Socket
from tests.web.test_sign_in import code

RULES = {
    "way": "push", "offer_seconds": 120, "auto_accept": False, "priority": 3, "skills": ["wine"], "preferred": [],
    "relax_seconds": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """A service of its own: what other tests leave waiting would be offered first."""
    service = WebService(tmp_path_factory.mktemp("routing"), sign_ins_per_minute=100)
    service.prepare()
    service.start()
    yield service
    service.stop()


@pytest.fixture
def sam(service: WebService) -> Iterator[httpx.Client]:
    """A supervisor; agents claim from the queue again afterwards."""
    with service.signed_in("sam") as sam:
        yield sam
        assert sam.put("/api/v1/queues/general", json={}).is_success


def skilled(service: WebService, name: str, **can: list[str]) -> str:
    with service.signed_in("robin") as robin:
        accounts = robin.get("/api/v1/staff/accounts").json()["accounts"]
        (account,) = [one for one in accounts if one["email"] == f"{name}@example.com"]
        changed = robin.patch(f"/api/v1/staff/{account['id']}", json=can)
        assert changed.is_success, changed.text
        assert {kind: changed.json()[kind] for kind in can} == can
        return str(account["id"])


def offered(console: Socket, conversation: str) -> dict[str, Any]:
    """The row of the conversation, once it is proposed to somebody."""
    while True:
        for row in console.until("desk").get("rows", ()):
            if row["conversation"] == conversation and row["offer"] is not None:
                return dict(row)


def a_waiting(service: WebService) -> tuple[Socket, str]:
    socket = service.customer_socket(service.customer())
    socket.send(type="ask_for_human", command_id=str(uuid4()))
    return socket, str(socket.until("conversation_opened")["conversation"])


def test_a_queue_is_read_and_set_by_those_who_may(service: WebService, sam: httpx.Client) -> None:
    with service.signed_in("ana") as ana:
        (before,) = ana.get("/api/v1/queues").json()["queues"]
        assert (before["name"], before["way"]) == ("general", "pull")
        assert code(ana.put("/api/v1/queues/general", json=RULES)) == "forbidden"
        assert sam.put("/api/v1/queues/general", json=RULES).json() == before | RULES
        assert ana.get("/api/v1/queues").json()["queues"] == [before | RULES]
    assert code(sam.put("/api/v1/queues/none-such", json=RULES)) == "unknown_queue"
    for wrong in ({"offer_seconds": 4}, {"priority": 10}, {"way": "both"}, {"skills": [""]}, {"relax_seconds": -1}):
        assert sam.put("/api/v1/queues/general", json=RULES | wrong).status_code == 422
    with service.signed_in("robin") as robin:
        rows = robin.get("/api/v1/security-log", params={"kind": "queue_changed"}).json()["rows"]
        assert rows[0]["subject"] == "general" and rows[0]["facts"] == {"way": "push", "auto_accept": False}


def test_opening_hours_are_part_of_the_rules(service: WebService, sam: httpx.Client) -> None:
    never = {"zone": "Europe/Berlin", "week": [[]] * 7, "holidays": []}
    soon = {"opens": "22:00", "closes": "06:00"}
    hours = never | {"week": [[soon], *[[]] * 6], "holidays": [{"day": "2026-12-25", "shifts": []}]}
    told = sam.put("/api/v1/queues/general", json=RULES | {"hours": hours}).json()
    assert told["hours"] == hours
    (read,) = sam.get("/api/v1/queues").json()["queues"]
    assert read["hours"] == hours
    assert sam.put("/api/v1/queues/general", json=RULES | {"hours": None}).json()["opens_at"] is None
    twice = hours | {"holidays": [{"day": "2026-12-25", "shifts": [soon]}] * 2}
    for wrong in (never, hours | {"zone": "Europe/Atlantis"}, twice):
        answer = sam.put("/api/v1/queues/general", json=RULES | {"hours": wrong})
        assert code(answer) == "invalid", answer.text
    for wrong in (hours | {"week": [[]]}, hours | {"week": [[{"opens": "9", "closes": "24:00"}], *[[]] * 6]}):
        assert sam.put("/api/v1/queues/general", json=RULES | {"hours": wrong}).status_code == 422


def test_a_conversation_finds_who_has_the_skill_and_the_decision_can_be_read(
    service: WebService, sam: httpx.Client
) -> None:
    tom = skilled(service, "tom", skills=["wine"])
    with service.signed_in("tom") as client, service.staff_socket(client, "desk") as console:
        console.ask(type="set_presence", availability="online")
        assert sam.put("/api/v1/queues/general", json=RULES).is_success
        _, conversation = a_waiting(service)
        row = offered(console, conversation)
        assert row["offer"]["agent_id"] == tom
        assert console.ask(type="accept_offer", conversation=conversation, epoch=row["epoch"])["type"] == "accepted"
        made, *_ = sam.get(f"/api/v1/conversations/{conversation}/routing").json()["decisions"]
        assert (made["gave"], made["agent_name"]) == ("offer", "Tom")
        assert {one["why"] for one in made["considered"]} <= {"offline", "away", "skill"}
        assert code(sam.get("/api/v1/conversations/none-such/routing")) == "not_found"
    skilled(service, "tom", skills=[])


def test_a_dry_run_changes_nothing(service: WebService, sam: httpx.Client) -> None:
    before = sam.get("/api/v1/queues").json()
    told = sam.post("/api/v1/queues/general/trial", json=RULES).json()
    assert [(each["queue"], each["now"]) for each in told["queues"]] == [("general", told["handoffs"])]
    takes = {"takes": {"intents": ["track_order"]}}
    assert code(sam.post("/api/v1/queues/general/trial", json=RULES | takes)) == "invalid"
    assert sam.get("/api/v1/queues").json() == before


def test_languages_are_codes(service: WebService) -> None:
    id = skilled(service, "vic", languages=["de", "en"])
    with service.signed_in("robin") as robin:
        assert robin.patch(f"/api/v1/staff/{id}", json={"languages": ["German"]}).status_code == 422
        rows = robin.get("/api/v1/security-log", params={"kind": "skills_changed"}).json()["rows"]
        assert rows[0]["facts"] == {"languages": "de, en", "skills": ""}
    skilled(service, "vic", languages=[])


def test_the_service_offers_by_itself_when_somebody_comes_online(service: WebService, sam: httpx.Client) -> None:
    vic = skilled(service, "vic", skills=["wine"])
    assert sam.put("/api/v1/queues/general", json=RULES).is_success
    socket, conversation = a_waiting(service)
    until_now(lambda: sam.get(f"/api/v1/conversations/{conversation}/routing").json()["decisions"] != [])
    with service.signed_in("vic") as client, service.staff_socket(client, "desk") as console:
        console.ask(type="set_presence", availability="online")
        assert offered(console, conversation)["offer"]["agent_id"] == vic
        socket.ask(type="cancel_handoff", command_id=str(uuid4()), conversation=conversation)
    skilled(service, "vic", skills=[])
