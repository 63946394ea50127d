"""REST of catalogue files, decisions, history and the invariants; the shape of errors; health and metrics."""

import json
from pathlib import Path
from typing import get_args

import httpx
import pytest
from typer.testing import CliRunner

from escalation.cli import app
from escalation.protocol.states import Outcome
from tests.waiting import until_now
from tests.web.service import PASSWORD, WebService
from tests.web.test_sign_in import code

YAML = """\
locale: en
intents:
  - name: voucher_made_of_paper
    title: Gift cards
    examples: [do you sell gift cards, can I buy a voucher]
    answer: Yes, from 10 to 200 pounds.
"""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"email": "a@b.c"}', "application/json"),
        (b'{"email": "a@b.c", "password": "x", "admin": true}', "application/json"),
        (b'{"email": 3, "password": "x"}', "application/json"),
        (b'{"email": "a@b.c", "password": "secret-word"}', "text/plain"),
        (b"\xff", "application/json"),
        (b"", "application/json"),
    ],
)
def test_a_body_that_is_wrong_is_named_and_never_quoted(service: WebService, body: bytes, kind: str) -> None:
    with service.http() as client:
        answer = client.post("/api/v1/session", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 422}
        assert code(answer) == "invalid"
        assert "secret-word" not in answer.text


def test_a_body_larger_than_any_route_wants_is_refused(service: WebService) -> None:
    with service.http() as client:
        answer = client.post("/api/v1/session", content=b" " * (128 * 1024 + 1))
        assert (answer.status_code, code(answer)) == (413, "too_large")


@pytest.mark.parametrize("format_", ["yaml", "jsonl", "csv", "rasa"])
def test_what_is_exported_can_be_imported_and_changes_nothing(service: WebService, format_: str) -> None:
    with service.signed_in("sam") as client:
        text = client.get(f"/api/v1/catalogue/export/{format_}").text
        assert text
        body = {"text": text, "source": f"all.{format_}", "format": format_}
        report = client.post("/api/v1/catalogue/import", json=body).json()
        assert report["added"] == report["archived"] == []
        assert report["examples_added"] == report["examples_removed"] == 0
        assert code(client.get("/api/v1/catalogue/export/word")) == "invalid"


def test_an_import_is_taken_whole_or_not_at_all(service: WebService) -> None:
    def names(client: httpx.Client) -> list[str]:
        return [each["name"] for each in client.get("/api/v1/catalogue").json()["intents"]]

    with service.signed_in("tara") as client:
        before = names(client)
        broken = '{"text": "a", "label": "paper_hats"}\n{"text": "b"}\n'
        answer = client.post("/api/v1/catalogue/import", json={"text": broken, "source": "gifts.jsonl"})
        assert answer.status_code == 422
        assert "gifts.jsonl" in answer.json()["error"]["message"]
        assert "2" in answer.json()["error"]["message"]
        assert names(client) == before
        report = client.post("/api/v1/catalogue/import", json={"text": YAML, "source": "gifts.yaml"}).json()
        assert (report["added"], report["examples_added"]) == (["voucher_made_of_paper"], 2)
        assert names(client) != before
        table = "text,label\none made of paper,voucher_made_of_paper\ntext,label\nwhat,nan\n"
        report = client.post("/api/v1/catalogue/import", json={"text": table, "source": "gifts.csv"}).json()
        assert report["examples_added"] == 1
        assert [each.partition(":")[0] for each in report["warnings"]] == ["line 3 left out", "line 4 left out"]


