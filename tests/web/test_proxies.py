"""Behind a proxy that sends its own Host: the console signs in and opens its socket, and strangers still do not."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from escalation.settings import SettingsInvalid, load_settings
from escalation.web.origins import TrustedProxies
from escalation.web.server import create_server
from tests.waiting import PATIENCE
from tests.web.proxy import proxy
from tests.web.service import PASSWORD, WebService
from tests.web.sockets import Socket
from tests.web.test_sign_in import code

OUTER = "https://chat.example"
WHO = {"email": "ana@example.com", "password": PASSWORD}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """A service that lists the console's origin and trusts no proxy at all."""
    service = WebService(
        tmp_path_factory.mktemp("listed"), console_origins=frozenset({OUTER}), trusted_proxies="192.0.2.1"
    )
    service.prepare()
    service.start()
    yield service
    service.stop()


def sign_in(root: str, origin: str) -> httpx.Response:
    with httpx.Client(base_url=root, headers={"Origin": origin}, trust_env=False, timeout=PATIENCE) as client:
        return client.post("/api/v1/session", json=WHO)


def opens(root: str, door: str, origin: str) -> bool:
    """Whether a socket opens from a page of that origin."""
    try:
        with Socket(f"{root.replace('http', 'ws', 1)}/ws/{door}", origin, {}) as socket:
            socket.send(type="hello", version=1)
            return socket.close_code() == 4500
    except InvalidStatus as refused:
        assert refused.response.status_code == 403
        return False


def test_complaint_sign_in_behind_a_proxy_with_its_own_host_when_the_origin_is_listed(listed: WebService) -> None:
    with proxy(listed.settings.port) as root:
        assert sign_in(root, OUTER).status_code == 200
        assert opens(root, "staff", OUTER) and opens(root, "customer", OUTER)
        assert code(sign_in(root, "https://evil.example")) == "bad_origin"
        assert not opens(root, "staff", "https://evil.example")


def test_a_forwarded_host_of_a_proxy_that_is_not_trusted_is_nothing(listed: WebService) -> None:
    with proxy(listed.settings.port, X_Forwarded_Host="evil.example", X_Forwarded_Proto="https") as root:
        assert sign_in(root, "https://evil.example").status_code == 403
        assert not opens(root, "staff", "https://evil.example")


@pytest.mark.parametrize("host", ["chat.example", "Chat.Example:443", "chat.example, inner.example"])
def test_a_trusted_proxy_may_say_under_which_host_it_was_asked(service: WebService, host: str) -> None:
    with proxy(service.settings.port, X_Forwarded_Host=host, X_Forwarded_Proto="https") as root:
        answer = sign_in(root, OUTER)
        assert answer.status_code == 200
        assert "secure" in answer.headers["set-cookie"].lower()
        assert opens(root, "staff", OUTER) and opens(root, "customer", OUTER)
        assert not opens(root, "staff", "http://chat.example"), "a page without TLS is not the one behind TLS"
        assert not opens(root, "staff", "https://evil.example")


def test_without_either_the_refusal_says_what_to_set(service: WebService) -> None:
    with proxy(service.settings.port) as root:
        refused = sign_in(root, OUTER)
        assert (refused.status_code, code(refused)) == (403, "bad_origin")
        assert "ESCALATION_CONSOLE_ORIGINS" in refused.json()["error"]["message"]


def test_a_proxy_ends_a_kept_connection_before_the_service_does(service: WebService) -> None:
    """Else a request that it sends at that moment gets no answer. Caddy keeps one for two minutes."""
    assert create_server(service.application, service.settings).config.timeout_keep_alive > 120


async def test_headers_count_from_trusted_addresses_only() -> None:
    seen: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append(scope)

    guarded = TrustedProxies(app, "10.0.0.0/8")  # type: ignore[arg-type]
    for address in ("10.1.2.3", "192.0.2.7"):
        headers = [(b"host", b"inner"), (b"x-forwarded-host", b"outer"), (b"x-forwarded-for", b"198.51.100.1")]
        await guarded({"type": "http", "client": (address, 1), "headers": headers}, None, None)  # type: ignore[arg-type]
    assert [dict(scope["headers"])[b"host"] for scope in seen] == [b"outer", b"inner"]
    assert [scope["client"][0] for scope in seen] == ["198.51.100.1", "192.0.2.7"]


@pytest.mark.parametrize("wrong", ["chat.example", "https://chat.example/console", "https://", "*"])
def test_what_is_no_origin_is_refused_by_name(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_CONSOLE_ORIGINS", f"https://fine.example, {wrong}")
    with pytest.raises(SettingsInvalid, match=r"console_origins.*is not an origin"):
        load_settings()


def test_origins_are_taken_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_CONSOLE_ORIGINS", "https://Chat.example/, http://10.0.0.2:8080")
    monkeypatch.setenv("ESCALATION_SITES", '{"demo": {"name": "D", "origins": ["https://shop.example/"]}}')
    settings = load_settings()
    assert settings.console_origins == {"https://chat.example", "http://10.0.0.2:8080"}
    assert settings.sites["demo"].origins == ("https://shop.example",)
