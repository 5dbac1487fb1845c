"""Every setting with its default and what it is, from the models: a page for people.

Drawn from the same descriptions that problems quote, so page and message cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from gateway.config.models import Own, Partner, Settings
from gateway.config.shops import Shop

FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("gateway.yaml", Settings),
    ("partners/_own.yaml", Own),
    ("partners/&lt;name&gt;/partner.yaml", Partner),
    ("shops/&lt;name&gt;/shop.yaml", Shop),
)


_SUFFIXES: dict[Any, str] = {dict: ".<name>", tuple: "[]"}


def settings_page() -> str:
    """The page as Markdown: a table for each file."""
    lines = [
        "# Settings",
        "",
        "Values are text as written: `NO`, `01` and `0.10` stay what they are. An unknown setting",
        "is an error, see [C101](../codes/C101.md). Paths are relative to `gateway.yaml`.",
        "Durations are written like `500ms`, `2s`, `15m`, `4h`, `30d`; sizes like `64kB`, `20MB`,",
        "`1GB`.",
        "",
    ]
    for file, model in FILES:
        lines += [f"## {file}", "", "| Setting | Default | What it is |", "|---|---|---|"]
        lines += [f"| `{path}` | {default} | {about} |" for path, default, about in rows(model)]
        lines.append("")
    return "\n".join(lines)


def rows(model: type[BaseModel], front: str = "") -> Iterator[tuple[str, str, str]]:
    """(path, default, description) of every setting below a model; groups have no row."""
    for name, info in model.model_fields.items():
        path = f"{front}{info.alias or name}"
        inner, suffix = _inner(info.annotation)
        if inner is not None:
            yield from rows(inner, f"{path}{suffix}.")
            continue
        yield path, _default(info), _about(info)


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model inside an annotation, and how its place is written in a path."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    suffix = _SUFFIXES.get(get_origin(annotation), "")
    for each in get_args(annotation):
        inner, _ = _inner(each)
        if inner is not None:
            return inner, suffix
    return None, ""


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    if info.default in (None, "", (), PydanticUndefined) or info.default == {}:
        return "–"
    if isinstance(info.default, bool):
        return f"`{str(info.default).lower()}`"
    return f"`{_written(info.default)}`"


def _written(default: Any) -> str:
    """A default as it would be written in the file."""
    if isinstance(default, tuple):
        return f"[{', '.join(map(str, default))}]"
    seconds = getattr(default, "total_seconds", None)
    if seconds is not None:
        total = int(seconds())
        if total == 0:
            return "0s"
        unit, size = next(
            (unit, size)
            for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
            if total % size == 0
        )
        return f"{total // size}{unit}"
    if isinstance(default, int) and default >= 1000 and default % 1000 == 0:
        for unit, size in (("GB", 1000**3), ("MB", 1000**2), ("kB", 1000)):
            if default % size == 0 and default >= 64_000 and default != 100_000:
                return f"{default // size}{unit}"
    return str(default)


def _about(info: FieldInfo) -> str:
    text = info.description or ""
    values = _values(info.annotation)
    if values and not all(value in text for value in values):
        text = f"{text}: {', '.join(values)}" if text else ", ".join(values)
    return text.replace("|", "\\|").replace("<", "&lt;")


def _values(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [f"`{value}`" for value in get_args(annotation)]
    return [value for each in get_args(annotation) for value in _values(each)]
