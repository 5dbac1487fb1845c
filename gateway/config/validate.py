"""Pydantic's findings as problems: in the words of settings, with a caret and a suggestion.

A suggestion is made above 0.75 similarity only: a wrong hint is worse than none.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.config.secrets import VAULTS, PlainSecretError, Vault
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText, dotted

M = TypeVar("M", bound=BaseModel)

SIMILAR = 0.75

_OWNERS = {
    "Settings": "gateway.yaml",
    "Own": "partners/_own.yaml",
    "Partner": "a partner",
    "Shop": "a shop",
    "Shared": "a parent",
    "Identities": "identities",
    "EdifactSyntax": "syntax.edifact",
    "X12Syntax": "syntax.x12",
    "Agreement": "an agreement",
    "Channel": "a channel",
    "Identity": "an identity",
}
_RULES = {
    "string_type": "it must be text",
    "model_type": "it must be a group of settings",
    "model_attributes_type": "it must be a group of settings",
    "dict_type": "it must be a group of named settings",
    "tuple_type": "it must be a list",
    "int_parsing": "it must be a whole number",
    "decimal_parsing": "it must be a number",
    "bool_parsing": "it must be true or false",
    "string_too_short": "it must not be empty",
    "too_short": "it must not be empty",
}
_PATTERNS = {
    r"^[a-z0-9][a-z0-9-]{0,39}$": "small letters, digits and hyphens, at most 40",
    r"^A[0-9A-Z]{9,14}$": "the id of a marketplace, like A13V1IB3VIYZZH (amazon.fr)",
    r"^[A-Z]{2}$": "a country is written like FR (ISO 3166-1)",
    r"^[a-z0-9][a-z0-9_-]{0,39}$": "small letters, digits, hyphens and _, at most 40",
}


def validate(
    model: type[M],
    text: YamlText,
    vaults: Mapping[str, Vault] = MappingProxyType({}),
    *,
    partial: bool = False,
) -> tuple[M | None, list[Problem]]:
    """The model of a file, or every problem of it with its place.

    ``vaults``: those that references to secrets in it may name. ``partial``: other files may add
    to this one, so nothing is missing, and a group need not be whole.
    """
    data = {} if text.data is None else text.data
    unknown = list(_unknown_without_value(model, text))
    try:
        value = model.model_validate(data, context={VAULTS: vaults})
    except ValidationError as error:
        wrong = [one for one in error.errors() if not (partial and _may_come(one))]
        wrong = [one for one in wrong if not _told_by_its_entries(one)]
        return None, [*(_problem(model, text, found) for found in wrong), *unknown]
    return (None if unknown else value), unknown


def _unknown_without_value(model: type[BaseModel], text: YamlText) -> Iterator[Problem]:
    """C101 for keys that are not in the data, because nothing stands behind them."""
    for path in sorted(text.empty, key=lambda each: text.place(each, key=True).line or 0):
        owner = _described(model, path[:-1])
        if owner is not None and path[-1] not in _settings(owner):
            yield _unknown(model, text, path)


def _may_come(found: ErrorDetails) -> bool:
    """Whether a finding may vanish when another file adds to this one."""
    group = isinstance(found["input"], dict) and found["type"] == "value_error"
    return group or found["type"] in ("missing", "too_short")


def _told_by_its_entries(found: ErrorDetails) -> bool:
    """Whether a list is only too short because its entries are wrong, which are told as well."""
    return found["type"] == "too_short" and len(found["input"]) >= found["ctx"]["min_length"]


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean inbound?``, or nothing."""
    spelled = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(word.casefold(), list(spelled), 1, SIMILAR)
    return f"; did you mean {spelled[near[0]]}?" if near else ""


