"""A server's folders over one FTPS connection (:class:`~gateway.channels.remote.RemoteDir`).

FTP does one thing at a time, and so does this: whoever comes meanwhile waits for his turn. Only
what cannot be misread is read: MLSD and MLST (RFC 3659), else NLST with SIZE and MDTM for each
name.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import ParamSpec, TypeVar

from gateway.channels.folder.names import shown
from gateway.channels.ftps import asking
from gateway.channels.ftps.failure import Doing
from gateway.channels.ftps.session import PIECE, Session
from gateway.channels.ftps.worker import Worker
from gateway.channels.remote.directory import Abilities, Entry
from gateway.channels.remote.failure import RemoteError, Trouble
from gateway.problems import Problem, problem

P = ParamSpec("P")
T = TypeVar("T")
PAGE = 1000
"""Entries that are handed on at a time."""
SLOWEST = 1024
"""Bytes a second that a file has to move with."""
FEW = 3
"""Answers that one question may wait for."""
LONG = 10
"""A list may take so many times what one answer may."""
GOODBYE = 3.0
"""Seconds."""


class FtpsDir:
    """Belongs to one event loop."""

    def __init__(self, session: Session, worker: Worker) -> None:
        self._session = session
        self._worker = worker
        self._server = session.server
        self._turn = asyncio.Lock()
        rest = session.features.get("REST", "")
        self._abilities = Abilities(transfers=1, ranges="STREAM" in rest.upper(), safe_rename=False)

    @property
    def abilities(self) -> Abilities:
        """What the server can do."""
        return self._abilities

    @property
    def closed(self) -> bool:
        """The connection is gone."""
        return self._worker.over

    async def scan(self, folder: str) -> AsyncIterator[Sequence[Entry]]:
        """What is in a folder. The server tells all at once; it is handed on in pieces."""
        doing = self._doing("listing", folder)
        async with self._turn:
            found = await self._listed(folder, doing)
        for start in range(0, len(found), PAGE):
            yield found[start : start + PAGE]

    async def stat(self, path: str) -> Entry | None:
        """One thing; servers follow links."""
        doing = self._doing("looking at", path)
        async with self._turn:
            return await self._stat(path, doing)

    async def read(self, path: str, start: int, size: int) -> AsyncIterator[bytes]:
        """Exactly these bytes of a file."""
        doing = self._doing("fetching", path)
        if size <= 0:
            return
        left = size
        async with self._turn:
            data = await self._do(doing, self._session.transfer, f"RETR {path}", start)
            try:
                while left:
                    wanted = min(left, PIECE)
                    piece = await self._do(doing, self._session.take, data, wanted)
                    left -= len(piece)
                    if piece:
                        yield piece
                    if len(piece) < wanted:
                        break
                await self._do(doing, self._session.leave, data)
            except BaseException:  # nobody wants the rest, and the server would go on sending
                self._worker.break_off()
                raise
        if left:
            found = self._other_size(path, start + size - left, start + size)
            raise RemoteError("short", found)

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        start: int = 0,
        told: Callable[[int], None] = lambda _count: None,
    ) -> int:
        """Make a file, or go on with it; its size by what the server says afterwards."""
        doing = self._doing("putting", path, "denied", changes=True)
        async with self._turn:
            if start:
                await self._goes_on(path, start, doing)
            data = await self._do(doing, self._session.transfer, f"STOR {path}", start)
            sent = start
            try:
                async for chunk in chunks:
                    for at in range(0, len(chunk), PIECE):
                        await self._do(doing, self._session.give, data, chunk[at : at + PIECE])
                    sent += len(chunk)
                    told(len(chunk))
                await self._do(doing, self._session.finish, data)
            except BaseException:  # torn, so that the server does not take it for complete
                self._worker.break_off()
                raise
            size = await self._do(doing, asking.size, self._session, path)
        if size is None:  # somebody was quick to take it, or it never became a file
            raise RemoteError("missing", self._other_size(path, "none", sent), unknown=True)
        return size

    async def rename(self, source: str, target: str, *, replace: bool = False) -> None:
        """Give a file another name. Whether the name is free is looked up before, as FTP cannot."""
        doing = self._doing("renaming", f"{source} to {target}", changes=True)
        async with self._turn:
            there = None if replace else await self._stat(target, doing)
            if there is not None:
                found = problem(
                    "T437",
                    host=self._server.host,
                    doing=doing.text,
                    reply="a file of that name is there already",
                )
                raise RemoteError("exists", found)
            await self._do(doing, asking.rename, self._session, source, target, replace)

    async def remove(self, path: str) -> None:
        """Delete a file."""
        doing = self._doing("deleting", path, changes=True)
        async with self._turn:
            try:
                await self._do(doing, self._session.delete, path)
            except RemoteError as failure:
                if failure.trouble == "missing" and await self._stat(path, doing) is not None:
                    raise RemoteError("denied", failure.problem) from None
                raise

    async def make_folder(self, path: str) -> None:
        """Make a folder, unless it is there."""
        doing = self._doing("making the folder", path, "denied", changes=True)
        async with self._turn:
            if not await self._do(doing, asking.is_folder, self._session, path):
                await self._do(doing, self._session.mkd, path)

    async def close(self) -> None:
        """Say goodbye, unless the connection is in use."""
        if not self._turn.locked() and not self.closed:
            with suppress(RemoteError):
                await self._worker.do(Doing("saying goodbye"), GOODBYE, self._session.quit)
        self._worker.break_off()

    # ---- inside

    async def _listed(self, folder: str, doing: Doing) -> list[Entry]:
        long = LONG * self._server.timeout
        if "MLST" in self._session.features:  # which stands for MLSD, too (RFC 3659 §7.8)
            return await self._worker.do(doing, long, asking.listed, self._session, folder)
        names = await self._worker.do(doing, long, asking.names, self._session, folder)
        found: list[Entry] = []
        for name in names:
            path = posixpath.join(folder, name)
            one = await self._stat(path, doing)
            found.append(one or Entry(name, "other"))
        return found

    async def _stat(self, path: str, doing: Doing) -> Entry | None:
        return await self._do(doing, asking.stat, self._session, path)

    async def _goes_on(self, path: str, start: int, doing: Doing) -> None:
        there = await self._do(doing, asking.size, self._session, path)
        if there != start:
            found = self._other_size(path, "none" if there is None else there, start)
            raise RemoteError("changed", found)

    async def _do(
        self, doing: Doing, work: Callable[P, T], *arguments: P.args, **named: P.kwargs
    ) -> T:
        seconds = FEW * self._server.timeout + PIECE / SLOWEST
        return await self._worker.do(doing, seconds, work, *arguments, **named)

    def _other_size(self, path: str, found: int | str, expected: int) -> Problem:
        host = self._server.host
        return problem("T438", path=shown(path), host=host, found=found, expected=expected)

    def _doing(
        self, what: str, path: str, absent: Trouble = "missing", *, changes: bool = False
    ) -> Doing:
        """Raises :class:`RemoteError` for a path that would be two commands."""
        doing = Doing(f"{what} {shown(path)}", absent, changes)
        if any(sign in path for sign in "\r\n\0"):
            found = problem(
                "T437", host=self._server.host, doing=doing.text, reply="the name has a line break"
            )
            raise RemoteError("refused", found)
        return doing
