"""Origins and limits: who may come in, and how often."""

from itertools import count

import pytest
from websockets.exceptions import InvalidStatus

from escalation.people.guessing import ACCOUNT_FACTOR
from tests.web.service import PARTNER, PASSWORD, WebService
from tests.web.test_sign_in import code

STRANGER = "https://evil.example"
_addresses = (f"198.51.100.{n}" for n in count(1))


@pytest.mark.parametrize("origin", [STRANGER, "null", PARTNER])
@pytest.mark.parametrize("door", ["staff", "customer"])
def test_a_strangers_page_gets_no_socket(service: WebService, door: str, origin: str) -> None:
    if door == "customer" and origin == PARTNER:
        with service.socket(door, origin) as socket:
            socket.send(type="hello", version=1, token="made-up")
            assert socket.close_code() == 4500
        return
    with pytest.raises(InvalidStatus) as refused:
        service.socket(door, origin)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("door", ["staff", "customer"])
def test_the_services_own_pages_and_programs_get_a_socket(service: WebService, door: str) -> None:
    for origin in (service.url, None):
        with service.socket(door, origin) as socket:
            socket.send(type="hello", version=1)
            assert socket.close_code() == 4500


def test_an_identity_is_given_to_pages_of_the_site_only(service: WebService) -> None:
    with service.http() as client:

        def ask(site: str, origin: str | None) -> tuple[int, str | None]:
            headers = {} if origin is None else {"Origin": origin}
            answer = client.post(f"/api/v1/sites/{site}/customers", json={"locale": "en"}, headers=headers)
            return answer.status_code, answer.headers.get("access-control-allow-origin")

        assert ask("shop", PARTNER) == (200, PARTNER)
        assert ask("demo", service.url) == (200, service.url)
        assert ask("demo", None) == (200, None)
        assert ask("demo", PARTNER) == (403, None)
        assert ask("shop", STRANGER) == (403, None)
        assert ask("none", None) == (404, None)


def test_the_preflight_of_a_partners_page(service: WebService) -> None:
    with service.http(Origin=PARTNER) as client:
        allowed = client.options("/api/v1/sites/shop/customers")
        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-origin"] == PARTNER
        assert allowed.headers["access-control-allow-headers"] == "content-type, authorization"
        assert "credentials" not in str(allowed.headers)
        assert client.options("/api/v1/sites/demo/customers").status_code == 403


def test_no_other_page_may_sign_anybody_in(service: WebService) -> None:
    with service.http(Origin=PARTNER) as client:
        answer = client.post("/api/v1/session", json={"email": "ana@example.com", "password": PASSWORD})
        assert (answer.status_code, code(answer)) == (403, "bad_origin")


def test_identities_are_limited_by_address(service: WebService) -> None:
    address, other = next(_addresses), next(_addresses)
    most = service.settings.identities_per_minute
    with service.http(address) as client:
        answers = [client.post("/api/v1/sites/demo/customers", json={}) for _ in range(most + 1)]
    assert [answer.status_code for answer in answers] == [200] * most + [429]
    assert code(answers[-1]) == "too_many_attempts"
    assert service.customer(service.http(other))["token"]


def test_sign_ins_are_limited_by_address(service: WebService) -> None:
    address = next(_addresses)
    most = service.settings.sign_ins_per_minute
    with service.http(address) as client:
        answers = [
            client.post("/api/v1/session", json={"email": f"x{n}@example.com", "password": "wrong"}).status_code
            for n in range(most + 1)
        ]
    assert answers == [401] * most + [429]


def test_guessing_one_persons_password_from_many_addresses_ends_but_not_for_their_own_browser(
    service: WebService,
) -> None:
    right = {"email": "vic@example.com", "password": PASSWORD}
    wrong = {**right, "password": "wrong"}
    most = service.settings.sign_ins_per_minute
    with service.http(next(_addresses)) as known:
        assert known.post("/api/v1/session", json=right).status_code == 200
        for _ in range(ACCOUNT_FACTOR):
            with service.http(next(_addresses)) as client:
                assert [client.post("/api/v1/session", json=wrong).status_code for _ in range(most)] == [401] * most
        with service.http(next(_addresses)) as client:
            assert client.post("/api/v1/session", json=wrong).status_code == 429
            refused = client.post("/api/v1/session", json=right)
            assert (refused.status_code, code(refused)) == (429, "too_many_attempts")
            assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert known.post("/api/v1/session", json=right).status_code == 200


def test_wrong_passwords_of_one_address_do_not_shut_the_owner_out(service: WebService) -> None:
    right = {"email": "tom@example.com", "password": PASSWORD}
    most = service.settings.sign_ins_per_minute
    with service.http(next(_addresses)) as stranger:
        for _ in range(most):
            stranger.post("/api/v1/session", json={**right, "password": "wrong"})
        assert stranger.post("/api/v1/session", json=right).status_code == 429
    with service.http(next(_addresses)) as owner:
        assert owner.post("/api/v1/session", json=right).status_code == 200


def test_sockets_are_limited_by_address(service: WebService) -> None:
    address = next(_addresses)
    most = service.settings.customer_sockets_per_address
    sockets = [service.socket("customer", X_Forwarded_For=address) for _ in range(most)]
    for socket in sockets:  # those that say nothing would give way
        socket.send(type="hello", version=1, token=service.customer()["token"])
        socket.until("welcome")
    with service.socket("customer", X_Forwarded_For=address) as one_more:
        assert one_more.close_code() == 4503
    sockets.pop().close()
    with service.socket("customer", X_Forwarded_For=next(_addresses)) as elsewhere:
        elsewhere.send(type="hello", version=1, token="x")
        assert elsewhere.close_code() == 4500
    for socket in sockets:
        socket.close()


def test_messages_are_limited_by_customer(service: WebService) -> None:
    most = service.settings.messages_per_minute
    with service.customer_socket(service.customer()) as socket:
        answers = [socket.ask(type="say", text=f"number {n}") for n in range(most + 1)]
        assert [answer["type"] for answer in answers] == ["accepted"] * most + ["error"]
        assert answers[-1]["code"] == "too_many_attempts"
    with service.customer_socket(service.customer()) as other:
        assert other.ask(type="say", text="hello")["type"] == "accepted"


def test_asking_for_people_again_and_again_is_limited_sooner(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        for _ in range(service.settings.messages_per_minute // 8 + 1):
            socket.ask(type="ask_for_human")
            last = socket.ask(type="cancel_handoff")
        assert (last["type"], last["code"]) == ("error", "too_many_attempts")


@pytest.mark.parametrize("frame", ["ask_for_human", "unhelpful", "cancel_handoff"])
def test_each_request_that_may_move_people_counts_against_the_same_limit(service: WebService, frame: str) -> None:
    """Whatever comes of it: a request that is refused has cost the people behind the desk their part already."""
    most = service.settings.messages_per_minute // 4
    more = {"message_id": "message-1"} if frame == "unhelpful" else {}
    with service.customer_socket(service.customer()) as socket:
        assert socket.ask(type="say", text="hello")["type"] == "accepted"
        codes = [socket.ask(type=frame, **more).get("code") for _ in range(most + 1)]
        assert "too_many_attempts" not in codes[:-1] and codes[-1] == "too_many_attempts"
        assert socket.ask(type="say", text="still there")["type"] == "accepted", "words are counted by themselves"
