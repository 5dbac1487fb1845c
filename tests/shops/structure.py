"""Bare structure of other projects' OpenAPI models: names, types, what is required, values.

``tests/shops/<platform>/reduce.py`` makes extracts with it; the tests check requests against them.
No sentences are carried over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_KEPT = (
    "type", "enum", "required", "format", "pattern", "minimum", "maximum", "minLength",
    "maxLength", "minItems", "maxItems", "nullable",
)  # fmt: skip


def reduced(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema without whatever is no structure."""
    made: dict[str, Any] = {}
    for name in _KEPT:
        # a property may be called "type" or "format": then this is an object of properties
        if name in schema and not isinstance(schema[name], Mapping):
            made[name] = schema[name]
    if "$ref" in schema:
        made["$ref"] = "#/definitions/" + schema["$ref"].rpartition("/")[2]
    if "properties" in schema:
        made["properties"] = {key: reduced(one) for key, one in schema["properties"].items()}
    if "items" in schema:
        made["items"] = reduced(schema["items"])
    if isinstance(extra := schema.get("additionalProperties"), Mapping):
        made["additionalProperties"] = reduced(extra)
    return made


def references(value: Any) -> Iterator[str]:
    """Names of the definitions that a schema needs."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key == "$ref" and isinstance(one, str):
                yield one.rpartition("/")[2]
            else:
                yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def closure(definitions: Mapping[str, Any], roots: list[str]) -> dict[str, Any]:
    """The reduced definitions that the roots need, themselves included."""
    made: dict[str, Any] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in made:
            made[name] = reduced(definitions[name])
            waiting += references(made[name])
    return dict(sorted(made.items()))


def parameters(told: list[Mapping[str, Any]], shared: Mapping[str, Any]) -> dict[str, Any]:
    """Query parameters of an operation: name → whether it is required, type and values."""
    made = {}
    for each in told:
        one = shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        if one.get("in") == "query":
            schema = one.get("schema", one)
            made[one["name"]] = {
                "required": bool(one.get("required")),
                **{key: schema[key] for key in ("type", "enum", "items") if key in schema},
            }
            if "items" in made[one["name"]]:
                made[one["name"]]["items"] = reduced(schema["items"])
    return made
