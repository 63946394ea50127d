"""The security log over REST: what people do at the service's doors is told of, and only admins read it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.web.service import PASSWORD, WebService
from tests.web.test_sign_in import code


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """One of its own: what others do in the same minute would be counted, and wrong passwords make others wait."""
    service = WebService(tmp_path_factory.mktemp("security"))
    service.prepare()
    service.start()
    yield service
    service.stop()


@pytest.fixture
def admin(service: WebService) -> Iterator[httpx.Client]:
    with service.signed_in("robin") as client:
        yield client


def read(admin: httpx.Client, **wanted: Any) -> list[dict[str, Any]]:
    """Return the newest rows, newest first."""
    answer = admin.get("/api/v1/security-log", params={"limit": 200, **wanted})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def id_of(admin: httpx.Client, name: str) -> str:
    accounts = admin.get("/api/v1/staff/accounts").json()["accounts"]
    return next(each["id"] for each in accounts if each["email"] == f"{name}@example.com")


def test_a_good_and_a_bad_sign_in_say_who_and_from_where(service: WebService, admin: httpx.Client) -> None:
    address = "198.51.100.31"
    with service.http(address) as stranger:
        for email, password in (("vic@example.com", "hunter2 hunter2"), ("typed-here-by-mistake", "wrong wrong")):
            assert stranger.post("/api/v1/session", json={"email": email, "password": password}).status_code == 401
        assert stranger.post("/api/v1/session", json={"email": "vic@example.com", "password": PASSWORD}).is_success
    good, bad = (row for row in read(admin) if row["address"] == address)
    vic = id_of(admin, "vic")
    assert (good["kind"], good["actor"], good["actor_name"], good["subject"]) == ("signed_in", vic, "Vic", vic)
    assert (bad["kind"], bad["actor"], bad["subject_name"]) == ("sign_in_refused", "", "Vic")
    everything = str(read(admin))
    assert "hunter2" not in everything and "typed-here" not in everything


def test_delays_after_wrong_passwords_and_bad_links_are_told_of(service: WebService, admin: httpx.Client) -> None:
    address = "198.51.100.32"
    with service.http(address) as stranger:
        tried = [
            stranger.post("/api/v1/session", json={"email": "vic@example.com", "password": "wrong wrong"}).status_code
            for _ in range(8)
        ]
        assert code(stranger.post("/api/v1/links/look", json={"token": "made up"})) == "bad_link"
    assert tried[-1] == 429
    kinds = [row["kind"] for row in read(admin) if row["address"] == address]
    assert kinds == ["link_refused", "sign_in_delayed", "sign_in_refused"], "one row a minute for each, however many"


def test_what_a_role_may_not_do_is_told_of_by_route_and_by_frame(service: WebService, admin: httpx.Client) -> None:
    tara = id_of(admin, "tara")
    with service.signed_in("tara") as client:
        assert code(client.get("/api/v1/security-log")) == "forbidden"
        assert code(client.get("/api/v1/security-log/check")) == "forbidden"
    rows = read(admin, kind="permission_refused", person=tara)
    assert len(rows) == 1, "the second one is counted"
    tom = id_of(admin, "tom")
    with service.signed_in("tom") as client, service.staff_socket(client) as socket:
        refused = socket.ask(type="assign", conversation="none-such", agent=tom, epoch=0)
        assert refused["code"] == "forbidden"
    rows = read(admin, kind="permission_refused", person=tom)
    assert [(row["actor"], row["address"]) for row in rows] == [(tom, "127.0.0.1")]


def test_streams_somebody_may_not_follow_are_told_of(service: WebService, admin: httpx.Client) -> None:
    robin, ivy = id_of(admin, "robin"), id_of(admin, "vic")
    with service.signed_in("vic") as client, service.staff_socket(client) as socket:
        socket.send(type="follow", stream=f"staff:{robin}")
        assert socket.until("dropped")["reason"] == "forbidden"
    rows = read(admin, kind="follow_refused", person=ivy)
    assert [(row["actor"], row["address"]) for row in rows] == [(ivy, "127.0.0.1")]
    mia, li = service.customer(), service.customer()
    with service.customer_socket(mia) as socket:
        theirs = socket.ask(type="say", text="good morning")["conversation"]
    with service.customer_socket(li) as socket:
        socket.send(type="follow", stream=f"conversation:{theirs}")
        assert socket.until("dropped")["reason"] == "forbidden"
    rows = [row for row in read(admin, kind="follow_refused") if row["actor"] != ivy]
    assert [(row["actor"], row["address"], row["subject"]) for row in rows] == [("", "", "")]


def test_changes_of_accounts_name_the_admin(service: WebService, admin: httpx.Client) -> None:
    robin = id_of(admin, "robin")
    made = admin.post("/api/v1/staff/invitations", json={"email": "una@example.com", "role": "agent"}).json()
    with service.http() as client:
        body = {"token": made["token"], "name": "Una", "password": PASSWORD}
        una = client.post("/api/v1/links/use", json=body).json()["me"]["id"]
    assert admin.patch(f"/api/v1/staff/{una}", json={"role": "trainer", "capacity": 7}).is_success
    link = admin.post(f"/api/v1/staff/{una}/password-link").json()
    with service.http() as client:
        again = client.post("/api/v1/links/use", json={"token": link["token"], "password": "seven purple teapots"})
        client.headers["X-CSRF-Token"] = again.json()["csrf"]
        session = client.get("/api/v1/sessions").json()["sessions"][0]["id"]
        assert client.delete(f"/api/v1/sessions/{session}").status_code == 204
    assert admin.put(f"/api/v1/staff/{una}/disabled", json={"disabled": True}).is_success
    withdrawn = admin.post("/api/v1/staff/invitations", json={"email": "ivo@example.com", "role": "agent"})
    (open_one,) = [
        each
        for each in admin.get("/api/v1/staff/accounts").json()["invitations"]
        if each["email"] == withdrawn.json()["email"]
    ]
    assert admin.delete(f"/api/v1/staff/invitations/{open_one['id']}").status_code == 204

    told = [(row["kind"], row["actor"]) for row in reversed(read(admin, person=una))]
    assert told == [
        ("account_made", una), ("role_changed", robin), ("capacity_changed", robin), ("password_link_made", robin),
        ("password_reset", una), ("session_ended", una), ("account_disabled", robin),
    ]  # fmt: skip
    assert [row["kind"] for row in read(admin, person="una@example.com")] == ["invited"]
    assert [row["kind"] for row in read(admin, person="ivo@example.com")] == ["invitation_withdrawn", "invited"]
    everything = str(read(admin))
    assert not any(secret in everything for secret in (made["token"], link["token"], "teapots"))


def test_exports_policies_models_and_checks_are_told_of(service: WebService, admin: httpx.Client) -> None:
    robin = id_of(admin, "robin")
    before = read(admin)[0]["seq"]
    assert admin.get("/api/v1/catalogue/export/yaml").is_success
    intent = admin.get("/api/v1/catalogue").json()["intents"][0]
    path = f"/api/v1/catalogue/intents/{intent['name']}"
    assert admin.patch(path, json={"title": intent["title"] + "?"}).is_success
    assert admin.patch(path, json={"policy": "always_handoff"}).is_success
    assert admin.patch(path, json={"policy": intent["policy"], "title": intent["title"]}).is_success
    assert admin.post("/api/v1/models/starter/promote", json={}).status_code == 204
    assert admin.get("/api/v1/verify").json()["findings"] == []
    rows = [row for row in reversed(read(admin, person=robin)) if row["seq"] > before]
    assert [row["kind"] for row in rows] == [
        "catalogue_exported", "policy_changed", "policy_changed", "model_promoted", "verified",
    ]  # fmt: skip
    assert {row["address"] for row in rows} == {"127.0.0.1"}
    assert (rows[1]["subject"], rows[1]["facts"]["after"]) == (intent["name"], "always_handoff")
    assert (rows[3]["subject"], rows[4]["facts"]) == ("starter", {"findings": 0})


def test_pages_go_on_and_the_chain_is_checked(admin: httpx.Client) -> None:
    first = admin.get("/api/v1/security-log", params={"limit": 2}).json()
    assert len(first["rows"]) == 2
    second = admin.get("/api/v1/security-log", params={"limit": 2, "before": first["next"]}).json()
    assert second["rows"][0]["seq"] == first["rows"][1]["seq"] - 1
    assert code(admin.get("/api/v1/security-log", params={"kind": "no such kind"})) == "invalid"
    assert code(admin.get("/api/v1/security-log", params={"before": 2**65})) == "invalid"
    newest = first["rows"][0]
    good = admin.get("/api/v1/security-log/check", params={"expect": newest["hash"]}).json()
    assert good["problem"] is None and good["rows"] >= newest["seq"]
    assert "f" * 64 in admin.get("/api/v1/security-log/check", params={"expect": "f" * 64}).json()["problem"]
