"""What is generated from the frames: fresh, complete, and true to what the frames accept and send."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from escalation.protocol import frames
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames import connection, conversation
from escalation.protocol.generate import __main__ as generate
from escalation.protocol.generate.files import ROOT, stale_files
from escalation.protocol.generate.schema import Protocol, read_protocol
from escalation.protocol.generate.typescript import type_of

STAFF_ONLY = {
    *("DecisionMade", "RowsChanged", "DeskPart", "DeskEnd", "ModelPublished", "RunChanged", "CatalogueChanged"),
    "ProposalsChanged",
}
CUSTOMER_ONLY = {"ConversationOpened"}
UUID = "0190f2c4-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return read_protocol()


@pytest.fixture(scope="module")
def asyncapi(protocol: Protocol) -> dict[str, Any]:
    text = generate.generated_files(protocol)["docs/protocol/asyncapi.yaml"]
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def _validator(protocol: Protocol, name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": protocol.schemas})


def test_committed_files_are_fresh(protocol: Protocol) -> None:
    assert stale_files(ROOT, generate.generated_files(protocol)) == []


def test_check_names_a_stale_file_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main([], root=tmp_path) == 0
    assert generate.main(["--check"], root=tmp_path) == 0
    page = tmp_path / "docs/protocol.md"
    page.write_text("something else", encoding="utf-8")
    capsys.readouterr()
    assert generate.main(["--check"], root=tmp_path) == 1
    assert "stale: docs/protocol.md" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") == "something else"


def test_every_frame_is_in_every_document(protocol: Protocol, asyncapi: dict[str, Any]) -> None:
    files = generate.generated_files(protocol)
    for frame in protocol.frames:
        assert f"(`{frame.name}`)" in files["docs/protocol.md"]
        assert f"export interface {frame.name} {{" in files["agent_console/protocol/src/generated.ts"]
        assert asyncapi["components"]["messages"][frame.name]["name"] == frame.type
    assert all(f"| {int(code)} |" in files["docs/protocol.md"] for code in CloseCode)


def test_customers_are_never_told_what_is_for_staff(asyncapi: dict[str, Any], protocol: Protocol) -> None:
    channels = asyncapi["channels"]
    assert STAFF_ONLY.isdisjoint(channels["customer"]["messages"])
    assert CUSTOMER_ONLY.isdisjoint(channels["staff"]["messages"])
    assert set(protocol.unions["Outbound"]) >= STAFF_ONLY | CUSTOMER_ONLY


def test_references_of_the_asyncapi_document_resolve(asyncapi: dict[str, Any]) -> None:
    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [ref for value in part.values() for ref in references(value)]
        return [ref for item in part for ref in references(item)] if isinstance(part, list) else []

    found = references(asyncapi)
    assert found
    for reference in found:
        place: Any = asyncapi
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_schema_is_a_schema(protocol: Protocol) -> None:
    jsonschema.Draft202012Validator.check_schema(
        {"$defs": protocol.schemas, "anyOf": [{"$ref": f"#/$defs/{name}"} for name in protocol.unions]}
    )


@pytest.mark.parametrize(
    ("union", "frame", "valid"),
    [
        ("CustomerInbound", {"type": "say", "client_message_id": UUID, "text": "hello"}, True),
        ("CustomerInbound", {"type": "say", "client_message_id": UUID, "text": ""}, False),
        ("CustomerInbound", {"type": "say", "client_message_id": "1", "text": "hello"}, False),
        ("CustomerInbound", {"type": "note", "client_message_id": UUID, "conversation": "c", "text": "x"}, False),
        ("CustomerInbound", {"type": "rate", "command_id": UUID, "score": 6}, False),
        ("StaffInbound", {"type": "claim", "command_id": UUID, "conversation": "c", "epoch": 0, "more": 1}, False),
        ("StaffInbound", {"type": "claim", "command_id": UUID, "conversation": "c", "epoch": 0}, True),
    ],
)
def test_schema_and_frames_agree_on_what_is_valid(
    protocol: Protocol, union: str, frame: dict[str, Any], valid: bool
) -> None:
    adapter = frames.customer_inbound if union == "CustomerInbound" else frames.staff_inbound
    assert _validator(protocol, union).is_valid(frame) is valid
    try:
        adapter.validate_json(json.dumps(frame))
        accepted = True
    except ValueError:
        accepted = False
    assert accepted is valid


@pytest.mark.parametrize(
    "frame",
    [
        connection.Accepted(ref=UUID),
        connection.Dropped(stream="desk", reason="forbidden"),
        conversation.ThreadEnd(
            stream="conversation:c",
            head=3,
            control=conversation.ControlView(status="bot", controller="bot", epoch=0),  # type: ignore[arg-type]
            customer="u",
            site="demo",
            locale="en",
        ),
    ],
)
def test_what_the_server_sends_fits_the_schema(protocol: Protocol, frame: BaseModel) -> None:
    _validator(protocol, "Outbound").validate(frame.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "array", "items": {"type": "string"}}, "readonly string[]"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "number | null"),
        ({"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}, "readonly (number | null)[]"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Readonly<Record<string, number>>"),
        ({"enum": ["a", "b"]}, '"a" | "b"'),
        ({"$ref": "#/$defs/Reason"}, "Reason"),
    ],
)
def test_typescript_types(schema: dict[str, Any], written: str) -> None:
    assert type_of(schema) == written


def test_a_schema_without_a_rule_is_an_error_not_a_guess() -> None:
    with pytest.raises(ValueError, match="no TypeScript rule"):
        type_of({"type": "mystery"})


def test_close_codes_say_whether_to_come_back() -> None:
    assert [code for code in CloseCode if code.reconnect] == [4000, 4001, 4002, 4003, 4004, 4503]
    assert all(code.explanation.endswith(".") for code in CloseCode)
