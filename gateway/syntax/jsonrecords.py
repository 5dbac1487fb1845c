"""JSON (RFC 8259): text ⇄ values that know their line and column.

Numbers stay the text that was written: no ``float`` is ever made. Reading never raises: the first
fault ends it with a problem that names line and column. Depth is bounded. A name that stands
twice in an object is a fault, because one of its values would be lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
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
        rest = scanner.blank(value.end)
        if rest < len(text):
            raise _FaultError("F112", rest, expected="the end of the file")
    except _FaultError as fault:
        line, column = line_and_column(text, fault.offset)
        found = text[fault.offset : fault.offset + 20].partition("\n")[0] or "the end of the file"
        place = Place(line=line, column=column)
        return None, [
            problem(fault.code, place, line=line, column=column, value=found, **fault.facts)
        ]
    return value, []


class _Scanner:
    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.depth = depth

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
            if not self.text.startswith('"', at):
                raise _FaultError("F112", at, expected="the name of a field in quotes")
            name, end = self._string(at)
            if name in members:
                raise _FaultError("F113", at, field=name)
            at = self._sign(end, ":")
            members[name] = self.value(self.blank(at), depth + 1)
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
