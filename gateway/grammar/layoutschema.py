"""JSON Schema (draft 2020-12) of what a layout describes.

Of a JSON layout: its files. Of the other kinds: the documents as ``gateway layout check --json``
prints them, with values in normal form.
"""

from __future__ import annotations

from typing import Any

from gateway.grammar.layoutformat import Layout
from gateway.grammar.layoutjson import Node, node_of
from gateway.grammar.layoutmodel import IDENTIFIERS, FieldLayout, RecordLayout, Spelling

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
_INTEGER = r"^-?[0-9]+$"
_FORMATS = {"date": "date", "time": "time", "datetime": "date-time"}


def schema(layout: Layout) -> Schema:
    """The schema of a layout."""
    whole = _record(layout.root, layout.kind == "json")
    head = {"$schema": DRAFT, "title": f"{layout.kind}/{layout.name}"}
    if layout.kind != "json":
        return {**head, **whole}
    whole = {"anyOf": [whole, {"type": "array", "items": whole, "minItems": 1}]}
    for name in reversed(layout.form.wrapper):
        whole = {"type": "object", "properties": {name: whole}, "required": [name]}
    return {**head, **whole}


def _record(shape: RecordLayout, file: bool) -> Schema:
    node = node_of(shape) if file else Node(dict(shape.fields), dict(shape.kids))
    return _object(node, file)


def _object(node: Node, file: bool) -> Schema:
    properties: Schema = {}
    for name, one in node.fields.items():
        if file or not (one.constant or one.computed):
            properties[name] = _field(one, file)
    for name, kid in node.kids.items():
        inner = _record(kid, file)
        if kid.many:
            inner = {"type": "array", "items": inner, **({"minItems": 1} if kid.required else {})}
        properties[name] = inner
    for name, below in node.inner.items():
        properties[name] = _object(below, file)
    required = [name for name, one in node.fields.items() if one.required and name in properties]
    required += [name for name, kid in node.kids.items() if kid.required]
    required += [name for name in node.inner if properties[name].get("required")]
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
    }


def _field(shape: FieldLayout, file: bool) -> Schema:
    how = shape.spelling or Spelling()
    found: Schema = {"title": shape.title} if shape.title else {}
    if shape.constant:
        return {**found, "const": shape.constant}
    found.update(_value(shape, how, file))
    if file and not shape.required and "type" in found:
        kinds = found["type"] if isinstance(found["type"], list) else [found["type"]]
        found["type"] = [*kinds, "null"]
    return found


def _value(shape: FieldLayout, how: Spelling, file: bool) -> Schema:
    if shape.kind in ("decimal", "integer"):
        pattern = _INTEGER if shape.kind == "integer" else _DECIMAL
        if not file:
            return {"type": "string", "pattern": pattern}
        odd = how.mark != "." or how.thousands or how.sign != "leading" or how.implied is not None
        number = "integer" if shape.kind == "integer" else "number"
        return {"type": [number, "string"], **({} if odd else {"pattern": pattern})}
    if shape.kind == "flag":
        return {"type": ["boolean", "string"]} if file else {"enum": ["true", "false"]}
    length = {"maxLength": shape.max} if shape.max else {}
    if shape.kind in _FORMATS:
        plain = not file or not how.pattern or how.shown == "YYYY-MM-DD"
        kind = {"format": _FORMATS[shape.kind]} if plain and shape.kind == "date" else {}
        return {"type": "string", **kind, **length}
    if shape.kind in IDENTIFIERS:
        digits = "|".join(f"[0-9]{{{one}}}" for one in IDENTIFIERS[shape.kind])
        return {"type": "string", "pattern": f"^({digits})$"}
    if how.values:
        return {"enum": list(how.values)}
    return {"type": ["string", "number"] if file else "string", **length}
