"""Excel files: the rows of one sheet ⇄ records.

Each row is a line of a document, or a document (:mod:`gateway.grammar.layouttable`). Excel knows
types: numbers and days are taken as they are. What Excel cannot hold, such as zeros before a
number, may be lost in the file already: that is told (F127), not repaired, unless the layout says
to how many digits a number is filled (``pad`` and ``length``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from math import isfinite

from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutmodel import (
    IDENTIFIERS,
    DocumentRead,
    FieldLayout,
    FileLimits,
    RecordLayout,
    Spelling,
    check_identifier,
)
from gateway.grammar.layoutrows import Head, Slot, named, slots_of
from gateway.grammar.layouttable import Table, fields_of, read_titles, rows_of, same_key, titles_of
from gateway.grammar.layoutvalues import Wrong, reading
from gateway.grammar.layoutwrite import Writer
from gateway.problems import Place, Problem, errors, has_errors, problem
from gateway.syntax.csvrecords import Row, column_letter
from gateway.syntax.record import Record
from gateway.syntax.workbook import EMPTY, Cell, Merged, Sheet, open_sheet
from gateway.syntax.workbookwrite import write_sheet

_EXACT = 10**15
"""Excel keeps 15 digits of a number."""
_KEEPS = Wrong("F127", "a text of all its digits")


class XlsxRows:
    """What Excel files know about their rows."""

    def __init__(self, known: frozenset[int], merged: Sequence[Merged], head: frozenset[int]):
        self.known, self.head = known, head
        self.merged = merged

    def code(self, row: Row) -> str:
        """Rows of Excel files have no type."""
        return ""

    def code_place(self, row: Row, code: str) -> tuple[Place, str]:
        """Never asked for."""
        return Place(line=row.line), "column A"

    def cells(self, row: Row, slots: Sequence[Slot]) -> Sequence[Cell]:
        """The cells of the slots."""
        cells: Sequence[Cell] = row.cells  # type: ignore[assignment]
        count = len(cells)
        return [cells[slot.at] if slot.at < count else EMPTY for slot in slots]

    def place(self, row: Row, slot: Slot) -> tuple[Place, str]:
        """``cell F12``."""
        name = f"{column_letter(slot.at)}{row.line}"
        return Place(line=row.line, path=f"{name} {slot.field.name}"), f"cell {name}"

    def beyond(self, row: Row, shape: RecordLayout, slots: Sequence[Slot]) -> Sequence[Problem]:
        """F105 for cells that no field has, F154 for merged ones."""
        problems = []
        for at, cell in enumerate(row.cells):
            if cell and at not in self.known:
                letter = column_letter(at)
                place = Place(line=row.line, path=f"{letter}{row.line}")
                problems.append(
                    problem("F105", place, line=row.line, column=letter, value=str(cell)[:40],
                            last=column_letter(max(self.known, default=0)), record=named(shape))
                )  # fmt: skip
        return [*problems, *self._merged(row)]

    def _merged(self, row: Row) -> Iterator[Problem]:
        """Cells merged downwards say the same for all rows: right only for the document's own."""
        for one in self.merged:
            same = one.left == one.right and one.left in self.head
            if one.top <= row.line <= one.bottom and not same:
                cells = f"{column_letter(one.left)}{one.top}:{column_letter(one.right)}{one.bottom}"
                yield problem("F154", Place(line=row.line, path=cells), line=row.line, value=cells)

    def source(self, start: int, end: int) -> bytes:
        """A piece of an Excel file is no file."""
        return b""


def read(
    root: RecordLayout, form: FileForm, data: bytes, limits: FileLimits
) -> Iterator[DocumentRead | Problem | Head]:
    """Documents and problems of a file, in order."""
    sheet, problems = open_sheet(data, form.sheet)
    yield from problems
    if sheet is None:
        return
    try:
        yield from _documents(root, form, sheet, limits)
    except Exception as failure:  # rows are unpacked while they are read
        reason = str(failure).partition("\n")[0][:120] or type(failure).__name__
        yield problem("F150", Place(), reason=reason)


def _documents(
    root: RecordLayout, form: FileForm, sheet: Sheet, limits: FileLimits
) -> Iterator[DocumentRead | Problem | Head]:
    rows = ((line, cells) for line, cells in sheet.rows if line > form.skip)
    columns = fields_of(root)
    slots = [Slot(one.field, one.at, excel_reading(one.field)) for one in slots_of(columns)]
    positions = {slot.field.name: slot.at for slot in slots}
    known = frozenset(positions.values())
    if form.titles:
        line, cells = next(rows, (0, []))
        if not line:
            return
        titles = read_titles([str(one) for one in cells], line, columns, form.unknown)
        yield from titles.problems
        if errors(titles.problems):
            return
        positions = titles.positions
        # columns with a title that no field has were told about once
        known = frozenset(at for at, one in enumerate(cells) if one or form.unknown == "ignore")
    head = frozenset(at for name, at in positions.items() if name in root.fields)
    view = XlsxRows(known, sheet.merged, head)
    table = Table(root, form, view, limits, positions, slots)
    yield from table.read(Row(line, cells, 0, 0) for line, cells in rows)  # type: ignore[arg-type]


# ---- values


