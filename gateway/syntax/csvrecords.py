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
from functools import cache

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
    """Empty: cells are never quoted."""
    newline: str = "\r\n"
    comment: str = ""
    """Lines that begin with it are left out."""
    closed: bool = False
    """Whether a delimiter stands behind the last cell too."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    line: int
    cells: Sequence[str]
    start: int
    """Offset of the row in the text."""
    end: int
    """Offset behind the row and its line break."""
    problems: tuple[Problem, ...] = ()
    starts: tuple[int, ...] | None = None
    """Columns where the cells of a row with quotes start."""

    def column(self, index: int) -> int:
        """The character column (from 1) where a cell starts."""
        if self.starts is not None:
            return self.starts[index]
        return 1 + index + sum(map(len, self.cells[:index]))


def column_letter(index: int) -> str:
    """``0`` → ``A``, ``27`` → ``AB``: how spreadsheets name a column."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_rows(text: str, form: Delimited) -> Iterator[Row]:
    """Rows in order. Empty lines, and lines of empty cells, are left out."""
    delimiter, quote, comment = form.delimiter, form.quote, form.comment
    blank = delimiter + " \t"
    at, line = 0, 1
    while at < len(text):
        found = _NEWLINE.search(text, at)
        stop, after = (found.start(), found.end()) if found else (len(text), len(text))
        piece = text[at:stop]
        if comment and piece.startswith(comment):
            at, line = after, line + 1
            continue
        if quote and quote in piece:
            row = _quoted(text, at, line, form)
            line += len(_NEWLINE.findall(text, at, row.end))
            yield row
            at = row.end
            continue
        if piece.strip(blank):
            yield Row(line, piece.split(delimiter), at, after)
        at, line = after, line + 1


@cache
def _unquoted(delimiter: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(delimiter)}\\r\\n]*")


def _quoted(text: str, start: int, line: int, form: Delimited) -> Row:
    """A row that has quotes somewhere."""
    cells: list[str] = []
    columns: list[int] = []
    problems: list[Problem] = []
    at = start
    while True:
        column = at - start + 1
        columns.append(column)
        if text.startswith(form.quote, at):
            cell, at, fault = _quoted_cell(text, at, form)
            if fault:
                place = Place(line=line, column=column, path=column_letter(len(cells)))
                problems.append(
                    problem("F102", place, line=line, column=place.path, value=_short(cell))
                )
        else:
            end = _unquoted(form.delimiter).match(text, at).end()  # type: ignore[union-attr]
            cell, at = text[at:end], end
        cells.append(cell)
        if not text.startswith(form.delimiter, at):
            break
        at += 1
    found = _NEWLINE.match(text, at)
    end = found.end() if found else at
    return Row(line, cells, start, end, tuple(problems), tuple(columns))


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
    delimiter, quote = form.delimiter, form.quote
    end = (delimiter if form.closed else "") + form.newline
    if not quote:
        return "".join(delimiter.join(cells) + end for cells in rows)
    special = re.compile(f"[{re.escape(delimiter + quote)}\\r\\n]|^\\s|\\s$")
    comment = form.comment

    def written(cell: str) -> str:
        if special.search(cell) or (comment and cell.startswith(comment)):
            return quote + cell.replace(quote, quote * 2) + quote
        return cell

    return "".join(delimiter.join(map(written, cells)) + end for cells in rows)


def unquotable(cell: str, form: Delimited) -> str:
    """The sign of a cell that a file without quotes cannot hold; empty: none."""
    if form.quote:
        return ""
    return next((sign for sign in (form.delimiter, "\r", "\n") if sign in cell), "")
