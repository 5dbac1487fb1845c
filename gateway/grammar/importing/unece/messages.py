"""The segment table of a message: ``0120   NAD Name and address   M   1   |``.

Groups are drawn at the right: a line of a group opens one (``C   99-----+``), each corner at the
end of a segment's line closes one (``C   5----++`` closes two). Some issues draw with ``┐│┘┴`` of
code page 437, the others with ``+|``. A row marked ``-`` was deleted in this issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gateway.grammar.importing.result import Source

_HEADING = re.compile(r"\s*\d(\.\d)++\s++Segment table\s*+", re.IGNORECASE)
_START = r"(?P<position>\d{4,5})?(?P<marks>[ +*#|XS-]{0,9}?)"
_END = r"\s++(?P<status>[MC])\s++(?P<most>\d{1,9})(?P<drawing>[^A-Za-z0-9]*+)$"
_GROUP = re.compile(
    _START + r"[─-]{3,}\s*segment group\s*+(?P<number>\d{1,3})[\s─-]*?" + _END, re.I
)
_SEGMENT = re.compile(_START + r"\s*(?P<tag>[A-Z][A-Z0-9]{2})[ ,]++.*?" + _END)
_BEGUN = re.compile(r"(?P<begun>\d{4,5}[ +*#|XS-]{0,9}?\s*[A-Z][A-Z0-9]{2}[ ,]++\S[^│|]*+)[│| ]*+")
_CLOSES = "┘┴+"
_WIDEST = 200
"""Columns of a row that are looked at; a longer line is not of this table."""


class TableError(Exception):
    """The table cannot be read: a line, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(slots=True)
class _Row:
    line: int
    name: str
    """``NAD``, ``SG2:``."""
    status: str
    most: str
    corners: int
    deleted: bool


def segment_table(source: Source) -> tuple[list[str], bool]:
    """Lines of the tree of a message file, and whether it is a batch message.

    Raises :class:`TableError` where there is no table or its groups do not close.
    """
    rows = list(_rows(source))
    if not rows:
        raise TableError(1, "it has no segment table")
    if rows[0].name == "UIH":
        return [], False
    if rows[0].name != "UNH" or rows[-1].name != "UNT":
        raise TableError(rows[-1].line, "its table does not go from UNH to UNT")
    return _lines(rows), True


def _lines(rows: list[_Row]) -> list[str]:
    """The tree. What is left of a group that was deleted belongs to the group around it."""
    lines: list[str] = []
    kept: list[bool] = []
    """Of each open group, whether it still is one."""
    for row in rows:
        group = row.name[-1] == ":"
        if not row.deleted:
            lines.append(f"{'  ' * sum(kept)}{row.name} {row.status} {row.most}")
        if group:
            kept.append(not row.deleted)
        elif row.corners > len(kept):
            raise TableError(row.line, f"more groups end with {row.name} than are open")
        else:
            del kept[len(kept) - row.corners :]
    if kept:
        raise TableError(rows[-1].line, f"{len(kept)} groups do not end")
    for line, following in pairwise(lines):
        if line.split()[0][-1] == ":" and _depth(following) <= _depth(line):
            raise TableError(rows[-1].line, f"group {line.split()[0][:-1]} is empty")
    return lines


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _rows(source: Source) -> Iterator[_Row]:
    """Rows up to UNT of the last table whose heading has a number (an annex may have another)."""
    headings = [at for at, text in enumerate(source.lines) if _HEADING.fullmatch(text[:_WIDEST])]
    if not headings:
        return
    begun = ""
    for at in range(headings[-1] + 1, len(source.lines)):
        text = source.lines[at][:_WIDEST].rstrip()
        row = _row(at + 1, f"{begun} {text.strip()}" if begun else text)
        begun = ""
        if row is not None:
            yield row
            if row.name in ("UNT", "UIT"):
                return
        elif known := _BEGUN.fullmatch(text):
            begun = known["begun"].rstrip()  # a long name: its status stands in the next line


def _row(line: int, text: str) -> _Row | None:
    known = _GROUP.match(text)
    if known is not None:
        name, corners = f"SG{int(known['number'])}:", 0
    else:
        known = _SEGMENT.match(text)
        if known is None:
            return None
        name = known["tag"]
        corners = sum(known["drawing"].count(sign) for sign in _CLOSES)
    most = str(int(known["most"]))
    return _Row(line, name, known["status"].upper(), most, corners, "-" in known["marks"])
