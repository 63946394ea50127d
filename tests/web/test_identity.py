"""A site's signed identities over REST: taken from its pages alone, refused with a reason, shown to agents."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from escalation.settings import Site
from tests.core.test_identity_tokens import a_token
from tests.web.service import WebService

SECRET = "a site's secret of enough letters"
SITES = {
    "demo": Site(name="Larkspur", origins=("https://shop.test",), identity_secret=SECRET),  # type: ignore[arg-type]
    "plain": Site(name="Plain"),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    service = WebService(tmp_path_factory.mktemp("identity"), sign_ins_per_minute=100, sites=SITES)
    service.prepare()
    service.start()
    yield service
    service.stop()


def signed(service: WebService, **claims: object) -> str:
    ends = int((service.services.now() + timedelta(minutes=5)).timestamp())
    return a_token(**{"secret": SECRET, "exp": ends, **claims})  # type: ignore[arg-type]


def test_a_signed_visitor_is_the_same_customer_again_and_agents_see_who(service: WebService) -> None:
    with service.http() as page:
        visitor = page.post("/api/v1/sites/demo/customers", json={}).json()
        said = {"token": signed(service, name="Ana", attributes={"plan": "gold"}), "customer_token": visitor["token"]}
        known = page.post("/api/v1/sites/demo/identity", json=said, headers={"Origin": "https://shop.test"})
        assert known.headers["Access-Control-Allow-Origin"] == "https://shop.test"
        assert known.json()["customer"] == visitor["customer"]
        again = page.post("/api/v1/sites/demo/identity", json={"token": signed(service)}).json()
        assert again["customer"] == visitor["customer"]
        told = {"customer_token": again["token"], "attributes": {"basket": 3}}
        assert page.put("/api/v1/sites/demo/attributes", json=told).status_code == 204
    with service.customer_socket(again) as socket:
        conversation = socket.ask(type="say", text="hello")["conversation"]
    with service.signed_in("ana") as agent:
        facts = agent.get(f"/api/v1/conversations/{conversation}/customer").json()
    assert facts == {
        "customer": visitor["customer"], "known_as": "42", "name": "", "email": "", "attributes": {},
        "page_attributes": {"basket": 3},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("site", "token", "code"),
    [
        ("demo", {"secret": "another secret of enough letters!"}, "identity_wrong"),
        ("demo", {"exp": 1_000}, "identity_expired"),
        ("plain", {}, "identity_not_set"),
    ],
)
def test_what_is_not_signed_well_is_refused_with_a_reason(
    service: WebService, site: str, token: dict[str, object], code: str
) -> None:
    with service.http() as page:
        answer = page.post(f"/api/v1/sites/{site}/identity", json={"token": signed(service, **token)})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == code


def test_pages_of_others_may_not_ask(service: WebService) -> None:
    with service.http() as page:
        said, origin = {"token": signed(service)}, {"Origin": "https://evil.test"}
        refused: list[httpx.Response] = [
            page.post("/api/v1/sites/demo/identity", json=said, headers=origin),
            page.options("/api/v1/sites/demo/identity", headers=origin),
            page.options("/api/v1/sites/demo/attributes", headers=origin),
        ]
    assert [each.status_code for each in refused] == [403, 403, 403]
