"""Code lists: canonical word ⇄ code of a standard, from ``mappings/codes/NAME.csv``.

Columns ``canonical,edifact,x12,label`` and whatever format needs its own (``csv``, ``json``,
``erp``). The first row of a canonical word is the one written; the first row of a code is the one
read; an empty cell says that the standard has no such code. Rows of a partner's list come first.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType

from gateway.problems import Place, Problem, problem

_RECORDS = ("csv", "json", "xml", "idoc", "flat")


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list in both directions, for one standard."""

    name: str
    to_canonical: Mapping[str, str]
    to_wire: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of a file: cells by column."""

    cells: Mapping[str, str]


def parse_codes(text: str, file: str) -> tuple[list[CodeRow], list[Problem]]:
    """Read a code list file. M105 names rows that are no rows of such a list."""
    rows: list[CodeRow] = []
    problems: list[Problem] = []
    reader = csv.reader(StringIO(text.removeprefix("\ufeff")))
    columns = [column.strip() for column in next(reader, [])]
    if "canonical" not in columns:
        place = Place(file=file, line=1, column=1)
        return [], [
            problem("M105", place, file=file, value="no column canonical in the first line")
        ]
    for cells in reader:
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        if len(cells) > len(columns):
            place = Place(file=file, line=reader.line_num, column=1)
            value = f"{len(cells)} cells under {len(columns)} columns"
            problems.append(problem("M105", place, file=file, value=value))
            continue
        pairs = zip(columns, (cell.strip() for cell in cells), strict=False)
        rows.append(CodeRow(MappingProxyType(dict(pairs))))
    return rows, problems


def code_list(name: str, rows: Iterable[CodeRow], standard: str) -> CodeList:
    """The list as one standard sees it. Later rows never change what earlier rows said."""
    to_canonical: dict[str, str] = {}
    to_wire: dict[str, str] = {}
    kept = list(rows)
    for row in kept:
        word = row.cells.get("canonical", "")
        code = _cell(row, standard)
        if word and code:
            to_canonical.setdefault(code, word)
            to_wire.setdefault(word, code)
    return CodeList(name, MappingProxyType(to_canonical), MappingProxyType(to_wire))


def _cell(row: CodeRow, standard: str) -> str:
    if standard not in _RECORDS:
        return row.cells.get(standard, "")
    for column in (standard, "erp"):
        if column in row.cells:
            return row.cells[column]
    return row.cells.get("canonical", "")


def known(words: Sequence[str], limit: int = 8) -> str:
    """Some of the words of a list, for a sentence."""
    shown = ", ".join(words[:limit])
    return f"{shown}, …" if len(words) > limit else shown
