"""Checked access to the data of a YAML file: unknown settings, wrong kinds, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

SIMILAR = 0.75
"""A suggestion that is less alike would mislead."""
_NUMBER = re.compile(r"\d{1,9}")
_LENGTH = re.compile(r"(\d{1,5})|(\d{1,5})?\.\.(\d{1,5})?")


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean R?``, or nothing."""
    near = get_close_matches(word, list(known), 1, SIMILAR)
    return f"; did you mean {near[0]}?" if near else ""


@dataclass
class YamlReader:
    """Reads settings and collects what is wrong with them (G401, G402, G403)."""

    text: YamlText
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Where a setting is written."""
        return self.text.place(path, key=key)

    def settings(self, data: Any, path: Path_, known: Sequence[str], owner: str) -> dict[str, Any]:
        """A group of settings without those that are not known."""
        if data is None:
            return {}
        if not isinstance(data, dict):
            self.wrong(path, data, "it must be a group of settings")
            return {}
        for name in data:
            if name not in known:
                facts: dict[str, Any] = {"known": ", ".join(known), "hint": suggestion(name, known)}
                place = self.place((*path, name), key=True)
                self.problems.append(problem("G401", place, setting=name, owner=owner, **facts))
        return {name: value for name, value in data.items() if name in known}

    def named(self, data: Any, path: Path_) -> dict[str, Any]:
        """A group whose names are free."""
        if data is None:
            return {}
        if isinstance(data, dict):
            return data
        self.wrong(path, data, "it must be a group of named settings")
        return {}

    def items(self, data: Any, path: Path_) -> list[Any]:
        """A list."""
        if data is None:
            return []
        if isinstance(data, list):
            return data
        self.wrong(path, data, "it must be a list")
        return []

    def texts(self, data: Any, path: Path_) -> frozenset[str] | None:
        """A value, a list of values, or values with blanks between: ``BY``, ``[BY, DP]``."""
        if isinstance(data, str) and data.split():
            return frozenset(data.split())
        if isinstance(data, list) and data and all(isinstance(one, str) and one for one in data):
            return frozenset(data)
        self.wrong(path, data, "it must be a value or a list of values")
        return None

    def string(self, data: Any, path: Path_, default: str = "") -> str:
        """A text."""
        if data is None:
            return default
        if isinstance(data, str):
            return data
        self.wrong(path, data, "it must be text")
        return default

    def choice(self, data: Any, path: Path_, known: Sequence[str]) -> Any:
        """One of some words, or ``None``."""
        if data is None or data in known:
            return data
        self.wrong(path, data, f"it must be {' or '.join(known)}{suggestion(str(data), known)}")
        return None

    def number(self, data: Any, path: Path_) -> int | None:
        """A whole number."""
        if data is None:
            return None
        if isinstance(data, str) and _NUMBER.fullmatch(data):
            return int(data)
        self.wrong(path, data, "it must be a whole number")
        return None

    def length(self, data: Any, path: Path_) -> tuple[int | None, int | None]:
        """``13``, ``1..35``, ``..35``."""
        if data is None:
            return None, None
        known = _LENGTH.fullmatch(data) if isinstance(data, str) else None
        if known is None or data == "..":
            self.wrong(path, data, "it must be a length: 13, 1..35 or ..35")
            return None, None
        if known[1]:
            return int(known[1]), int(known[1])
        return (int(known[2]) if known[2] else None), (int(known[3]) if known[3] else None)

    def wrong(self, path: Path_, value: Any, rule: str) -> None:
        """A value that is not understood."""
        shown = "a list" if isinstance(value, list) else value
        shown = "a group of settings" if isinstance(value, dict) else shown
        shown = "nothing" if value is None else shown
        name = next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")
        place = self.place(path)
        self.problems.append(problem("G402", place, setting=name, value=str(shown)[:60], rule=rule))

    def missing(self, path: Path_, setting: str, owner: str, about: str) -> None:
        """A setting that has to be there."""
        place = self.place(path, key=True)
        self.problems.append(problem("G403", place, setting=setting, owner=owner, about=about))
