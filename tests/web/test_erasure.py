"""Erasing a customer over REST and by command: who may, who is told, what a restored backup does."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from escalation.cli import app
from escalation.privacy import erased_list
from escalation.protocol.close_codes import CloseCode
from tests.web.service import PASSWORD, WebService
from tests.web.test_sign_in import code


@pytest.fixture
def fresh_service(tmp_path: Path) -> WebService:
    """A service that a test stops."""
    service = WebService(tmp_path)
    service.prepare()
    service.start()
    return service


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_consoles_and_the_customers_page_hear_of_it_at_once(service: WebService) -> None:
    who = service.customer()
    with service.customer_socket(who) as customer, service.signed_in("sam") as sam:
        conversation = customer.ask(type="say", text="my secret")["conversation"]
        console = service.staff_socket(sam, f"conversation:{conversation}")
        console.until("thread_end")
        answer = sam.delete(f"/api/v1/customers/{who['customer']}")
        assert answer.status_code == 200, answer.text
        assert (answer.json()["conversations"], answer.json()["models"]) == (1, [])
        assert answer.json()["messages"] >= 1
        assert console.until("erased")["stream"] == f"conversation:{conversation}"
        console.close()
        assert customer.close_code() == CloseCode.ERASED
    with service.socket("customer") as again:
        again.send(type="hello", version=1, token=who["token"])
        assert again.close_code() == CloseCode.ERASED
    list_file = service.settings.data_dir / erased_list.NAME
    assert who["customer"] in list_file.read_text("utf-8").splitlines()


def test_only_supervisors_and_admins_may(service: WebService) -> None:
    who = service.customer()
    for name, status in {"ana": 403, "tara": 403, "robin": 200}.items():
        with service.signed_in(name) as client:
            assert client.delete(f"/api/v1/customers/{who['customer']}").status_code == status
            if name == "robin":
                rows = client.get("/api/v1/security-log", params={"kind": "customer_erased"}).json()["rows"]
                me = client.get("/api/v1/session").json()["me"]["id"]
                assert (rows[0]["actor"], rows[0]["subject"]) == (me, who["customer"])


def test_nobody_is_not_found(service: WebService) -> None:
    with service.signed_in("sam") as sam:
        answer = sam.delete("/api/v1/customers/nobody-at-all")
        assert (answer.status_code, code(answer)) == (404, "not_found")


def test_the_command_asks_the_running_service(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_ADMIN_EMAIL", "robin@example.com")
    monkeypatch.setenv("ESCALATION_ADMIN_PASSWORD", PASSWORD)
    who = service.customer()
    with service.customer_socket(who) as customer:
        customer.ask(type="say", text="my secret")
        report = run("customer", "report", who["customer"], "--url", service.url)
        assert report.exit_code == 0 and '"my secret"' in report.stdout, report.output
        done = run("customer", "erase", who["customer"], "--url", service.url, "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout.splitlines()[-1])["conversations"] == 1, "behind what the service logs"
        assert customer.close_code() == CloseCode.ERASED


def test_a_restored_backup_forgets_whom_the_list_names(
    tmp_path: Path, fresh_service: WebService, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = fresh_service.customer()
    with fresh_service.customer_socket(who) as customer:
        customer.ask(type="say", text="mysecretword")
    settings = fresh_service.settings
    monkeypatch.setenv("ESCALATION_MODELS_DIR", str(settings.models_dir))
    monkeypatch.setenv("ESCALATION_ENCODERS_DIR", str(settings.encoders_dir))
    archive, restored = tmp_path / "before.tgz", tmp_path / "restored"
    assert run("backup", archive, "--data", settings.data_dir).exit_code == 0
    fresh_service.stop()
    assert '"mysecretword"' in run("customer", "report", who["customer"], "--data", settings.data_dir).stdout
    done = run("customer", "erase", who["customer"], "--data", settings.data_dir)
    assert done.exit_code == 0 and f"erased {who['customer']}: " in done.stdout, done.output
    restored.mkdir()
    (restored / erased_list.NAME).write_bytes((settings.data_dir / erased_list.NAME).read_bytes())
    done = run("restore", archive, "--data", restored, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["erased"], told["findings"]) == (1, [])
    for folder in (settings.data_dir, restored):
        assert b"mysecretword" not in b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_what_would_go_is_said_over_rest_and_by_command(
    service: WebService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.signed_in("sam") as sam, service.signed_in("ana") as ana:
        shown = sam.get("/api/v1/retention")
        assert shown.status_code == 200
        kept = {each["site"]: (each["customers_days"], each["customers"]) for each in shown.json()["sites"]}
        assert kept == {"demo": (None, 0), "shop": (None, 0)}
        assert ana.get("/api/v1/retention").status_code == 403
    monkeypatch.setenv("ESCALATION_SITES", json.dumps({"demo": {"name": "Demo", "keep_customers_days": 30}}))
    for arguments in (["--dry-run"], []):
        done = run("retention", *arguments, "--data", tmp_path / "new", "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["sites"][0]["customers_days"] == 30
    refused = run("retention", "--url", service.url)
    assert refused.exit_code == 1 and "--dry-run" in refused.stderr
