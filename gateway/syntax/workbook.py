"""Excel files (xlsx): the rows of one sheet, each cell with the type Excel gave it.

Formulas are not computed: a cell has the value that Excel stored with it. A file from outside is
measured before it is unpacked, and refused when it unpacks to too much, nests too many parts or
declares a document type (which is how XML is made to explode).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any, NamedTuple

from gateway.problems import Place, Problem, problem

MOST_PARTS = 2_000
MOST_BYTES = 256_000_000
"""Unpacked."""
MOST_RATIO = 200
"""Unpacked to packed, of a part that is large."""
MOST_COLUMNS = 1_000
_LARGE = 5_000_000
_OLD = b"\xd0\xcf\x11\xe0"
_HEAD = 65_536
_ROOT = re.compile(rb"<[A-Za-z_]")
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Cell(NamedTuple):
    """One cell. ``str(cell)`` is the value as a person sees it; an empty cell is false."""

    kind: str
    """``text`` ``number`` ``day`` ``flag`` ``error`` ``formula`` ``empty``."""
    value: Any

    def __str__(self) -> str:
        if isinstance(self.value, float):
            return format(self.value, ".15g")
        return "" if self.value is None else str(self.value)

    def __bool__(self) -> bool:
        return self.kind != "empty" and self.value != ""


EMPTY = Cell("empty", None)


class Merged(NamedTuple):
    """Cells shown as one: first and last row (from 1) and column (from 0)."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``rows`` may be walked once."""

    title: str
    rows: Iterator[tuple[int, list[Cell]]]
    """Number (from 1) and cells of every row that has any."""
    merged: tuple[Merged, ...] = ()


def open_sheet(data: bytes, title: str = "") -> tuple[Sheet | None, list[Problem]]:
    """A sheet by title, or the first. F150: no Excel file, F151: no such sheet, F116."""
    problems = _hostile(data)
    if problems:
        return None, problems
    from openpyxl import load_workbook  # noqa: PLC0415 (slow to import, seldom needed)

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = {one.title: one for one in book.worksheets}
        if not sheets or (title and title not in sheets):
            known = ", ".join(sheets) or "none"
            return None, [problem("F151", value=title or "the first", known=known)]
        sheet: Any = sheets[title] if title else next(iter(sheets.values()))
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_part(sheet)) as part:
            merged, formulas = _oddities(part)
        sheet.reset_dimensions()  # what the file says about its size is not to be trusted
    except Exception as failure:  # the library raises anything on a broken file
        return None, [_unreadable(failure)]
    return Sheet(sheet.title, _rows(sheet, formulas), merged), []


def _part(sheet: Any) -> str:
    """Name of the part of the file that holds a sheet."""
    return str(sheet._worksheet_path).lstrip("/")


def _unreadable(failure: Exception | str) -> Problem:
    return problem("F150", Place(), reason=str(failure).partition("\n")[0][:120] or "unreadable")


def _hostile(data: bytes) -> list[Problem]:
    """What keeps a file from being opened at all."""
    if data.startswith(_OLD):
        return [_unreadable("it is of the old kind (xls) or has a password")]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                return [_too_much("parts", MOST_PARTS, len(parts))]
            size = sum(one.file_size for one in parts)
            if size > MOST_BYTES:
                return [_too_much("bytes unpacked", MOST_BYTES, size)]
            for one in parts:
                if one.file_size > _LARGE and one.file_size > MOST_RATIO * one.compress_size:
                    return [_too_much("times what it is packed", MOST_RATIO, "more")]
                if one.filename.endswith((".xml", ".rels")) and _declares_a_type(archive, one):
                    return [_unreadable(f"{one.filename} declares a document type")]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return [_unreadable("it is no zip archive of XML parts")]
    return []


def _declares_a_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as file:
        head = file.read(_HEAD)
    root = _ROOT.search(head)
    # without a root element in reach, whatever comes before it cannot be judged
    return root is None or b"<!DOCTYPE" in head[: root.start()]


def _too_much(what: str, most: int, value: object) -> Problem:
    return problem("F116", Place(), what=what, most=most, value=value)


def _oddities(part: IO[bytes]) -> tuple[tuple[Merged, ...], frozenset[tuple[int, int]]]:
    """Merged cells, and formulas without a stored value (row from 1, column from 0)."""
    from lxml import etree  # noqa: PLC0415 (only where a sheet is read)

    merged: list[Merged] = []
    formulas: set[tuple[int, int]] = set()
    tags = (f"{_SPACE}row", f"{_SPACE}mergeCell")
    for _, element in etree.iterparse(part, tag=tags, resolve_entities=False, no_network=True):
        if element.tag == tags[1]:
            left, top, right, bottom = _bounds(element.get("ref"))
            merged.append(Merged(top, bottom, left - 1, right - 1))
            continue
        for formula in element.iterfind(f"{_SPACE}c/{_SPACE}f"):
            cell = formula.getparent()
            value = None if cell is None else cell.findtext(f"{_SPACE}v")
            # a formula may give an empty text: then it has said so
            if cell is not None and not value and cell.get("t") != "str":
                left, top, *_ = _bounds(cell.get("r"))
                formulas.add((top, left - 1))
        element.clear()
        above = element.getparent()
        while above is not None and element.getprevious() is not None:
            del above[0]
    return tuple(merged), frozenset(formulas)


def _bounds(reference: str | None) -> tuple[int, int, int, int]:
    """Left, top, right, bottom, from 1, of ``B2`` or ``A1:B2``."""
    from openpyxl.utils import range_boundaries  # noqa: PLC0415

    left, top, right, bottom = range_boundaries(reference or "A1")
    return int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)


def _rows(sheet: Any, formulas: frozenset[tuple[int, int]]) -> Iterator[tuple[int, list[Cell]]]:
    number = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        cells = [_cell(one) for one in row]
        for at, cell in enumerate(cells):
            if not cell and (number, at) in formulas:
                cells[at] = Cell("formula", "a formula without a value")
        if any(cells):
            yield number, cells


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return Cell("flag", value)
    if isinstance(value, int | float):
        return Cell("number", value)
    if isinstance(value, datetime | date | time):
        return Cell("day", value)
    return Cell("error" if cell.data_type == "e" else "text", str(value))
