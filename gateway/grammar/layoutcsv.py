"""Delimited files: text ⇄ records.

With record types, the first column tells what a row is; a row of the root's type starts a
document, and a row of another type belongs to the nearest row above that may hold it. Cells may
be left out at the end of a row. Without, each row is a line of a document
(:mod:`gateway.grammar.layouttable`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutmodel import DocumentRead, FileLimits, RecordLayout
from gateway.grammar.layoutrows import Assembly, Head, Slot, named, slots_of
from gateway.grammar.layouttable import Table, fields_of, read_titles, rows_of, same_key, titles_of
from gateway.grammar.layoutwrite import Writer, file_of
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.csvrecords import Row, column_letter, read_rows, unquotable, write_rows
from gateway.syntax.record import Record

_ALL = 10_000
"""More columns than any file has."""


@dataclass(slots=True)
class CsvRows:
    """What delimited files know about their rows."""

    text: str
    encoding: str
    known: frozenset[int] = frozenset()
    """Columns that a row of titles has named or told about already."""
    places: dict[str, frozenset[int]] = field(default_factory=dict)
    """Columns by record type."""

    def code(self, row: Row) -> str:
        """The first cell."""
        return row.cells[0].strip()

    def code_place(self, row: Row, code: str) -> tuple[Place, str]:
        """Column A."""
        place = Place(line=row.line, column=row.column(0), width=max(1, len(code)), path="A")
        return place, "column A"

    def cells(self, row: Row, slots: Sequence[Slot]) -> Sequence[str]:
        """The cells of the slots."""
        cells = row.cells
        count = len(cells)
        return [cells[slot.at] if slot.at < count else "" for slot in slots]

    def place(self, row: Row, slot: Slot) -> tuple[Place, str]:
        """``column F``."""
        letter = column_letter(slot.at)
        inside = slot.at < len(row.cells)
        place = Place(
            line=row.line,
            column=row.column(slot.at) if inside else None,
            width=max(1, len(row.cells[slot.at])) if inside else 1,
            path=f"{letter} {slot.field.name}",
        )
        return place, f"column {letter}"

    def beyond(self, row: Row, shape: RecordLayout, slots: Sequence[Slot]) -> Sequence[Problem]:
        """F105 for text in a column that no field has."""
        named_ = self.known or self.columns(shape, slots)
        if len(row.cells) <= len(named_) + bool(shape.code):
            return ()
        problems = []
        for at in range(len(row.cells)):
            cell = row.cells[at]
            if at in named_ or (at == 0 and shape.code) or not cell.strip():
                continue
            letter = column_letter(at)
            place = Place(
                line=row.line, column=row.column(at), width=max(1, len(cell)), path=letter
            )
            problems.append(
                problem("F105", place, line=row.line, column=letter, value=cell[:40],
                        last=column_letter(max(named_, default=0)), record=named(shape))
            )  # fmt: skip
        return problems

    def columns(self, shape: RecordLayout, slots: Sequence[Slot]) -> frozenset[int]:
        """Columns of a kind of record."""
        found = self.places.get(shape.code)
        if found is None:
            found = self.places[shape.code] = frozenset(slot.at for slot in slots)
        return found

    def source(self, start: int, end: int) -> bytes:
        """Bytes of a piece of the text."""
        return self.text[start:end].encode(self.encoding)


def read(
    root: RecordLayout, form: FileForm, text: str, encoding: str, limits: FileLimits
) -> Iterator[DocumentRead | Problem | Head]:
    """Documents and problems of a file in order, and what stands before its documents."""
    rows = CsvRows(text, encoding)
    lines = (row for row in read_rows(text, form.delimited) if row.line > form.skip)
    if not root.code:
        yield from _table(root, form, rows, lines, limits)
        return
    edges = [one for one in (form.file_header, form.file_footer) if one is not None]
    slots = {one.code: slots_of(list(one.fields.values()), 1) for one in (*root.walk(), *edges)}
    assembly = Assembly(root, rows, limits, slots, form.file_header, form.file_footer)
    yield from assembly.read(lines)


def _table(
    root: RecordLayout, form: FileForm, rows: CsvRows, lines: Iterator[Row], limits: FileLimits
) -> Iterator[DocumentRead | Problem | Head]:
    positions: dict[str, int] = {}
    columns = fields_of(root)
    if form.titles:
        row = next(lines, None)
        if row is None:
            return
        yield from row.problems
        if other := _other_delimiter(row, form):
            yield other
            return
        titles = read_titles(row.cells, row.line, columns, form.unknown)
        yield from titles.problems
        if errors(titles.problems):
            return
        yield Head(rows.source(0, row.end))
        positions = titles.positions
        named_ = (at for at, title in enumerate(row.cells) if title.strip())
        rows.known = frozenset(range(_ALL) if form.unknown == "ignore" else named_)
    table = Table(root, form, rows, limits, positions, slots_of(columns))
    yield from table.read(lines)


def _other_delimiter(row: Row, form: FileForm) -> Problem | None:
    """F147: the whole row of titles is one cell, as the file has another delimiter."""
    if len(row.cells) > 1:
        return None
    text, known = row.cells[0], form.delimited.delimiter
    count, sign = max((text.count(one), one) for one in ";,\t|" if one != known)
    if not count:
        return None
    shown = {"\t": "tab"}
    return problem("F147", Place(line=row.line), line=row.line, value=shown.get(sign, sign),
                   expected=shown.get(known, known))  # fmt: skip


def write(
    root: RecordLayout, form: FileForm, records: Sequence[Record]
) -> tuple[str, list[Problem]]:
    """Text of the file, and what keeps records from being written."""
    delimited = form.delimited
    writer = Writer(lambda text: unquotable(text, delimited))
    rows = _typed(root, form, records, writer) if root.code else _lines(root, form, records, writer)
    if not form.full_rows:
        rows = (_trimmed(row) for row in rows)
    text = write_rows(rows, delimited)
    return text, [*writer.problems, *(() if root.code else same_key(records, root, form))]


def _typed(
    root: RecordLayout, form: FileForm, records: Sequence[Record], writer: Writer
) -> Iterator[list[str]]:
    places: dict[str, tuple[Slot, ...]] = {}
    for shape, texts in file_of(records, root, form, writer):
        slots = places.get(shape.code)
        if slots is None:
            slots = places[shape.code] = slots_of(list(shape.fields.values()), 1)
        yield _row(slots, texts, shape.code)


def _lines(
    root: RecordLayout, form: FileForm, records: Sequence[Record], writer: Writer
) -> Iterator[list[str]]:
    slots = slots_of(fields_of(root))
    if form.titles:
        yield _row(slots, {slot.field.name: titles_of(slot.field)[0] for slot in slots})
    for record in records:
        for texts in rows_of(record, root, form, writer):
            yield _row(slots, texts)


def _row(slots: Sequence[Slot], texts: Mapping[str, str], code: str = "") -> list[str]:
    cells = [""] * (max((slot.at for slot in slots), default=0) + 1)
    if code:
        cells[0] = code
    for slot in slots:
        cells[slot.at] = texts.get(slot.field.name, "")
    return cells


def _trimmed(cells: list[str]) -> list[str]:
    """Empty cells at the end of a row are left out."""
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def row_text(shape: RecordLayout, texts: Mapping[str, str], form: FileForm) -> str:
    """One row of a file with record types."""
    row = _row(slots_of(list(shape.fields.values()), 1), texts, shape.code)
    return write_rows([row if form.full_rows else _trimmed(row)], form.delimited)
