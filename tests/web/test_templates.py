"""REST of templates: everybody on the staff reads them, supervisors and admins write them."""

from tests.web.service import WebService
from tests.web.test_sign_in import code

PATH = "/api/v1/templates"
HELLO = {"name": "hello", "text": "Hello, I am {agent} of {site}."}


def test_a_template_is_written_changed_and_deleted(service: WebService) -> None:
    with service.signed_in("sam") as sam, service.signed_in("ana") as ana:
        made = sam.post(PATH, json=HELLO)
        assert made.status_code == 201
        path = f"{PATH}/{made.json()['id']}"
        assert [(one["name"], one["text"]) for one in ana.get(PATH).json()["templates"]] == [tuple(HELLO.values())]
        for refused in (ana.post(PATH, json=HELLO), ana.put(path, json=HELLO), ana.delete(path)):
            assert code(refused) == "forbidden"
        assert code(sam.post(PATH, json=HELLO)) == "template_taken"
        other = sam.post(PATH, json=HELLO | {"name": "other"}).json()
        assert code(sam.put(f"{PATH}/{other['id']}", json=HELLO)) == "template_taken"
        assert sam.put(path, json=HELLO | {"text": " Good day "}).json()["text"] == "Good day"
        for each in (path, f"{PATH}/{other['id']}"):
            assert sam.delete(each).status_code == 204
        assert code(sam.delete(path)) == code(sam.put(path, json=HELLO)) == "template_unknown"
        assert ana.get(PATH).json() == {"templates": []}


def test_what_cannot_be_filled_or_typed_is_refused(service: WebService) -> None:
    with service.signed_in("sam") as sam:
        answer = sam.post(PATH, json=HELLO | {"text": "Dear {customer}"})
        assert (code(answer), "{customer}" in answer.text) == ("invalid", True)
        for wrong in ({"name": "two words"}, {"name": ""}, {"name": "Hello"}, {"text": " "}, {"text": "x" * 4_001}):
            assert sam.post(PATH, json=HELLO | wrong).status_code == 422
