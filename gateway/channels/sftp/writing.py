"""Making a file on a server, with many requests on the way.

What fails in the middle leaves on the server what arrived, without holes as far as that can be
known: while the connection lives, the file is cut behind the last block that arrived in order.
After a connection that broke, its last bytes (:data:`~.requests.ON_THE_WAY`) may have holes, if the
server works on several requests at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from asyncssh import FXF_CREAT, FXF_TRUNC, FXF_WRITE, SFTPClientFile

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.failure import Doing, shown
from gateway.channels.sftp.requests import most_ahead, on_the_way
from gateway.problems import Place, problem

if TYPE_CHECKING:
    from gateway.channels.sftp.session import Session

NO_ROOM = 64 * 1024
"""Bytes that are left on a full disk, as one sees it from outside."""


async def write(
    session: Session,
    path: str,
    chunks: AsyncIterator[bytes],
    start: int,
    told: Callable[[int], None],
) -> int:
    """Write from ``start`` on; the size of the file then. Raises ``RemoteError``."""
    doing = session.doing("writing", path, changes=True)
    anew = FXF_CREAT | FXF_TRUNC if start == 0 else 0
    file = await session.opened(doing, path, FXF_WRITE | anew)
    sending = _Sending(session, doing, file, start, told)
    session.busy += 1
    try:
        if start:
            await _cut(session, doing, file, start)
        last = b""
        async for block in _blocks(chunks, session.write_block):
            if last:
                await sending.send(last)
            last = block
        if session.orderly and not sending.begun:
            return await _at_once(session, doing, file, start, last, told)
        await sending.send(last)
        await sending.finish()
        if session.syncs:
            await session.ask(doing, file.fsync())
    except BaseException as failure:
        await _torn(session, doing, file, sending)
        if isinstance(failure, RemoteError) and failure.trouble == "refused":
            raise await _perhaps_full(session, doing, failure) from None
        raise
    finally:
        session.busy -= 1
    await session.ask(doing, file.close())
    return sending.arrived


async def _at_once(
    session: Session,
    doing: Doing,
    file: SFTPClientFile,
    start: int,
    block: bytes,
    told: Callable[[int], None],
) -> int:
    """The last block of a file that was not longer: written, synced and closed in one go.

    A server that carries out one request after the other needs no waiting in between; over a long
    way that is half of the time of a small file.
    """
    written = on_the_way(file.write(block, start)) if block else None
    rest = [on_the_way(file.fsync())] if session.syncs else []
    rest.append(on_the_way(file.close()))
    if written is not None:
        told(await session.ask(doing, written))
    for each in rest:
        await session.ask(doing, each)
    return start + len(block)


async def _cut(session: Session, doing: Doing, file: SFTPClientFile, start: int) -> None:
    """Make sure that a file to be continued ends where it is continued."""
    there = (await session.ask(doing, file.stat())).size
    if there is None or there == start:
        return
    if there < start:
        name, path = session.server.name, shown(doing.path)
        found = problem(
            "T329", Place(file=path), server=name, path=path, found=there, expected=start
        )
        raise RemoteError("changed", found)
    await session.ask(doing, file.truncate(start))


async def _blocks(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The same bytes in blocks of one size, but the last."""
    held = bytearray()
    async for chunk in chunks:
        if not held and len(chunk) == size:
            yield chunk
            continue
        held += chunk
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


class _Sending:
    """The blocks that are on the way, in the order of their bytes."""

    def __init__(
        self,
        session: Session,
        doing: Doing,
        file: SFTPClientFile,
        start: int,
        told: Callable[[int], None],
    ) -> None:
        self.arrived = start
        """So many bytes are there, without a hole."""
        self.begun = False
        """Something was sent."""
        self._session, self._doing, self._file, self._told = session, doing, file, told
        self._next = start
        self._sent: deque[asyncio.Task[int]] = deque()

    @property
    def waits(self) -> bool:
        """Blocks were sent, of which nobody knows yet whether they arrived."""
        return self._next > self.arrived

    async def send(self, block: bytes) -> None:
        """Send a block; waits while too many are on the way."""
        if not block:
            return
        self.begun = True
        most = most_ahead(self._session.write_block, self._session.busy)
        while len(self._sent) >= most:
            await self._first()
        self._sent.append(on_the_way(self._file.write(block, self._next)))
        self._next += len(block)

    async def finish(self) -> None:
        """Wait until all arrived."""
        while self._sent:
            await self._first()

    async def stop(self) -> None:
        """Wait for no answer any more; those that are there count until the first failure."""
        for each in self._sent:
            each.cancel()
        await asyncio.gather(*self._sent, return_exceptions=True)

    async def _first(self) -> None:
        count = await self._session.ask(self._doing, self._sent.popleft())
        self.arrived += count
        self._told(count)


async def _torn(session: Session, doing: Doing, file: SFTPClientFile, sending: _Sending) -> None:
    """After a failure: no hole stays behind in what arrived, and the file is closed."""
    begun = sending.waits
    await sending.stop()
    if session.closed:
        return
    if begun:  # otherwise nothing stands behind what arrived, and a file must never grow by this
        with suppress(RemoteError):
            await session.ask(doing, file.truncate(sending.arrived))
    session.later(doing, file.close())


async def _perhaps_full(session: Session, doing: Doing, failure: RemoteError) -> RemoteError:
    """SFTP 3 has no word for a full disk, so servers say “failure”: ask how much room is left."""
    with suppress(RemoteError):
        room = await session.ask(doing, session.files.statvfs(session.path(doing.path)))
        if room.bavail is not None and room.bavail * (room.frsize or 1) < NO_ROOM:
            return doing.failed("full")
    return failure