def _problem(model: type[BaseModel], text: YamlText, found: ErrorDetails) -> Problem:
    path: Path_ = tuple(step for step in found["loc"] if step != "[key]")
    name = str(path[-1]) if path else text.file
    kind, value = found["type"], found["input"]
    if kind == "extra_forbidden":
        return _unknown(model, text, path)
    if kind == "missing":
        owner = _model_at(model, path[:-1])
        about = _about(owner, name)
        place = text.own_place(path if path in text.keys else path[:-1])
        return problem("C103", place, owner=_owner(owner, path[:-1]), setting=name, about=about)
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(found.get("ctx", {}).get("expected", "")))
        hint = suggestion(str(value), known)
        return problem(
            "C102",
            text.place(path),
            setting=name if isinstance(path[-1], str) else dotted(path),
            value=_shown(value),
            known=", ".join(known),
            hint=hint,
        )
    if isinstance(found.get("ctx", {}).get("error"), PlainSecretError):
        # neither the value nor the line it stands in is shown: it may be a password
        place = replace(text.place(path), width=0)
        return problem("C100", place, setting=name, value="(not shown)", rule=_rule(found))
    place = text.place(path, key=found["loc"][-1:] == ("[key]",))
    if isinstance(value, dict) and place.file != text.file:
        place = text.own_place(path)  # a group that files make together: this one has to mend it
    setting = dotted(path[-1:]) if isinstance(path[-1:] and path[-1], str) else dotted(path)
    return problem(
        "C100", place, setting=setting or text.file, value=_shown(value), rule=_rule(found)
    )


def _unknown(model: type[BaseModel], text: YamlText, path: Path_) -> Problem:
    owner, name = _model_at(model, path[:-1]), str(path[-1])
    known = _settings(owner)
    return problem(
        "C101",
        text.place(path, key=True),
        setting=name,
        owner=_owner(owner, path[:-1]),
        known=", ".join(known),
        hint=suggestion(name, known) or _elsewhere(model, owner, path),
    )


def _elsewhere(model: type[BaseModel], owner: type[BaseModel], path: Path_) -> str:
    """Whether a setting belongs into a group beside it, or one level further out."""
    name = path[-1]
    inside = [
        group
        for group, info in owner.model_fields.items()
        if _is_model(inner := _inner(info.annotation)) and name in _settings(inner)
    ]
    if inside:
        return f"; {' and '.join(inside)} {'knows' if len(inside) == 1 else 'know'} {name}"
    for length in range(len(path) - 2, -1, -1):
        above = _described(model, path[:length])
        if above is not None and name in _settings(above):
            return f"; {_owner(above, path[:length])} knows {name}: write it further to the left"
    return ""


def _rule(found: ErrorDetails) -> str:
    context: Mapping[str, Any] = found.get("ctx", {})
    if found["type"] == "value_error":
        return str(context["error"])
    if found["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], found["msg"])
    if found["type"] == "string_too_long":
        return f"it has at most {context['max_length']} characters"
    return _RULES.get(found["type"]) or found["msg"][:1].lower() + found["msg"][1:]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a group of settings"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _model_at(model: type[BaseModel], path: Path_) -> type[BaseModel]:
    """The model that describes the settings at ``path``, or the one of the whole file."""
    return _described(model, path) or model


def _described(model: type[BaseModel], path: Path_) -> type[BaseModel] | None:
    """The model that describes the settings at ``path``; ``None`` where names are free."""
    here: Any = model
    for step in path:
        if _is_model(here):
            info = next(
                (info for name, info in here.model_fields.items() if step in (name, info.alias)),
                None,
            )
            here = _inner(info.annotation) if info is not None else None
            continue
        here = _inner(get_args(here)[-1 if get_origin(here) is dict else 0])
    return here if _is_model(here) else None


def _inner(annotation: Any) -> Any:
    """The model inside ``Model | None``; other annotations as they are."""
    models = [each for each in get_args(annotation) if _is_model(each)]
    union = get_origin(annotation) not in (dict, tuple)
    return models[0] if models and union else annotation


def _is_model(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseModel)


def _settings(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _about(model: type[BaseModel], name: str) -> str:
    info = model.model_fields.get(name)
    return (info.description if info is not None else None) or "it has no default"


def _owner(model: type[BaseModel], path: Path_) -> str:
    return _OWNERS.get(model.__name__) or dotted(path) or "the file"
