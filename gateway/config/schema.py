"""JSON Schema (draft 2020-12) of the settings files, for editors: completion, help, underlining.

Drawn from the models, whose descriptions problems quote, too. A schema is laxer than
``gateway check``, never stricter: text may be written without quotes (``qualifier: 14``), what a
parent can give is not demanded, an empty setting takes away what a parent gives. What is
demanded inside a row of a list stays demanded, since lists replace each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as at
from pydantic import AfterValidator, BaseModel, BeforeValidator, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from gateway.config.like import NOT_SHARED
from gateway.config.models import Agreement, Own, Partner, Settings
from gateway.config.shops import Shop

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLES = {
    "partner": "partners/<name>/partner.yaml: a trading partner",
    "like": "partners/_like/<name>.yaml: settings that partners share",
    "own": "partners/_own.yaml: ourselves, and defaults for all partners",
    "shop": "shops/<name>/shop.yaml: a web shop or marketplace",
    "gateway": "gateway.yaml: the gateway itself",
}
NAMES = tuple(TITLES)
LINE = "# yaml-language-server: $schema={file}"
"""What an editor looks for in the first lines of a YAML file."""

_TEXT = ["string", "number", "boolean"]
_GIVEN_BY_PARENTS = ("schema", "channels", "standard")
"""Settings that the models demand, and a parent may give."""
_PATTERNS: Mapping[str, str] = {
    "_duration": r"^[0-9]+\s*(ms|s|m|h|d)$",
    "_size": r"^[0-9]+\s*(B|kB|MB|GB)$",
    "_standard": r"^(EDIFACT (S|D)\.?[0-9]{2}[AB]( [A-Z0-9]{1,6})?|X12 [0-9]{6}[A-Z0-9]{0,6})$",
    "_level": r"^UNO[A-KWXY]:[1-4]$",
    "_clock_time": r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
    "_parsed": r"^\$\{[a-z0-9][a-z0-9-]*:[^{}]+\}$",
}
"""By the function that reads such a text: what can only be text, and how it is written."""
_LAX_PATTERNS: Mapping[str, str] = {"_gln": r"^[0-9]{13}$"}
"""The same for what an editor may take for a number."""
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_TRUTH = {"true": True, "false": False}


def schema(name: str) -> Schema:
    """The schema of one kind of file: ``partner``, ``like``, ``own``, ``shop`` or ``gateway``."""
    models: dict[str, type[BaseModel]] = {"own": Own, "shop": Shop, "gateway": Settings}
    writer = _Writer(whole=name in models)
    body = writer.group(models.get(name, Partner))
    if name == "like":
        body = _shared(body)
    if name == "partner":
        body["required"] = ["partner", "name", "identities"]
    if name == "own":
        partial = _Writer(whole=False)
        defaults = _shared(partial.group(Partner))
        defaults["description"] = body["properties"]["defaults"]["description"]
        body["properties"]["defaults"] = defaults
        writer.groups = partial.groups | writer.groups
    head = {"$schema": DIALECT, "title": TITLES[name], **body}
    return {**head, "$defs": dict(sorted(writer.groups.items()))}


def schema_text(name: str) -> str:
    """The schema as it is written into a file."""
    return json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


def _shared(body: Schema) -> Schema:
    """Of a partner's schema, what partners can share."""
    properties = {
        name: each
        for name, each in body["properties"].items()
        if name == "schema" or name not in NOT_SHARED
    }
    rows = properties["agreements"]["items"]
    properties["agreements"] = {**properties["agreements"], "items": {"$ref": f"{rows['$ref']}Row"}}
    return {**body, "properties": properties, "required": []}


