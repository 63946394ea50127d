"""The frames as JSON Schema, with the descriptions from their docstrings."""

import ast
import inspect
import itertools
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from escalation.protocol import frames, messages, states
from escalation.protocol.frames import Frame, FrameUnion
from escalation.protocol.frames.base import AUDIENCES, Audience

Schema = dict[str, Any]

REF = "#/$defs/{model}"
UNIONS: tuple[tuple[FrameUnion, JsonSchemaMode], ...] = (
    (frames.CUSTOMER_INBOUND, "validation"),
    (frames.STAFF_INBOUND, "validation"),
    (frames.OUTBOUND, "serialization"),
)

NAMED_VALUES: dict[str, tuple[Any, str]] = {
    "Author": (messages.Author, "Who wrote a message."),
    "Availability": (states.Availability, "Whether an agent takes conversations; offline when their leases ran out."),
    "Outcome": (states.Outcome, "How a closed conversation ended: the glossary says what each word means."),
    "Reason": (states.Reason, "Why the bot handed off."),
}
"""Sets of words that appear in several frames: they get a name of their own."""


@dataclass(frozen=True)
class FrameEntry:
    """One frame: its class name, its `type` on the wire, and who may send or see it."""

    name: str
    type: str
    module: str
    inbound: bool
    audiences: tuple[Audience, ...]


@dataclass(frozen=True)
class Protocol:
    """All frames and every schema they need; `unions` map a union's name to its members' class names."""

    version: int
    max_text: int
    frames: tuple[FrameEntry, ...]
    unions: dict[str, tuple[str, ...]]
    schemas: dict[str, Schema]
    notice_codes: tuple[str, ...]


class _WireSchema(GenerateJsonSchema):
    """Outbound frames always carry all their fields, so in serialization mode all are required."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def read_protocol() -> Protocol:
    """The protocol as the frames define it now."""
    adapters: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (union.name, mode, union.adapter()) for union, mode in UNIONS
    ]
    described = {union.name: union.description for union, _ in UNIONS}
    models = tuple(dict.fromkeys(frame for union, _ in UNIONS for frame in union.members))
    tops, rest = TypeAdapter.json_schemas(adapters, ref_template=REF, schema_generator=_WireSchema)
    schemas: dict[str, Schema] = dict(rest.get("$defs", {}))
    for (name, _), schema in tops.items():
        schemas[str(name)] = {**schema, "description": described[str(name)]}
    _describe_fields(schemas, _all_models(models))
    return Protocol(
        version=frames.PROTOCOL_VERSION,
        max_text=messages.MAX_TEXT,
        frames=tuple(_entry(model) for model in models),
        unions={union.name: tuple(model.__name__ for model in union.members) for union, _ in UNIONS},
        schemas=_named({name: _tidy(schema) for name, schema in schemas.items()}),
        notice_codes=get_args(messages.NoticeCode),
    )


def schema_text(protocol: Protocol) -> str:
    """`docs/protocol/schema.json`: one document, every frame under `$defs`."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Escalation wire protocol v{protocol.version}",
        "anyOf": [{"$ref": REF.format(model=name)} for name in protocol.unions],
        "$defs": protocol.schemas,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _entry(model: type[Frame]) -> FrameEntry:
    who = model.sent_by or model.sent_to
    return FrameEntry(
        name=model.__name__,
        type=model.model_fields["type"].default,
        module=model.__module__.rsplit(".", 1)[-1],
        inbound=bool(model.sent_by),
        audiences=tuple(audience for audience in AUDIENCES if audience in who),
    )


def _all_models(models: Iterable[type[Frame]]) -> dict[str, type[BaseModel]]:
    """Every model class by name that could have a schema: those of the modules the frames come from."""
    modules = {model.__module__ for model in models} | {messages.__name__}
    classes = (value for name in modules for value in vars(sys.modules[name]).values())
    return {value.__name__: value for value in classes if inspect.isclass(value) and issubclass(value, BaseModel)}


def _describe_fields(schemas: dict[str, Schema], models: dict[str, type[BaseModel]]) -> None:
    """Add to each property the docstring under its field, which pydantic does not read by itself."""
    for name, schema in schemas.items():
        for base in reversed(models[name].__mro__ if name in models else ()):
            if issubclass(base, BaseModel) and base is not BaseModel:
                texts = _documented(sys.modules[base.__module__]).get(base.__name__, {})
                for field in texts.keys() & base.model_fields.keys():
                    schema["properties"][field].setdefault("description", texts[field])


def _documented(module: ModuleType) -> dict[str, dict[str, str]]:
    """Docstrings under the fields of each class, by class name and field name."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: _strings_after(node.body) for node in tree.body if isinstance(node, ast.ClassDef)}


def _strings_after(body: list[ast.stmt]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for node, after in itertools.pairwise(body):
        target = _target(node)
        if isinstance(target, ast.Name) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            texts[target.id] = inspect.cleandoc(str(after.value.value))
    return texts


def _target(node: ast.stmt) -> ast.expr | None:
    if isinstance(node, ast.AnnAssign):
        return node.target
    return node.targets[0] if isinstance(node, ast.Assign) else None


def _named(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """All schemas by name in order, repeated sets of words replaced by references to one definition."""
    words = {tuple(get_args(values)): name for name, (values, _) in NAMED_VALUES.items()}
    named = {
        name: {"type": "string", "enum": [*get_args(values)], "description": text}
        for name, (values, text) in NAMED_VALUES.items()
    }
    replaced = {name: _referring(schema, words) for name, schema in schemas.items()}
    return dict(sorted((replaced | named).items()))


def _referring(schema: Any, words: dict[tuple[str, ...], str]) -> Any:
    if isinstance(schema, list):
        return [_referring(item, words) for item in schema]
    if not isinstance(schema, dict):
        return schema
    name = words.get(tuple(schema["enum"])) if isinstance(schema.get("enum"), list) else None
    if name:
        return {"$ref": REF.format(model=name)}
    return {key: _referring(value, words) for key, value in schema.items()}


def _tidy(schema: Any) -> Any:
    """Without the titles pydantic makes from field names, and with plain `additionalProperties`."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    if "properties" in kept:
        tag_first = sorted(kept["properties"].items(), key=lambda item: item[0] not in {"type", "kind"})
        kept["properties"] = {name: _tidy(value) for name, value in tag_first}
    return {key: value if key == "properties" else _tidy(value) for key, value in kept.items()}
