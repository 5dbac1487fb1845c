"""JSON (RFC 8259): text ⇄ values that know their line and column.

Numbers stay the text that was written: no ``float`` is ever made. Reading never raises: the first
fault ends it with a problem that names line and column. Depth is bounded. A name that stands
twice in an object is a fault, because one of its values would be lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from gateway.problems import Place, Problem, problem
from gateway.problems.render import line_and_column

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"true|false|null")
DEPTH = 32
"""Objects and lists inside each other."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a file, with the offset where it starts."""

    kind: str
    """``text`` ``number`` ``flag`` ``null`` ``object`` ``list``."""
    offset: int
    end: int
    text: str = ""
    """Of a scalar: ``12.50``, ``true``."""
    members: Mapping[str, Value] | None = None
    items: Sequence[Value] = ()


class _FaultError(Exception):
    """Where reading stopped; never leaves this module."""

    def __init__(self, code: str, offset: int, **facts: str) -> None:
        super().__init__(code)
        self.code, self.offset = code, offset
        self.facts: dict[str, Any] = dict(facts)


def read_json(text: str, depth: int = DEPTH) -> tuple[Value | None, list[Problem]]:
    """The value of the whole text, or the first fault (F112, F113, F116)."""
    scanner = _Scanner(text, depth)
    try:
        value = scanner.value(scanner.blank(0), 0)
        scanner.finish(value.end)
    except _FaultError as fault:
        return None, [_told(text, fault)]
    return value, []


@dataclass(frozen=True, slots=True)
class Item:
    """A value of :func:`read_items`, with the names and indices that lead to it."""

    path: tuple[str | int, ...]
    value: Value
    wanted: bool = True
    """``False`` for a member beside the way."""


def read_items(text: str, way: Sequence[str] = (), depth: int = DEPTH) -> Iterator[Item | Problem]:
    """The entries of the list at the end of a way of names, or the value there, one by one.

    Only one entry is in memory at a time. A fault (F112, F113, F116) ends it.
    """
    scanner = _Scanner(text, depth)
    try:
        yield from scanner.items(scanner.blank(0), tuple(way), ())
        scanner.finish(scanner.end)
    except _FaultError as fault:
        yield _told(text, fault)


def _told(text: str, fault: _FaultError) -> Problem:
    line, column = line_and_column(text, fault.offset)
    found = text[fault.offset : fault.offset + 20].partition("\n")[0] or "the end of the file"
    place = Place(line=line, column=column)
    return problem(fault.code, place, line=line, column=column, value=found, **fault.facts)


