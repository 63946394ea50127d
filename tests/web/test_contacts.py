"""REST of contacts: read, take, finish, put back; refused without a session, a token or an entry."""

from uuid import uuid4

from tests.waiting import until_now
from tests.web.service import WebService
from tests.web.test_sign_in import code


def left(service: WebService, email: str) -> str:
    """An address left by a customer whom nobody could come to; returns the conversation."""
    socket = service.customer_socket(service.customer())
    socket.send(type="ask_for_human", command_id=str(uuid4()))
    conversation: str = socket.until("conversation_opened")["conversation"]
    socket.send(type="leave_contact", command_id=str(uuid4()), email=email, name="Maria")
    socket.until("accepted")
    return conversation


def test_contacts_are_taken_finished_and_put_back(service: WebService) -> None:
    email = f"{uuid4()}@example.org"
    conversation = left(service, email)
    with service.signed_in("ana") as ana, service.signed_in("tom") as tom:

        def listed(state: str) -> list[str]:
            answer = ana.get("/api/v1/contacts", params={"state": state, "limit": 200}).json()
            return [one["conversation"] for one in answer["contacts"]]

        until_now(lambda: conversation in listed("open"))
        before = ana.get("/api/v1/contacts/counts").json()
        path = f"/api/v1/contacts/{conversation}"
        assert code(ana.post(f"{path}/finish")) == "contact_not_taken"
        assert ana.post(f"{path}/take").status_code == 204
        taken = tom.post(f"{path}/take")
        assert (taken.status_code, code(taken)) == (409, "contact_taken")
        after = ana.get("/api/v1/contacts/counts").json()
        assert (after["open"], after["handled"]) == (before["open"] - 1, before["handled"] + 1)
        assert conversation in listed("handled")
        assert ana.post(f"{path}/finish").status_code == 204
        assert conversation in listed("done")
        assert ana.post(f"{path}/put-back").status_code == 204
        assert conversation in listed("open")


def test_what_is_not_there_or_not_allowed_is_refused(service: WebService) -> None:
    with service.http() as nobody:
        assert nobody.get("/api/v1/contacts").status_code == 401
    with service.signed_in("ana") as ana:
        assert ana.post("/api/v1/contacts/none-such/take").status_code == 404
        assert ana.get("/api/v1/contacts", params={"state": "lost"}).status_code == 422
        assert code(ana.get("/api/v1/contacts", params={"after": "none-such"})) == "invalid"
        del ana.headers["X-CSRF-Token"]
        assert ana.post("/api/v1/contacts/none-such/take").status_code == 403


def test_open_consoles_hear_of_a_new_contact(service: WebService) -> None:
    with service.signed_in("vic") as vic, service.staff_socket(vic, "contacts") as console:
        console.ask(type="set_presence", availability="away")  # nobody takes conversations: customers are asked
        conversation = left(service, "told@example.org")
        told = console.until("contact_changed", conversation=conversation)
        assert "told@example.org" not in str(told)
        console.ask(type="set_presence", availability="online")
