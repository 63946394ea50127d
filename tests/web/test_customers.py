"""Customers over REST and sockets: who may name and merge them, and what devices of a merged one are told."""

from escalation.protocol.close_codes import CloseCode
from tests.web.service import WebService
from tests.web.test_sign_in import code


def test_a_merged_customers_device_comes_back_as_the_one_who_is_left(service: WebService) -> None:
    gone, left = service.customer(), service.customer()
    path = f"/api/v1/customers/{gone['customer']}"
    with service.signed_in("sam") as sam, service.customer_socket(gone) as device:
        conversation = device.ask(type="say", text="purple teapots")["conversation"]
        answer = sam.post(f"{path}/merge", json={"survivor": left["customer"]})
        assert answer.status_code == 200, answer.text
        assert [each["row"]["conversation"] for each in answer.json()["conversations"]] == [conversation]
        assert device.close_code() == CloseCode.STATE_LOST
        assert sam.get(path).json()["customer"] == left["customer"], "an old link leads to who they are now"
    with service.socket("customer") as again:
        again.send(type="hello", version=1, token=gone["token"])
        welcome = again.until("welcome")
        assert (welcome["me"]["id"], welcome["conversation"]) == (left["customer"], conversation)
    with service.socket("customer") as renewed:
        renewed.send(type="hello", version=1, token=welcome["token"])
        assert renewed.until("welcome")["me"]["id"] == left["customer"]


def test_agents_name_and_note_and_only_supervisors_and_admins_merge(service: WebService) -> None:
    who, other = service.customer(), service.customer()
    path = f"/api/v1/customers/{who['customer']}"
    for name, status in {"ana": 403, "tara": 403, "robin": 200}.items():
        with service.signed_in(name) as client:
            said = client.put(f"{path}/name", json={"name": f"Maria {name}", "email": "maria@example.com"})
            assert (said.json()["name"], said.json()["email_by"]) == (f"Maria {name}", "staff")
            assert client.post(f"{path}/notes", json={"text": f"noted by {name}"}).status_code == 201
            merged = client.post(f"{path}/merge", json={"survivor": other["customer"]})
            assert merged.status_code == status
            if name == "robin":
                assert len(merged.json()["notes"]) == 3
                rows = client.get("/api/v1/security-log", params={"kind": "customer_named"}).json()["rows"]
                assert "Maria" not in str(rows[0]["facts"]), "the log has no words of customers"


def test_a_name_with_control_characters_and_an_address_that_is_none_are_refused(service: WebService) -> None:
    path = f"/api/v1/customers/{service.customer()['customer']}/name"
    with service.signed_in("ana") as ana:
        for wrong in ({"name": "a\nb"}, {"email": "nobody"}, {"name": "x" * 201}):
            assert code(ana.put(path, json=wrong)) == "invalid"
