"""Files of fixed width: lines ⇄ records. A field is a piece of the line, from one place on.

A place in the line tells the record type; without types, each line is a line of a document, as in
delimited files (:mod:`gateway.grammar.layouttable`). Positions count characters, not bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutmodel import DocumentRead, FileLimits, RecordLayout
from gateway.grammar.layoutrows import Assembly, Head, Slot, named, slots_of
from gateway.grammar.layouttable import Table, fields_of, rows_of, same_key
from gateway.grammar.layoutwrite import Writer, file_of
from gateway.problems import Place, Problem, problem
from gateway.syntax.csvrecords import Row
from gateway.syntax.record import Record

_NEWLINE = re.compile(r"\r\n|\n|\r|\x1a")
_LONGEST_LINE = 100_000


def read_lines(text: str, form: FileForm) -> Iterator[Row]:
    """Lines in order, each a row of one cell; empty ones and comments are left out."""
    comment = form.delimited.comment
    at, line = 0, 1
    while at < len(text):
        found = _NEWLINE.search(text, at)
        stop, after = (found.start(), found.end()) if found else (len(text), len(text))
        piece = text[at:stop]
        if line > form.skip and piece.strip() and not (comment and piece.startswith(comment)):
            yield Row(line, (piece,), at, after)
        at, line = after, line + 1


@dataclass(slots=True)
class FlatRows:
    """What files of fixed width know about their lines."""

    text: str
    encoding: str
    form: FileForm
    codes: tuple[int, ...]
    """Lengths of the record types, longest first."""
    known: frozenset[str]

    def code(self, row: Row) -> str:
        """What stands at the place of the record type."""
        at, line = self.form.code_at, row.cells[0]
        pieces = [line[at : at + length].strip() for length in self.codes]
        return next((one for one in pieces if one in self.known), pieces[0])

    def code_place(self, row: Row, code: str) -> tuple[Place, str]:
        """``columns 1-2``."""
        at = self.form.code_at
        place = Place(line=row.line, column=at + 1, width=max(1, len(code)))
        return place, span(at, self.codes[0])

    def cells(self, row: Row, slots: Sequence[Slot]) -> Sequence[str]:
        """The pieces of the line."""
        line = row.cells[0]
        pieces = (line[slot.at : slot.at + length_of(slot)] for slot in slots)
        return ["" if piece.isspace() else piece for piece in pieces]

    def place(self, row: Row, slot: Slot) -> tuple[Place, str]:
        """``columns 12-19``."""
        place = Place(
            line=row.line, column=slot.at + 1, width=length_of(slot), path=slot.field.name
        )
        return place, span(slot.at, length_of(slot))

    def beyond(self, row: Row, shape: RecordLayout, slots: Sequence[Slot]) -> Sequence[Problem]:
        """F105 for text where no field is, F146 for a line of another length."""
        line = row.cells[0]
        ends = max((slot.at + length_of(slot) for slot in slots), default=0)
        wanted = self.form.line_length
        short = not self.form.short_lines and len(line) < (wanted or ends)
        if short or (wanted and len(line) > wanted and line[wanted:].strip()):
            place = Place(line=row.line, column=min(len(line), wanted or ends) + 1)
            return [problem("F146", place, line=row.line, value=len(line), expected=wanted or ends)]
        if len(line) <= ends or not line[ends:].strip():
            return ()
        place = Place(line=row.line, column=ends + 1, width=len(line.rstrip()) - ends)
        rest = line[ends:].strip()[:40]
        return [problem("F105", place, line=row.line, column=ends + 1, value=rest,
                        last=ends, record=named(shape))]  # fmt: skip

    def source(self, start: int, end: int) -> bytes:
        """Bytes of a piece of the text."""
        return self.text[start:end].encode(self.encoding)


def length_of(slot: Slot) -> int:
    """Width of a field; the layout file has one for each."""
    return slot.field.spelling.length if slot.field.spelling else slot.field.max


def span(at: int, length: int) -> str:
    """``columns 12-19``, counted from 1."""
    return f"columns {at + 1}-{at + length}" if length > 1 else f"column {at + 1}"


def start_of(shape: RecordLayout, form: FileForm) -> int:
    """Where the first field begins: behind a record type at the start of the line."""
    return form.code_at + len(shape.code) if shape.code and form.code_at == 0 else 0


def _slots(shape: RecordLayout, form: FileForm) -> tuple[Slot, ...]:
    return slots_of(list(shape.fields.values()), start_of(shape, form), wide=True)


def read(
    root: RecordLayout, form: FileForm, text: str, encoding: str, limits: FileLimits
) -> Iterator[DocumentRead | Problem | Head]:
    """Documents and problems of a file in order, and what stands before its documents."""
    edges = [one for one in (form.file_header, form.file_footer) if one is not None]
    shapes = [*root.walk(), *edges]
    known = frozenset(one.code for one in shapes)
    codes = tuple(sorted({len(one) for one in known}, reverse=True))
    rows = FlatRows(text, encoding, form, codes, known)
    lines = read_lines(text, form)
    if not root.code:
        table = Table(root, form, rows, limits, {}, slots_of(fields_of(root), wide=True))
        yield from table.read(lines)
        return
    slots = {one.code: _slots(one, form) for one in shapes}
    assembly = Assembly(root, rows, limits, slots, form.file_header, form.file_footer)
    yield from assembly.read(lines)


def _unfit(text: str) -> str:
    return next((sign for sign in text if sign in "\r\n\x1a"), "")


def write(
    root: RecordLayout, form: FileForm, records: Sequence[Record]
) -> tuple[str, list[Problem]]:
    """Text of the file, and what keeps records from being written."""
    writer = Writer(_unfit)
    lines: list[str] = []
    if root.code:
        places: dict[str, tuple[Slot, ...]] = {}
        for shape, texts in file_of(records, root, form, writer):
            if shape.code not in places:
                places[shape.code] = _slots(shape, form)
            lines.append(_line(places[shape.code], texts, form, shape.code))
    else:
        slots = slots_of(fields_of(root), wide=True)
        for record in records:
            for texts in rows_of(record, root, form, writer):
                lines.append(_line(slots, texts, form))
        writer.problems += same_key(records, root, form)
    newline = form.delimited.newline
    return "".join(line + newline for line in lines), writer.problems


def _line(slots: Sequence[Slot], texts: Mapping[str, str], form: FileForm, code: str = "") -> str:
    pieces = [(form.code_at, code)] if code else []
    pieces += [(slot.at, texts.get(slot.field.name, "").ljust(length_of(slot))) for slot in slots]
    line = ""
    for at, piece in sorted(pieces):
        line = line.ljust(at)[:at] + piece
    if form.line_length:
        return line.ljust(form.line_length)
    return line.rstrip() if form.short_lines else line


def row_text(shape: RecordLayout, texts: Mapping[str, str], form: FileForm) -> str:
    """One line of a file with record types."""
    return _line(_slots(shape, form), texts, form, shape.code) + form.delimited.newline
