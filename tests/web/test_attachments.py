"""Files over REST: refused with a clear error, served so that nothing in them runs, to who has the key."""

from collections.abc import Iterator

import httpx
import pytest

from tests.core.test_attachment_inspection import an_image
from tests.web.service import PARTNER, WebService

EVIL = b"<html><script>alert(document.domain)</script></html>"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    service = WebService(tmp_path_factory.mktemp("attachments"), sign_ins_per_minute=100, identities_per_minute=100)
    service.prepare()
    service.start()
    yield service
    service.stop()


def upload(service: WebService, token: str, data: bytes, name: str = "a.png", **headers: str) -> httpx.Response:
    with service.http() as page:
        headers = {"Authorization": f"Bearer {token}", **headers}
        return page.post("/api/v1/sites/shop/attachments", params={"name": name}, content=data, headers=headers)


def test_a_picture_goes_from_the_customer_to_the_agent_and_back_comes_a_document(service: WebService) -> None:
    who = service.customer(site="shop")
    taken = upload(service, who["token"], an_image("PNG"), Origin=PARTNER)
    assert taken.headers["Access-Control-Allow-Origin"] == PARTNER
    file = taken.json()
    with service.customer_socket(who) as customer, service.signed_in("ana") as ana:
        said = customer.ask(type="say", text="", attachments=[file["id"]])
        conversation = said["conversation"]
        with service.staff_socket(ana) as console:
            console.send(type="follow", stream=f"conversation:{conversation}")
            seen = console.until("thread_part")["messages"][0]["body"]
            assert seen["files"] == [file]
            url = f"/api/v1/conversations/{conversation}/attachments"
            pdf = ana.post(url, params={"name": "x.pdf"}, content=b"%PDF-1.7\n%%EOF").json()
            control = console.until("thread_end")["control"]
            reply = {"type": "reply", "conversation": conversation, "epoch": control["epoch"], "text": "here"}
            assert console.ask(**reply, attachments=[pdf["id"]])["type"] == "accepted"
        customer.send(type="follow", stream=f"conversation:{conversation}")
        customer.until("thread_end")
    with service.http() as anybody:
        picture = anybody.get(f"/api/v1/attachments/{file['id']}/{file['key']}")
        small = anybody.get(f"/api/v1/attachments/{file['id']}/{file['key']}/thumbnail")
        guessed = anybody.get(f"/api/v1/attachments/{file['id']}/guessed")
    assert (picture.headers["content-type"], small.status_code, guessed.status_code) == ("image/png", 200, 404)


@pytest.mark.parametrize(("data", "name"), [(EVIL, "a.html"), (EVIL, "a.svg"), (b"GIF89a" + EVIL, "a.gif")])
def test_a_page_in_a_file_is_never_a_page(service: WebService, data: bytes, name: str) -> None:
    taken = upload(service, service.customer(site="shop")["token"], data, name)
    if taken.status_code == 422:
        assert taken.json()["error"]["code"] == "file_refused"
        return
    file = taken.json()
    with service.http() as anybody:
        served = anybody.get(f"/api/v1/attachments/{file['id']}/{file['key']}")
    assert served.headers["content-type"] == "text/plain; charset=utf-8"
    assert served.headers["content-disposition"] == "attachment; filename*=UTF-8''a.txt"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_fifty_megabytes_are_refused_before_they_are_read(service: WebService) -> None:
    token = service.customer(site="shop")["token"]
    told = upload(service, token, b"\0" * 50_000_000)
    assert (told.status_code, told.json()["error"]["code"]) == (413, "too_large")


def test_who_may_not_upload(service: WebService) -> None:
    shop, demo = service.customer(site="shop")["token"], service.customer(site="demo")["token"]
    assert upload(service, "nobody", b"hello").status_code == 401
    assert upload(service, demo, b"hello").status_code == 401
    assert upload(service, shop, b"hello", Origin="https://evil.test").status_code == 403


def test_too_many_are_refused(service: WebService) -> None:
    token = service.customer(site="shop")["token"]
    assert {upload(service, token, b"hello").status_code for _ in range(20)} == {200}
    assert upload(service, token, b"hello").json()["error"]["code"] == "too_many_attempts"
