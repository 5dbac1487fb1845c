"""The code lists of a partner: words, columns and rows that do nothing (C220-C222).

What makes a list unusable as a whole (M105) is found where maps are loaded.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from gateway.config.validate import suggestion
from gateway.mapping.directories import is_directory
from gateway.problems import Place, Problem, problem

WORD = "canonical"
STANDARDS = ("edifact", "x12")
_SILENT = ("label", "un", "erp")
"""Columns that a general list has for people, for e-invoices, for the ERP."""
_MOST = 40
"""Words that are named in a sentence."""


@dataclass
class _Seen:
    """What earlier rows said, by column: the line of each code and each word."""

    codes: dict[tuple[str, str], int] = field(default_factory=dict)
    words: dict[tuple[str, str], int] = field(default_factory=dict)

    def useless(self, word: str, cells: dict[str, str], line: int) -> int | None:
        """The line that said all of this already, or ``None``; the row is remembered."""
        first: int | None = None
        new = False
        for column, code in cells.items():
            known = self.codes.get((column, code)), self.words.get((column, word))
            if None in known:
                new = True
            else:
                first = first or known[0]
            self.codes.setdefault((column, code), line)
            self.words.setdefault((column, word), line)
        return None if new else first


def list_problems(path: Path, shown: str, name: str, general: Path | None) -> Iterator[Problem]:
    """Of one file. ``general``: the list of the same name that it overrides, if there is one."""
    rows = _rows(path)
    columns = [column.strip() for column in rows[0][1]] if rows else []
    if WORD not in columns:
        return  # M105
    yield from _columns(columns, shown)
    words = _words(general) if general is not None else []
    known = [column for column in columns if column.partition("/")[0] in STANDARDS]
    seen = _Seen()
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        word = row.get(WORD, "")
        place = Place(file=shown, line=line, column=1, width=max(1, len(word)))
        if words and word and word not in words:
            facts = {"known": ", ".join(words[:_MOST]), "hint": suggestion(word, words)}
            yield Problem("C220", place, {"value": word, "list": name, **facts})
        codes = {column: row[column] for column in known if row.get(column)}
        yield from _row(seen, word, codes, place, name)


def _row(
    seen: _Seen, word: str, codes: dict[str, str], place: Place, name: str
) -> Iterator[Problem]:
    line = place.line or 1
    if not word:
        reason, way = "it has no word in the column canonical", "write the word, or take it out"
    elif not codes:
        reason = f"it has no code in {' or '.join(STANDARDS)}"
        way = "write the code that the partner uses, or take the row out"
    else:
        first = seen.useless(word, codes, line)
        if first is None:
            return
        reason = f"{', '.join(codes.values())} and {word} are both taken by earlier rows"
        way = f"keep this row or line {first}; of two rows for one code the first is read"
    yield problem("C221", place, list=name, reason=reason, way=way)


def _columns(columns: Sequence[str], shown: str) -> Iterator[Problem]:
    known = (WORD, *STANDARDS, *_SILENT)
    at = 1
    for column in columns:
        front, _, since = column.partition("/")
        dated = front in STANDARDS and is_directory(since)
        if column not in known and not dated:
            yield problem(
                "C222",
                Place(file=shown, line=1, column=at, width=max(1, len(column))),
                column=column or "a column without a name",
                known=", ".join((WORD, *STANDARDS, "edifact/D01B", "label")),
                hint=suggestion(column, known),
            )
        at += len(column) + 1


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Line and cells of each row."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return []
    reader = csv.reader(StringIO(text))
    return [(reader.line_num, cells) for cells in reader if cells]


def _words(path: Path) -> list[str]:
    rows = _rows(path)
    columns = rows[0][1] if rows else []
    at = columns.index(WORD) if WORD in columns else 0
    return list(dict.fromkeys(cells[at] for _, cells in rows[1:] if len(cells) > at and cells[at]))
