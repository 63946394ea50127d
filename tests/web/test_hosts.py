"""Hosts, headers for browsers behind TLS, and what only programs on the service's own machine are told."""

from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from escalation.settings import SettingsInvalid, load_settings
from tests.waiting import PATIENCE
from tests.web.proxy import proxy
from tests.web.service import PASSWORD, WebService
from tests.web.test_sign_in import code

PRIVATE = ("/metrics", "/api/v1/openapi.json")
DETAILS = {"model", "threshold", "mode"}
TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "chat.example"}
WHO = {"email": "ana@example.com", "password": PASSWORD}
TOKEN = "scrape-me-if-you-can"


@pytest.fixture(scope="module")
def restricted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """A service with hosts of its own, a token for metrics, and details for everybody."""
    service = WebService(
        tmp_path_factory.mktemp("restricted"),
        allowed_hosts=frozenset({"chat.example", "other.example:8443"}),
        metrics_token=TOKEN,
        details_for="everybody",
    )
    service.prepare()
    service.start()
    yield service
    service.stop()


def get(root: str, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(root + path, headers=named, trust_env=False, timeout=PATIENCE)


@pytest.mark.parametrize("headers", [{"X_Forwarded_For": "198.51.100.9"}, {"X_Forwarded_Proto": "https"}, {}])
def test_a_proxy_on_loopback_does_not_make_everybody_local(service: WebService, headers: dict[str, str]) -> None:
    """Nor does one that says nothing of whom it asks for: it does not ask for a loopback name."""
    with proxy(service.settings.port, **headers) as root:
        for path in PRIVATE:
            refused = get(root, path)
            assert (refused.status_code, code(refused)) == (403, "forbidden"), path
        assert get(root, "/readyz").json() == {"status": "ready"}
        assert get(root, "/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("claimed", ["127.0.0.1", "::1", "localhost"])
def test_nobody_becomes_local_by_saying_so(service: WebService, claimed: str) -> None:
    assert get(service.url, "/metrics", X_Forwarded_For=claimed).status_code == 403
    with proxy(service.settings.port, X_Forwarded_For=f"{claimed}, 198.51.100.9") as root:
        assert get(root, "/metrics", Host="127.0.0.1").status_code == 403


def test_programs_on_the_machine_itself_see_everything(service: WebService) -> None:
    for path in PRIVATE:
        assert get(service.url, path).status_code == 200
    assert get(service.url, "/readyz").json().keys() >= DETAILS


def test_with_a_token_metrics_are_for_who_has_it_and_for_nobody_else(restricted: WebService) -> None:
    for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        assert get(restricted.url, "/metrics", **given).status_code == 403
    with proxy(restricted.settings.port, Host="chat.example", X_Forwarded_For="198.51.100.9") as root:
        assert get(root, "/metrics", Authorization=f"Bearer {TOKEN}").status_code == 200
        assert get(root, "/readyz").json().keys() >= DETAILS, "the setting opens them"
        assert get(root, "/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("chat.example", 200), ("CHAT.example:443", 200), ("other.example:8443", 200), ("other.example", 421),
        ("evil.example", 421), ("chat.example.evil.example", 421), ("", 421), ("127.0.0.1", 200),
    ],
)  # fmt: skip
def test_only_the_hosts_that_are_set_are_answered(restricted: WebService, host: str, status: int) -> None:
    answer = get(restricted.url, "/console/", Host=host)
    assert answer.status_code == status
    if status == 421:
        assert code(answer) == "wrong_host"


def test_a_loopback_name_is_no_way_round_through_a_proxy(restricted: WebService) -> None:
    with proxy(restricted.settings.port, Host="localhost", X_Forwarded_For="198.51.100.9") as root:
        assert get(root, "/console/").status_code == 421
        assert get(root, "/healthz").status_code == 200, "probes ask by address"


def test_sockets_heed_the_hosts_too(restricted: WebService) -> None:
    with pytest.raises(InvalidStatus) as refused:
        restricted.socket("customer", X_Forwarded_Host="evil.example")
    assert refused.value.response.status_code == 421
    with restricted.socket("customer", X_Forwarded_Host="chat.example") as socket:
        socket.send(type="hello", version=1)
        assert socket.close_code() == 4500


@pytest.mark.parametrize("path", ["/", "/api/v1/session/", "/console", "/api/v1/staff/", "/shop", "/healthz/"])
def test_no_redirect_is_built_from_the_host(service: WebService, path: str) -> None:
    answer = get(service.url, path, Host="evil.example")
    assert "evil" not in answer.headers.get("location", "")


def test_browsers_behind_tls_are_told_to_stay_there(service: WebService) -> None:
    plain, safe = get(service.url, "/console/"), get(service.url, "/console/", **TLS)
    assert "strict-transport-security" not in plain.headers
    assert safe.headers["strict-transport-security"] == "max-age=31536000"
    assert safe.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in safe.headers["permissions-policy"]


def test_a_session_behind_tls_is_in_a_cookie_that_no_other_host_can_set(service: WebService) -> None:
    answer = httpx.post(f"{service.url}/api/v1/session", json=WHO, headers=TLS, trust_env=False, timeout=PATIENCE)
    cookies = dict(line.partition("=")[::2] for line in answer.headers.get_list("set-cookie"))
    assert cookies.keys() == {"__Host-escalation_session", "__Host-escalation_device"}
    for line in cookies.values():
        assert "; Path=/" in line and "; Secure" in line and "domain" not in line.lower()
    token = cookies["__Host-escalation_session"].partition(";")[0]

    def shown(**headers: str) -> int:
        return get(service.url, "/api/v1/session", **TLS, **headers).status_code

    assert shown(Cookie=f"__Host-escalation_session={token}") == 200
    assert shown(Cookie=f"escalation_session={token}") == 401, "another host could have set that one"
    out = httpx.delete(
        f"{service.url}/api/v1/session",
        headers={**TLS, "Cookie": f"__Host-escalation_session={token}", "X-CSRF-Token": answer.json()["csrf"]},
        trust_env=False,
        timeout=PATIENCE,
    )
    assert out.status_code == 204 and "; Secure" in out.headers["set-cookie"]


@pytest.mark.parametrize("wrong", ["https://chat.example", "chat.example/console", "*", "a b:c"])
def test_what_is_no_host_is_refused_by_name(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_ALLOWED_HOSTS", f"fine.example, {wrong}")
    with pytest.raises(SettingsInvalid, match=r"allowed_hosts.*is not a host"):
        load_settings()


def test_the_token_is_not_shown_with_the_settings() -> None:
    assert TOKEN not in repr(load_settings(metrics_token=TOKEN))
