"""The OpenAPI 3.1 document of the API, made of the table of routes and the models.

What a field means is the text below it in its model; pydantic does not keep that, so it is read
from the source where the source is there.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from textwrap import dedent
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.pipeline.shops.reception.answers import Refusal
from gateway.pipeline.shops.reception.body import MOST
from gateway.pipeline.shops.reception.routes import ROUTES, Route

VERSION = "1"
"""Of the API; it changes when something is taken away, not when something is added."""
_REF = "#/components/schemas/{model}"
_ABOUT = (
    "Orders of web shops in one canonical form, and documents of the ERP. Whoever posts has a "
    "bearer key of his own. What is answered as taken is durable. A request with an "
    "Idempotency-Key may be sent again: the same bytes get the same answer (for 30 days), other "
    "bytes under the same key are refused. Amounts are exact: numbers or texts of digits, read "
    "from the text of the request. Unknown fields, a field twice in one object and NaN are "
    "refused, with the place and what would be right."
)
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names this request, so that it can be sent again: 1 to 255 visible ASCII "
    "characters, another for each request.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_WAIT = {
    "description": "Seconds after which the same request may come again.",
    "schema": {"type": "integer", "minimum": 1},
}
_LOCATION = {
    "description": "Where one asks what became of it.",
    "schema": {"type": "string"},
}
_REPLAYED = {
    "description": "true: this answer was given before.",
    "schema": {"type": "string", "enum": ["true"]},
}
_WAITING = (429, 503)
_LONG = re.compile(r"gateway__documents__(shop__)?[a-z]+__([A-Z]\w*)")
_TWINS = ("Payment",)
"""Names that a model of the shop side and another one have."""
_JSON, _PROBLEM = "application/json", "application/problem+json"


@cache
def openapi_text() -> str:
    """The document as it is served."""
    return json.dumps(openapi(), ensure_ascii=False, separators=(",", ":"))


def openapi() -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "EDI gateway: shops and ERP",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "shop": _scheme("A key of a shop (api.keys of its shop.yaml)."),
                "erp": _scheme("A key of the ERP (http.api.keys of gateway.yaml)."),
            },
            "schemas": _schemas(),
        },
    }


def _scheme(text: str) -> dict[str, str]:
    return {"type": "http", "scheme": "bearer", "description": text}


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": route.detail,
        "security": [] if route.who == "anyone" else [{route.who: []}],
        "responses": {str(status): _answer(route, status) for status in sorted(route.answers)},
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in route.needs
    ]
    if route.posts:
        parameters.append(_KEY)
    if parameters:
        found["parameters"] = parameters
    if route.takes is not None:
        content = {_JSON: {"schema": _taken(route, route.takes)}}
        found["requestBody"] = {"required": not route.optional, "content": content}
    return found


def _taken(route: Route, model: type[BaseModel]) -> dict[str, Any]:
    one = _reference(model)
    if not route.many:
        return one
    several: dict[str, Any] = {"type": "array", "items": one, "minItems": 1}
    if not route.document:
        several["maxItems"] = MOST
    return {"oneOf": [one, several]}


def _answer(route: Route, status: int) -> dict[str, Any]:
    text, model = route.answers[status]
    found: dict[str, Any] = {"description": text}
    kind = _PROBLEM if model is Refusal else _JSON
    schema = {"type": "object"} if model is None else _reference(model)
    found["content"] = {kind: {"schema": schema}}
    headers: dict[str, Any] = {}
    if status in _WAITING:
        headers["Retry-After"] = _WAIT
    if route.posts and status < 400:
        headers |= {"Location": _LOCATION, "Idempotent-Replayed": _REPLAYED}
    if headers:
        found["headers"] = headers
    return found


def _reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": _REF.format(model=model.__name__)}


def _schemas() -> dict[str, Any]:
    models = dict.fromkeys(_models())
    wanted: Any = [(model, _mode(model)) for model in models]
    _, found = models_json_schema(wanted, ref_template=_REF)
    schemas: dict[str, Any] = json.loads(_short(json.dumps(found["$defs"])))
    meanings = {_name(model): _meanings(model) for model in _every(models)}
    for name, schema in schemas.items():
        _described(schema, meanings.get(name, {}))
    return schemas


def _short(text: str) -> str:
    """Of two models with one name, pydantic writes the whole module of each."""
    return _LONG.sub(lambda found: f"{'Shop' if found[1] else ''}{found[2]}", text)


def _name(model: type[BaseModel]) -> str:
    """What a model is called in the document."""
    twin = model.__name__ in _TWINS and ".shop." in model.__module__
    return f"Shop{model.__name__}" if twin else model.__name__


def _mode(model: type[BaseModel]) -> str:
    return "serialization" if model.__module__.endswith(".answers") else "validation"


def _models() -> Iterator[type[BaseModel]]:
    for route in ROUTES:
        if route.takes is not None:
            yield route.takes
        for _, model in route.answers.values():
            if model is not None:
                yield model


def _every(models: Mapping[type[BaseModel], Any]) -> Iterator[type[BaseModel]]:
    """These models, and all that stand in their fields."""
    seen: set[type[BaseModel]] = set()
    pending: list[Any] = list(models)
    while pending:
        kind = pending.pop()
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            if kind not in seen:
                seen.add(kind)
                yield kind
                pending += [field.annotation for field in kind.model_fields.values()]
        else:
            pending += getattr(kind, "__args__", ())


def _described(schema: dict[str, Any], meanings: Mapping[str, str]) -> None:
    """Titles say nothing that the names do not; what a field means is added."""
    schema.pop("title", None)
    if "description" in schema:
        schema["description"] = " ".join(str(schema["description"]).split())
    for name, field in schema.get("properties", {}).items():
        field.pop("title", None)
        if name in meanings and "description" not in field:
            field["description"] = meanings[name]


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base.__module__.startswith("gateway."):
            found.update(_below(base))
    return found


def _below(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The text below each field of one class; none where the source is not there."""
    try:
        (tree,) = ast.parse(dedent(inspect.getsource(model))).body
    except OSError:
        return
    assert isinstance(tree, ast.ClassDef)
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            yield field.target.id, " ".join(str(text.value.value).split()).replace("``", "`")
