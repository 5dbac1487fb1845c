"""Rows ⇄ records, for every kind of file whose lines are rows of fields.

What a kind knows about its rows is a :class:`Rows`; this module knows what belongs to which
document. Files whose rows tell their type are read here, those with one row per line of a
document in :mod:`gateway.grammar.layouttable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.grammar.layoutmodel import (
    DocumentRead,
    FieldLayout,
    FileLimits,
    RecordLayout,
    count_problems,
    value_problem,
)
from gateway.grammar.layouttotals import FileTotals, verify
from gateway.grammar.layoutvalues import Wrong, reading
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.csvrecords import Row
from gateway.syntax.record import Record


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a field stands in a row, and what reads it."""

    field: FieldLayout
    at: int
    """Index of its cell, or of its first character."""
    read: Callable[[Any], str | Wrong]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in a file before its first document."""

    data: bytes


class Rows(Protocol):
    """What a kind of file knows about its rows."""

    def code(self, row: Row) -> str:
        """The record type of a row."""

    def code_place(self, row: Row, code: str) -> tuple[Place, str]:
        """Where that stands, and how a person says it: ``column A``."""

    def cells(self, row: Row, slots: Sequence[Slot]) -> Sequence[Any]:
        """The texts of the fields; empty where the row ends before."""

    def place(self, row: Row, slot: Slot) -> tuple[Place, str]:
        """Where a field stands, and how a person says it."""

    def beyond(self, row: Row, shape: RecordLayout, slots: Sequence[Slot]) -> Sequence[Problem]:
        """Problems of what stands in the row where no field is (F105)."""

    def source(self, start: int, end: int) -> bytes:
        """Bytes of the file between two offsets of its text."""


def slots_of(
    fields: Sequence[FieldLayout], first: int = 0, *, wide: bool = False
) -> tuple[Slot, ...]:
    """Slots of fields in sequence; a field that says where it stands is followed by the next.

    ``wide``: a field takes as many places as it is long, not one.
    """
    slots, at = [], first
    for one in fields:
        at = at if one.at is None else one.at
        slots.append(Slot(one, at, reading(one)))
        at += one.spelling.length if wide and one.spelling else 1
    return tuple(slots)


def fill(record: Record, row: Row, slots: Sequence[Slot], rows: Rows) -> list[Problem]:
    """Put the fields of a row into a record; what is wrong with them."""
    problems: list[Problem] = []
    fields = record.fields
    for slot, cell in zip(slots, rows.cells(row, slots), strict=True):
        value = slot.read(cell) if cell else ""
        if isinstance(value, Wrong):
            problems.append(told(value, cell, row, slot, rows))
        elif value:
            fields[slot.field.name] = value
        elif slot.field.required and not slot.field.constant and not row.problems:
            problems.append(told(Wrong("F106", "a value"), "", row, slot, rows))
    return problems


def told(wrong: Wrong, cell: Any, row: Row, slot: Slot, rows: Rows) -> Problem:
    """The problem of a cell."""
    place, spot = rows.place(row, slot)
    return value_problem(str(cell), slot.field, place, "", wrong.code, wrong.rule, spot)


def too_many(row: Row, what: str, most: int) -> Problem:
    """F116: the file holds more of something than it may."""
    place = Place(line=row.line, column=1)
    return problem("F116", place, what=what, most=most, value=f"more, from line {row.line} on")


@dataclass(slots=True)
class Open:
    """A document that is being read."""

    start: int
    line: int
    end: int
    stack: list[tuple[RecordLayout, Record]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Assembly:
    """Rows that tell their type become documents, one by one.

    ``slots``: where the fields stand, by record type. ``header``, ``footer``: records of the file.
    """

    def __init__(
        self,
        root: RecordLayout,
        rows: Rows,
        limits: FileLimits,
        slots: Mapping[str, Sequence[Slot]],
        header: RecordLayout | None = None,
        footer: RecordLayout | None = None,
    ) -> None:
        self.root, self.rows, self.limits, self.slots = root, rows, limits, slots
        self.shapes = {shape.code: shape for shape in root.walk()}
        self.edges = {one.code: one for one in (header, footer) if one is not None}
        self.footer = footer
        self.totals = FileTotals(root, footer)
        self.found = self.told = 0
        self.ended = False

    def read(self, rows: Iterator[Row]) -> Iterator[DocumentRead | Problem | Head]:
        """Every document when it is complete, and what belongs to none."""
        here: Open | None = None
        row: Row | None = None
        for row in rows:
            self.totals.rows += 1
            code = self.rows.code(row)
            if code in self.edges:
                if here is not None:
                    yield self.closed(here)
                    here = None
                yield from self.edge(row, self.edges[code])
                continue
            if code == self.root.code:
                if here is not None:
                    yield self.closed(here)
                    here = None
                if self.found == self.limits.documents:
                    yield too_many(row, "documents", self.limits.documents)
                    return
                here = Open(row.start, row.line, row.end)
            problems = self.row(row, code, here)
            if self.told + len(problems) > self.limits.problems:
                stop = too_many(row, "problems", self.limits.problems)
                if here is None:
                    yield stop
                else:
                    here.problems.append(stop)
                    yield self.closed(here)
                return
            self.told += len(problems)
            if here is None:
                yield from problems
            else:
                here.problems += problems
                here.end = row.end
        if here is not None:
            yield self.closed(here)
        yield from self.end(row)

    def edge(self, row: Row, shape: RecordLayout) -> Iterator[Problem | Head]:
        """A record of the file itself."""
        record = Record(shape.name, line=row.line)
        slots = self.slots[shape.code]
        yield from row.problems
        yield from fill(record, row, slots, self.rows)
        yield from self.rows.beyond(row, shape, slots)
        if not self.found and shape is not self.footer:
            yield Head(self.rows.source(0, row.end))
        if shape is self.footer:
            self.ended = True
            yield from self.totals.verify(record, row.line)

    def end(self, row: Row | None) -> Iterator[Problem]:
        """What is missing at the end of the file."""
        if self.footer is not None and not self.ended and self.footer.required and row is not None:
            yield problem("F128", Place(line=row.line), record=named(self.footer), line=row.line)

    def row(self, row: Row, code: str, here: Open | None) -> list[Problem]:
        """Put a row into the document; what is wrong with it."""
        problems = list(row.problems)
        shape = self.shapes.get(code)
        if shape is None:
            place, spot = self.rows.code_place(row, code)
            known = ", ".join([*self.shapes, *self.edges])
            return [
                *problems,
                problem("F103", place, line=row.line, column=spot, value=code, known=known),
            ]
        if here is None or not _enter(shape, here, row.line):
            place, spot = self.rows.code_place(row, code)
            return [
                *problems,
                problem(
                    "F104", place, line=row.line, column=spot, value=code, record=shape.name,
                    parent=self.holders(shape),
                ),
            ]  # fmt: skip
        slots = self.slots[code]
        problems += fill(here.stack[-1][1], row, slots, self.rows)
        problems += self.rows.beyond(row, shape, slots)
        return problems

    def holders(self, shape: RecordLayout) -> str:
        """Records that may hold one of this kind; the root holds the rest of its document."""
        holders = [one for one in self.root.walk() if shape.name in one.kids]
        return " or ".join(map(named, holders or [self.root]))

    def closed(self, here: Open) -> DocumentRead:
        """The document, checked as a whole."""
        self.found += 1
        root = here.stack[0][1]
        problems = [*here.problems, *counted(root, self.root)]
        problems += verify(root, self.root, whole=not errors(problems))
        refused = bool(errors(problems))
        self.totals.add(root, whole=not refused)
        source = self.rows.source(here.start, here.end)
        if refused:
            return DocumentRead(None, tuple(problems), source, here.line, partial=root)
        return DocumentRead(root, tuple(problems), source, here.line)


def named(shape: RecordLayout) -> str:
    """``H (order)``."""
    return f"{shape.code} ({shape.name})" if shape.code else shape.name


def _enter(shape: RecordLayout, here: Open, line: int) -> bool:
    """Open a record below the nearest one that may hold it."""
    record = Record(shape.name, line=line)
    if not here.stack:
        here.stack.append((shape, record))
        return True
    for depth in range(len(here.stack) - 1, -1, -1):
        above, parent = here.stack[depth]
        if above.kids.get(shape.name) is shape:
            parent.kids.setdefault(shape.name, []).append(record)
            here.stack[depth + 1 :] = [(shape, record)]
            return True
    return False


def counted(record: Record, shape: RecordLayout) -> Iterator[Problem]:
    """Records that are missing or there too often, at any depth."""
    for name, kid in shape.kids.items():
        kids = record.kids.get(name, [])
        if kid.required or not kid.many:
            yield from count_problems(len(kids), kid, shape, Place(line=record.line, column=1))
        if kid.kids:
            for one in kids:
                yield from counted(one, kid)
