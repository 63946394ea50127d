"""REST of proposed answers: who may read and decide, and that open consoles hear of it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.waiting import until_now
from tests.web.service import WebService
from tests.web.test_sign_in import code

INTENT = "paper_lanterns"
REPLY = "Yes, in eight colours."


@pytest.fixture(scope="module")
def intent(service: WebService) -> str:
    """An intent without an answer."""
    with service.signed_in("tara") as tara:
        line = f'{{"text": "do you sell paper lanterns", "label": "{INTENT}"}}'
        assert tara.post("/api/v1/catalogue/import", json={"text": line, "source": "more.jsonl"}).status_code == 200
    return INTENT


@pytest.fixture
def tara(service: WebService) -> Iterator[httpx.Client]:
    """A trainer."""
    with service.signed_in("tara") as client:
        yield client


def answer_of(client: httpx.Client, intent: str) -> str | None:
    found = {each["name"]: each["answer"] for each in client.get("/api/v1/catalogue").json()["intents"]}
    answer: str | None = found[intent]
    return answer


def proposed(client: httpx.Client, text: str) -> dict[str, Any] | None:
    """The proposal with these words, if it waits for a decision."""
    found = client.get("/api/v1/proposals", params={"intent": INTENT, "state": "proposed"}).json()["proposals"]
    return next((each for each in found if each["text"] == text), None)


def propose(service: WebService, text: str) -> dict[str, Any]:
    """A customer asks, Ana replies and resolves with that reply to learn; return the proposal once it is there."""
    with service.signed_in("ana") as ana, service.customer_socket(service.customer()) as customer:
        id = customer.ask(type="say", text="I want to talk to a person")["conversation"]
        with service.staff_socket(ana, f"conversation:{id}") as staff:
            epoch = staff.until("thread_end")["control"]["epoch"]
            staff.send(type="reply", conversation=id, epoch=epoch, text=text, client_message_id=str(uuid4()))
            reply = staff.message(text)
            staff.ask(
                type="resolve", conversation=id, epoch=epoch + 1, label=INTENT, answer_message_id=reply["id"],
                last_seen_seq=reply["seq"],
            )  # fmt: skip
        customer.ask(type="say", text="thank you")  # who writes again settles it at once
        return until_now(lambda: proposed(ana, text)) or {}


def test_an_agent_reads_proposals_and_a_trainer_decides(service: WebService, intent: str, tara: httpx.Client) -> None:
    with service.staff_socket(tara, "proposals") as console:
        one = propose(service, REPLY)
        assert console.until("proposals_changed")["intents"] == [intent]
        assert (one["proposed_by"], one["state"], one["times"]) == ("Ana", "proposed", 1)
        path = f"/api/v1/proposals/{one['id']}"
        with service.signed_in("ana") as ana:
            approval = {"locales": ["en"]}
            asked = (("approve", approval), ("decline", None), ("restore", None))
            for refused in [ana.post(f"{path}/{verb}", json=body) for verb, body in asked]:
                assert (refused.status_code, code(refused)) == (403, "forbidden")
            new = {"intent": intent, "text": "No.", "locales": ["en"]}
            assert code(ana.post("/api/v1/answers", json=new)) == "forbidden"
        assert answer_of(tara, intent) is None
        assert code(tara.post(f"{path}/approve", json={"text": "", "locales": ["en"]})) == "catalogue_invalid"
        for nowhere in ({}, {"locales": []}):
            assert code(tara.post(f"{path}/approve", json={"text": "Yes, we do."} | nowhere)) == "invalid"
        assert tara.post(f"{path}/approve", json={"text": "Yes, we do.", "locales": ["en"]}).status_code == 204
        assert console.until("proposals_changed")["intents"] == [intent]
    assert answer_of(tara, intent) == "Yes, we do."
    assert code(tara.post(f"{path}/decline")) == "proposal_decided"
    assert code(tara.post(f"{path}/restore")) == "proposal_not_declined"
    approved = tara.get("/api/v1/proposals", params={"state": "approved"}).json()["proposals"]
    assert [(each["id"], each["decided_by"], each["edited"]) for each in approved] == [(one["id"], "Tara", True)]


def test_declined_it_waits_no_longer(service: WebService, intent: str, tara: httpx.Client) -> None:
    one = propose(service, "Ask my colleague.")
    assert tara.post(f"/api/v1/proposals/{one['id']}/decline").status_code == 204
    assert proposed(tara, "Ask my colleague.") is None
    assert code(tara.post(f"/api/v1/proposals/{one['id']}/approve", json={"locales": ["en"]})) == "proposal_decided"
    assert code(tara.post("/api/v1/proposals/none/decline")) == "proposal_unknown"


def test_a_decline_is_undone(service: WebService, intent: str, tara: httpx.Client) -> None:
    one = propose(service, "Ask me tomorrow.")
    assert tara.post(f"/api/v1/proposals/{one['id']}/decline").status_code == 204
    declined = tara.get("/api/v1/proposals", params={"state": "declined", "intent": intent}).json()["proposals"]
    assert (one["id"], "Tara") in [(each["id"], each["decided_by"]) for each in declined]
    assert tara.post(f"/api/v1/proposals/{one['id']}/restore").status_code == 204
    again = proposed(tara, "Ask me tomorrow.")
    assert again is not None and (again["decided_by"], again["decided_at"]) == (None, None)


def test_a_trainer_writes_an_answer_by_hand(intent: str, tara: httpx.Client) -> None:
    new = {"intent": intent, "text": "Since May.", "locales": ["en"]}
    assert tara.post("/api/v1/answers", json=new).status_code == 204
    assert answer_of(tara, intent) == "Since May."
    assert code(tara.post("/api/v1/answers", json=new | {"intent": "none_such"})) == "intent_unknown"
    assert code(tara.post("/api/v1/answers", json={"intent": intent, "text": "x"})) == "invalid"


def test_the_catalogue_says_what_a_customer_of_a_language_is_told(intent: str, tara: httpx.Client) -> None:
    for text, locale in (("Since May.", "en"), ("Desde mayo.", "es")):
        new = {"intent": intent, "text": text, "locales": [locale]}
        assert tara.post("/api/v1/answers", json=new).status_code == 204

    def told(**customer: str) -> tuple[dict[str, str], list[str]]:
        found = tara.get("/api/v1/catalogue", params=customer).json()["intents"]
        one = next(each for each in found if each["name"] == intent)
        return one["said"], one["reply_locales"]

    assert told() == ({"locale": "en", "text": "Since May."}, ["en"])
    assert told(locale="es-MX") == ({"locale": "es", "text": "Desde mayo."}, ["es"])
    assert told(locale="en-GB", language="es") == ({"locale": "en", "text": "Since May."}, ["es", "en"])
    assert told(locale="de") == ({"locale": "en", "text": "Since May."}, ["de"])
    assert code(tara.get("/api/v1/proposals", params={"state": "maybe"})) == "invalid"
