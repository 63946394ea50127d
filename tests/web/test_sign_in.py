"""Sessions, CSRF, roles and tickets."""

import asyncio
import time

import httpx
import pytest

from escalation.kernel.ids import new_id
from escalation.people.staff import Staff
from tests.waiting import within_a_second
from tests.web.service import PASSWORD, WebService

ANA = {"email": "ana@example.com", "password": PASSWORD}


def code(answer: httpx.Response) -> str:
    """Return the code of an error answer, after checking that it has exactly the promised shape."""
    found = answer.json()
    assert set(found) == {"error"}
    assert set(found["error"]) == {"code", "message"}
    assert found["error"]["message"]
    return str(found["error"]["code"])


def test_signing_in_tells_who_and_what_answers_and_sets_a_strict_cookie(service: WebService) -> None:
    with service.http() as client:
        answer = client.post("/api/v1/session", json=ANA)
        found = answer.json()
        assert {k: found["me"][k] for k in ("email", "name", "role")} == {
            "email": "ana@example.com", "name": "Ana", "role": "agent",
        }  # fmt: skip
        assert {"mode", "model", "threshold", "alpha", "answering"} <= set(found["service"])
        assert found["sites"] == {"demo": "Demo", "shop": "Shop"}
        cookie = answer.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
        assert PASSWORD not in answer.text
        assert client.get("/api/v1/session").json()["csrf"] == found["csrf"]


def test_the_address_of_a_person_is_not_case_sensitive(service: WebService) -> None:
    with service.http() as client:
        shouted = {"email": " ANA@Example.com ", "password": PASSWORD}
        assert client.post("/api/v1/session", json=shouted).status_code == 200


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com", "", "\ud800"])
def test_a_wrong_password_and_an_unknown_person_look_the_same(service: WebService, email: str) -> None:
    with service.http() as client:
        # a lone surrogate is legal in JSON's ASCII form only
        body = f'{{"email": "{email.encode("ascii", "backslashreplace").decode()}", "password": "wrong wrong"}}'
        answer = client.post("/api/v1/session", content=body, headers={"Content-Type": "application/json"})
    if email == "\ud800":
        assert (answer.status_code, code(answer)) == (422, "invalid")
        return
    assert (answer.status_code, code(answer)) == (401, "bad_credentials")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["session", "catalogue", "examples", "models", "runs", "decisions", "staff", "verify"])
def test_nothing_of_staff_is_shown_without_a_session(service: WebService, path: str) -> None:
    with service.http() as client:
        answer = client.get(f"/api/v1/{path}")
        assert (answer.status_code, code(answer)) == (401, "not_signed_in")
        client.cookies.set("escalation_session", "made-up")
        assert client.get(f"/api/v1/{path}").status_code == 401


@pytest.mark.parametrize("token", ["", "wrong", "\xe4"])
def test_a_change_needs_the_csrf_token(service: WebService, token: str) -> None:
    with service.signed_in("ana") as client:
        client.headers["X-CSRF-Token"] = token
        answer = client.post("/api/v1/tickets")
        assert (answer.status_code, code(answer)) == (403, "bad_csrf")
        assert client.delete("/api/v1/session").status_code == 403


def test_a_session_does_not_lend_its_csrf_token_to_another(service: WebService) -> None:
    with service.signed_in("ana") as ana, service.signed_in("tom") as tom:
        tom.headers["X-CSRF-Token"] = ana.headers["X-CSRF-Token"]
        assert code(tom.post("/api/v1/tickets")) == "bad_csrf"