class _Scanner:
    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.depth = depth
        self.end = 0
        """Offset behind what :meth:`items` has read."""

    def finish(self, at: int) -> None:
        """Nothing but blanks may follow."""
        rest = self.blank(at)
        if rest < len(self.text):
            raise _FaultError("F112", rest, expected="the end of the file")

    def items(self, at: int, way: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[Item]:
        """Values at the end of a way, and members beside it."""
        if way and self.text.startswith("{", at):
            yield from self._way(at, way, path)
        elif not way and self.text.startswith("[", at):
            yield from self._entries(at, path)
        else:
            value = self.value(at, len(path))
            self.end = value.end
            yield Item(path, value)

    def _entries(self, start: int, path: tuple[str | int, ...]) -> Iterator[Item]:
        at, index = self.blank(start + 1), 0
        if self.text.startswith("]", at):
            self.end = at + 1
            return
        more = True
        while more:
            value = self.value(at, len(path) + 1)
            yield Item((*path, index), value)
            at, more = self._next(value.end, "]")
            index += 1
        self.end = at

    def _way(self, start: int, way: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[Item]:
        at = self.blank(start + 1)
        more = not self.text.startswith("}", at)
        self.end = at + 1
        seen: set[str] = set()
        while more:
            name, at = self._name(at, seen)
            seen.add(name)
            if name == way[0]:
                yield from self.items(at, way[1:], (*path, name))
            else:
                value = self.value(at, len(path) + 1)
                self.end = value.end
                yield Item((*path, name), value, wanted=False)
            at, more = self._next(self.end, "}")
            self.end = at

    def _name(self, at: int, seen: Collection[str]) -> tuple[str, int]:
        """The name of a member, and where its value starts."""
        if not self.text.startswith('"', at):
            raise _FaultError("F112", at, expected="the name of a field in quotes")
        name, end = self._string(at)
        if name in seen:
            raise _FaultError("F113", at, field=name)
        return name, self.blank(self._sign(end, ":"))

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> Value:
        sign = self.text[at : at + 1]
        if sign in ("{", "["):
            if depth == self.depth:
                raise _FaultError(
                    "F116", at, what="levels of objects and lists", most=str(self.depth)
                )
            return self._object(at, depth) if sign == "{" else self._list(at, depth)
        if sign == '"':
            text, end = self._string(at)
            return Value("text", at, end, text)
        if found := _NUMBER.match(self.text, at):
            return Value("number", at, found.end(), found.group())
        if found := _WORD.match(self.text, at):
            kind = "null" if found.group() == "null" else "flag"
            return Value(kind, at, found.end(), found.group())
        raise _FaultError("F112", at, expected="a value")

    def _string(self, at: int) -> tuple[str, int]:
        found = _STRING.match(self.text, at)
        if not found:
            raise _FaultError("F112", at, expected='a text in " that ends on its line')
        inside = found.group()[1:-1]
        if "\\" in inside:
            inside = json.loads(found.group())
            if not inside.isprintable() and re.search("[\ud800-\udfff]", inside):
                raise _FaultError("F112", at, expected="a text of whole characters")
        return inside, found.end()

    def _object(self, start: int, depth: int) -> Value:
        members: dict[str, Value] = {}
        at = self.blank(start + 1)
        if self.text.startswith("}", at):
            return Value("object", start, at + 1, members=members)
        while True:
            name, at = self._name(at, members)
            members[name] = self.value(at, depth + 1)
            at, more = self._next(members[name].end, "}")
            if not more:
                return Value("object", start, at, members=members)

    def _list(self, start: int, depth: int) -> Value:
        items: list[Value] = []
        at = self.blank(start + 1)
        if self.text.startswith("]", at):
            return Value("list", start, at + 1)
        while True:
            items.append(self.value(at, depth + 1))
            at, more = self._next(items[-1].end, "]")
            if not more:
                return Value("list", start, at, items=items)

    def _sign(self, at: int, sign: str) -> int:
        at = self.blank(at)
        if not self.text.startswith(sign, at):
            raise _FaultError("F112", at, expected=sign)
        return at + 1

    def _next(self, at: int, closing: str) -> tuple[int, bool]:
        at = self.blank(at)
        if self.text.startswith(closing, at):
            return at + 1, False
        if not self.text.startswith(",", at):
            raise _FaultError("F112", at, expected=f", or {closing}")
        return self.blank(at + 1), True


Data: TypeAlias = "Mapping[str, Data] | Sequence[Data] | Raw | str"
"""What :func:`write_json` takes. A text is written in quotes, :class:`Raw` as it stands."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A number, ``true``, ``false`` or ``null``, as it shall stand in the file."""

    text: str


def write_json(data: Data, indent: int = 2, depth: int = 0) -> str:
    """JSON text, names in the order given."""
    if isinstance(data, Raw):
        return data.text
    if isinstance(data, str):
        return json.dumps(data, ensure_ascii=False)
    pad, end = " " * (indent * (depth + 1)), " " * (indent * depth)
    if isinstance(data, Mapping):
        pieces = [
            f"{pad}{json.dumps(name, ensure_ascii=False)}: {write_json(value, indent, depth + 1)}"
            for name, value in data.items()
        ]
        return "{\n" + ",\n".join(pieces) + f"\n{end}}}" if pieces else "{}"
    pieces = [pad + write_json(value, indent, depth + 1) for value in data]
    return "[\n" + ",\n".join(pieces) + f"\n{end}]" if pieces else "[]"
