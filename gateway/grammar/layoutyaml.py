"""Pieces of a layout file: settings as text with their lines, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import yaml

from gateway.problems import Place, Problem, problem

Settings = dict[str, yaml.Node]
"""Settings of one object by name."""


class Pieces:
    """Takes settings out of YAML nodes; collects problems F131-F133."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def place(self, node: yaml.Node | None) -> Place:
        """Where a node stands."""
        if node is None:
            return Place(file=self.file)
        start = node.start_mark
        return Place(file=self.file, line=start.line + 1, column=start.column + 1)

    def mapping(self, node: yaml.Node | None, known: Sequence[str] | None, what: str) -> Settings:
        """Settings of an object; with ``known``, others are told."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.wrong(what, shown(node), "settings, name: value", node)
            return {}
        found: Settings = {}
        for key, value in node.value:
            name = shown(key)
            if known is not None and name not in known:
                near = get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
                self.problems.append(
                    problem("F131", self.place(key), setting=name, owner=what, hint=hint)
                )
            elif name in found:
                self.wrong(name, "written twice", "written once", key)
            else:
                found[name] = value
        return found

    def text(self, parts: Mapping[str, yaml.Node], name: str, default: str = "") -> str:
        """A text; every scalar is one, as it is written."""
        node = parts.get(name)
        if node is None:
            return default
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(name, shown(node), "a text", node)
            return default
        return str(node.value)

    def texts(self, parts: Mapping[str, yaml.Node], name: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        node = parts.get(name)
        if not isinstance(node, yaml.SequenceNode):
            text = self.text(parts, name)
            return (text,) if text else ()
        if any(not isinstance(one, yaml.ScalarNode) for one in node.value):
            self.wrong(name, shown(node), "a list of texts", node)
            return ()
        return tuple(str(one.value) for one in node.value)

    def single(
        self, parts: Mapping[str, yaml.Node], name: str, default: str, *, none: bool = False
    ) -> str:
        """One character; ``tab`` and ``blank`` by name, ``none`` where that is possible."""
        value = self.text(parts, name, default)
        value = {"tab": "\t", "blank": " "}.get(value, value)
        if none and value in ("none", ""):
            return ""
        if len(value) != 1 or value in "\r\n":
            wanted = "one character, tab, blank or none" if none else "one character, or tab"
            self.wrong(name, value, wanted, parts.get(name))
            return default
        return value

    def number(self, parts: Mapping[str, yaml.Node], name: str, most: int = 10_000_000) -> int:
        """A whole number from 0; 0 where there is none."""
        value = self.text(parts, name, "0")
        if not (value.isascii() and value.isdigit() and len(value) < 9 and int(value) <= most):
            self.wrong(name, value, f"a number up to {most}", parts.get(name))
            return 0
        return int(value)

    def choice(
        self, parts: Mapping[str, yaml.Node], name: str, known: Sequence[str], default: str
    ) -> str:
        """One of some words."""
        value = self.text(parts, name, default)
        if value not in known:
            self.wrong(name, value, " or ".join(known), parts.get(name))
            return default
        return value

    def flag(self, parts: Mapping[str, yaml.Node], name: str, default: str = "false") -> bool:
        """``true`` or ``false``."""
        return self.choice(parts, name, ("true", "false"), default) == "true"

    def wrong(self, name: str, value: str, wanted: str, node: yaml.Node | None) -> None:
        """F132."""
        place = self.place(node)
        self.problems.append(problem("F132", place, setting=name, value=value, expected=wanted))

    def lacking(self, name: str, owner: str, node: yaml.Node | None) -> None:
        """F133."""
        self.problems.append(problem("F133", self.place(node), setting=name, owner=owner))


def shown(node: yaml.Node) -> str:
    """A node as a person would name it."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return f"a {type(node).__name__.removesuffix('Node').lower()}"
