"""JSON Schema to TypeScript: one interface per object, one union per union, docstrings as comments."""

import json
import re
from collections.abc import Iterator

from escalation.protocol.close_codes import CloseCode
from escalation.protocol.generate.schema import Protocol, Schema

HEADER = """\
// Generated from escalation/protocol/frames by `python -m escalation.protocol.generate`. Do not edit.
"""
SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
BARE_NAME = re.compile(r"^[A-Za-z_$][\w$]*$")


def typescript_text(protocol: Protocol) -> str:
    """`generated.ts`: constants first, then every type in order of name."""
    types = [_declaration(name, schema) for name, schema in protocol.schemas.items()]
    return "\n".join([HEADER, *_constants(protocol), *types])


def _constants(protocol: Protocol) -> Iterator[str]:
    yield f"export const PROTOCOL_VERSION = {protocol.version};\n"
    yield f"/** Longest text of one message, in characters. */\nexport const MAX_TEXT = {protocol.max_text};\n"
    codes = "".join(f"  /** {code.explanation} */\n  {code.name}: {int(code)},\n" for code in CloseCode)
    comment = "/** Below 4500: reconnect and resume. From 4500 on: do not. */"
    yield f"{comment}\nexport const CloseCode = {{\n{codes}}} as const;\n"
    notices = "".join(f"  {json.dumps(code)},\n" for code in protocol.notice_codes)
    comment = "/** Codes of notices: every locale file has a phrase for each. */"
    yield f"{comment}\nexport const NOTICE_CODES = [\n{notices}] as const;\n"
    yield "export type NoticeCode = (typeof NOTICE_CODES)[number];\n"


def _declaration(name: str, schema: Schema) -> str:
    comment = _comment(schema.get("description", ""), "")
    if schema.get("type") == "object" and "properties" in schema:
        return f"{comment}export interface {name} {{\n{_fields(schema)}}}\n"
    members = type_of(schema, break_unions=True)
    return f"{comment}export type {name} ={'' if members.startswith(chr(10)) else ' '}{members};\n"


def _fields(schema: Schema) -> str:
    required = {*schema.get("required", ()), "type", "kind"}
    return "".join(
        _comment(field.get("description", ""), "  ")
        + f"  readonly {_key(name)}{'' if name in required else '?'}: {type_of(field)};\n"
        for name, field in schema["properties"].items()
    )


def type_of(schema: Schema, *, break_unions: bool = False) -> str:
    """The TypeScript type of a schema; `break_unions` puts each member on its own line.

    Raises: ValueError for a schema this emitter has no rule for (add the rule, do not write `unknown`).
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "const" in schema:
        return json.dumps(schema["const"])
    members = schema.get("oneOf") or schema.get("anyOf")
    if members:
        parts = dict.fromkeys(type_of(member) for member in members)
        return "".join(f"\n  | {part}" for part in parts) if break_unions else " | ".join(parts)
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    return _plain(schema)


def _plain(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        inner = type_of(schema["items"])
        return f"readonly ({inner})[]" if "|" in inner else f"readonly {inner}[]"
    if kind == "object":
        values = schema.get("additionalProperties") or next(iter(schema.get("patternProperties", {}).values()))
        return f"Readonly<Record<string, {type_of(values)}>>"
    if kind in SIMPLE:
        return SIMPLE[kind]
    raise ValueError(f"no TypeScript rule for the schema {schema!r}")


def _key(name: str) -> str:
    return name if BARE_NAME.match(name) else json.dumps(name)


def _comment(text: str, indent: str) -> str:
    if not text:
        return ""
    lines = text.replace("*/", "* /").splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"