@cache
def excel_reading(field: FieldLayout) -> Callable[[Cell], str | Wrong]:
    """What reads a cell: normal form, ``""`` where there is no value."""
    how = field.spelling or Spelling()
    plain = reading(replace(field, spelling=replace(how, pad="", length=0)))
    by_type = _BY_TYPE.get(field.kind, _text)

    def read(cell: Cell) -> str | Wrong:
        if cell.kind == "text":
            return plain(cell.value if field.kind == "text" else cell.value.strip())
        if cell.kind in ("error", "formula"):
            return Wrong("F152", "a value")
        found = by_type(cell, field, how)
        return plain(found) if isinstance(found, str) else found

    return read


def digits(cell: Cell) -> str | None:
    """A whole number that Excel holds exactly; ``None`` for any other."""
    value = cell.value
    if cell.kind != "number" or not isfinite(value) or abs(value) >= _EXACT:
        return None
    return str(int(value)) if value == int(value) else None


def _text(cell: Cell, field: FieldLayout, how: Spelling) -> str | Wrong:
    if cell.kind == "flag":
        return "true" if cell.value else "false"
    found = digits(cell)
    if found is None:
        decimal = "" if cell.kind == "day" else _decimal_text(cell)
        return decimal if decimal and field.kind == "text" else _KEEPS
    if how.pad == "0" and how.length:
        found = found.rjust(how.length, "0")
    if field.kind in IDENTIFIERS and check_identifier(found, field.kind):
        return _KEEPS
    return found


def _decimal_text(cell: Cell) -> str:
    if not isfinite(cell.value) or abs(cell.value) >= _EXACT:
        return ""
    return format(Decimal(format(cell.value, ".15g")), "f")


def _number(cell: Cell, field: FieldLayout, how: Spelling) -> str | Wrong:
    if cell.kind != "number":
        return Wrong("F107", "a number")
    found = digits(cell) if field.kind == "integer" else _decimal_text(cell)
    if not found:
        return Wrong("F107", "a whole number" if field.kind == "integer" else "a number")
    return found.replace(".", how.mark)


def _moment(cell: Cell, field: FieldLayout, how: Spelling) -> str | Wrong:
    value = cell.value
    if cell.kind == "number":
        return digits(cell) or Wrong("F108", "a date")
    wrong = Wrong("F108", f"a {field.kind}")
    if field.kind == "time":
        return _spelled(value, how) if isinstance(value, time) else wrong
    if not isinstance(value, date):
        return wrong
    if field.kind == "date" and isinstance(value, datetime):
        if value.time() != time():
            return Wrong("F108", "a day without a time")
        value = value.date()
    return _spelled(value, how)


def _spelled(value: date | time, how: Spelling) -> str:
    """As the layout spells days in texts, so that one reader serves both."""
    if how.pattern:
        return value.strftime(how.pattern)
    return value.isoformat()


def _flag(cell: Cell, field: FieldLayout, how: Spelling) -> str | Wrong:
    if cell.kind == "flag":
        return how.yes[0] if cell.value else how.no[0]
    return digits(cell) or Wrong("F110", f"{how.yes[0]} or {how.no[0]}")


_BY_TYPE: dict[str, Callable[[Cell, FieldLayout, Spelling], str | Wrong]] = {
    "decimal": _number,
    "integer": _number,
    "date": _moment,
    "time": _moment,
    "datetime": _moment,
    "flag": _flag,
}


# ---- writing


def write(
    root: RecordLayout, form: FileForm, records: Sequence[Record]
) -> tuple[bytes, list[Problem]]:
    """The file, and what keeps records from being written."""
    writer = Writer(_unfit)
    slots = slots_of([_plain(one) for one in fields_of(root)])
    width = max((slot.at for slot in slots), default=0) + 1
    rows: list[list[object]] = [[None] * width for _ in range(form.skip)]
    if form.titles:
        rows.append(_row(slots, {one.field.name: titles_of(one.field)[0] for one in slots}, width))
    for record in records:
        for texts in rows_of(record, root, form, writer):
            rows.append(_row(slots, texts, width, typed=True))
    problems = [*writer.problems, *same_key(records, root, form)]
    if has_errors(problems):
        return b"", problems
    return write_sheet(rows, form.sheet or root.name), problems


def _plain(field: FieldLayout) -> FieldLayout:
    return replace(field, spelling=replace(field.spelling or Spelling(), pad=""))


def _unfit(text: str) -> str:
    """Control characters, and a carriage return, which XML does not keep."""
    return next((one for one in text if (one < " " and one not in "\t\n") or one in "￾￿"), "")


def _row(
    slots: Sequence[Slot], texts: dict[str, str], width: int, *, typed: bool = False
) -> list[object]:
    cells: list[object] = [None] * width
    for slot in slots:
        text = texts.get(slot.field.name, "")
        if text:
            cells[slot.at] = _typed(text, slot) if typed else text
    return cells


def _typed(text: str, slot: Slot) -> object:
    """A number or day where Excel holds it exactly; else the text."""
    kind = slot.field.kind
    value = slot.read(text)
    if not isinstance(value, str):
        return text
    if kind in ("decimal", "integer"):
        number = Decimal(value)
        return number if len(number.as_tuple().digits) <= 15 else text
    if kind == "date" and value >= "1900-03-01":  # before, Excel counts a day too many
        return date.fromisoformat(value)
    return text
