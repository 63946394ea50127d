"""REST of the catalogue: read by all staff, changed by those who train, undone, and imported in two steps."""

import pytest

from tests.web.service import WebService
from tests.web.test_sign_in import code

BASE = "/api/v1/catalogue"
YAML = """\
locale: en
intents:
  - name: {name}
    title: Paper hats
    examples: [do you sell paper hats]
    answers: {{de: "Ja, in Rot."}}
"""


def test_the_catalogue_is_read_and_searched_by_any_member_of_staff(service: WebService) -> None:
    with service.signed_in("ana") as client:
        found = client.get(BASE).json()
        assert found["locale"] == "en"
        assert len(found["intents"]) >= 35
        first = found["intents"][0]
        assert (first["answer_locales"], first["archived"]) == (["en"], False)
        assert first["examples"] >= 30
        detail = client.get(f"{BASE}/intents/{first['name']}").json()
        assert len(detail["examples"]) == first["examples"]
        assert detail["answers"] == [{"locale": "en", "text": first["answer"]}]
        for words in (detail["examples"][-1].upper(), detail["answers"][0]["text"][:60], first["title"]):
            hits = client.get(BASE, params={"search": words}).json()["intents"]
            assert first["name"] in [each["name"] for each in hits]
            assert len(hits) < len(found["intents"])
        assert client.get(BASE, params={"search": "no such words anywhere"}).json()["intents"] == []
        assert code(client.get(f"{BASE}/intents/none_such")) == "intent_unknown"
        assert code(client.get(f"{BASE}/changes", params={"intent": "none_such"})) == "intent_unknown"


@pytest.mark.parametrize("name", ["paper_hats", "faq/paper hats?"])
def test_an_intent_is_added_edited_archived_and_brought_back_by_a_trainer(service: WebService, name: str) -> None:
    with service.signed_in("tara") as client:
        path = f"{BASE}/intents/{name}".replace("?", "%3F")
        assert client.post(f"{BASE}/intents", json={"name": f" {name} "}).json()["policy"] == "automatic"
        assert code(client.post(f"{BASE}/intents", json={"name": name})) == "intent_exists"
        seen = client.get(path).json()["newest_change"]
        edit = {"title": "Hats", "answers": {"de": "Ja."}, "examples_added": ["hats?", "got hats"], "seen": seen}
        edit["titles"] = {"es": "Sombreros"}
        edited = client.patch(path, json=edit).json()
        assert (edited["title"], edited["examples"]) == ("Hats", ["hats?", "got hats"])
        assert edited["answers"] == [{"locale": "de", "text": "Ja."}]
        assert edited["titles"] == [{"locale": "es", "text": "Sombreros"}]
        (change,) = client.get(f"{BASE}/changes", params={"intent": name, "limit": 1}).json()["changes"]
        assert [each["field"] for each in change["difference"]["fields"]] == ["title", "title:es", "answer:de"]
        assert code(client.patch(path, json={"titles": {"en": "Hats"}})) == "catalogue_invalid"
        assert name in [each["name"] for each in client.get(BASE, params={"search": "sombrero"}).json()["intents"]]
        assert code(client.patch(path, json=edit | {"examples_added": ["x"]})) == "intent_moved"
        assert code(client.patch(path, json={"examples_removed": ["none"]})) == "examples_differ"
        assert code(client.patch(path, json={"policy": "maybe"})) == "invalid"
        assert code(client.patch(path, json={"name": "other"})) == "invalid"
        assert client.patch(path, json={"archived": True}).json()["archived"] is True
        assert name not in [each["name"] for each in client.get(BASE).json()["intents"]]
        assert name in [each["name"] for each in client.get(BASE, params={"archived": True}).json()["intents"]]
        assert code(client.patch(path, json={"title": "x"})) == "intent_unknown"
        assert client.patch(path, json={"archived": False}).json()["archived"] is False


