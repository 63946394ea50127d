"""The frames as JSON Schema, with the descriptions from their docstrings."""

import ast
import inspect
import itertools
import json
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from escalation.protocol import frames, messages, states
from escalation.protocol.frames.base import Audience

Schema = dict[str, Any]

REF = "#/$defs/{model}"
UNIONS: tuple[tuple[str, JsonSchemaMode], ...] = (
    ("CustomerInbound", "validation"),
    ("StaffInbound", "validation"),
    ("Outbound", "serialization"),
)

NAMED_VALUES: dict[str, tuple[Any, str]] = {
    "Author": (messages.Author, "Who wrote a message."),
    "Availability": (states.Availability, "Whether an agent takes conversations; offline when their leases ran out."),
    "Outcome": (states.Outcome, "How a closed conversation ended."),
    "Reason": (states.Reason, "Why the bot handed off."),
}
"""Sets of words that appear in several frames: they get a name of their own."""

STAFF_ONLY = frozenset(
    {
        "DecisionMade",
        "RowsChanged",
        "DeskPart",
        "DeskEnd",
        "ModelPublished",
        "RunChanged",
        "CatalogueChanged",
    }
)
CUSTOMER_ONLY = frozenset({"ConversationOpened"})


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
    members = {name: _members(name) for name, _ in UNIONS}
    adapters: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (name, mode, TypeAdapter(getattr(frames, name))) for name, mode in UNIONS
    ]
    tops, rest = TypeAdapter.json_schemas(adapters, ref_template=REF, schema_generator=_WireSchema)
    schemas: dict[str, Schema] = dict(rest.get("$defs", {}))
    for (name, _), schema in tops.items():
        schemas[str(name)] = {**schema, "description": _documented(frames)[None][str(name)]}
    _describe_fields(schemas, _all_models(members))
    return Protocol(
        version=frames.PROTOCOL_VERSION,
        max_text=messages.MAX_TEXT,
        frames=_entries(members),
        unions={name: tuple(model.__name__ for model in models) for name, models in members.items()},
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


def _members(union: str) -> tuple[type[BaseModel], ...]:
    annotated = getattr(frames, union)
    models: tuple[type[BaseModel], ...] = get_args(get_args(annotated)[0])
    return models


def _entries(members: dict[str, tuple[type[BaseModel], ...]]) -> tuple[FrameEntry, ...]:
    seen: dict[type[BaseModel], None] = dict.fromkeys(model for models in members.values() for model in models)
    return tuple(
        FrameEntry(
            name=model.__name__,
            type=model.model_fields["type"].default,
            module=model.__module__.rsplit(".", 1)[-1],
            inbound=model not in members["Outbound"],
            audiences=_audiences(model, members),
        )
        for model in seen
    )


def _audiences(model: type[BaseModel], members: dict[str, tuple[type[BaseModel], ...]]) -> tuple[Audience, ...]:
    if model in members["Outbound"]:
        customer, staff = model.__name__ not in STAFF_ONLY, model.__name__ not in CUSTOMER_ONLY
    else:
        customer, staff = model in members["CustomerInbound"], model in members["StaffInbound"]
    both: tuple[tuple[Audience, bool], ...] = (("customer", customer), ("staff", staff))
    return tuple(name for name, included in both if included)


def _all_models(members: dict[str, tuple[type[BaseModel], ...]]) -> dict[str, type[BaseModel]]:
    """Every model class by name that could have a schema: those of the modules the frames come from."""
    modules = {model.__module__ for models in members.values() for model in models} | {messages.__name__}
    classes = (value for name in modules for value in vars(sys.modules[name]).values())
    return {value.__name__: value for value in classes if inspect.isclass(value) and issubclass(value, BaseModel)}


def _describe_fields(schemas: dict[str, Schema], models: dict[str, type[BaseModel]]) -> None:
    """Add to each property the docstring under its field, which pydantic does not read by itself."""
    for name, schema in schemas.items():
        for base in reversed(models[name].__mro__ if name in models else ()):
            if issubclass(base, BaseModel) and base is not BaseModel:
                texts = _documented(sys.modules[base.__module__]).get(base.__name__, {})
                for field, text in texts.items():
                    schema["properties"][field].setdefault("description", text)


def _documented(module: ModuleType) -> dict[str | None, dict[str, str]]:
    """Docstrings under assignments by class name (None: module level) and assigned name."""
    tree = ast.parse(inspect.getsource(module))
    found: dict[str | None, dict[str, str]] = {None: _strings_after(tree.body)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = _strings_after(node.body)
    return found


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
