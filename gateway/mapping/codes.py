"""Code lists: canonical word ⇄ code of a standard, from ``mappings/codes/NAME.csv``.

Columns ``canonical,edifact,x12,label`` and whatever format needs its own (``csv``, ``json``,
``erp``). A column ``edifact/D01B`` holds the codes that are other ones from that directory on.
The first row of a canonical word is the one written; the first row of a code is the one
read; an empty cell says that the standard has no such code. Rows of a partner's list come first.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType

from gateway.mapping.convert.model import Unfit
from gateway.mapping.directories import order
from gateway.problems import Place, Problem, problem

_DIRECTORIES = ("edifact", "x12")
_UNITED_NATIONS = ("ubl", "cii")
"""XML vocabularies (``xml/ubl-2.1/Order``) that take the codes of UN/CEFACT as they are: the column
``un``, where EDIFACT is used with other ones, else ``edifact``."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list in both directions, for one standard."""

    name: str
    to_canonical: Mapping[str, str]
    to_wire: Mapping[str, str]

    def unknown_code(self) -> Unfit:
        """V512: a code that the list does not have."""
        return Unfit("V512", f"one of {known(list(self.to_canonical))} (code list {self.name})")

    def unknown_word(self) -> Unfit:
        """V512: a word of the document that has no code in the list."""
        return Unfit("V512", f"one of {known(list(self.to_wire))} (code list {self.name})")


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
        return [], [problem("M105", place, file=file, value=_no_columns(columns))]
    for cells in reader:
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        if len(cells) > len(columns):
            place = Place(file=file, line=reader.line_num, column=1)
            value = f"{len(cells)} cells under {len(columns)} columns"
            problems.append(problem("M105", place, file=file, value=value))
            continue
        spoilt = [c for c, cell in zip(columns, cells, strict=False) if "\ufffd" in cell]
        if spoilt and spoilt != ["label"]:
            place = Place(file=file, line=reader.line_num, column=1)
            value = f"a sign in the column {spoilt[0]} is not UTF-8; save the file as UTF-8"
            problems.append(problem("M105", place, file=file, value=value))
            continue
        pairs = zip(columns, (cell.strip() for cell in cells), strict=False)
        rows.append(CodeRow(MappingProxyType(dict(pairs))))
    return rows, problems


def _no_columns(columns: Sequence[str]) -> str:
    """Why a first line is none."""
    for sign, named in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if any(sign in column for column in columns):
            return f"its columns are separated by {named}, not by commas"
    return f"its first line names no column canonical, but {', '.join(columns) or 'nothing'}"


def code_list(name: str, rows: Iterable[CodeRow], format_: str) -> CodeList:
    """The list as one format (``edifact/D96A/ORDERS``, ``csv/order``, ``x12``) sees it.

    Later rows never change what earlier rows said.
    """
    standard, _, rest = format_.partition("/")
    directory = rest.partition("/")[0]
    to_canonical: dict[str, str] = {}
    to_wire: dict[str, str] = {}
    for row in rows:
        word = row.cells.get("canonical", "")
        code = _cell(row, standard, directory)
        if word and code:
            to_canonical.setdefault(code, word)
            to_wire.setdefault(word, code)
    return CodeList(name, MappingProxyType(to_canonical), MappingProxyType(to_wire))


def _cell(row: CodeRow, standard: str, directory: str) -> str:
    if standard in _DIRECTORIES:
        return _dated_cell(row, standard, directory) or row.cells.get(standard, "")
    if standard == "xml" and directory.startswith(_UNITED_NATIONS):
        return row.cells.get("un", "") or row.cells.get("edifact", "")
    for column in (standard, "erp"):
        if column in row.cells:
            return row.cells[column]
    return row.cells.get("canonical", "")


def _dated_cell(row: CodeRow, standard: str, directory: str) -> str:
    """The cell of the latest directory that is not later than this one."""
    best, found = "", ""
    for column, cell in row.cells.items():
        front, _, since = column.partition("/")
        holds = cell and front == standard and since and order(since) <= order(directory)
        if holds and (not best or order(since) > order(best)):
            best, found = since, cell
    return found


def known(words: Sequence[str], limit: int = 8) -> str:
    """Some of the words of a list, for a sentence."""
    shown = ", ".join(words[:limit])
    return f"{shown}, …" if len(words) > limit else shown
