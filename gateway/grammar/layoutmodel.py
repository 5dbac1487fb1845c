"""Parts of a layout, what reading by it gives, and the checks that both kinds of files share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Protocol

from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record

KINDS = ("text", "decimal", "integer", "date", "time", "datetime", "flag", "gtin", "gln", "sscc")
"""Types of fields."""
IDENTIFIERS = {"gtin": (8, 12, 13, 14), "gln": (13,), "sscc": (18,)}
"""Digits of the identifiers of GS1 that end with a check digit."""
_DECIMAL = {mark: re.compile(rf"[+-]?\d+([{mark}]\d+)?", re.ASCII) for mark in ".,"}
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_MOST_DIGITS = 36
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a value stands in the file, where the record holds its normal form.

    Normal form: numbers are ``-12.50``, days ``2026-05-17``, times ``08:30:00``, moments
    ``2026-05-17T08:30:00``, flags ``true`` and ``false``; a text is as it is, without padding.
    """

    mark: str = "."
    """Decimal mark."""
    thousands: str = ""
    """Mark that may stand between groups of three digits when reading; never written."""
    sign: str = "leading"
    """``leading``, ``trailing`` (``12.50-``) or ``overpunch`` (``125}``)."""
    decimals: int | None = None
    """Written with so many decimals; more are refused, not rounded."""
    implied: int | None = None
    """So many of the last digits are decimals: no mark stands in the file."""
    pattern: str = ""
    """``strftime`` format of a day, time or moment; empty: ISO 8601."""
    shown: str = "YYYY-MM-DD"
    """The format as the layout says it."""
    yes: tuple[str, ...] = ("true",)
    no: tuple[str, ...] = ("false",)
    """Words of a flag; the first is written."""
    empty: tuple[str, ...] = ()
    """Texts that stand for no value at all: ``00000000``."""
    values: tuple[str, ...] = ()
    """The only texts allowed; empty: any."""
    pad: str = ""
    """Sign that fills the field up to ``length``."""
    align: str = "left"
    """``left``: filled behind the value; ``right``: before it."""
    length: int = 0
    """Width in the file; 0: as long as the value."""
    line_break: str = ""
    """Text that stands for a line break inside a value."""
    trim: bool = False
    """Whether blanks around a text are no part of it."""


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """One field."""

    name: str
    kind: str = "text"
    """One of :data:`KINDS`."""
    max: int = 0
    """Longest text in the file; 0: any."""
    required: bool = False
    format: str = ""
    """``strftime`` format of a date in the record; empty: ISO 8601."""
    mark: str = "."
    """Decimal mark in the record."""
    title: str = ""
    """What the people who keep the file call it."""
    shown_format: str = "YYYY-MM-DD"
    spelling: Spelling | None = None
    """How the file spells it; ``None``: as the record does."""
    columns: tuple[str, ...] = ()
    """Titles of its column in a file with a row of titles; the first is written."""
    at: int | None = None
    """Index of its cell, or of its first character in a line of fixed width; from 0."""
    path: tuple[str, ...] = ()
    """JSON: names of objects on the way to it, and its own; empty: its name."""
    constant: str = ""
    """Always this text: written so, checked when read, not part of the record."""
    computed: tuple[str, str] | None = None
    """``("count", "line")``, ``("sum", "line.amount")``: filled in and verified by the layout."""
    quoted: bool = False
    """JSON: whether a number or flag is written as a text."""


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
    qualifier: str = ""
    """The field by which ``NAME+Q`` tells records of this kind apart."""
    path: tuple[str, ...] = ()
    """JSON: names of objects on the way to it, and its own; empty: its name."""

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
    partial: Record | None = None
    """What could be read of one that is refused: only good for saying which one it is."""


@dataclass(frozen=True, slots=True)
class LayoutReading:
    """What a file holds."""

    found: tuple[DocumentRead, ...]
    """Every document, good or not, in order."""
    file_problems: tuple[Problem, ...] = ()
    """Problems that belong to no document."""
    head: bytes = b""
    """What stands before the first document: titles, a record of the file itself."""

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


class RecordFormat(Protocol):
    """A format of files that hold records: what maps, pipeline and commands ask of each."""

    @property
    def kind(self) -> str:
        """``csv``, ``json``, ``flat``, ``xlsx``, ``xml``, ``idoc``."""

    @property
    def name(self) -> str:
        """Its name within the kind."""

    @property
    def root(self) -> RecordLayout:
        """The record that one document is."""

    @property
    def suffix(self) -> str:
        """How the names of its files end: ``csv``."""

    def read(self, data: bytes, limits: FileLimits = ...) -> LayoutReading:
        """All documents of a file and all problems. Never raises."""

    def write(self, records: Sequence[Record]) -> tuple[bytes, list[Problem]]:
        """The file; with errors there is none (empty bytes)."""

    def cut(self, data: bytes, reading: LayoutReading, ordinals: Sequence[int]) -> bytes | None:
        """A file with only the documents ``reading.found[i]`` for i in ordinals, to be corrected.

        Their bytes are as they were, as far as the format allows. ``None``: it cannot be made.
        """


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
    elif shape.kind in IDENTIFIERS:
        return check_identifier(value, shape.kind)
    elif shape.kind == "flag" and value not in ("true", "false"):
        return "F110", "true or false"
    return None


def check_identifier(value: str, kind: str) -> tuple[str, str] | None:
    """F125 for what is no GTIN, GLN or SSCC: number of digits, check digit (GS1, modulo 10)."""
    lengths = IDENTIFIERS[kind]
    if value.isascii() and value.isdigit() and len(value) in lengths:
        weighted = (int(one) * (3 if at % 2 else 1) for at, one in enumerate(reversed(value)))
        if sum(weighted) % 10 == 0:
            return None
    digits = " or ".join(map(str, lengths))
    return "F125", f"a {kind.upper()} of {digits} digits with a right check digit"


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
    value: str, shape: FieldLayout, place: Place, column: str, code: str, rule: str, spot: str = ""
) -> Problem:
    """The problem of one value, in the words of the people who keep the file.

    ``spot`` says where it stands (``columns 12-19``), where ``column``, a letter, does not.
    """
    shown = value if len(value) <= _SHORT else f"{value[:_SHORT]}…"
    line = f"line {place.line}, " if place.line is not None else ""
    title = shape.title or (shape.columns[0] if shape.columns else "")
    named = f"{shape.name} “{title}”" if title and title != shape.name else shape.name
    spot = spot or (f"column {column}" if column else "")
    name = "" if spot.endswith(f"/{named}") else f" ({named})"
    where = f"{line}{spot}{name}" if spot else f"{line}field {named}"
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
