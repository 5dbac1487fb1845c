"""Positions of a settings file as text that is only read when somebody asks for a place.

A file without problems is asked for few of its places; packed, the others cost nothing. They are
kept by the first step of their path (``channels``, ``agreements``), each as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.syntax.yamltext import Mark, Path_, YamlText

Packed = Mapping[str, str]
_WHOLE = ""
"""The file itself, whose path is empty."""


def pack(text: YamlText) -> dict[str, str]:
    """The positions of a file. :func:`unpack` makes them anew."""
    tops: dict[str, list[Any]] = {}
    for path in text.keys | text.values:
        top = str(path[0]) if path else _WHOLE
        tops.setdefault(top, []).append((path, text.keys.get(path), text.values.get(path)))
    return {top: json.dumps(marks, separators=(",", ":")) for top, marks in tops.items()}


def unpack(file: str, data: Any, packed: Packed, digest: bytes) -> YamlText:
    """A file with its positions. Of packed text that is damaged, places are those of the file."""
    opened = _Opened(dict(packed))
    return YamlText(file, data, opened.keys, opened.values, digest=digest)


class _Opened:
    """Marks that have been asked for, and the text of all others."""

    def __init__(self, packed: dict[str, str]) -> None:
        self.packed = packed
        self.keys = _Marks(self)
        self.values = _Marks(self)

    def open(self, top: str) -> None:
        """Read the marks below one setting."""
        text = self.packed.pop(top, None)
        if text is None:
            return
        try:
            for path, key, value in json.loads(text):
                where = tuple(path)
                if key is not None:
                    dict.__setitem__(self.keys, where, Mark(*key))
                if value is not None:
                    dict.__setitem__(self.values, where, Mark(*value))
        except (ValueError, TypeError):
            return


class _Marks(dict[Path_, Mark]):
    """Marks by path, read when they are asked for."""

    def __init__(self, opened: _Opened) -> None:
        super().__init__()
        self.opened = opened

    def get(self, path: Path_, default: Any = None) -> Any:
        """The mark of a path, or ``default``."""
        self.opened.open(str(path[0]) if path else _WHOLE)
        return super().get(path, default)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, tuple) and self.get(path) is not None

    def __getitem__(self, path: Path_) -> Mark:
        self.opened.open(str(path[0]) if path else _WHOLE)
        return super().__getitem__(path)

    def __iter__(self) -> Iterator[Path_]:
        for top in list(self.opened.packed):
            self.opened.open(top)
        return super().__iter__()
