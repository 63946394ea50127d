"""`docs/protocol.md`: the protocol for people who write a client."""

import json
from collections.abc import Iterator
from pathlib import Path

from escalation.protocol.close_codes import CloseCode
from escalation.protocol.generate.schema import FrameEntry, Protocol, Schema
from escalation.protocol.generate.typescript import type_of

TOPICS = {
    "connection": "The connection",
    "conversation": "A conversation",
    "messages": "Messages that are there",
    "desk": "The desk",
    "learning": "Models, runs, the catalogue and proposed answers",
}
FLOW = Path(__file__).with_name("flow.md")


def handbook_text(protocol: Protocol) -> str:
    """The page: the flow, close codes, every frame by topic, then the values inside frames."""
    parts = [_flow(protocol), *_close_codes()]
    for module, title in TOPICS.items():
        parts.append(f"## {title}\n")
        parts += [_frame(protocol, frame) for frame in protocol.frames if frame.module == module]
    parts.append("## Values inside frames\n")
    named = {frame.name for frame in protocol.frames} | set(protocol.unions)
    parts += [_value(name, schema) for name, schema in protocol.schemas.items() if name not in named]
    parts.append("## Codes of notices\n\n" + ", ".join(f"`{code}`" for code in protocol.notice_codes) + "\n")
    return "\n".join(parts)


def _flow(protocol: Protocol) -> str:
    text = FLOW.read_text(encoding="utf-8")
    return text.replace("VERSION", str(protocol.version)).replace("MAX_TEXT", f"{protocol.max_text:,}")


def _close_codes() -> Iterator[str]:
    rows = "\n".join(
        f"| {int(code)} | {code.name.lower()} | {_coming_back(code)} | {code.explanation} |" for code in CloseCode
    )
    yield f"## Close codes\n\n| code | name | reconnect | meaning |\n| --- | --- | --- | --- |\n{rows}\n"


def _coming_back(code: CloseCode) -> str:
    if code is CloseCode.LIMIT:
        return "later"
    return "yes" if code.reconnect else "no"


def _frame(protocol: Protocol, frame: FrameEntry) -> str:
    schema = protocol.schemas[frame.name]
    audience = " and ".join("customers" if name == "customer" else name for name in frame.audiences)
    direction = f"from {audience}" if frame.inbound else f"to {audience}"
    heading = f"### `{frame.type}` {direction}\n\n{schema.get('description', '')} (`{frame.name}`)\n"
    return heading + _field_table(schema, leave_out="type")


def _value(name: str, schema: Schema) -> str:
    heading = f"### {name}\n\n{schema.get('description', '')}\n"
    if "properties" not in schema:
        return heading + f"\n{_code(type_of(schema))}\n"
    return heading + _field_table(schema, leave_out="")


def _field_table(schema: Schema, *, leave_out: str) -> str:
    required = set(schema.get("required", ()))
    rows = [
        f"| `{name}` | {_type(field)} | {_remark(field, name in required)} |"
        for name, field in schema["properties"].items()
        if name != leave_out
    ]
    return "\n| field | type | |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n" if rows else ""


def _remark(field: Schema, required: bool) -> str:
    default = "" if required or "default" not in field else f"optional, {_code(json.dumps(field['default']))}"
    words = " ".join(str(field.get("description", "")).split())
    limits = ", ".join(part for part in (default, _bounds(field)) if part)
    return ". ".join(part for part in (words.rstrip("."), limits) if part)


def _bounds(field: Schema) -> str:
    """Limits in words, for the schema itself or the not-null part of a nullable one."""
    inner = next((part for part in field.get("anyOf", ()) if part.get("type") != "null"), field)
    words = {
        "minLength": "at least {} characters",
        "maxLength": "at most {:,} characters",
        "minimum": "at least {}",
        "maximum": "at most {}",
        "maxItems": "at most {} items",
        "maxProperties": "at most {} entries",
    }
    return ", ".join(text.format(inner[key]) for key, text in words.items() if key in inner)


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _type(field: Schema) -> str:
    """The TypeScript type, without what only TypeScript needs."""
    text = type_of(field).replace("readonly ", "").replace("Readonly<Record<string, number>>", "{string: number}")
    return _code("time, UTC" if field.get("format") == "date-time" else text)