def test_the_options_of_an_import_hold_for_a_running_service_too(
    service: WebService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_ADMIN_EMAIL", "tara@example.com")
    monkeypatch.setenv("ESCALATION_ADMIN_PASSWORD", PASSWORD)
    file = tmp_path / "gifts.csv"
    file.write_bytes("words,topic\nein Gutschein für Tee,tea_voucher\n,tea_voucher\n".encode("cp1252"))
    options = ["--text-column", "words", "--label-column", "topic", "--skip-invalid", "--encoding", "cp1252"]
    done = CliRunner().invoke(app, ["catalogue", "import", str(file), "--url", service.url, "--json", *options])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["added"], report["examples_added"]) == (["tea_voucher"], 1)
    assert report["warnings"] == ["line 3 left out: the text is empty"]
    whole = tmp_path / "gifts.yaml"
    whole.write_text("intents:\n- name: tea_voucher\n  answer: Up to 20 pounds.\n  examples: [tea as a gift]\n")
    done = CliRunner().invoke(app, ["catalogue", "import", str(whole), "--url", service.url, "--skip-invalid"])
    assert done.exit_code == 0, done.output
    with service.signed_in("tara") as client:
        known = {each["name"]: each["answer"] for each in client.get("/api/v1/catalogue").json()["intents"]}
    assert known["tea_voucher"] == "Up to 20 pounds.", "options of rows take nothing from a file of whole intents"


def decided(client: httpx.Client, conversation: str, count: int) -> list[dict[str, object]]:
    """Return the decisions of a conversation once there are so many."""

    def enough() -> list[dict[str, object]] | None:
        found = client.get("/api/v1/decisions", params={"conversation": conversation}).json()["decisions"]
        return list(found) if len(found) >= count else None

    return until_now(enough)


def test_decisions_are_read_page_by_page(service: WebService) -> None:
    with service.signed_in("ana") as client:
        conversations = []
        for _ in range(3):
            with service.customer_socket(service.customer()) as socket:
                conversations.append(socket.ask(type="say", text="I want to talk to a person")["conversation"])
            decision = decided(client, conversations[-1], 1)[0]
            assert (decision["action"], decision["reason"], decision["grounds"]) == (
                "hand_off", "asked_for_human", "words",
            )  # fmt: skip
        every = client.get("/api/v1/decisions", params={"limit": 1000}).json()
        assert every["next"] is None
        seen: list[str] = []
        after: str | None = None
        while True:
            params = {"limit": 2} | ({"after": after} if after else {})
            page = client.get("/api/v1/decisions", params=params).json()
            assert len(page["decisions"]) <= 2
            seen += [each["id"] for each in page["decisions"]]
            after = page["next"]
            if after is None:
                break
        assert seen == [each["id"] for each in every["decisions"]]
        assert code(client.get("/api/v1/decisions", params={"after": "none-such"})) == "invalid"
        assert code(client.get("/api/v1/decisions", params={"limit": "many"})) == "invalid"


def test_history_shows_the_customers_other_conversations(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        only = socket.ask(type="say", text="hello there")["conversation"]
    with service.signed_in("ana") as client:
        assert client.get(f"/api/v1/conversations/{only}/history").json() == {"conversations": []}
        assert code(client.get("/api/v1/conversations/none-such/history")) == "not_found"
    with service.http() as client:
        assert client.get(f"/api/v1/conversations/{only}/history").status_code == 401


def test_the_invariants_hold_on_the_running_service(service: WebService) -> None:
    with service.signed_in("robin") as client:
        assert client.get("/api/v1/verify").json() == {"findings": []}


def test_alive_ready_and_counted(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket, service.http() as client:
        socket.ask(type="say", text="a message nobody may read in the metrics")
        assert client.get("/healthz").json() == {"status": "ok"}
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        metrics = client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        lines = dict(line.rsplit(" ", 1) for line in metrics.text.splitlines() if not line.startswith("#"))
        assert float(lines["escalation_connections"]) >= 1
        assert float(lines['escalation_messages{author="customer"}']) >= 1
        outcomes = {line for line in lines if line.startswith("escalation_outcomes")}
        assert outcomes == {f'escalation_outcomes{{outcome="{one}"}}' for one in get_args(Outcome)}
        assert "nobody may read" not in metrics.text
        assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Escalation"
