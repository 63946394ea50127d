"""The description of REST: complete, fresh, and true to what the running service answers."""

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest

from escalation.database import Transaction, table_of
from escalation.learning.tables import ExampleRow
from escalation.web import generate, security_page
from tests.web.service import WebService
from tests.web.test_explanations import UNSURE
from tests.web.test_rest import decided

DOCUMENT = generate.openapi_document()
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
GUARDED = [name for name, (_, _, operation) in OPERATIONS.items() if "security" in operation]
READ = [name for name, (method, _, _) in OPERATIONS.items() if method == "get"]
UNDESCRIBED = {"/metrics"}
"""Routes without a description besides those of files and pages; Prometheus' format is its own description."""
ERRORS = {"$ref": "#/components/schemas/ErrorBody"}


def closed(schema: Any) -> Any:
    """Return the schema with every object refusing fields that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return {**inner, "additionalProperties": False} if isinstance(schema.get("properties"), dict) else inner


def check(answer: httpx.Response, operation: dict[str, Any]) -> None:
    """Compare an answer with what its operation promises for this status."""
    promised = operation["responses"][str(answer.status_code)].get("content", {})
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in promised
    if kind == "application/json":
        whole = {**promised[kind]["schema"], "components": closed(DOCUMENT["components"])}
        jsonschema.Draft202012Validator(whole).validate(answer.json())


def test_the_committed_description_is_fresh() -> None:
    assert generate.main(["--check"]) == 0


def test_every_route_is_described() -> None:
    described = {(method.upper(), path) for method, path, _ in OPERATIONS.values()}
    paths = {path for _, path in described}
    for route in security_page.rest_routes():
        if route.include_in_schema:
            assert route.path.replace(":path", "") in paths, route.path
    assert len(described) == len(OPERATIONS), "two operations share a name"


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_what_it_does_returns_and_refuses(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    assert operation["summary"] and operation["description"] and operation["tags"]
    for status, response in operation["responses"].items():
        schemas = [content["schema"] for content in response.get("content", {}).values()]
        if status == "204":
            assert schemas == []
        elif status < "300":
            assert schemas and all(schema not in ({}, ERRORS) for schema in schemas), "no response model"
        elif (name, status) != ("is_ready", "503"):
            assert schemas == [ERRORS] and response["description"].startswith("`")
    assert any(status >= "400" for status in operation["responses"]), "no documented errors"


@pytest.mark.parametrize("name", GUARDED)
def test_without_a_session_the_answer_is_a_documented_refusal(service: WebService, name: str) -> None:
    method, path, operation = OPERATIONS[name]
    with service.http() as client:
        answer = client.request(method, path.format(id="x", name="x", format="yaml", note="x"))
    assert answer.status_code == 401
    check(answer, operation)
    assert ("csrf" in operation["security"][0]) is (method != "get")


@pytest.fixture(scope="module")
def admin(service: WebService) -> Iterator[httpx.Client]:
    with service.signed_in("robin") as client:
        yield client


@pytest.fixture(scope="module")
def places(service: WebService, admin: httpx.Client) -> Iterator[dict[str, str]]:
    """What fills a path's places, by operation, once there is a decision, a conversation, an example and a run."""
    with service.customer_socket(service.customer()) as socket:
        conversation = socket.ask(type="say", text=UNSURE)["conversation"]
    decision = decided(admin, conversation, 1)[0]
    run = admin.post("/api/v1/runs", json={"mode": "head"})
    check(run, OPERATIONS["start_run"][2])
    admin.delete(f"/api/v1/runs/{run.json()['id']}")
    message = decision["message_ids"][0]  # type: ignore[index]
    example = {"id": "e", "source": "resolution", "message_id": message, "message_ids": [message], "by": "x"}
    example |= {"conversation": conversation, "split": "train", "label": None}
    database, examples = service.services.database, table_of(ExampleRow)

    def add(tx: Transaction) -> None:
        tx.execute(examples.insert(), {**example, "at": tx.now})

    database.write_now(add)
    of_one = ["list_other_conversations", "read_ending", "read_routing", "show_customer", "show_labelled_messages"]
    of_one += ["list_whispers", "list_drafts"]
    of_conversation = dict.fromkeys(of_one, conversation)
    customer = admin.get(f"/api/v1/conversations/{conversation}/customer").json()["customer"]
    yield {
        "explain_decision": str(decision["id"]),
        "read_customer": customer,
        "report_customer": customer,
        **of_conversation,
    }
    database.write_now(lambda tx: tx.execute(examples.delete().where(examples.c.id == "e")) and None)


@pytest.mark.parametrize("name", READ)
def test_what_is_read_is_as_described(admin: httpx.Client, places: dict[str, str], name: str) -> None:
    _, path, operation = OPERATIONS[name]
    intent = admin.get("/api/v1/catalogue").json()["intents"][0]["name"]
    question = {"intent": intent} if name == "list_changes" else {}
    answer = admin.get(path.format(id=places.get(name, ""), name=intent, format="yaml"), params=question)
    assert answer.status_code == 200, answer.text
    check(answer, operation)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("list_decisions", "?limit=many"),
        ("list_examples", "?before=nothing"),
        ("list_decisions", "?after=nothing"),
        ("list_contacts", "?after=nothing"),
        ("find_conversations", "?before=nothing"),
        ("find_conversations", "?since=noon"),
    ],
)
def test_a_wrong_question_is_refused_as_described(admin: httpx.Client, name: str, question: str) -> None:
    _, path, operation = OPERATIONS[name]
    answer = admin.get(path + question)
    assert answer.status_code in {404, 422}
    check(answer, operation)
