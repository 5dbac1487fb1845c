"""Delimited text (CSV): text ⇄ rows of cells, each with its line and column.

A cell may be quoted; inside quotes a doubled quote is one quote, and delimiters and line breaks
are text (RFC 4180). A row ends at CR LF, LF or CR. Reading never raises: what is wrong is told
with the row, and a quote that nobody closes ends at the end of its line, so that it swallows one
row and not the rest of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.problems import Place, Problem, problem

_NEWLINE = re.compile(r"\r\n|\n|\r")
_MOST_QUOTED_LINES = 100
"""A quoted cell that runs over more lines than this was never closed."""


_LONGEST_QUOTED = 100_000
"""Nor is one that is longer; keeps a file of quotes from being searched again for every row."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """How a delimited file is written."""

    delimiter: str = ";"
    quote: str = '"'
    newline: str = "\r\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``columns`` holds the character column (from 1) where each cell starts."""

    line: int
    cells: tuple[str, ...]
    columns: tuple[int, ...]
    start: int
    """Offset of the row in the text."""
    end: int
    """Offset behind the row and its line break."""
    problems: tuple[Problem, ...] = ()


def column_letter(index: int) -> str:
    """``0`` → ``A``, ``27`` → ``AB``: how spreadsheets name a column."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_rows(text: str, form: Delimited) -> Iterator[Row]:
    """Rows in order; empty lines, and lines of empty cells, are left out."""
    blank = form.delimiter + " \t"
    at, line = 0, 1
    while at < len(text):
        found = _NEWLINE.search(text, at)
        stop, after = (found.start(), found.end()) if found else (len(text), len(text))
        piece = text[at:stop]
        if form.quote in piece:
            row = _quoted(text, at, line, form)
            line += len(_NEWLINE.findall(text, at, row.end))
            yield row
            at = row.end
            continue
        if piece.strip(blank):
            cells = tuple(piece.split(form.delimiter))
            yield Row(line, cells, _columns(cells), at, after)
        at, line = after, line + 1


def _columns(cells: Sequence[str]) -> tuple[int, ...]:
    columns, at = [], 1
    for cell in cells:
        columns.append(at)
        at += len(cell) + 1
    return tuple(columns)


def _quoted(text: str, start: int, line: int, form: Delimited) -> Row:
    """A row that has quotes somewhere."""
    cells: list[str] = []
    columns: list[int] = []
    problems: list[Problem] = []
    at = start
    while True:
        columns.append(at - start + 1)
        place = Place(line=line, column=at - start + 1, path=column_letter(len(cells)))
        if text.startswith(form.quote, at):
            cell, at, fault = _quoted_cell(text, at, form)
            if fault:
                problems.append(
                    problem("F102", place, line=line, column=place.path, value=_short(cell))
                )
        else:
            end = at
            while end < len(text) and text[end] not in (form.delimiter, "\n", "\r"):
                end += 1
            cell, at = text[at:end], end
        cells.append(cell)
        if not text.startswith(form.delimiter, at):
            break
        at += 1
    found = _NEWLINE.match(text, at)
    end = found.end() if found else at
    return Row(line, tuple(cells), tuple(columns), start, end, tuple(problems))


def _quoted_cell(text: str, start: int, form: Delimited) -> tuple[str, int, bool]:
    """Text of the cell, the offset behind it, and whether its quotes are wrong."""
    quote = form.quote
    at, pieces = start + 1, []
    while (end := text.find(quote, at)) >= 0:
        if end - start > _LONGEST_QUOTED:
            break
        pieces.append(text[at:end])
        if text.startswith(quote, end + 1):
            pieces.append(quote)
            at = end + 2
            continue
        follows = text[end + 1 : end + 2]
        if follows not in ("", form.delimiter, "\n", "\r"):
            break
        cell = "".join(pieces)
        if len(_NEWLINE.findall(cell)) > _MOST_QUOTED_LINES:
            break
        return cell, end + 1, False
    found = _NEWLINE.search(text, start)
    stop = found.start() if found else len(text)
    return text[start + 1 : stop], stop, True


def _short(value: str) -> str:
    return value if len(value) <= 30 else f"{value[:30]}…"


def write_rows(rows: Iterable[Sequence[str]], form: Delimited) -> str:
    """Text of the rows; only cells that need quotes get them."""
    special = re.compile(f"[{re.escape(form.delimiter + form.quote)}\\r\\n]|^\\s|\\s$")

    def written(cell: str) -> str:
        if special.search(cell):
            return form.quote + cell.replace(form.quote, form.quote * 2) + form.quote
        return cell

    return "".join(form.delimiter.join(map(written, cells)) + form.newline for cells in rows)
