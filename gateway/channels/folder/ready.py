"""Whether a file has been written to its end.

Time alone does not tell: a slow writer outlasts every delay. So besides size and time of change
standing still, the text itself has to be complete: UNZ or IEA, the closing bracket, a whole line.
A file that stays incomplete for :data:`PATIENCE` is taken all the same, so that it is refused with
an explanation instead of lying there unseen.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
"""Seconds without a change after which an incomplete file is taken as it is."""
_TAIL = 4096
_BLANK = b" \t\r\n\x00\x1a"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file looked like, and since when it looks like that (seconds)."""

    size: int
    changed: int
    since: float


def still(before: Seen | None, found: os.stat_result, wall: float) -> Seen:
    """What is seen now; ``since`` stays while nothing changes."""
    same = before and (before.size, before.changed) == (found.st_size, found.st_mtime_ns)
    return before if before and same else Seen(found.st_size, found.st_mtime_ns, wall)


def is_complete(path: Path) -> bool:
    """Whether the text of a file is closed, as far as its kind can tell."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(handle, "rb") as file:
        head = file.read(_TAIL)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    return ends_well(head, tail)


def ends_well(head: bytes, tail: bytes) -> bool:
    """The same for the first and last bytes of a file (which may overlap)."""
    start = head.removeprefix(_BOM).lstrip(_BLANK)
    end = tail.rstrip(_BLANK)
    if start.startswith((b"UNA", b"UNB")):
        return _closed(end, start[8:9] if start.startswith(b"UNA") else b"'", b"UNZ")
    if start.startswith(b"ISA") and len(start) > 105:
        return _closed(end if start[105:106] not in b"\r\n" else tail, start[105:106], b"IEA")
    for opening, closing in ((b"{", b"}"), (b"[", b"]"), (b"<", b">")):
        if start.startswith(opening):
            return end.endswith(closing)
    return not end or tail.endswith((b"\n", b"\r", b"\x1a"))


def _closed(end: bytes, terminator: bytes, tag: bytes) -> bool:
    if not end.endswith(terminator):
        return False
    last = end[: -len(terminator)].rpartition(terminator)[2]
    return last.lstrip(_BLANK).startswith(tag)