@pytest.mark.parametrize(
    ("name", "method", "path", "allowed"),
    [
        ("ana", "PATCH", "catalogue/intents/none_such", False),
        ("tara", "PATCH", "catalogue/intents/none_such", True),
        ("sam", "PATCH", "catalogue/intents/none_such", True),
        ("ana", "POST", "models/none_such/promote", False),
        ("tara", "POST", "models/none_such/promote", True),
        ("ana", "POST", "models/rollback", False),
        ("ana", "POST", "runs", False),
        ("ana", "POST", "examples/none_such/exclude", False),
        ("ana", "POST", "catalogue/intents", True),
        ("ana", "POST", "catalogue/changes/1/undo", False),
        ("tara", "POST", "catalogue/changes/99999/undo", True),
        ("ana", "POST", "catalogue/import/report", False),
        ("ana", "POST", "catalogue/import", False),
        ("ana", "GET", "catalogue/export/yaml", False),
        ("ana", "GET", "verify", False),
        ("sam", "GET", "verify", False),
        ("robin", "GET", "verify", True),
        ("sam", "POST", "staff", False),
        ("tara", "POST", "staff", False),
    ],
)
def test_roles(service: WebService, name: str, method: str, path: str, allowed: bool) -> None:
    bodies = {
        "PATCH": {"title": "t"}, "intents": {"name": "n"}, "report": {"text": "", "source": "x.yaml"},
        "runs": {"mode": "head"}, "exclude": {"excluded": True},
        "import": {"text": "", "source": "x.yaml"},
        "staff": {"email": "x@example.com", "name": "X", "role": "agent", "password": PASSWORD},
    }  # fmt: skip
    body = bodies.get(method) or bodies.get(path.rsplit("/", 1)[-1])
    with service.signed_in(name) as client:
        answer = client.request(method, f"/api/v1/{path}", json=body)
    if allowed:
        assert answer.status_code in {200, 201, 404}, answer.text
    else:
        assert (answer.status_code, code(answer)) == (403, "forbidden")


def test_an_admin_adds_staff_who_can_sign_in(service: WebService) -> None:
    new = {"email": "new@example.com", "name": "New", "role": "agent", "password": "long enough 1"}
    with service.signed_in("robin") as client:
        assert client.post("/api/v1/staff", json=new).status_code == 201
        again = client.post("/api/v1/staff", json=new)
        assert (again.status_code, code(again)) == (409, "email_taken")
        wrong = {"weak_password": {"password": "short"}, "invalid": {"role": "king"}}
        for expected, change in wrong.items():
            answer = client.post("/api/v1/staff", json={**new, "email": "other@example.com", **change})
            assert (answer.status_code, code(answer)) == (422, expected)
        assert code(client.post("/api/v1/staff", json={**new, "email": "b@x.org", "capacity": 0})) == "invalid"
        listed = client.get("/api/v1/staff").json()["staff"]
        assert "new@example.com" in [each["email"] for each in listed]
        assert not any("password" in key for each in listed for key in each)
    with service.http() as client:
        who = {"email": new["email"], "password": new["password"]}
        assert client.post("/api/v1/session", json=who).status_code == 200


def test_a_ticket_opens_one_socket(service: WebService) -> None:
    with service.signed_in("ana") as client:
        ticket = client.post("/api/v1/tickets").json()["ticket"]
        with service.socket("staff") as first:
            first.send(type="hello", version=1, ticket=ticket)
            assert first.until("welcome")["me"]["role"] == "agent"
            with service.socket("staff") as second:
                second.send(type="hello", version=1, ticket=ticket)
                assert second.close_code() == 4500


def test_a_ticket_is_worthless_after_signing_out(service: WebService) -> None:
    with service.signed_in("ana") as client:
        ticket = client.post("/api/v1/tickets").json()["ticket"]
        assert client.delete("/api/v1/session").status_code == 204
    with service.socket("staff") as socket:
        socket.send(type="hello", version=1, ticket=ticket)
        assert socket.close_code() == 4500


def test_signing_out_closes_the_sockets_of_that_session_within_a_second(service: WebService) -> None:
    assert within_a_second(lambda: until_signed_out_is_closed(service))


def until_signed_out_is_closed(service: WebService) -> float:
    with service.signed_in("ana") as client, service.signed_in("ana") as other:
        mine, theirs = service.staff_socket(client, "desk"), service.staff_socket(other, "desk")
        assert client.delete("/api/v1/session").status_code == 204
        answered = time.monotonic()
        assert mine.close_code() == 4506
        took = time.monotonic() - answered
        theirs.send(type="follow", stream="models")
        theirs.until("following", stream="models")
        theirs.close()
        assert client.get("/api/v1/session").status_code == 401
        assert other.get("/api/v1/session").status_code == 200
    return took


