"""Files and folders on a server by SFTP version 3: one connection, many requests at once.

Every request is bounded in time. An answer that does not come ends the connection, since nobody
knows what the server would answer later.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import asyncssh
from asyncssh import SFTPAttrs, SFTPClient, SFTPClientFile

from gateway.channels.remote.directory import Abilities, Entry
from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp import listing, reading, writing
from gateway.channels.sftp.endpoint import Server
from gateway.channels.sftp.failure import STUMBLES, Doing, of, reason_of, said_by, shown
from gateway.problems import Place, problem

if TYPE_CHECKING:
    from gateway.channels.sftp.client import Entered

T = TypeVar("T")
VERSION = 3
LONGEST_PATH = 4096
"""Bytes of a path, as POSIX has it."""
BLOCK = 32 * 1024
"""Bytes of one request: every server takes these (draft-ietf-secsh-filexfer-02, 3)."""
LARGEST_BLOCK = 256 * 1024 - 1024
SMALLEST_BLOCK = 1024
"""A server that says it takes less is not believed."""
_NO_ATTRIBUTES = SFTPAttrs()


class Session:
    """A connection that is logged in, a :class:`~gateway.channels.remote.directory.RemoteDir`."""

    def __init__(self, entered: Entered, server: Server, files: SFTPClient) -> None:
        self.server = server
        self._entered = entered
        self._files = files
        self.busy = 0
        """Files that are on the way."""
        self._leaving: set[asyncio.Task[None]] = set()
        self._broken: RemoteError | None = None
        # The library keeps to itself what the server announced, and how one asks ahead.
        self.handler: Any = vars(files)["_handler"]
        self._syncs = self._announced("fsync")
        self._replaces = self._announced("posix_rename")
        # OpenSSH's own SFTP, and not another one behind its door: only it announces this.
        version = str(entered.connection.get_extra_info("server_version", ""))
        self.orderly = "OpenSSH_" in version and self._announced("lsetstat")
        """Requests are carried out one after the other, and a plain rename replaces nothing."""
        limited = self._announced("limits")
        self.read_block = _block(files.limits.max_read_len if limited else 0)
        self.write_block = _block(files.limits.max_write_len if limited else 0)

    @classmethod
    async def open(cls, entered: Entered, server: Server) -> Session:
        """Open SFTP in a connection. Raises ``RemoteError``."""
        try:
            files = await entered.connection.start_sftp_client(
                path_encoding=None, sftp_version=VERSION
            )
            if files.version != VERSION:
                raise asyncssh.SFTPBadMessage(f"it speaks version {files.version}, not {VERSION}")
        except STUMBLES as failure:
            reason = said_by(reason_of(failure))
            user = server.login.user
            found = problem("T318", server=server.name, user=user, reason=reason)
            raise RemoteError("refused", found) from None
        return cls(entered, server, files)

    @property
    def abilities(self) -> Abilities:
        """What the server can do."""
        return Abilities(self.server.transfers, sync=self._syncs, safe_rename=self.orderly)

    @property
    def described(self) -> str:
        """What was opened, in words."""
        extras = [name for name, there in self._extras() if there]
        return f"SFTP version {VERSION} is open" + (f", with {', '.join(extras)}" * bool(extras))

    def _extras(self) -> tuple[tuple[str, bool], ...]:
        return (("fsync", self._syncs), ("posix-rename", self._replaces))

    def _announced(self, extension: str) -> bool:
        return bool(getattr(self.handler, f"_supports_{extension}", False))

    @property
    def closed(self) -> bool:
        """The connection is gone."""
        # the server may close SFTP alone, and leave the connection
        ended = getattr(self.handler, "_writer", self) is None
        return ended or self._broken is not None or self._entered.login.gone

    # ---- folders

    def scan(self, folder: str) -> AsyncIterator[Sequence[Entry]]:
        """What is in a folder, in pieces as they come."""
        return listing.scan(self, folder)

    async def stat(self, path: str) -> Entry | None:
        """One thing, links not followed; ``None`` when it is not there."""
        doing = self.doing("asking for", path)
        try:
            attributes = await self.ask(doing, self._files.lstat(self.path(path)))
        except RemoteError as failure:
            if failure.trouble == "missing":
                return None
            raise
        return listing.entry(posixpath.basename(path.rstrip("/")), attributes, b"", doing)

    async def make_folder(self, path: str) -> None:
        """Make a folder, unless it is there."""
        doing = self.doing("making the folder", path, changes=True)
        try:
            await self.ask(doing, self._files.mkdir(self.path(path)))
        except RemoteError as failure:
            if failure.trouble not in ("exists", "refused", "denied"):
                raise
            # Servers say “failure” when it is there; a link to a folder is as good as one.
            if not await self.ask(doing, self._files.isdir(self.path(path))):
                raise

    # ---- files

    def read(self, path: str, start: int, size: int) -> AsyncIterator[bytes]:
        """Exactly these bytes of a file, in order."""
        return reading.read(self, path, start, size)

    def read_open(
        self, path: str, start: int, size: int, keep: Callable[[Callable[[], None]], None]
    ) -> AsyncIterator[bytes]:
        """The same; the file stays open until somebody closes it."""
        return reading.read(self, path, start, size, keep)

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        start: int = 0,
        told: Callable[[int], None] = lambda _count: None,
    ) -> int:
        """Make a file of these bytes, or go on behind ``start``; its whole size then."""
        return await writing.write(self, path, chunks, start, told)

    async def rename(self, source: str, target: str, *, replace: bool = False) -> None:
        """Give a file another name; ``RemoteError("exists")`` rather than replacing one."""
        doing = self.doing(f"renaming {shown(source)} to", target, changes=True)
        old, new = self.path(source), self.path(target)
        if replace and self._replaces:
            await self.ask(doing, self._files.posix_rename(old, new))
            return
        # Some servers replace by their plain rename, too: so one looks before.
        looked = not replace and not self.orderly
        if looked and await self.stat(target) is not None:
            raise doing.failed("exists")
        try:
            await self.ask(doing, self._files.rename(old, new))
        except RemoteError as failure:
            if failure.trouble not in ("refused", "exists", "denied"):
                raise
            if await self.stat(target) is None:
                raise
            if looked:
                raise  # what is there now came by this very renaming, which was half done
            if not replace:
                raise doing.failed("exists") from None
            if await self.stat(source) is None:
                raise  # what is there stays, since nothing can take its place
            await self.remove(target)
            await self.ask(doing, self._files.rename(old, new))

    async def remove(self, path: str) -> None:
        """Delete a file; ``RemoteError("missing")`` when it is not there."""
        doing = self.doing("deleting", path, changes=True)
        await self.ask(doing, self._files.remove(self.path(path)))

    # ---- the end

    async def close(self) -> None:
        """Say goodbye, within a few seconds, and never raise."""
        with suppress(Exception):
            if self._leaving and not self.closed:
                await asyncio.wait(self._leaving, timeout=1.0)
            self._files.exit()
        with suppress(Exception):
            await self._entered.leave()

    def abandon(self, failure: RemoteError) -> None:
        """The connection is of no use any more: whatever waits for it ends."""
        self._broken = self._broken or failure
        self._entered.connection.abort()

    # ---- for reading, writing and listing

    @property
    def files(self) -> SFTPClient:
        """The client of the library."""
        return self._files

    @property
    def syncs(self) -> bool:
        """The server makes files durable when asked."""
        return self._syncs

    def doing(self, words: str, path: str, *, changes: bool = False) -> Doing:
        """What is asked of the server, for the problem when it fails."""
        return Doing(self.server.name, f"{words} {shown(path) or '.'}", path, changes)

    def path(self, text: str) -> bytes:
        """A path as it is sent. Raises ``RemoteError`` for one that no server can have."""
        reason = ""
        try:
            raw = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raw, reason = b"", "it is no text"
        if not text:
            reason = reason or "it is empty"
        if b"\0" in raw:
            reason = "it holds the sign NUL"
        if len(raw) > LONGEST_PATH:
            reason = f"it is longer than {LONGEST_PATH} bytes"
        if reason:
            name = self.server.name
            safe = text[:80].encode("utf-8", "backslashreplace").decode("utf-8")
            found = problem("T319", Place(file=safe), path=safe, server=name, reason=reason)
            raise RemoteError("refused", found)
        return raw

    async def ask(self, doing: Doing, request: Awaitable[T]) -> T:
        """One request, bounded in time. Raises ``RemoteError``."""
        if self.closed:
            if asyncio.iscoroutine(request):
                request.close()
            raise self._gone(doing)
        # Nothing is cancelled: the library would ask the silent server to close something, and
        # wait for that. The connection ends, and with it everything that waits.
        seconds = self.server.timeout
        timer = asyncio.get_running_loop().call_later(
            seconds, lambda: self.abandon(doing.late(seconds))
        )
        try:
            return await request
        except STUMBLES as failure:
            raise self.failed(doing, failure) from None
        finally:
            timer.cancel()

    def failed(self, doing: Doing, failure: Exception) -> RemoteError:
        """What an exception of a request means; the connection may be over with it."""
        found = of(failure, doing)
        if found.trouble == "lost":
            if self._broken is not None:
                return self._gone(doing)
            ended = self._entered.login.ended
            found = doing.failed("lost", reason_of(ended or failure))
        if found.trouble in ("lost", "protocol"):
            self.abandon(found)
        return found

    def _gone(self, doing: Doing) -> RemoteError:
        """The connection was over before, or ended because of another request."""
        broken, ended = self._broken, self._entered.login.ended
        if broken is not None and broken.problem.code == "T321":
            return RemoteError("lost", broken.problem, unknown=doing.changes)
        reason = "it was closed" if ended is None else reason_of(ended)
        return doing.failed("lost", reason)

    async def opened(self, doing: Doing, path: str, flags: int) -> SFTPClientFile:
        """A file on the server, open; each reading and writing is one request."""
        return await self.ask(doing, self._open(self.path(path), flags))

    async def _open(self, path: bytes, flags: int) -> SFTPClientFile:
        return await self._files.open(path, flags, _NO_ATTRIBUTES, encoding=None, block_size=None)

    def later(self, doing: Doing, request: Coroutine[Any, Any, object]) -> None:
        """A request that nobody has to wait for: closing what was read."""
        if self.closed:
            request.close()
            return
        task = asyncio.get_running_loop().create_task(self._later(doing, request))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _later(self, doing: Doing, request: Coroutine[Any, Any, object]) -> None:
        with suppress(RemoteError):
            await self.ask(doing, request)


def _block(told: int) -> int:
    return min(max(told, SMALLEST_BLOCK), LARGEST_BLOCK) if told else BLOCK
