"""A whisper reaches the agent who has the conversation: no customer's or colleague's frame and no route tells of it."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.waiting import until_now
from tests.web.service import WebService
from tests.web.test_openapi import OPERATIONS

WORD = "psstquetzalcoatlus"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    service = WebService(tmp_path_factory.mktemp("whispers"), sign_ins_per_minute=100)
    service.prepare()
    service.start()
    yield service
    service.stop()


def read_by(client: httpx.Client, conversation: str) -> dict[str, str]:
    """Every GET route of the description that a member may read, of this conversation where it names one."""
    told = {}
    for name, (method, path, operation) in OPERATIONS.items():
        if method == "get" and "security" in operation:
            address = path.format(id=conversation, name="track_order", format="jsonl")
            told[name] = client.get(address).text
    told["search"] = client.get("/api/v1/conversations", params={"words": WORD}).text
    return told


def test_a_whisper_is_heard_by_its_agent_alone(service: WebService) -> None:
    with (
        service.signed_in("ana") as ana, service.signed_in("tom") as tom, service.signed_in("sam") as sam,
        service.staff_socket(ana, "desk") as at_ana, service.staff_socket(tom, "desk") as at_tom,
        service.customer_socket(service.customer()) as customer,
    ):  # fmt: skip
        conversation = customer.ask(type="say", text="purple teapots sing at noon")["conversation"]
        customer.ask(type="ask_for_human")
        stream = f"conversation:{conversation}"
        for console, client in ((at_ana, ana), (at_tom, tom)):
            me = client.get("/api/v1/session").json()["me"]["id"]
            console.send(type="follow", stream=f"staff:{me}")
            console.send(type="follow", stream=stream)
        control = at_ana.until("thread_end", stream=stream)["control"]
        at_tom.until("thread_end", stream=stream)
        at_ana.ask(type="claim", conversation=conversation, epoch=control["epoch"])
        path = f"/api/v1/conversations/{conversation}/whispers"
        until_now(lambda: sam.post(path, json={"text": WORD}).status_code == 201)
        at_ana.until("whispered", conversation=conversation)
        assert ana.get(path).json()["whispers"][0]["text"] == WORD
        at_ana.ask(type="note", conversation=conversation, text="the last note")
        until_now(lambda: _heard(at_tom, "the last note"))
        customer.ask(type="say", text="still there?")
        for who in (at_tom, customer):
            frames = json.dumps(who.seen)
            assert WORD not in frames and "whispered" not in frames
        told = read_by(tom, conversation)
        assert len(told) > 30 and told["list_whispers"] == '{"whispers":[]}'
        assert [name for name, text in told.items() if WORD in text and name != "search"] == []
        assert json.loads(told["search"])["conversations"] == []
        at_tom.send(type="unfollow", stream=stream)
        at_tom.send(type="follow", stream=stream)
        at_tom.until("thread_end", stream=stream)
        assert WORD not in json.dumps(at_tom.seen), "nor does a whole thread that is read anew"


def _heard(console: object, words: str) -> bool:
    console.ask(type="set_presence", availability="online")  # type: ignore[attr-defined]
    return words in json.dumps(console.seen)  # type: ignore[attr-defined]