def test_the_history_names_who_changed_what_and_a_change_is_undone(service: WebService) -> None:
    with service.signed_in("sam") as sam, service.signed_in("tara") as tara:
        sam.post(f"{BASE}/intents", json={"name": "history_hats", "title": "Hats"})
        tara.patch(f"{BASE}/intents/history_hats", json={"answers": {"en": "Yes."}, "examples_added": ["a hat"]})
        page = sam.get(f"{BASE}/changes", params={"intent": "history_hats", "limit": 1}).json()
        (change,) = page["changes"]
        assert (change["kind"], change["by"], change["undone"]) == ("changed", "Tara", False)
        assert change["difference"]["fields"] == [{"field": "answer:en", "before": None, "after": "Yes."}]
        assert change["difference"]["examples_added"] == ["a hat"]
        older = sam.get(f"{BASE}/changes", params={"intent": "history_hats", "before": page["next"]}).json()
        assert [(each["kind"], each["by"]) for each in older["changes"]] == [("added", "Sam")]
        assert older["next"] is None
        assert sam.post(f"{BASE}/changes/{change['id']}/undo").status_code == 204
        assert sam.get(f"{BASE}/intents/history_hats").json()["answers"] == []
        again = sam.post(f"{BASE}/changes/{change['id']}/undo")
        assert (again.status_code, code(again)) == (409, "undo_refused")
        assert code(sam.post(f"{BASE}/changes/999999/undo")) == "change_unknown"
        assert code(sam.post(f"{BASE}/changes/{2**31}/undo")) == "invalid"
        assert code(sam.get(f"{BASE}/changes", params={"intent": "refund", "before": 2**31})) == "invalid"


def test_a_change_is_told_to_open_consoles(service: WebService) -> None:
    with service.signed_in("tara") as client, service.staff_socket(client, "catalogue") as socket:
        client.post(f"{BASE}/intents", json={"name": "told_hats"})
        assert socket.until("catalogue_changed")["intents"] == ["told_hats"]
        client.patch(f"{BASE}/intents/told_hats", json={"answers": {"fr": "Oui."}})
        assert socket.until("catalogue_changed")["intents"] == ["told_hats"]


def test_an_import_is_reported_first_and_then_done_as_reported(service: WebService) -> None:
    with service.signed_in("tara") as client:
        file = {"text": YAML.format(name="reported_hats"), "source": "hats.yaml"}
        report = client.post(f"{BASE}/import/report", json=file).json()
        assert (report["added"], report["unanswered"]) == (["reported_hats"], ["reported_hats"])
        assert report["few_examples"] == [{"intent": "reported_hats", "title": "Paper hats", "examples": 1}]
        (difference,) = report["differences"]
        assert difference["title"] == "Paper hats"
        assert {"field": "answer:de", "before": None, "after": "Ja, in Rot."} in difference["fields"]
        assert difference["examples_added"] == ["do you sell paper hats"]
        assert code(client.get(f"{BASE}/intents/reported_hats")) == "intent_unknown"
        client.post(f"{BASE}/intents", json={"name": "in_between"})
        late = client.post(f"{BASE}/import", json=file | {"fingerprint": report["fingerprint"]})
        assert (late.status_code, code(late)) == (409, "catalogue_moved")
        report = client.post(f"{BASE}/import/report", json=file).json()
        done = client.post(f"{BASE}/import", json=file | {"fingerprint": report["fingerprint"]}).json()
        assert done == report
        hats = client.get(f"{BASE}/intents/reported_hats").json()
        assert (hats["answers"][0]["locale"], hats["few_examples"], hats["examples_collected"]) == ("de", True, 0)
        more = {"examples_added": [f"hat number {n}" for n in range(4)]}
        assert client.patch(f"{BASE}/intents/reported_hats", json=more).json()["few_examples"] is False


def test_a_large_file_can_be_reported_too(service: WebService) -> None:
    rows = "".join(f'{{"text": "message number {n} of many", "label": "many"}}\n' for n in range(5_000))
    with service.signed_in("tara") as client:
        report = client.post(f"{BASE}/import/report", json={"text": rows, "source": "many.jsonl"}).json()
        (difference,) = report["differences"]
        assert (len(difference["examples_added"]), difference["examples_added_count"]) == (50, 5_000)
