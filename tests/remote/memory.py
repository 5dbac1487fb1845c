"""A server with folders in memory, whose faults are scripted: for tests of engines.

``MemoryServer`` is the world (files, faults, what was asked); ``MemoryDir`` a connection to it.
A path is always looked at from ``/``: ``out/a.edi``, ``/out/a.edi`` and ``./out/a.edi`` are one.

Faults::

    server.fail("rename", "/out/a.edi", "denied")            # the next rename of it is refused
    server.fail("remove", "*", "denied", times=ALWAYS)       # all of them, for ever
    server.fail("rename", "*", "lost", done=True)            # it was done, but nobody heard of it
    server.cut_reading = 100                                 # the connection breaks after 100 bytes
    server.cut_writing = 100
    server.lies["/out/a.edi"] = 7                            # the size it claims to have
    server.room = 1000                                       # bytes that fit on it
    server.before("read", "/out/a.edi", lambda: server.put("/out/a.edi", b"another"))
    server.delay = 0.02                                      # seconds that every request takes
"""

from __future__ import annotations

import asyncio
import posixpath
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

from gateway.channels.remote.directory import Abilities, Entry
from gateway.channels.remote.failure import RemoteError, Trouble
from gateway.problems import problem

ALWAYS = 1 << 30
PIECE = 32_768


def error(trouble: Trouble, text: str = "", *, unknown: bool = False) -> RemoteError:
    """An error as a connection raises it."""
    return RemoteError(trouble, problem("T104", reason=text or trouble), unknown=unknown)


def normal(path: str) -> str:
    """A path from ``/`` on."""
    return posixpath.normpath("/" + path.lstrip("/"))


@dataclass(slots=True)
class File:
    """Something on the server."""

    data: bytes = b""
    changed: int = 1_000_000
    kind: str = "file"


@dataclass(slots=True)
class Fault:
    """What goes wrong with an operation, and how often."""

    trouble: Trouble
    times: int
    done: bool
    unknown: bool


@dataclass(slots=True)
class MemoryServer:
    """The world behind connections."""

    files: dict[str, File] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {"/"})
    now: int = 1_000_000
    """Its clock, in seconds since 1970; files that are put get this time."""
    abilities: Abilities = field(default_factory=Abilities)
    delay: float = 0.0
    piece: int = PIECE
    page: int = 100
    """Entries of one answer to a listing."""
    room: int | None = None
    cut_reading: int | None = None
    cut_writing: int | None = None
    lies: dict[str, int | None] = field(default_factory=dict)
    sizes: bool = True
    times: bool = True
    asked: Counter[str] = field(default_factory=Counter)
    """Operations, counted by their names."""
    log: list[tuple[str, str]] = field(default_factory=list)
    """Operations and paths, in order."""
    busy: int = 0
    busiest: int = 0
    """The most transfers that were on the way at the same time."""
    connections: list[MemoryDir] = field(default_factory=list)
    refuses: Trouble | None = None
    """Connecting fails like this."""
    _faults: dict[tuple[str, str], list[Fault]] = field(default_factory=dict)
    _hooks: dict[tuple[str, str], list[Callable[[], object]]] = field(default_factory=dict)

    def put(self, path: str, data: bytes, changed: int | None = None) -> None:
        """A file appears, or becomes another one."""
        path = normal(path)
        self.folder(posixpath.dirname(path))
        self.files[path] = File(data, self.now if changed is None else changed)

    def folder(self, path: str) -> None:
        """A folder is there, and those above it."""
        path = normal(path)
        while path not in self.folders:
            self.folders.add(path)
            path = posixpath.dirname(path)

    def special(self, path: str, kind: str) -> None:
        """A ``link`` or something ``other``."""
        self.put(path, b"")
        self.files[normal(path)].kind = kind

    def data(self, path: str) -> bytes | None:
        """What is in a file; ``None`` when it is not there."""
        found = self.files.get(normal(path))
        return None if found is None else found.data

    def names(self, folder: str) -> list[str]:
        """The files in a folder, sorted."""
        folder = normal(folder)
        return sorted(posixpath.basename(p) for p in self.files if posixpath.dirname(p) == folder)

    def fail(
        self,
        operation: str,
        path: str,
        trouble: Trouble,
        *,
        times: int = 1,
        done: bool = False,
        unknown: bool | None = None,
    ) -> None:
        """An operation on a path (``*``: any) fails; ``done``: after it was carried out."""
        found = Fault(trouble, times, done, done if unknown is None else unknown)
        key = (operation, path if path == "*" else normal(path))
        self._faults.setdefault(key, []).append(found)

    def before(self, operation: str, path: str, hook: Callable[[], object]) -> None:
        """Something happens just before an operation, once."""
        key = (operation, path if path == "*" else normal(path))
        self._hooks.setdefault(key, []).append(hook)

    def heal(self) -> None:
        """No fault any more."""
        self._faults.clear()
        self._hooks.clear()
        self.lies.clear()
        self.cut_reading = self.cut_writing = self.room = self.refuses = None

    def connect(self) -> MemoryDir:
        """A connection; raises as :attr:`refuses` says."""
        self.asked["connect"] += 1
        if self.refuses is not None:
            raise error(self.refuses)
        made = MemoryDir(self)
        self.connections.append(made)
        return made

    # ---- for connections

    def entry(self, path: str) -> Entry:
        """As the server tells it, true or not."""
        name = posixpath.basename(path)
        if path in self.folders:
            return Entry(name, "folder", 4096 if self.sizes else None)
        found = self.files[path]
        size = self.lies.get(path, len(found.data)) if self.sizes else None
        return Entry(name, found.kind, size, found.changed if self.times else None)  # type: ignore[arg-type]

    def meet(self, operation: str, path: str) -> Fault | None:
        """Hooks, then a fault that strikes before the operation is raised; one after it given."""
        self.asked[operation] += 1
        self.log.append((operation, path))
        for key in ((operation, path), (operation, "*")):
            if hooks := self._hooks.get(key):
                hooks.pop(0)()
        for key in ((operation, path), (operation, "*")):
            for fault in self._faults.get(key, []):
                if fault.times > 0:
                    fault.times -= 1
                    if not fault.done:
                        raise error(fault.trouble, operation, unknown=fault.unknown)
                    return fault
        return None

    def used(self) -> int:
        """Bytes on it."""
        return sum(len(each.data) for each in self.files.values())


