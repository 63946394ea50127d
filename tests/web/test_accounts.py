"""Accounts over REST and by command: links, roles, capacities, sessions, and what happens at once elsewhere."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from escalation.cli import app
from tests.web.service import PASSWORD, WebService
from tests.web.test_sign_in import code

Invited = Callable[[str], httpx.Client]
ANOTHER = "seven purple teapots"


@pytest.fixture
def admin(service: WebService) -> Iterator[httpx.Client]:
    with service.signed_in("robin") as client:
        yield client


@pytest.fixture
def invited(service: WebService, admin: httpx.Client) -> Iterator[Invited]:
    """Invites somebody, and returns the client in which they are signed in by their link."""
    with ExitStack() as stack:

        def invite(name: str) -> httpx.Client:
            made = admin.post("/api/v1/staff/invitations", json={"email": f"{name}@example.com", "role": "agent"})
            assert made.status_code == 201, made.text
            client = stack.enter_context(service.http())
            body = {"token": made.json()["token"], "name": name.title(), "password": PASSWORD}
            used = client.post("/api/v1/links/use", json=body)
            assert used.status_code == 200, used.text
            client.headers["X-CSRF-Token"] = used.json()["csrf"]
            return client

        yield invite


def test_a_link_says_what_it_is_for_and_signs_in_once(service: WebService, admin: httpx.Client) -> None:
    new = {"email": "nora@example.com", "role": "trainer", "capacity": 3}
    made = admin.post("/api/v1/staff/invitations", json=new).json()
    waiting = admin.get("/api/v1/staff/accounts").json()["invitations"]
    assert [each["email"] for each in waiting] == ["nora@example.com"]
    assert "token" not in waiting[0]
    with service.http() as client:
        told = client.post("/api/v1/links/look", json={"token": made["token"]}).json()
        assert (told["purpose"], told["email"], told["role"]) == ("invitation", "nora@example.com", "trainer")
        body = {"token": made["token"], "name": "Nora", "password": PASSWORD}
        me = client.post("/api/v1/links/use", json=body).json()["me"]
        assert (me["name"], me["role"], me["capacity"]) == ("Nora", "trainer", 3)
        assert client.get("/api/v1/session").json()["me"]["id"] == me["id"]
        assert code(client.post("/api/v1/links/use", json=body)) == "bad_link"
    assert code(admin.post("/api/v1/staff/invitations", json=new)) == "email_taken"


def test_who_tries_links_waits(service: WebService, admin: httpx.Client) -> None:
    made = admin.post("/api/v1/staff/invitations", json={"email": "late@example.com", "role": "agent"}).json()
    with service.http("198.51.100.77") as client, service.http("198.51.100.78") as other:
        for _ in range(service.settings.sign_ins_per_minute):
            assert code(client.post("/api/v1/links/look", json={"token": "made up"})) == "bad_link"
        refused = client.post("/api/v1/links/use", json={"token": made["token"], "name": "Eve", "password": PASSWORD})
        assert (refused.status_code, code(refused)) == (429, "too_many_attempts")
        assert int(refused.headers["Retry-After"]) > 0
        assert other.post("/api/v1/links/look", json={"token": made["token"]}).status_code == 200
        foreign = other.post("/api/v1/links/use", json={}, headers={"Origin": "https://evil.example"})
        assert foreign.status_code in {403, 422}


def test_a_changed_password_ends_the_other_sessions_at_once(
    service: WebService, admin: httpx.Client, invited: Invited
) -> None:
    here = invited("pia")
    with service.http() as there:
        signed = there.post("/api/v1/session", json={"email": "pia@example.com", "password": PASSWORD})
        there.headers["X-CSRF-Token"] = signed.json()["csrf"]
        mine, theirs = service.staff_socket(here, "desk"), service.staff_socket(there, "desk")
        wrong = here.put("/api/v1/session/password", json={"old": "not this one", "new": ANOTHER})
        assert (wrong.status_code, code(wrong)) == (403, "wrong_password")
        weak = here.put("/api/v1/session/password", json={"old": PASSWORD, "new": "password123"})
        assert code(weak) == "weak_password"
        changed = here.put("/api/v1/session/password", json={"old": PASSWORD, "new": ANOTHER})
        assert changed.status_code == 204
        assert theirs.close_code() == 4506
        assert code(there.get("/api/v1/session")) == "not_signed_in"
        mine.send(type="follow", stream="models")
        mine.until("following", stream="models")
        mine.close()


def test_wrong_present_passwords_delay_like_wrong_ones_at_sign_in(
    service: WebService, admin: httpx.Client, invited: Invited
) -> None:
    client = invited("gus")
    for _ in range(service.settings.sign_ins_per_minute):
        assert code(client.put("/api/v1/session/password", json={"old": "guess", "new": ANOTHER})) == "wrong_password"
    right = client.put("/api/v1/session/password", json={"old": PASSWORD, "new": ANOTHER})
    assert code(right) == "too_many_attempts"


def test_ones_sessions_are_shown_and_ended_with_their_sockets(
    service: WebService, admin: httpx.Client, invited: Invited
) -> None:
    here = invited("kai")
    phone = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36"
    with service.http("203.0.113.9", **{"User-Agent": phone}) as there:
        signed = there.post("/api/v1/session", json={"email": "kai@example.com", "password": PASSWORD})
        there.headers["X-CSRF-Token"] = signed.json()["csrf"]
        socket = service.staff_socket(there, "desk")
        found = here.get("/api/v1/sessions").json()["sessions"]
        (other,) = [each for each in found if not each["current"]]
        assert len(found) == 2
        assert (other["browser"], other["system"], other["address"]) == ("Chrome", "Android", "203.0.113.9")
        assert code(admin.delete(f"/api/v1/sessions/{other['id']}")) == "not_found", "it is not the admin's own"
        assert here.delete(f"/api/v1/sessions/{other['id']}").status_code == 204
        assert socket.close_code() == 4506
        assert code(there.get("/api/v1/session")) == "not_signed_in"


def test_a_new_role_and_capacity_reach_everybody(service: WebService, admin: httpx.Client, invited: Invited) -> None:
    client = invited("max")
    id = client.get("/api/v1/session").json()["me"]["id"]
    socket = service.staff_socket(client, "desk")
    with service.staff_socket(admin, "desk") as watching:
        changed = admin.patch(f"/api/v1/staff/{id}", json={"capacity": 9})
        assert (changed.json()["capacity"], changed.json()["role"]) == (9, "agent")
        while True:
            agents = watching.until("desk")["agents"]
            if any(each["id"] == id and each["capacity"] == 9 for each in agents):
                break
    assert admin.patch(f"/api/v1/staff/{id}", json={"role": "supervisor"}).json()["role"] == "supervisor"
    assert socket.close_code() == 4506
    assert client.get("/api/v1/session").json()["me"]["role"] == "supervisor"
    assert code(admin.patch(f"/api/v1/staff/{id}", json={"role": "owner"})) == "invalid"
    assert code(client.patch(f"/api/v1/staff/{id}", json={"role": "admin"})) == "forbidden"
    me = admin.get("/api/v1/session").json()["me"]["id"]
    assert code(admin.patch(f"/api/v1/staff/{me}", json={"role": "agent"})) == "last_admin"


def test_what_a_disabled_member_holds_waits_again_at_once(
    service: WebService, admin: httpx.Client, invited: Invited
) -> None:
    client = invited("ole")
    id = client.get("/api/v1/session").json()["me"]["id"]
    with service.customer_socket(service.customer()) as customer:
        conversation = customer.ask(type="ask_for_human")["conversation"]
        socket = service.staff_socket(client, f"conversation:{conversation}")
        control = socket.until("thread_end")["control"]
        assert socket.ask(type="claim", conversation=conversation, epoch=control["epoch"])["type"] == "accepted"
        with service.staff_socket(admin, f"conversation:{conversation}") as watching:
            assert watching.until("thread_end")["control"]["agent_id"] == id
            assert admin.put(f"/api/v1/staff/{id}/disabled", json={"disabled": True}).status_code == 200
            assert watching.until("control")["control"]["status"] == "waiting"
        assert socket.close_code() == 4506
        customer.ask(type="cancel_handoff", command_id=str(uuid4()))


def test_a_link_for_a_new_password(service: WebService, admin: httpx.Client, invited: Invited) -> None:
    client = invited("rut")
    id = client.get("/api/v1/session").json()["me"]["id"]
    assert code(client.post(f"/api/v1/staff/{id}/password-link")) == "forbidden"
    token = admin.post(f"/api/v1/staff/{id}/password-link").json()["token"]
    assert client.get("/api/v1/session").status_code == 200
    with service.http() as elsewhere:
        assert elsewhere.post("/api/v1/links/look", json={"token": token}).json()["purpose"] == "password"
        used = elsewhere.post("/api/v1/links/use", json={"token": token, "password": ANOTHER})
        assert used.json()["me"]["id"] == id
        assert code(client.get("/api/v1/session")) == "not_signed_in"


def test_the_commands_do_the_same(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_ADMIN_EMAIL", "robin@example.com")
    monkeypatch.setenv("ESCALATION_ADMIN_PASSWORD", PASSWORD)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["staff", *arguments, "--url", service.url])
        assert done.exit_code == 0, done.output
        return done.stdout

    made = json.loads(run("invite", "ida@example.com", "--role", "trainer", "--json"))
    assert made["link"] == f"{service.url}/console/#/invitation/{made['token']}"
    with service.http() as client:
        body = {"token": made["token"], "name": "Ida", "password": PASSWORD}
        assert client.post("/api/v1/links/use", json=body).status_code == 200
        assert run("set", "ida@example.com", "--capacity", "8") == "ida@example.com: trainer, capacity 8.\n"
        assert "ida@example.com  Ida  trainer  capacity 8" in run("list").splitlines()
        limited = "ida@example.com: trainer, capacity 8  only sites demo, shop  only queues general.\n"
        assert run("set", "ida@example.com", "--site", "shop", "--site", "demo", "--queue", "general") == limited
        assert run("set", "ida@example.com", "--all-sites").endswith("capacity 8  only queues general.\n")
        assert run("set", "ida@example.com", "--all-queues") == "ida@example.com: trainer, capacity 8.\n"
        run("add", "mara@example.com", "--name", "Mara", "--site", "demo", "--queue", "general")
        assert "mara@example.com  Mara  agent  capacity 4  only sites demo  only queues general" in run("list")
        run("invite", "otto@example.com")
        assert "otto@example.com  invited as agent until" in run("list")
        assert run("withdraw", "otto@example.com") == "The invitation of otto@example.com is withdrawn.\n"
        assert "otto@example.com" not in run("list")
        token = run("reset", "IDA@example.com").strip().rpartition("/")[2]
        assert client.post("/api/v1/links/look", json={"token": token}).json()["purpose"] == "password"


def test_the_commands_work_on_a_folder(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["staff", *arguments, "--data", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "/console/#/invitation/" in run("invite", "ida@example.com")
    run("add", "sam@example.com", "--name", "Sam", "--role", "admin")
    assert run("set", "sam@example.com", "--capacity", "2") == "sam@example.com: admin, capacity 2.\n"
    assert "/console/#/invitation/" in run("reset", "sam@example.com")
    run("add", "lea@example.com", "--name", "Lea")
    assert run("set", "lea@example.com", "--site", "demo") == "lea@example.com: agent, capacity 4  only sites demo.\n"
    unknown = CliRunner().invoke(app, ["staff", "set", "lea@example.com", "--site", "moon", "--data", str(tmp_path)])
    assert unknown.exit_code != 0 and "There is no site 'moon'" in unknown.output
    run("add", "mara@example.com", "--name", "Mara", "--queue", "general")
    assert "mara@example.com  Mara  agent  capacity 4  only queues general" in run("list")
    lost = ["staff", "add", "ida@example.com", "--name", "Ida", "--queue", "moon", "--data", str(tmp_path)]
    unknown = CliRunner().invoke(app, lost)
    assert unknown.exit_code != 0 and "There is no queue 'moon'" in unknown.output
    shown = json.loads(run("list", "--json"))
    found = next(each for each in shown["accounts"] if each["role"] == "admin")
    assert (found["email"], found["capacity"], found["disabled"]) == ("sam@example.com", 2, False)
    assert [each["email"] for each in shown["invitations"]] == ["ida@example.com"]
    assert "ida@example.com  invited as agent" in run("list")
    run("withdraw", "ida@example.com")
    assert "invited" not in run("list")
