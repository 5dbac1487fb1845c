"""The canonical side of checks: what type a field of a document has."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

_SCALARS: dict[type[Any], str] = {
    Decimal: "decimal",
    datetime: "datetime",
    date: "date",
    time: "time",
    int: "integer",
    bool: "flag",
    str: "text",
}


@dataclass(frozen=True, slots=True)
class FieldType:
    """Type of a field: ``text`` ``decimal`` … ``object`` ``list`` ``texts`` or ``any``."""

    kind: str
    model: type[Any] | None = None
    """Model of an object or of the entries of a list."""
    words: tuple[str, ...] = ()
    """Allowed values of a text, empty where all are."""
    required: bool = False


def field_type(model: type[Any], name: str) -> FieldType | None:
    """Type of a dotted field, or ``None`` where the model has none of that name."""
    here: type[Any] | None = model
    found: FieldType | None = None
    for step in name.split("."):
        if found is not None and found.kind == "any":
            return found
        if here is None:
            return None
        field = fields_of(here).get(step)
        if field is None:
            return None
        found = field
        here = field.model if field.kind == "object" else None
    return found


def fields_of(model: type[Any]) -> Mapping[str, FieldType]:
    """All fields of a model (pydantic) with their types."""
    known: Any = model
    return _fields(known)


@cache
def _fields(model: Any) -> Mapping[str, FieldType]:
    return {
        name: _typed(field.annotation, field.is_required())
        for name, field in model.model_fields.items()
    }


def _typed(annotation: Any, required: bool) -> FieldType:
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _typed(arguments[0], required)
    if origin in (typing.Union, types.UnionType):
        kinds = [one for one in arguments if one is not type(None)]
        return (
            _typed(kinds[0], required) if len(kinds) == 1 else FieldType("any", None, (), required)
        )
    if origin is typing.Literal:
        return FieldType("text", None, tuple(map(str, arguments)), required)
    if origin in (tuple, list):
        inner = _typed(arguments[0], False)
        kind = "list" if inner.kind == "object" else "texts"
        return FieldType(kind, inner.model, inner.words, required)
    if isinstance(annotation, type):
        if hasattr(annotation, "model_fields"):
            return FieldType("object", annotation, (), required)
        if issubclass(annotation, Enum):
            return FieldType("text", None, tuple(str(one.value) for one in annotation), required)
        return FieldType(_SCALARS.get(annotation, "any"), None, (), required)
    return FieldType("any", None, (), required)