class MemoryDir:
    """A connection to a :class:`MemoryServer` (a ``RemoteDir``)."""

    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.closed = False

    @property
    def abilities(self) -> Abilities:
        return self.server.abilities

    async def scan(self, folder: str) -> AsyncIterator[Sequence[Entry]]:
        path = normal(folder)
        self._after(await self._ask("scan", path))
        if path not in self.server.folders:
            raise error("missing", folder)
        names = [each for each in (*self.server.folders, *self.server.files) if each != "/"]
        found = [each for each in names if posixpath.dirname(each) == path]
        for start in range(0, len(found), self.server.page):
            if start:
                await self._ask("page", path)
            part = found[start : start + self.server.page]
            known = [
                each for each in part if each in self.server.files or each in self.server.folders
            ]
            yield [self.server.entry(each) for each in known]

    async def stat(self, path: str) -> Entry | None:
        path = normal(path)
        self._after(await self._ask("stat", path))
        if path not in self.server.files and path not in self.server.folders:
            return None
        return self.server.entry(path)

    async def read(self, path: str, start: int, size: int) -> AsyncIterator[bytes]:
        path, server = normal(path), self.server
        self._after(await self._ask("read", path))
        if path not in server.files:
            raise error("missing", path)
        at, end = start, start + size
        server.busy += 1
        server.busiest = max(server.busiest, server.busy)
        try:
            while at < end:
                await self._ask("block", path)
                found = server.files.get(path, File())
                piece = found.data[at : min(end, at + server.piece)]
                if server.cut_reading is not None:
                    piece = piece[: server.cut_reading]
                    server.cut_reading -= len(piece)
                if piece:
                    at += len(piece)
                    yield piece
                if server.cut_reading == 0 and at < end:
                    self._lost()
                if not piece:
                    raise error("short", path)
        finally:
            server.busy -= 1

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        start: int = 0,
        told: Callable[[int], None] = lambda _count: None,
    ) -> int:
        path, server = normal(path), self.server
        fault = await self._ask("write", path)
        if posixpath.dirname(path) not in server.folders:
            raise error("missing", path)
        known = server.files.get(path)
        if start and (known is None or len(known.data) < start):
            raise error("changed", path)
        data = known.data[:start] if known is not None and start else b""
        server.files[path] = File(data, server.now)
        server.busy += 1
        server.busiest = max(server.busiest, server.busy)
        try:
            async for chunk in chunks:
                self._take(path, chunk)
                told(len(chunk))
                await self._ask("block", path)
        finally:
            server.busy -= 1
        self._after(fault)
        return len(server.files[path].data)

    async def rename(self, source: str, target: str, *, replace: bool = False) -> None:
        source, target, server = normal(source), normal(target), self.server
        fault = await self._ask("rename", source)
        if source not in server.files:
            raise error("missing", source)
        if posixpath.dirname(target) not in server.folders:
            raise error("missing", target)
        if target in server.files and not replace:
            raise error("exists", target)
        server.files[target] = server.files.pop(source)
        self._after(fault)

    async def remove(self, path: str) -> None:
        path = normal(path)
        fault = await self._ask("remove", path)
        if path not in self.server.files:
            raise error("missing", path)
        del self.server.files[path]
        self._after(fault)

    async def make_folder(self, path: str) -> None:
        fault = await self._ask("make_folder", normal(path))
        self.server.folder(path)
        self._after(fault)

    async def close(self) -> None:
        self.closed = True

    # ---- faults

    async def _ask(self, operation: str, path: str) -> Fault | None:
        await asyncio.sleep(self.server.delay)
        if self.closed:
            raise error("lost", "the connection is gone")
        try:
            return self.server.meet(operation, path)
        except RemoteError as failure:
            self.closed |= failure.trouble == "lost"
            raise

    def _after(self, fault: Fault | None) -> None:
        """What strikes after the operation was carried out."""
        if fault is not None:
            self.closed |= fault.trouble == "lost"
            raise error(fault.trouble, unknown=fault.unknown)

    def _lost(self) -> None:
        self.closed, self.server.cut_reading, self.server.cut_writing = True, None, None
        raise error("lost", "the connection broke", unknown=True)

    def _take(self, path: str, chunk: bytes) -> None:
        """Bytes arrive, as many as fit and before the connection breaks."""
        server, whole = self.server, len(chunk)
        if server.cut_writing is not None:
            chunk = chunk[: server.cut_writing]
            server.cut_writing -= len(chunk)
        room = None if server.room is None else max(0, server.room - server.used())
        fits = chunk if room is None else chunk[:room]
        known = server.files.get(path)
        if known is None:
            raise error("missing", path)
        server.files[path] = replace(known, data=known.data + fits, changed=server.now)
        if len(fits) < len(chunk):
            raise error("full", path)
        if len(chunk) < whole or server.cut_writing == 0:
            self._lost()
