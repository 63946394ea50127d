"""The protocol as an AsyncAPI 3 document, told from the server's side."""

from typing import Any

import yaml

from escalation.protocol.frames.base import Audience
from escalation.protocol.generate.schema import Protocol

CHANNELS: tuple[tuple[Audience, str, str], ...] = (
    ("customer", "/ws/customer", "A customer's widget. Origin must be on the site's list."),
    ("staff", "/ws/staff", "The console of agents, supervisors, trainers and admins."),
)


def asyncapi_text(protocol: Protocol) -> str:
    """`docs/protocol/asyncapi.yaml`: a channel per audience, a message per frame."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Escalation wire protocol",
            "version": str(protocol.version),
            "description": "JSON frames over WebSocket, told apart by `type`. Generated.",
        },
        "defaultContentType": "application/json",
        "servers": {"service": {"host": "localhost:8000", "protocol": "ws", "description": "Behind TLS: wss."}},
        "channels": {audience: _channel(protocol, audience, *rest) for audience, *rest in CHANNELS},
        "operations": _operations(protocol),
        "components": {"messages": _messages(protocol), "schemas": _relinked(protocol.schemas)},
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _names(protocol: Protocol, audience: Audience, *, inbound: bool) -> list[str]:
    return [frame.name for frame in protocol.frames if frame.inbound is inbound and audience in frame.audiences]


def _channel(protocol: Protocol, audience: Audience, address: str, description: str) -> dict[str, Any]:
    names = [*_names(protocol, audience, inbound=True), *_names(protocol, audience, inbound=False)]
    return {
        "address": address,
        "description": description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
    }


def _operations(protocol: Protocol) -> dict[str, Any]:
    operations = {}
    for audience, _, _ in CHANNELS:
        for action, inbound in (("receive", True), ("send", False)):
            names = _names(protocol, audience, inbound=inbound)
            operations[f"{action}{audience.capitalize()}Frames"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{audience}"},
                "messages": [{"$ref": f"#/channels/{audience}/messages/{name}"} for name in names],
            }
    return operations


def _messages(protocol: Protocol) -> dict[str, Any]:
    return {
        frame.name: {
            "name": frame.type,
            "summary": protocol.schemas[frame.name].get("description", ""),
            "payload": {"$ref": f"#/components/schemas/{frame.name}"},
        }
        for frame in protocol.frames
    }


def _relinked(schema: Any) -> Any:
    """The same schema with references into `components` instead of `$defs`."""
    if isinstance(schema, list):
        return [_relinked(item) for item in schema]
    if isinstance(schema, dict):
        return {key: _relinked(value) for key, value in schema.items()}
    return schema.replace("#/$defs/", "#/components/schemas/") if isinstance(schema, str) else schema
