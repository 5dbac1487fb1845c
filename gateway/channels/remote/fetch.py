"""Fetching a file without losing a byte, or taking one too many.

Exactly the size that the server told is read, and then nothing more may come: a server that tells
a wrong size, or changes the bytes on the way, is found out. After that the file has to look as it
did before, or what was fetched is thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import IO

from gateway.channels.folder.names import shown
from gateway.channels.remote.directory import Entry, Holding, RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.whole import ENDS
from gateway.problems import problem

GRACE, SLOWEST = 300.0, 256
"""Seconds for any file, and bytes a second that it has to come with besides: a server that lets
each answer drip, always in time, would never end."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The first and last bytes of a file."""

    head: bytes
    tail: bytes


class Held:
    """Files that were read and are still open on the server, until they are ours."""

    def __init__(self) -> None:
        self._open: list[Callable[[], None]] = []

    def keep(self, close: Callable[[], None]) -> None:
        """A file that is to be closed later."""
        self._open.append(close)

    def close(self) -> None:
        """They are ours: close them."""
        while self._open:
            self._open.pop()()

    def __bool__(self) -> bool:
        """Whether any is open."""
        return bool(self._open)


async def fetch(
    directory: RemoteDir, path: str, entry: Entry, spool: IO[bytes], held: Held
) -> Ends:
    """Copy a file into an empty stream, which is at its beginning then.

    ``entry``: as the server told it before. The file stays open in ``held`` where that is possible.
    Raises ``RemoteError``: ``short`` when it does not hold what the server told, and ``OSError``
    when there is no room here.
    """
    size, came, head, tail = entry.size or 0, 0, b"", b""
    seconds = GRACE + size / SLOWEST
    try:
        async with asyncio.timeout(seconds):
            # one byte more than there is: the end of the file has to be where the server says
            async for piece in _pieces(directory, path, size + 1, held):
                came += len(piece)
                if came > size:
                    raise _wrong_size(entry, "more")
                spool.write(piece)
                if len(head) < ENDS:
                    head = (head + piece)[:ENDS]
                tail = piece[-ENDS:] if len(piece) >= ENDS else (tail + piece)[-ENDS:]
    except TimeoutError:
        raise _wrong_size(entry, f"{came} bytes in {seconds:.0f} s") from None
    except RemoteError as failure:
        if failure.trouble != "short":
            raise
        if came != size:
            raise _wrong_size(entry, f"{came} bytes") from None
    else:
        if came != size:
            raise _wrong_size(entry, f"{came} bytes")
    spool.seek(0)
    return Ends(head, tail)


async def unchanged(directory: RemoteDir, path: str, entry: Entry) -> None:
    """Whether a file still looks as it did. Raises ``RemoteError``: ``missing``, ``changed``."""
    now = await directory.stat(path)
    if now is not None and (now.size, now.changed, now.kind) == (entry.size, entry.changed, "file"):
        return
    told = "it is gone" if now is None else f"{now.size} bytes"
    if now is not None and now.size == entry.size:
        told = "another time"
    found = problem("T330", name=shown(entry.called), size=entry.size, now=told)
    raise RemoteError("missing" if now is None else "changed", found)


async def ends(directory: RemoteDir, path: str, size: int) -> Ends:
    """The first and last bytes alone. Raises ``RemoteError``."""
    head = await _part(directory, path, 0, min(size, ENDS))
    tail = head if size <= ENDS else await _part(directory, path, size - ENDS, ENDS)
    return Ends(head, tail)


def _pieces(directory: RemoteDir, path: str, size: int, held: Held) -> AsyncIterator[bytes]:
    if isinstance(directory, Holding):
        return directory.read_open(path, 0, size, held.keep)
    return directory.read(path, 0, size)


async def _part(directory: RemoteDir, path: str, start: int, size: int) -> bytes:
    return b"".join([piece async for piece in directory.read(path, start, size)])


def _wrong_size(entry: Entry, found: str) -> RemoteError:
    return RemoteError(
        "short", problem("T331", name=shown(entry.called), size=entry.size, found=found)
    )
