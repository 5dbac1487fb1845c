"""CSV files with record types: rows ⇄ records.

The first column holds the record type. A row of the root's type starts a document; a row of
another type belongs to the nearest row above that may hold it. Fields follow in the order of the
layout; cells may be left out at the end of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.grammar.layoutmodel import (
    DocumentRead,
    FieldLayout,
    FileLimits,
    LayoutReading,
    RecordLayout,
    check_value,
    count_problems,
    value_problem,
)
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.csvrecords import Delimited, Row, column_letter, read_rows, write_rows
from gateway.syntax.record import Record


@dataclass
class _Open:
    """A document that is being read."""

    start: int
    line: int
    end: int
    stack: list[tuple[RecordLayout, Record]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(
    root: RecordLayout, form: Delimited, text: str, encoding: str, limits: FileLimits
) -> LayoutReading:
    """All documents of a file and all problems."""
    found: list[DocumentRead] = []
    stray: list[Problem] = []
    here: _Open | None = None
    told = 0
    for row in read_rows(text, form):
        if row.cells[0].strip() == root.code:
            if here is not None:
                found.append(_closed(root, here, text, encoding))
            if len(found) == limits.documents:
                stray.append(_too_many(row, "documents", limits.documents))
                here = None
                break
            here = _Open(row.start, row.line, row.end)
        problems = _row(root, row, here)
        if told + len(problems) > limits.problems:
            problems = [_too_many(row, "problems", limits.problems)]
            (stray if here is None else here.problems).extend(problems)
            break
        told += len(problems)
        if here is None:
            stray += problems
        else:
            here.problems += problems
            here.end = row.end
    if here is not None:
        found.append(_closed(root, here, text, encoding))
    if not found and not stray:
        stray.append(problem("F117", Place(line=1), line=1))
    return LayoutReading(tuple(found), tuple(stray))


def _too_many(row: Row, what: str, most: int) -> Problem:
    place = Place(line=row.line, column=1)
    return problem("F116", place, what=what, most=most, value=f"more, from line {row.line} on")


def _row(root: RecordLayout, row: Row, here: _Open | None) -> list[Problem]:
    """Put a row into the document; what is wrong with it."""
    problems = list(row.problems)
    code = row.cells[0].strip()
    place = Place(line=row.line, column=row.columns[0], width=max(1, len(code)), path="A")
    shapes = {shape.code: shape for shape in root.walk()}
    shape = shapes.get(code)
    if shape is None:
        known = ", ".join(shapes)
        return [*problems, problem("F103", place, line=row.line, value=code, known=known)]
    if here is None or not _enter(shape, here, row.line):
        return [
            *problems,
            problem(
                "F104", place, line=row.line, value=code, record=shape.name,
                parent=_holders(root, shape),
            ),
        ]  # fmt: skip
    record = here.stack[-1][1]
    fields = list(shape.fields.values())
    for index, cell in enumerate(row.cells[1:], start=1):
        if index > len(fields):
            if cell.strip():
                problems.append(_beyond(row, index, cell, len(fields), shape))
        elif cell:
            problems += _cell(row, index, cell, fields[index - 1], record)
    for index, one in enumerate(fields, start=1):
        missing = one.required and one.name not in record.fields
        if missing and not row.problems and not _told(problems, index):
            column = row.columns[index] if index < len(row.columns) else None
            spot = Place(line=row.line, column=column, path=f"{column_letter(index)} {one.name}")
            problems.append(value_problem("", one, spot, column_letter(index), "F106", "a value"))
    return problems


def _told(problems: Sequence[Problem], index: int) -> bool:
    """Whether the cell has a problem already."""
    letter = column_letter(index)
    return any((one.place.path or "").partition(" ")[0] == letter for one in problems)


def _cell(row: Row, index: int, cell: str, shape: FieldLayout, record: Record) -> Iterator[Problem]:
    value = cell if shape.kind == "text" else cell.strip()
    if not value:
        return
    wrong = check_value(value, shape)
    if wrong is None:
        record.fields[shape.name] = value
        return
    letter = column_letter(index)
    place = Place(
        line=row.line, column=row.columns[index], width=max(1, len(cell)),
        path=f"{letter} {shape.name}",
    )  # fmt: skip
    yield value_problem(value, shape, place, letter, *wrong)


def _beyond(row: Row, index: int, cell: str, count: int, shape: RecordLayout) -> Problem:
    letter = column_letter(index)
    place = Place(line=row.line, column=row.columns[index], width=max(1, len(cell)), path=letter)
    return problem(
        "F105", place, line=row.line, column=letter, value=cell[:40], last=column_letter(count),
        type=shape.code, record=shape.name,
    )  # fmt: skip


def _enter(shape: RecordLayout, here: _Open, line: int) -> bool:
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


def _holders(root: RecordLayout, shape: RecordLayout) -> str:
    holders = [one for one in root.walk() if shape.name in one.kids]
    return " or ".join(f"{one.code} ({one.name})" for one in holders)


def _closed(shape: RecordLayout, here: _Open, text: str, encoding: str) -> DocumentRead:
    root = here.stack[0][1]
    problems = [*here.problems, *_counted(root, shape)]
    source = text[here.start : here.end].encode(encoding)
    record = None if errors(problems) else root
    return DocumentRead(record, tuple(problems), source, here.line)


def _counted(record: Record, shape: RecordLayout) -> Iterator[Problem]:
    for name, kid in shape.kids.items():
        kids = record.kids.get(name, [])
        yield from count_problems(len(kids), kid, shape, Place(line=record.line, column=1))
        for one in kids:
            yield from _counted(one, kid)


def write(root: RecordLayout, form: Delimited, records: Sequence[Record]) -> str:
    """Text of the file. Empty cells at the end of a row are left out."""
    rows = (row for record in records for row in _rows(record, root))
    return write_rows(rows, form)


def _rows(record: Record, shape: RecordLayout) -> Iterator[list[str]]:
    cells = [shape.code, *(record.fields.get(name, "") for name in shape.fields)]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    yield cells
    for name, kid in shape.kids.items():
        for one in record.kids.get(name, []):
            yield from _rows(one, kid)