def test_a_session_that_another_process_ended_closes_its_sockets_within_a_second(service: WebService) -> None:
    assert within_a_second(lambda: until_ended_elsewhere_is_closed(service))


def until_ended_elsewhere_is_closed(service: WebService) -> float:
    with service.signed_in("ana") as client, service.signed_in("ana") as other:
        mine, theirs = service.staff_socket(client, "desk"), service.staff_socket(other, "desk")
        elsewhere = Staff(service.services.database, new_id)
        session = asyncio.run(elsewhere.session(client.cookies["escalation_session"]))
        asyncio.run(elsewhere.sign_out(session.id))
        ended = time.monotonic()
        assert mine.close_code() == 4506
        took = time.monotonic() - ended
        theirs.send(type="follow", stream="models")
        theirs.until("following", stream="models")
        theirs.close()
    return took


def test_a_disabled_account_is_out_until_it_is_enabled(service: WebService) -> None:
    new = {"email": "leaving@example.com", "name": "Lee", "role": "agent", "password": PASSWORD}
    with service.signed_in("robin") as admin, service.signed_in("sam") as sam:
        id = admin.post("/api/v1/staff", json=new).json()["id"]
        path = f"/api/v1/staff/{id}/disabled"
        assert code(sam.put(path, json={"disabled": True})) == "forbidden"
        assert code(sam.get("/api/v1/staff/accounts")) == "forbidden"
        with service.signed_in("leaving") as client:
            ticket = client.post("/api/v1/tickets").json()["ticket"]
            socket = service.staff_socket(client, "desk")
            assert admin.put(path, json={"disabled": True}).json()["disabled"] is True
            assert socket.close_code() == 4506
            assert code(client.post("/api/v1/tickets")) == "not_signed_in"
        with service.socket("staff") as late:
            late.send(type="hello", version=1, ticket=ticket)
            assert late.close_code() == 4500
        with service.http() as outside:
            who = {"email": new["email"], "password": PASSWORD}
            refused = outside.post("/api/v1/session", json=who)
            assert (refused.status_code, code(refused)) == (403, "account_disabled")
            accounts = admin.get("/api/v1/staff/accounts").json()["accounts"]
            assert {each["email"]: each["disabled"] for each in accounts}[new["email"]]
            assert new["email"] not in [each["email"] for each in admin.get("/api/v1/staff").json()["staff"]]
            assert admin.put(path, json={"disabled": False}).json()["disabled"] is False
            assert outside.post("/api/v1/session", json=who).status_code == 200
        assert code(admin.put("/api/v1/staff/nobody/disabled", json={"disabled": True})) == "not_found"
        me = admin.get("/api/v1/session").json()["me"]["id"]
        assert code(admin.put(f"/api/v1/staff/{me}/disabled", json={"disabled": True})) == "last_admin"


def test_disabling_an_account_closes_its_sockets_within_a_second(service: WebService) -> None:
    assert within_a_second(lambda: until_disabled_is_closed(service))


def until_disabled_is_closed(service: WebService) -> float:
    new = {"email": f"{new_id()}@example.com", "name": "Lee", "role": "agent", "password": PASSWORD}
    with service.signed_in("robin") as admin:
        id = admin.post("/api/v1/staff", json=new).json()["id"]
        with service.signed_in(new["email"].partition("@")[0]) as client:
            socket = service.staff_socket(client, "desk")
            assert admin.put(f"/api/v1/staff/{id}/disabled", json={"disabled": True}).status_code == 200
            answered = time.monotonic()
            assert socket.close_code() == 4506
            return time.monotonic() - answered


def test_signing_out_takes_the_cookie_away(service: WebService) -> None:
    with service.signed_in("ana") as client:
        assert "escalation_session" in client.cookies
        client.delete("/api/v1/session")
        assert set(client.cookies) == {"escalation_device"}
        assert client.get("/api/v1/session").status_code == 401
