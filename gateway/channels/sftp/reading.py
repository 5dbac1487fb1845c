"""Exactly the bytes that were asked for, with many requests on the way.

Blocks are asked for ahead and handed on in order. A server may answer less than asked (the rest is
asked for again); it may not answer more, and it may not end early.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from asyncssh import FXF_READ, SFTPClientFile

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.failure import protocol, shown
from gateway.channels.sftp.requests import most_ahead, on_the_way
from gateway.problems import Place, problem

if TYPE_CHECKING:
    from gateway.channels.sftp.session import Session


class _Asked(NamedTuple):
    offset: int
    size: int
    answer: asyncio.Task[bytes]


async def read(
    session: Session,
    path: str,
    start: int,
    size: int,
    keep: Callable[[Callable[[], None]], None] = lambda close: close(),
) -> AsyncIterator[bytes]:
    """``size`` bytes from ``start`` on. Raises ``RemoteError`` (``short`` when fewer are there).

    ``keep`` is given what closes the file.
    """
    if size <= 0:
        return
    doing = session.doing("reading", path)
    file = await session.opened(doing, path, FXF_READ)
    session.busy += 1
    ahead = _Ahead(session, file, start, start + size)
    try:
        while (asked := ahead.next()) is not None:
            data = await session.ask(doing, asked.answer)
            if len(data) > asked.size:
                protocol(doing, f"it sends {len(data)} bytes where {asked.size} were asked for")
            if not data:
                raise _short(session, path, asked.offset, start + size)
            if len(data) < asked.size:
                ahead.again(asked.offset + len(data), asked.size - len(data))
            yield data
    finally:
        session.busy -= 1
        ahead.stop()
        keep(lambda: session.later(doing, file.close()))


def _short(session: Session, path: str, found: int, size: int) -> RemoteError:
    place = Place(file=shown(path))
    name = session.server.name
    return RemoteError(
        "short", problem("T326", place, server=name, path=shown(path), found=found, size=size)
    )


class _Ahead:
    """The requests of one file that are on the way, in the order of their bytes."""

    def __init__(self, session: Session, file: SFTPClientFile, start: int, end: int) -> None:
        self._session, self._file = session, file
        self._next, self._end, self._block = start, end, session.read_block
        self._asked: deque[_Asked] = deque()

    def next(self) -> _Asked | None:
        """The next block, with those behind it asked for; ``None`` when all were given."""
        most = most_ahead(self._block, self._session.busy)
        while self._next < self._end and len(self._asked) < most:
            # The last byte goes by itself: who asks for one byte too many, to see that the file
            # ends there, learns it without another round trip.
            size = min(self._block, self._end - 1 - self._next) or 1
            self._asked.append(self._ask(self._next, size))
            self._next += size
        return self._asked.popleft() if self._asked else None

    def again(self, offset: int, size: int) -> None:
        """The rest of a block that was answered in part."""
        self._asked.appendleft(self._ask(offset, size))

    def stop(self) -> None:
        """Nobody waits for the others any more."""
        for each in self._asked:
            each.answer.cancel()

    def _ask(self, offset: int, size: int) -> _Asked:
        reading = cast(Coroutine[Any, Any, bytes], self._file.read(size, offset))
        return _Asked(offset, size, on_the_way(reading))
