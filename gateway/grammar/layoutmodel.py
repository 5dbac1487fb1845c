"""Parts of a layout, what reading by it gives, and the checks that both kinds of files share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record

KINDS = ("text", "decimal", "integer", "date", "flag")
_DECIMAL = {mark: re.compile(rf"[+-]?\d+([{mark}]\d+)?", re.ASCII) for mark in ".,"}
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_MOST_DIGITS = 36
_SHORT = 40


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """One field."""

    name: str
    kind: str = "text"
    """One of :data:`KINDS`."""
    max: int = 0
    """Longest text; 0: any."""
    required: bool = False
    format: str = ""
    """``strftime`` format of a date; empty: ISO 8601."""
    mark: str = "."
    """Decimal mark."""
    title: str = ""
    """What the people who keep the file call it."""
    shown_format: str = "YYYY-MM-DD"


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """One kind of record and the records below it."""

    name: str
    fields: Mapping[str, FieldLayout] = field(hash=False)
    kids: Mapping[str, RecordLayout] = field(default_factory=dict, hash=False)
    many: bool = True
    """Whether it may repeat below its parent."""
    required: bool = False
    """Whether its parent needs one."""
    code: str = ""
    """CSV: the text in the first column."""

    def walk(self) -> list[RecordLayout]:
        """The record kind itself and all below."""
        return [self, *(inner for kid in self.kids.values() for inner in kid.walk())]


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What one file may hold; protects memory, not business."""

    bytes: int = 64_000_000
    documents: int = 100_000
    problems: int = 1_000
    """Problems told; a file that is of another kind altogether has one in every cell."""


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """One document of a file."""

    record: Record | None
    """``None`` where problems refuse it."""
    problems: tuple[Problem, ...]
    source: bytes
    """Its bytes in the file, to be written out alone if it is refused."""
    line: int


@dataclass(frozen=True, slots=True)
class LayoutReading:
    """What a file holds."""

    found: tuple[DocumentRead, ...]
    """Every document, good or not, in order."""
    file_problems: tuple[Problem, ...] = ()
    """Problems that belong to no document."""

    @property
    def documents(self) -> list[Record]:
        """The documents that nothing refuses."""
        return [one.record for one in self.found if one.record is not None]

    @property
    def problems(self) -> list[Problem]:
        """All problems, in the order of the file."""
        inside = [one for document in self.found for one in document.problems]
        everything = [*self.file_problems, *inside]
        return sorted(everything, key=lambda one: (one.place.line or 0, one.place.column or 0))


def check_value(value: str, shape: FieldLayout) -> tuple[str, str] | None:
    """Problem code and rule that a present value breaks, or ``None``."""
    if shape.max and len(value) > shape.max:
        return "F109", f"at most {shape.max} characters"
    if shape.kind == "decimal":
        if len(value) > _MOST_DIGITS or not _DECIMAL[shape.mark].fullmatch(value):
            return "F107", f"a number such as 12{shape.mark}50"
    elif shape.kind == "integer":
        if len(value) > _MOST_DIGITS or not _INTEGER.fullmatch(value):
            return "F107", "a whole number"
    elif shape.kind == "date" and not is_date(value, shape.format):
        return "F108", f"a date like {shape.shown_format}"
    elif shape.kind == "flag" and value not in ("true", "false"):
        return "F110", "true or false"
    return None


def is_date(value: str, pattern: str) -> bool:
    """Whether the text is a day in exactly this format."""
    try:
        when = datetime.strptime(value, pattern or "%Y-%m-%d")  # noqa: DTZ007 (a day, no instant)
    except ValueError:
        return False
    # strptime takes 2026-5-7 too; what we write back would differ
    return _written_day(when, pattern or "%Y-%m-%d") == value


def _written_day(when: datetime, pattern: str) -> str:
    return when.strftime(pattern.replace("%Y", f"{when.year:04}"))


def value_problem(
    value: str, shape: FieldLayout, place: Place, column: str, code: str, rule: str
) -> Problem:
    """The problem of one value, in the words of the people who keep the file."""
    shown = value if len(value) <= _SHORT else f"{value[:_SHORT]}…"
    line = f"line {place.line}, " if place.line is not None else ""
    named = f"{shape.name} “{shape.title}”" if shape.title else shape.name
    where = f"{line}column {column} ({named})" if column else f"{line}field {named}"
    return problem(code, place, where=where, value=shown, rule=rule, field=shape.name)


def check_record(record: Record, shape: RecordLayout, path: str = "") -> list[Problem]:
    """What keeps a record from being written in a layout."""
    here = path or shape.name
    problems = []
    for name, field_ in shape.fields.items():
        value = record.fields.get(name, "")
        wrong = check_value(value, field_) if value else None
        if not value and field_.required:
            wrong = "F106", "a value"
        if wrong:
            place = Place(path=f"{here}.{name}", line=record.line)
            problems.append(value_problem(value, field_, place, "", *wrong))
    for name in record.fields:
        if name not in shape.fields:
            problems.append(unknown_field(name, shape, Place(path=f"{here}.{name}")))
    for name, kid in shape.kids.items():
        kids = record.kids.get(name, [])
        problems += count_problems(len(kids), kid, shape, Place(path=f"{here}.{name}"))
        for index, one in enumerate(kids, start=1):
            problems += check_record(one, kid, f"{here}.{name}[{index}]")
    for name in record.kids:
        if name not in shape.kids:
            problems.append(unknown_field(name, shape, Place(path=f"{here}.{name}")))
    return problems


def count_problems(
    count: int, kid: RecordLayout, parent: RecordLayout, place: Place
) -> list[Problem]:
    """A record that is missing (F111) or there too often (F118)."""
    record = f"{kid.name} ({kid.code})" if kid.code else kid.name
    where = f"line {place.line}" if place.line is not None else place.path or parent.name
    if kid.required and not count:
        return [problem("F111", place, where=where, record=record, parent=parent.name)]
    if not kid.many and count > 1:
        found = problem("F118", place, where=where, record=record, parent=parent.name, value=count)
        return [found]
    return []


def unknown_field(name: str, shape: RecordLayout, place: Place) -> Problem:
    """F115: a field that the layout does not have."""
    known = [*shape.fields, *shape.kids]
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
    where = f"line {place.line}" if place.line is not None else place.path or shape.name
    return problem("F115", place, where=where, field=name, record=shape.name, hint=hint)
