"""Every setting of a partner or shop as it holds, and where it is written (``show --effective``).

What is not written has its default; what a parent (``_like/``) or the house (``_own.yaml``) gives
has the place in that file. Lists of agreements and groups by name have no numbers in their paths:
an agreement is ``order inbound``, so that two configurations can be compared value by value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.config.as2 import As2
from gateway.config.as2presets import PRESETS, resolved
from gateway.config.models import Agreement
from gateway.config.snapshot import without_secret
from gateway.config.values import duration_text, is_size, size_text
from gateway.config.workspace import Workspace
from gateway.problems import Place
from gateway.syntax.yamltext import Path_, YamlText

Source = Literal["written", "like", "defaults", "preset", "default"]
_NO_TEXT = YamlText("")


@dataclass(frozen=True, slots=True)
class Value:
    """One setting as it holds."""

    path: tuple[str, ...]
    """``("agreements", "order inbound", "mode")``: lists by key, else by number from 1."""
    value: str
    """In the spelling of the settings; empty where nothing is set. A secret is its reference."""
    origin: Place | None
    """Where it is written; ``None`` for a default."""
    source: Source
    """Who says so: the partner's file, his parent, the house, the preset of a product, or none."""

    @property
    def setting(self) -> str:
        """``agreements[order inbound].mode``."""
        text = ""
        for name in self.path:
            plain = name.replace("_", "").replace("-", "").isalnum() and not name.isdigit()
            text += (f".{name}" if text else name) if plain else f"[{name}]"
        return text

    @property
    def shown_origin(self) -> str:
        """``partner.yaml:12``, ``_like/retail-de.yaml:7``, ``default``."""
        if self.origin is None or self.origin.file is None:
            return self.source
        shown = self.origin.file.rpartition("/_like/")
        name = f"_like/{shown[2]}" if shown[1] else self.origin.file.rpartition("/")[2]
        return f"{name}:{self.origin.line or 1}" + (" (preset)" if self.source == "preset" else "")

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        file, line = (None, None) if self.origin is None else (self.origin.file, self.origin.line)
        return {
            "setting": self.setting,
            "value": self.value,
            "source": self.source,
            "file": file,
            "line": line,
        }


def effective(workspace: Workspace, name: str) -> list[Value]:
    """Every setting of a partner or a shop; ``[]`` where there is none (or it is broken).

    An optional group that is not there (``channels.main.as2``) has no rows.
    """
    found: BaseModel | None = workspace.partners.get(name) or workspace.shops.get(name)
    if found is None:
        return []
    text = workspace.texts.get(name) or workspace.shop_texts.get(name) or _NO_TEXT
    return list(_Walk(text).group(found, (), ()))


def values_of(model: BaseModel, text: YamlText | None = None) -> list[Value]:
    """Every setting of another file: ``gateway.yaml``, ``_own.yaml``. ``text``: for its places."""
    return list(_Walk(text or _NO_TEXT).group(model, (), ()))


def agreement_keys(agreements: Sequence[Agreement]) -> list[str]:
    """How each agreement is named: ``order inbound``, with directory, mode, match as needed."""
    keys = [f"{each.document} {each.direction}" for each in agreements]
    further: list[list[str]] = [
        [each.standard.directory for each in agreements],
        [each.mode for each in agreements],
        [_match(each) for each in agreements],
        [str(number) for number in range(1, len(agreements) + 1)],
    ]
    for words in further:
        count = Counter(keys)
        keys = [
            f"{key} {word}".rstrip() if count[key] > 1 else key
            for key, word in zip(keys, words, strict=True)
        ]
    return keys


def _match(agreement: Agreement) -> str:
    """What a message must have around it, where agreements differ in that only."""
    wanted = agreement.match.model_dump(exclude_defaults=True)
    return " ".join(f"{name}={value}" for name, value in wanted.items())


class _Walk:
    """Through the models of a partner and the text they were made of, side by side."""

    def __init__(self, text: YamlText) -> None:
        self.text = text
        self.filled: dict[Path_, Place] = {}
        """What the preset of an AS2 product fills in, and where the preset is named."""

    def group(self, model: BaseModel, shown: tuple[str, ...], path: Path_) -> Iterator[Value]:
        """All settings below a group."""
        if isinstance(model, As2) and model.preset is not None:
            named = self.text.place((*path, "preset"))
            for group, settings in PRESETS[model.preset].settings.items():
                self.filled.update(((*path, group, name), named) for name in settings)
            model = resolved(model)
        for field, info in type(model).model_fields.items():
            name = info.alias or field
            yield from self.value(getattr(model, field), info, (*shown, name), (*path, name))

    def value(
        self, value: Any, info: FieldInfo | None, shown: tuple[str, ...], path: Path_
    ) -> Iterator[Value]:
        """One setting, or all of what it holds."""
        if isinstance(value, BaseModel):
            yield from self.group(value, shown, path)
        elif isinstance(value, Mapping) and value:
            for name, each in value.items():
                yield from self.value(each, None, (*shown, str(name)), (*path, str(name)))
        elif isinstance(value, tuple) and any(isinstance(each, BaseModel) for each in value):
            keys = self._keys(value)
            for index, each in enumerate(value):
                yield from self.value(each, None, (*shown, keys[index]), (*path, index))
        elif not (value is None and info is not None and _is_group(info.annotation)):
            written = text_of(value, size=info is not None and is_size(info.metadata))
            yield self._leaf(without_secret(shown, written), shown, path)

    def _keys(self, values: tuple[Any, ...]) -> list[str]:
        if all(isinstance(each, Agreement) for each in values):
            return agreement_keys(values)
        return [str(number) for number in range(1, len(values) + 1)]

    def _leaf(self, written: str, shown: tuple[str, ...], path: Path_) -> Value:
        there = path in self.text.values and _at(self.text.data, path) is not None
        if path[:1] == ("agreements",) and path[2:] == ("mode",):
            said = _at(self.text.data, path) or "live"
            if said != written:  # the partner's mode caps it
                path, there = ("mode",), True
        if not there and path in self.filled:
            return Value(shown, written, self.filled[path], "preset")
        origin = self.text.place(path) if there else None
        return Value(shown, written, origin, self._source(origin))

    def _source(self, origin: Place | None) -> Source:
        if origin is None or origin.file is None:
            return "default"
        if origin.file == self.text.file:
            return "written"
        return "like" if "/_like/" in origin.file else "defaults"


def _at(data: Any, path: Path_) -> Any:
    """What the text holds at a path, or nothing."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _is_group(annotation: Any) -> bool:
    """Whether a setting is an optional group (or a choice of groups)."""
    kinds = getattr(annotation, "__args__", ())
    return any(isinstance(each, type) and issubclass(each, BaseModel) for each in kinds)


def text_of(value: Any, *, size: bool = False) -> str:
    """A value as a person would write it in a settings file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, int) and size:
        return size_text(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple | list):
        return f"[{', '.join(text_of(each) for each in value)}]"
    return "" if isinstance(value, Mapping) else str(value)
