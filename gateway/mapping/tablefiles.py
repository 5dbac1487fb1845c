"""Tables from files: ``tables/NAME.csv`` in the folder of a partner, then in the workspace.

The first line names the columns; cells are separated by comma, semicolon or tab, whichever that
line has most of. Cells are texts: leading zeros stay, blanks around them go. A line without a text
in one of the two columns that are asked answers nothing.

A definition ``tables/NAME.yaml`` (a database) is handed to whoever can open it.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.mapping.files import stamp
from gateway.mapping.tables import Table
from gateway.problems import Place, Problem, problem

MOST_BYTES = 256 * 1024 * 1024
"""Larger files are refused: a table of that size belongs into a database."""
_MOST_PROBLEMS = 20
_SIGNS = (",", ";", "\t")
_NONE: tuple[str, ...] = ()
Opened = tuple[Table | None, list[Problem]]


@dataclass
class FileTable:
    """All rows of a CSV file, in memory; an index is made for each pair of columns asked."""

    name: str
    columns: tuple[str, ...]
    rows: list[list[str]]
    at_hand: bool = True
    _indices: dict[tuple[str, str], dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def find(self, key: str, value: str, texts: Collection[str]) -> Mapping[str, Sequence[str]]:
        """See :class:`~gateway.mapping.tables.Table`."""
        index = self._index(key, value)
        return {text: index[text] for text in texts if text in index}

    def repeated(self, key: str, value: str) -> Sequence[str]:
        """See :class:`~gateway.mapping.tables.Table`."""
        return [text for text, found in self._index(key, value).items() if len(found) > 1]

    def _index(self, key: str, value: str) -> dict[str, tuple[str, ...]]:
        made = self._indices.get((key, value))
        if made is None:
            at, other = self.columns.index(key), self.columns.index(value)
            made = {}
            for row in self.rows:
                text, answer = row[at], row[other]
                if text and answer:
                    known = made.setdefault(text, (answer,))
                    if answer not in known:
                        made[text] = (*known, answer)
            self._indices[key, value] = made
        return made


class TableFiles:
    """The tables of some folders, the first folder first. Safe to share between threads."""

    def __init__(
        self, folders: Sequence[Path], definitions: Callable[[str, Path], Opened] | None = None
    ) -> None:
        """``definitions`` opens a ``NAME.yaml``: name and file in, table and problems out."""
        self.folders = tuple(folders)
        self._definitions = definitions
        self._lock = threading.Lock()
        self._kept: dict[Path, tuple[object, Opened]] = {}

    def table(self, name: str) -> Opened:
        """A table by name. M108 says why there is none though there is a file."""
        path = self._path(name)
        if path is None:
            return None, []
        with self._lock:
            now = stamp(path)
            kept = self._kept.get(path)
            if kept is None or kept[0] != now:
                kept = self._kept[path] = (now, self._opened(name, path))
            return kept[1]

    def stamp(self, name: str) -> object:
        """Path, time and size of the file; ``None`` if there is none."""
        path = self._path(name)
        return (path, stamp(path)) if path is not None else None

    def _path(self, name: str) -> Path | None:
        if not name or Path(name).name != name or name.startswith("."):
            return None
        suffixes = (".csv", ".yaml") if self._definitions is not None else (".csv",)
        tries = (folder / f"{name}{suffix}" for folder in self.folders for suffix in suffixes)
        return next((path for path in tries if path.is_file()), None)

    def _opened(self, name: str, path: Path) -> Opened:
        if path.suffix == ".yaml" and self._definitions is not None:
            return self._definitions(name, path)
        return read_table(name, path)


def read_table(name: str, path: Path) -> Opened:
    """A CSV file as a table. A broken line is M108 and left out; the others serve."""
    shown = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    if path.stat().st_size > MOST_BYTES:
        return None, [_unusable(name, shown, 1, f"it has more than {MOST_BYTES >> 20} MB")]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        return None, [_unusable(name, shown, line, "it is not UTF-8; save it as CSV UTF-8")]
    head = text.partition("\n")[0]
    sign = max(_SIGNS, key=head.count)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=sign, strict=True)
    try:
        columns = tuple(cell.strip() for cell in next(lines, []))
        wrong_head = _wrong_columns(columns)
        if wrong_head:
            return None, [_unusable(name, shown, 1, wrong_head)]
        rows, problems = _rows(lines, len(columns), name, shown)
    except csv.Error as wrong:
        return None, [_unusable(name, shown, lines.line_num, str(wrong))]
    return FileTable(name, columns, rows), problems


def _wrong_columns(columns: Sequence[str]) -> str:
    if not columns or not all(columns):
        return "its first line does not name every column"
    twice = [one for one in columns if columns.count(one) > 1]
    return f"two columns are named {twice[0]}" if twice else ""


def _rows(
    lines: Iterable[list[str]], width: int, name: str, shown: str
) -> tuple[list[list[str]], list[Problem]]:
    rows: list[list[str]] = []
    problems: list[Problem] = []
    for cells in lines:
        if len(cells) == width:
            rows.append([cell.strip() for cell in cells])
        elif any(cell.strip() for cell in cells) and len(problems) < _MOST_PROBLEMS:
            line = getattr(lines, "line_num", 0)
            value = f"{len(cells)} cells under {width} columns"
            problems.append(_unusable(name, shown, line, value))
    return rows, problems


def _unusable(name: str, file: str, line: int, value: str) -> Problem:
    return problem("M108", Place(file=file, line=line, column=1), name=name, value=value)
