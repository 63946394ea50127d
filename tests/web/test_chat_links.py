"""Links of mails over HTTP: who has one is that customer, in any browser, until it is over or they are erased."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from escalation.delivery.chat_links import Guest
from escalation.settings import Mail
from tests.web.service import PARTNER, WebService
from tests.web.test_sign_in import code

URL = "/api/v1/chat-links"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """A service of its own, which sends mail."""
    mail = Mail(host="127.0.0.1", port=9, sender="chat@shop.example", url="https://chat.example/")
    service = WebService(tmp_path_factory.mktemp("links"), mail=mail, sign_ins_per_minute=100)
    service.prepare()
    service.start()
    yield service
    service.stop()


def token_for(service: WebService, customer: str, site: str = "demo") -> str:
    link = service.services.chat_links.link(Guest(customer, site, "de"))
    assert link.startswith("https://chat.example/chat/#")
    return link.partition("#")[2]


def test_a_link_makes_another_browser_the_same_customer(service: WebService) -> None:
    made = service.customer()
    socket = service.customer_socket(made)
    socket.send(type="say", client_message_id=str(uuid4()), text="where is my order?")
    conversation = socket.until("conversation_opened")["conversation"]
    with service.http() as client:
        shown = client.post(URL, json={"token": token_for(service, made["customer"])})
        assert shown.status_code == 200, shown.text
        again = shown.json()
    assert (again["customer"], again["site"], again["name"]) == (made["customer"], "demo", "Demo")
    assert service.customer_socket(again).until("conversation_opened")["conversation"] == conversation


def test_what_is_no_link_is_refused(service: WebService) -> None:
    customer = service.customer()["customer"]
    with service.http() as client:
        for wrong in ("", "x", token_for(service, customer) + "x", token_for(service, customer, "gone")):
            assert code(client.post(URL, json={"token": wrong})) == "link_over"
        stranger = client.post(URL, json={"token": token_for(service, customer)}, headers={"Origin": PARTNER})
        assert code(stranger) == "bad_origin", "only the service's own page takes links"


def test_a_customer_who_was_erased_is_not_let_in(service: WebService) -> None:
    made = service.customer()
    socket = service.customer_socket(made)
    socket.send(type="say", client_message_id=str(uuid4()), text="where is my order?")
    socket.until("conversation_opened")
    token = token_for(service, made["customer"])
    with service.signed_in("robin") as robin:
        assert robin.delete(f"/api/v1/customers/{made['customer']}").is_success
    with service.http() as client:
        assert code(client.post(URL, json={"token": token})) == "erased"


def test_a_customer_asks_for_a_transcript_by_their_token(service: WebService) -> None:
    made = service.customer()
    socket = service.customer_socket(made)
    socket.ask(type="ask_for_human")
    with service.http() as client:
        url = "/api/v1/transcripts"
        assert code(client.post(url, json={"token": "none"})) == "bad_token"
        assert code(client.post(url, json={"token": made["token"]})) == "not_found", "no address was left"
        socket.ask(type="leave_contact", email="maria@example.com", name="")
        assert client.post(url, json={"token": made["token"]}).status_code == 204
        assert code(client.post(url, json={"token": made["token"]})) == "transcript_asked"


def test_the_page_of_links_is_served_and_keeps_the_policy(service: WebService) -> None:
    with service.http() as client:
        page = client.get("/chat/")
        assert page.status_code == 200 and '<base href="/chat/">' in page.text
        assert "script-src" not in page.headers["content-security-policy"], "scripts of this service only"
        for name in ("chat.js", "chat.css"):
            assert client.get(f"/chat/{name}").status_code == 200
        assert client.get("/chat/none-such").status_code == 404
        assert "escalation_mails" in client.get("/metrics").text
