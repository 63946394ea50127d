"""Which words of a turn spoke for the first guess: computed when staff ask, from the messages as they are now."""

from typing import Any

import pytest

from escalation.conversations.errors import WordsErased
from escalation.conversations.history import guessed
from escalation.conversations.tables import DecisionRow, MessageRow
from escalation.database import Database, Transaction
from tests.web.service import WebService
from tests.web.test_rest import decided
from tests.web.test_sign_in import code

UNSURE = "my cat ordered one thing and the parcel had another thing, so now what"


def test_the_words_of_a_decision_are_weighed_for_its_first_guess(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        conversation = socket.ask(type="say", text=UNSURE)["conversation"]
    with service.signed_in("ana") as client:
        decision = decided(client, conversation, 1)[0]
        found = client.get(f"/api/v1/decisions/{decision['id']}/words")
        assert found.status_code == 200, found.text
        body = found.json()
        assert (body["decision"], body["text"], body["model"]) == (decision["id"], UNSURE, "starter")
        assert body["label"] == decision["guesses"][0]["label"]  # type: ignore[index]
        assert [UNSURE[word["start"] : word["end"]] for word in body["words"]] == UNSURE.split()
        assert any(abs(word["weight"]) > 0.1 for word in body["words"])
        assert found.headers["cache-control"] == "no-store"


def test_the_neighbours_of_a_decision_hold_the_counter_example(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        conversation = socket.ask(type="say", text=UNSURE)["conversation"]
    with service.signed_in("ana") as client:
        decision = decided(client, conversation, 1)[0]
    near, guesses = decision["neighbours"], decision["guesses"]
    assert {guesses[0]["label"], guesses[1]["label"]} <= {each["label"] for each in near}  # type: ignore[index]
    assert [each["similarity"] for each in near] == sorted((each["similarity"] for each in near), reverse=True)  # type: ignore[index,attr-defined]


def test_erased_words_are_gone_here_too(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        conversation = socket.ask(type="say", text=UNSURE)["conversation"]
    with service.signed_in("ana") as client:
        path = f"/api/v1/decisions/{decided(client, conversation, 1)[0]['id']}/words"
        assert client.get(path).status_code == 200
        service.erase(conversation)
        answer = client.get(path)
        assert (answer.status_code, code(answer)) == (410, "words_erased")
        assert not any(word in answer.text for word in ("parcel", "ordered", "cat "))
        shown = client.get("/api/v1/decisions", params={"conversation": conversation}).text
        assert "parcel" not in shown


def a_turn(tx: Transaction, **bodies: dict[str, Any] | None) -> None:
    """Store a decision `d`, guessed to be a refund, on messages with these ids and bodies (None: no such row)."""
    place = {"conversation": "c", "at": tx.now}
    for seq, (id, body) in enumerate(bodies.items(), 1):
        if body is None:
            continue
        author = {"author": "customer", "author_id": "anon", "kind": "message", "internal": False}
        tx.execute(tx.insert(MessageRow), {"id": id, "seq": seq, "body": body, **author, **place})
    row = {"id": "d", "customer": "anon", "epoch": 1, "action": "hand_off", "grounds": "prediction", **place}
    row |= {"message_ids": [*bodies], "guesses": [{"label": "refund", "score": 0.4}], "neighbours": [], "parts": []}
    tx.execute(tx.insert(DecisionRow), row)


SAID = {"kind": "text", "text": "I want my money back"}
PICKED = {"kind": "choice", "choices_message_id": "q", "intent": None, "title": None}


@pytest.mark.parametrize("rest", [{"kind": "erased"}, None])
def test_a_turn_is_explained_whole_or_not_at_all(database: Database, rest: dict[str, Any] | None) -> None:
    database.write_now(lambda tx: a_turn(tx, one=SAID, two=rest))
    with pytest.raises(WordsErased) as refused:
        database.read_now(lambda tx: guessed(tx, "d"))
    assert "money" not in str(refused.value)


def test_what_was_picked_and_not_said_is_no_erased_word(database: Database) -> None:
    database.write_now(lambda tx: a_turn(tx, one=PICKED, two=SAID))
    assert database.read_now(lambda tx: guessed(tx, "d")) == ("I want my money back", "refund")


def test_who_may_not_ask_and_what_cannot_be_explained(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        handed = socket.ask(type="say", text="I want to talk to a person")["conversation"]
        guessed = socket.ask(type="say", text=UNSURE)["conversation"]
    assert handed == guessed
    with service.signed_in("ana") as client:
        without = decided(client, handed, 1)[0]["id"]
        assert code(client.get("/api/v1/decisions/none-such/words")) == "not_found"
        answer = client.get(f"/api/v1/decisions/{without}/words")
        assert (answer.status_code, code(answer)) == (404, "not_found")
        assert "without a guess" in answer.json()["error"]["message"]
    with service.http() as client:
        assert client.get(f"/api/v1/decisions/{without}/words").status_code == 401
