"""A multipart body cut at its boundary (RFC 2046 §5.1) into ranges, in one pass over the bytes.

The line end before a boundary belongs to the boundary, CRLF or LF. What stands before the first
and after the last is passed over. A boundary counts only as a line of its own, so that one that
begins like it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.channels.as2.extent import CHUNK, Extent
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.contenttype import ContentType
from gateway.channels.as2.mime.headers import shown
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

_LONGEST = 70
_ROOM = 256
"""Bytes after a boundary that hold ``--``, blanks and the line end."""
_FALSE = 10_000
"""Lines that only begin like the boundary: it was to be chosen so that there is none."""
_BOUNDARY = re.compile(r"[ -~]+\Z")
_TAIL = re.compile(rb"(--)?[ \t]{0,200}(?:\r?\n|\Z)")
_CLOSED = re.compile(rb"--[\0-\x20]")


def boundary_of(content_type: ContentType) -> bytes:
    """The boundary that Content-Type names. Raises :class:`RefusedError` (T223)."""
    boundary = content_type.parameters.get("boundary", "").rstrip(" ")
    if not boundary:
        raise RefusedError(
            problem("T223", found=shown(content_type.kind), why="it names no boundary")
        )
    if len(boundary) > _LONGEST or not _BOUNDARY.match(boundary):
        why = f"a boundary is 1 to {_LONGEST} printable characters"
        raise RefusedError(problem("T223", found=shown(boundary), why=why))
    return boundary.encode("ascii")


def split_parts(body: Extent, boundary: bytes, limits: Limits) -> list[Extent]:
    """The parts between the boundaries, heads included, each a range of ``body``.

    Raises :class:`RefusedError`: no boundary (T224), none that closes (T225), too many parts
    (T226), one that is found in the content again and again (T223).
    """
    parts: list[Extent] = []
    begin: int | None = None
    for end, after, closes in _delimiters(body, b"--" + boundary):
        if begin is not None:
            if len(parts) == limits.parts:
                raise RefusedError(problem("T226", limit=limits.parts))
            parts.append(body.part(begin, max(end - begin, 0)))
        begin = after
        if closes:
            break
    else:
        name = boundary.decode("ascii")
        raise RefusedError(problem("T224" if begin is None else "T225", boundary=name))
    if not parts:
        raise RefusedError(problem("T224", boundary=boundary.decode("ascii")))
    return parts


def _delimiters(body: Extent, token: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where content ends before each boundary, where it goes on behind it, whether it closes."""
    line = b"\n" + token
    overlap = len(line) + _ROOM
    base = false = 0
    while base < body.size:
        data = body.part(base).read(CHUNK + overlap)
        last = base + len(data) >= body.size
        if base == 0 and data.startswith(token) and (tail := _tail(data, len(token))):
            yield 0, tail[0], tail[1]
        stop = len(data) if last else len(data) - overlap
        at = data.find(line)
        while 0 <= at < stop:
            if tail := _tail(data, at + len(line)):
                yield _before(body, base, data, at), base + tail[0], tail[1]
            elif (false := false + 1) > _FALSE:
                why = f"more than {_FALSE} lines begin like the boundary and are none"
                raise RefusedError(problem("T223", found=shown(token[2:].decode("ascii")), why=why))
            at = data.find(line, at + 1)
        base += stop


def _tail(data: bytes, at: int) -> tuple[int, bool] | None:
    """Where the line of a boundary ends, and whether it closes; nothing if it is none."""
    if match := _TAIL.match(data, at):
        return match.end(), match[1] is not None
    return (at + 2, True) if _CLOSED.match(data, at) else None


def _before(body: Extent, base: int, data: bytes, at: int) -> int:
    """Where the line end begins whose LF is at ``at``: a CR before it belongs to it."""
    place = base + at
    if place == 0:
        return 0
    before = data[at - 1 : at] if at else body.part(place - 1, 1).read(1)
    return place - (before == b"\r")
