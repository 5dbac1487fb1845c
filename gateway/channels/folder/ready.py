"""Whether a file has been written to its end.

Time alone does not tell: a slow writer outlasts every delay. So besides size and time of change
standing still, the text itself has to be complete: UNZ or IEA, the closing bracket, a whole line.
A file that stays incomplete for a while is taken all the same, so that it is refused with an
explanation instead of lying there unseen. Better than either is a writer who says it himself, by a
marker or by a rename.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from gateway.channels.folder.marker import Marker

PATIENCE = 60.0
"""Seconds without a change after which an incomplete file is taken as it is."""
_TAIL = 4096
_BLANK = b" \t\r\n\x00\x1a"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a file ready. Seconds."""

    stable_for: float = 2.0
    patience: float = PATIENCE
    marker: Marker | None = None
    """Ready as soon as it has one."""
    renamed: bool = False
    """Ready as soon as it has its name: its writer gives it that at the end."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file looked like, and since when it looks like that (seconds of our clock)."""

    size: int
    changed: int
    since: float


def still(before: Seen | None, found: os.stat_result, now: float) -> Seen:
    """What is seen now; ``since`` stays while nothing changes.

    Only our own clock counts: that of a file server may go wrong by hours.
    """
    same = before and (before.size, before.changed) == (found.st_size, found.st_mtime_ns)
    return before if before and same else Seen(found.st_size, found.st_mtime_ns, now)


def is_complete(handle: int) -> bool:
    """Whether the text of an open file is closed, as far as its kind can tell."""
    head = os.read(handle, _TAIL)
    os.lseek(handle, max(0, os.fstat(handle).st_size - _TAIL), os.SEEK_SET)
    return ends_well(head, os.read(handle, _TAIL))


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
