"""Which words of a turn spoke for the first guess: computed when staff ask, from the messages as they are now."""

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