class _Writer:
    """Collects the schemas of the groups that a file is made of."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        """Whether the file stands alone: nothing is given by a parent."""
        self.groups: dict[str, Schema] = {}

    def group(self, model: type[BaseModel], *, row: bool = False) -> Schema:
        """A group of settings. ``row``: of a list."""
        properties: Schema = {}
        required: list[str] = []
        for field, info in model.model_fields.items():
            name = info.alias or field
            demanded = info.is_required() and (self.whole or row) and not self._given(name)
            properties[name] = self._setting(info, demanded=demanded)
            if demanded:
                required.append(name)
        about = (model.__doc__ or "").strip().split("\n")[0]
        return {
            "type": "object",
            "description": about,
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    def _given(self, name: str) -> bool:
        return not self.whole and name in _GIVEN_BY_PARENTS

    def _setting(self, info: FieldInfo, *, demanded: bool) -> Schema:
        kind = self.kind(info.annotation, tuple(info.metadata))
        if not demanded:
            kind = _or_nothing(kind)
        about = {"description": info.description} if info.description else {}
        default = _default(info)
        return {**about, **kind, **({} if default is None else {"default": default})}

    def kind(self, annotation: Any, metadata: tuple[Any, ...] = (), *, row: bool = False) -> Schema:
        """The schema of a type."""
        if get_origin(annotation) is Annotated:
            inner, *more = get_args(annotation)
            return self.kind(inner, (*more, *metadata), row=row)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self._reference(annotation, row=row)
        found = _read_by(metadata)
        if found is not None:
            return found
        origin, inside = get_origin(annotation), get_args(annotation)
        if origin in (Union, UnionType):
            return self._choice(inside, metadata)
        if origin is Literal:
            return _words(inside, metadata)
        if origin is tuple:
            rows = {"type": "array", "items": self.kind(inside[0], row=True)}
            least = _first(metadata, at.MinLen, "min_length")
            return rows if least is None else {**rows, "minItems": least}
        if origin is dict:
            names = self.kind(inside[0])
            narrow = {"propertyNames": {"pattern": names["pattern"]}} if "pattern" in names else {}
            narrow = {"propertyNames": {"enum": names["enum"]}} if "enum" in names else narrow
            return {"type": "object", "additionalProperties": self.kind(inside[1]), **narrow}
        return _scalar(annotation, metadata)

    def _reference(self, model: type[BaseModel], *, row: bool) -> Schema:
        name = model.__name__
        if name not in self.groups:
            self.groups[name] = {}  # a group may hold itself
            group = self.group(model, row=row)
            self.groups[name] = group if row else _or_nothing(group)
            if model is Agreement:
                free = {**self.groups[name], "required": []}
                self.groups[f"{name}Row"] = free
        return {"$ref": f"#/$defs/{name}"}

    def _choice(self, inside: Iterable[Any], metadata: tuple[Any, ...]) -> Schema:
        kinds = [self.kind(each, metadata) for each in inside if each is not NoneType]
        distinct = [one for at_, one in enumerate(kinds) if one not in kinds[:at_]]
        return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _or_nothing(kind: Schema) -> Schema:
    """The same, or a key without a value."""
    if "enum" in kind:
        return {**kind, "enum": [*kind["enum"], None]}
    if isinstance(kind.get("type"), str | list):
        types = [kind["type"]] if isinstance(kind["type"], str) else kind["type"]
        return {**kind, "type": [*types, "null"]}
    if "$ref" in kind:
        return kind  # the group itself may be nothing
    inner = kind.get("anyOf", [kind])
    return {"anyOf": [*inner, {"type": "null"}]}


def _read_by(metadata: Iterable[Any]) -> Schema | None:
    """The schema of a text with a spelling of its own."""
    for each in metadata:
        if isinstance(each, BeforeValidator | AfterValidator):
            name = getattr(each.func, "__name__", "")
            if name in _PATTERNS:
                return {"type": "string", "pattern": _PATTERNS[name]}
            if name in _LAX_PATTERNS:
                return {"type": ["string", "integer"], "pattern": _LAX_PATTERNS[name]}
    return None


def _words(words: Iterable[Any], metadata: Iterable[Any]) -> Schema:
    """A closed list, with what an editor makes of a word that looks like a number."""
    enum: list[Any] = list(words)
    enum += [float(word) if "." in word else int(word) for word in enum if _NUMBER.fullmatch(word)]
    enum += [_TRUTH[word] for word in enum if word in _TRUTH]
    if any(isinstance(each, BeforeValidator) for each in metadata):
        enum += [value for value in _TRUTH.values() if not any(one is value for one in enum)]
    return {"enum": enum}


def _scalar(annotation: Any, metadata: tuple[Any, ...]) -> Schema:
    if annotation is bool:
        return {"type": "boolean"}
    out: Schema = {"type": "integer"} if annotation is int else {"type": _TEXT}
    wanted: tuple[tuple[str, type[Any], str], ...] = (
        ("minLength", at.MinLen, "min_length"),
        ("maxLength", at.MaxLen, "max_length"),
        ("minimum", at.Ge, "ge"),
        ("exclusiveMinimum", at.Gt, "gt"),
        ("maximum", at.Le, "le"),
    )
    for word, kind, name in wanted:
        value = _first(metadata, kind, name)
        if value is not None:
            out[word] = value
    patterns = [each.pattern for each in metadata if getattr(each, "pattern", None)]
    if patterns:
        out["pattern"] = patterns[0]
    return out


def _first(metadata: Iterable[Any], kind: type[Any], name: str) -> Any:
    """A limit, however pydantic keeps it."""
    for each in metadata:
        if isinstance(each, kind | StringConstraints):
            value = getattr(each, name, None)
            if value is not None:
                return value
    return None


def _default(info: FieldInfo) -> Any:
    """A plain default; groups and lists say theirs themselves."""
    value = info.default
    if value is PydanticUndefined or not isinstance(value, str | int) or value == "":
        return None
    return None if _read_by(info.metadata) else value
