"""Checks requests of a connector against the structure that a platform publishes of its API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema

from gateway.channels.shops.recording import Call


@dataclass(frozen=True)
class Operation:
    """One call that an API offers."""

    name: str
    method: str
    path: re.Pattern[str]
    query: Mapping[str, Any]
    body: Mapping[str, Any] | None
    """JSON schema of what is sent."""


class Contract:
    """The operations of an API."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = list(operations)

    def check(self, call: Call) -> str:
        """The name of the operation of a call that keeps to it."""
        path = call.path.partition("?")[0]
        for one in self.operations:
            if one.method == call.method and one.path.fullmatch(path):
                _query(one, call)
                if one.body is not None:
                    keeps(_plain(call.json()), one.body)
                return one.name
        raise AssertionError(f"no operation {call.method} {path}")


def keeps(value: Any, schema: Mapping[str, Any]) -> None:
    """Fails where a value does not keep to a schema, which itself is not doubted."""
    jsonschema.Draft7Validator(schema).validate(value)


def pattern(path: str) -> re.Pattern[str]:
    """``/orders/{id}`` as what its paths look like."""
    parts = re.split(r"\{[^}]*\}", path)
    return re.compile("[^/]+".join(map(re.escape, parts)))


def extract(folder: Path, bodies: Mapping[str, str], prefix: str = "") -> Contract:
    """The contract of the extracts in a folder. ``bodies``: operation → definition of its body."""
    made = []
    for file in sorted(folder.glob("*.json")):
        told = json.loads(file.read_text("utf-8"))
        for name, one in told["operations"].items():
            body = bodies.get(name)
            schema = None
            if body is not None:
                schema = {"$ref": f"#/definitions/{body}", "definitions": told["definitions"]}
            elif "body" in one:
                schema = {**one["body"], "definitions": told["definitions"]}
            path = pattern(prefix + one["path"])
            made.append(Operation(name, one["method"], path, one["query"], schema))
    return Contract(made)


def _query(operation: Operation, call: Call) -> None:
    given = dict(call.query)
    for name, told in operation.query.items():
        assert name in given or not told["required"], f"{operation.name}: {name} is missing"
    for name, value in given.items():
        known = operation.query.get(_open(name, operation.query))
        assert known is not None, f"{operation.name} has no parameter {name}"
        allowed = known.get("enum") or known.get("items", {}).get("enum")
        values = value.split(",") if known.get("type") == "array" else [value]
        for one in values if allowed else ():
            assert one in allowed, f"{operation.name}: {name} cannot be {one}"


def _open(name: str, known: Mapping[str, Any]) -> str:
    """A parameter with numbers in its brackets, as it is published: with the first numbers."""
    return name if name in known else re.sub(r"\[\d+\]", "[0]", name)


def _plain(value: Any) -> Any:
    """Values as a validator of JSON knows them."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
