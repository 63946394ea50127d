"""YAML read as nodes that know their line, and written so that a person likes to read it. Pure.

Nodes instead of plain values for two reasons: an error can name the line, and `no`, `12` or `2024-01-01` stay the text
somebody wrote instead of becoming false, a number or a date.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import yaml

from escalation.catalogue.formats.parsed import Assembly

_NULL: Final = "tag:yaml.org,2002:null"
_NULLS: Final = ("", "~", "null", "Null", "NULL")
_TEXT: Final = "tag:yaml.org,2002:str"
_MAX_DEPTH: Final = 20


class _Dumper(yaml.CSafeDumper):
    """Writes texts with line breaks as blocks."""


def _block(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT, text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)


def line_of(node: yaml.Node) -> int:
    """Return the line the node starts in, counted from 1."""
    return int(node.start_mark.line) + 1


def root(text: str, assembly: Assembly) -> yaml.Node:
    """Return the top node. Raises CatalogueFileInvalid for what is no YAML, empty, too deep, or uses aliases."""
    try:
        return _compose(yaml.parse(text, Loader=yaml.CSafeLoader), assembly)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise assembly.fail(None if mark is None else mark.line + 1, f"no valid YAML: {problem}") from None
    except yaml.YAMLError as error:
        raise assembly.fail(None, f"no valid YAML: {str(error).splitlines()[0]}") from None


def _compose(events: Iterable[Any], assembly: Assembly) -> yaml.Node:
    """Build the tree from libyaml's events, without its recursive composer, which 50,000 `[` crash."""
    top: list[yaml.Node] = []
    open_values = [top]
    for event in events:
        line = int(event.start_mark.line) + 1
        if isinstance(event, yaml.DocumentStartEvent) and top:
            raise assembly.fail(line, "a second document starts here; a catalogue file holds one")
        if isinstance(event, yaml.AliasEvent):
            # A few nested aliases unfold to billions of nodes, and no catalogue needs one.
            raise assembly.fail(line, "YAML aliases (*name) are not supported; write the value out")
        if isinstance(event, yaml.CollectionEndEvent):
            open_values.pop()
        elif (node := _node(event)) is not None:
            open_values[-1].append(node)
            if not isinstance(node, yaml.ScalarNode):
                open_values.append(node.value)
            if len(open_values) > _MAX_DEPTH:
                raise assembly.fail(line, "lists and mappings are nested too deeply for a catalogue")
    if not top:
        raise assembly.fail(None, "the file is empty")
    return top[0]


def _node(event: Any) -> yaml.Node | None:
    """Return the node an event opens, None for other events. A mapping's keys and values alternate in its list."""
    start: Any = event.start_mark
    if isinstance(event, yaml.ScalarEvent):
        tag = _NULL if event.implicit[0] and event.value in _NULLS else _TEXT
        return yaml.ScalarNode(tag, event.value, start, style=event.style)
    if isinstance(event, yaml.SequenceStartEvent):
        return yaml.SequenceNode("", [], start)
    if isinstance(event, yaml.MappingStartEvent):
        return yaml.MappingNode("", [], start)
    return None


def entries(node: yaml.Node, what: str, assembly: Assembly) -> dict[str, yaml.Node]:
    """Return a mapping's values by key. Raises CatalogueFileInvalid for anything else and for a repeated key."""
    if not isinstance(node, yaml.MappingNode):
        raise assembly.fail(line_of(node), f"{what} must be a mapping (key: value)")
    found: dict[str, yaml.Node] = {}
    for key, value in zip(node.value[::2], node.value[1::2], strict=True):
        name = scalar(key, f"a key of {what}", assembly)
        if name in found:
            raise assembly.fail(line_of(key), f"{what} has the key '{name[:100]}' twice")
        found[name] = value
    return found


def items(node: yaml.Node, what: str, assembly: Assembly) -> Iterator[yaml.Node]:
    """Return a list's items; nothing at all counts as an empty list. Raises CatalogueFileInvalid for anything else."""
    if is_null(node):
        return iter(())
    if not isinstance(node, yaml.SequenceNode):
        raise assembly.fail(line_of(node), f"{what} must be a list (- item)")
    return iter(node.value)


def scalar(node: yaml.Node, what: str, assembly: Assembly) -> str:
    """Return a scalar as the text that was written. Raises CatalogueFileInvalid for a list or mapping."""
    if not isinstance(node, yaml.ScalarNode):
        raise assembly.fail(line_of(node), f"{what} must be a text; put it in quotation marks")
    return str(node.value)


def is_null(node: yaml.Node) -> bool:
    """Whether nothing, `~` or an unquoted `null` was written."""
    return bool(node.tag == _NULL)


def dump(value: Any) -> str:
    """Return plain lists, dicts and texts as YAML, keys in the given order."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000))
