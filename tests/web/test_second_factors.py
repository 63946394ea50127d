"""The second factor over REST and by command: set up, asked for, limited, required, and reset."""

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from escalation.cli import app
from escalation.people import totp
from tests.web.service import PASSWORD, WebService
from tests.web.test_sign_in import code

OWN = "/api/v1/session/second-factor"


@pytest.fixture(scope="module", autouse=True)
def one_half_minute() -> Iterator[None]:
    """It lasts while these tests do: the code before it would be too old for a service that reads it after its end."""
    now = totp.step_at(datetime.now(UTC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totp, "step_at", lambda _: now)
        yield


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """One of its own, where admins must have a second factor."""
    service = WebService(tmp_path_factory.mktemp("factors"), second_factor="admins", sign_ins_per_minute=50)
    service.prepare()
    service.start()
    yield service
    service.stop()


class Phone:
    """An app, and a signed-in browser of its owner."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.client, self.email = client, f"{name}@example.com"
        offer = client.post(OWN, json={"password": PASSWORD}).json()
        self._secret = base64.b32decode(offer["secret"])
        assert offer["address"].startswith("otpauth://totp/")
        confirmed = client.put(OWN, json={"code": self.code(-1)})
        assert confirmed.status_code == 200, confirmed.text
        self.recovery = list(confirmed.json()["codes"])

    def code(self, steps: int) -> str:
        """The code so many half minutes from now; one step either way is taken too."""
        return totp.code_of(self._secret, totp.step_at(datetime.now(UTC)) + steps)

    def sign_in(self, client: httpx.Client, code: str | None) -> httpx.Response:
        return client.post("/api/v1/session", json={"email": self.email, "password": PASSWORD, "code": code})


@pytest.fixture(scope="module")
def robin(service: WebService) -> Iterator[Phone]:
    """The admin, once they have set theirs up."""
    with ExitStack() as stack:
        client = stack.enter_context(service.signed_in("robin"))
        yield Phone(client, "robin")


def rows(admin: Phone, **wanted: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.client.get("/api/v1/security-log", params=wanted).json()["rows"]
    return found


def test_an_admin_who_lacks_it_reaches_nothing_but_their_own_account(tmp_path_factory: pytest.TempPathFactory) -> None:
    service = WebService(tmp_path_factory.mktemp("required"), second_factor="admins")
    service.prepare()
    service.start()
    try:
        with service.signed_in("robin") as robin, service.signed_in("ana") as ana:
            assert robin.get("/api/v1/session").json()["second_factor_missing"]
            for method, path in (("GET", "/staff/accounts"), ("GET", "/conversations"), ("POST", "/tickets")):
                refused = robin.request(method, f"/api/v1{path}")
                assert (refused.status_code, code(refused)) == (403, "second_factor_missing"), path
            assert robin.get(OWN).json() == {"on": False, "required": True, "recovery_codes_left": 0}
            assert robin.get("/api/v1/sessions").status_code == 200
            assert not ana.get("/api/v1/session").json()["second_factor_missing"]
            assert ana.post("/api/v1/tickets").status_code == 200
            Phone(robin, "robin")
            assert not robin.get("/api/v1/session").json()["second_factor_missing"]
            assert robin.get("/api/v1/staff/accounts").status_code == 200
            assert robin.post("/api/v1/tickets").status_code == 200
            refused = robin.post(f"{OWN}/removal", json={"password": PASSWORD})
            assert code(refused) == "second_factor_missing"
    finally:
        service.stop()


def test_signing_in_asks_for_the_code_and_says_so_only_to_who_knows_the_password(
    service: WebService, robin: Phone
) -> None:
    with service.http("198.51.100.11") as client:
        asked = robin.sign_in(client, None)
        assert (asked.status_code, code(asked)) == (401, "second_factor_required")
        wrong = client.post("/api/v1/session", json={"email": robin.email, "password": "wrong wrong", "code": "1"})
        assert code(wrong) == "bad_credentials"
        assert not client.cookies
        refused = robin.sign_in(client, "000000")
        assert (refused.status_code, code(refused)) == (401, "second_factor_wrong")
        in_time = robin.code(1)
        assert robin.sign_in(client, in_time).status_code == 200
        assert code(robin.sign_in(client, in_time)) == "second_factor_wrong", "each is good once"
        assert robin.sign_in(client, robin.recovery.pop()).status_code == 200
    me = robin.client.get("/api/v1/session").json()["me"]["id"]
    kinds = {row["kind"] for row in rows(robin, person=me)}
    assert {"second_factor_set", "second_factor_refused", "recovery_code_used", "signed_in"} <= kinds
    assert robin.client.get(OWN).json()["recovery_codes_left"] == 9
    assert not any(secret in str(rows(robin)) for secret in (in_time, *robin.recovery))


def test_who_guesses_codes_waits_wherever_they_are(service: WebService, robin: Phone) -> None:
    with service.signed_in("tara") as client:
        tara = Phone(client, "tara")
    for number in range(service.settings.sign_ins_per_minute):
        with service.http(f"203.0.113.{number}") as thief:
            assert code(tara.sign_in(thief, "000000")) == "second_factor_wrong"
    with service.http("203.0.113.200") as thief:
        refused = tara.sign_in(thief, tara.recovery[0])
        assert (refused.status_code, code(refused)) == (429, "too_many_attempts")
        assert int(refused.headers["Retry-After"]) > 0
        assert code(tara.sign_in(thief, None)) == "second_factor_required"
    service.services.guard.right_code(tara.email)


def test_taking_it_away_takes_password_and_code(service: WebService, robin: Phone) -> None:
    with service.signed_in("vic") as client:
        vic = Phone(client, "vic")
        refused = client.post(f"{OWN}/removal", json={"password": "wrong wrong", "code": vic.recovery[0]})
        assert code(refused) == "wrong_password"
        assert code(client.post(f"{OWN}/removal", json={"password": PASSWORD})) == "second_factor_required"
        done = client.post(f"{OWN}/removal", json={"password": PASSWORD, "code": vic.recovery[0]})
        assert done.status_code == 204
    with service.signed_in("vic"):
        pass


def test_a_link_for_a_new_password_asks_for_the_code_too(service: WebService, robin: Phone) -> None:
    with service.signed_in("tom") as client:
        tom = Phone(client, "tom")
        me = client.get("/api/v1/session").json()["me"]["id"]
    token = robin.client.post(f"/api/v1/staff/{me}/password-link").json()["token"]
    use = {"token": token, "password": "seven purple teapots"}
    with service.http() as client:
        assert code(client.post("/api/v1/links/use", json=use)) == "second_factor_required"
        assert code(client.post("/api/v1/links/use", json=use | {"code": "000000"})) == "second_factor_wrong"
        assert client.post("/api/v1/links/use", json=use | {"code": tom.recovery[0]}).status_code == 200


def test_admins_see_it_and_reset_it_by_route_and_by_command(
    service: WebService, robin: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.signed_in("sam") as client:
        Phone(client, "sam")
        me = client.get("/api/v1/session").json()["me"]["id"]
        assert code(client.delete(f"/api/v1/staff/{me}/second-factor")) == "forbidden"
        accounts = {each["email"]: each for each in robin.client.get("/api/v1/staff/accounts").json()["accounts"]}
        assert accounts["sam@example.com"]["second_factor"] and not accounts["ana@example.com"]["second_factor"]
        reset = robin.client.delete(f"/api/v1/staff/{me}/second-factor")
        assert reset.status_code == 200 and not reset.json()["second_factor"]
        assert code(client.get("/api/v1/session")) == "not_signed_in"
    with service.signed_in("sam") as client:
        Phone(client, "sam")
    monkeypatch.setenv("ESCALATION_ADMIN_EMAIL", robin.email)
    monkeypatch.setenv("ESCALATION_ADMIN_PASSWORD", PASSWORD)
    command = ["staff", "reset-second-factor", "sam@example.com", "--url", service.url]
    assert "second_factor_required" in CliRunner().invoke(app, command).stderr
    monkeypatch.setenv("ESCALATION_ADMIN_CODE", robin.recovery.pop())
    done = CliRunner().invoke(app, command)
    assert done.stdout == "sam@example.com has no second factor any more.\n", done.output
    with service.signed_in("sam"):
        pass
    assert [row["kind"] for row in rows(robin, kind="second_factor_reset", person=me)] == ["second_factor_reset"] * 2
