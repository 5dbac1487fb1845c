"""The page of the canonical documents, from their models: fields, types, meaning, BT of EN 16931.

What a field means is the text below it in the source, which pydantic does not keep.
"""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Iterator
from datetime import datetime
from textwrap import dedent
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.documents import DOCUMENTS
from gateway.documents.base import Day, Number, Time
from gateway.documents.shop.common import Zoned

_SCALARS = {Day: "date", Number: "decimal", Time: "time", Zoned: "instant",
            datetime: "instant", str: "text",
            int: "whole number", bool: "yes or no"}  # fmt: skip
_BASES = ("Document", "Model", "BaseModel")


def documents_page() -> str:
    """``docs/reference/documents.md``."""
    lines = [
        "# Documents",
        "",
        "What a message becomes before it is written in another format. Amounts and quantities are",
        "exact decimals (texts in JSON), days are ISO 8601, and what is absent is left out. Words",
        "such as `carton` come from the lists in `mappings/codes`. **Fields in bold** must be",
        "there. A document takes `extra`: texts it does not know, by `namespace:name`.",
        "",
        "Documents: " + ", ".join(f"[{name}](#{name})" for name in DOCUMENTS) + ".",
        "",
    ]
    shared: dict[str, type[BaseModel]] = {}
    for name, model in DOCUMENTS.items():
        lines += [f"## {name}", "", summary(model), ""]
        lines += table(model, shared)
    lines += ["## Objects", "", "What documents are made of.", ""]
    done: set[str] = set()
    while left := sorted(set(shared) - done):
        for name in left:
            lines += [f"### {name}", "", summary(shared[name]), ""]
            lines += table(shared[name], shared)
            done.add(name)
    return "\n".join(lines).rstrip() + "\n"


def summary(model: type[BaseModel]) -> str:
    """What a model is, on one line."""
    return " ".join((inspect.getdoc(model) or "").split())


def table(
    model: type[BaseModel], shared: dict[str, type[BaseModel]], *, terms: bool = True
) -> list[str]:
    """The fields of a model; models that they hold are put into ``shared``.

    ``terms``: with the business terms of EN 16931.
    """
    heads = ["field", "type", "meaning", *(["EN 16931"] if terms else [])]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    meanings = _meanings(model)
    for name, field in model.model_fields.items():
        if name == "extra":
            continue
        shown = f"**{name}**" if field.is_required() else name
        kind = _type(_annotation(model, name), shared)
        meaning = meanings.get(name) or field.description or ""
        cells = [shown, kind, meaning, *([_terms(field)] if terms else [])]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _annotation(model: type[BaseModel], name: str) -> Any:
    return typing.get_type_hints(model, include_extras=True)[name]


def _type(kind: Any, shared: dict[str, type[BaseModel]]) -> str:
    for known, word in _SCALARS.items():
        if kind == known:
            return word
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        shared[kind.__name__] = kind
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0], shared)}"
    if origin in (typing.Union, types.UnionType):
        return _type(next(one for one in arguments if one is not type(None)), shared)
    return _type(arguments[0], shared) if origin is typing.Annotated else str(kind)


def _terms(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    found = extra.get("bt") if isinstance(extra, dict) else None
    if isinstance(found, dict):
        return ", ".join(f"{name} {term}" for name, term in found.items())
    return str(found) if found else ""


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field, those of bases too."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base.__name__ not in _BASES:
            found.update(_below(base))
    return found


def _below(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    (tree,) = ast.parse(dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            meaning = " ".join(str(text.value.value).split()).replace("``", "`")
            yield field.target.id, meaning.replace("|", "\\|")
