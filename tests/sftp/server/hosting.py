"""Mailboxes in memory, for tests of the server alone: who keeps them for good is another matter.

Everything that is told to them is noted: what came whole, what was torn, what was fetched.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.channels.sftp.server.hosting import (
    Action,
    Caller,
    Entry,
    Opening,
    Refusal,
    Room,
)
from gateway.channels.sftp.server.paths import Spot

NOW = 1_780_000_000


@dataclass
class MemoryUpload:
    """A file being written."""

    hosting: MemoryHosting
    spot: Spot
    data: bytearray

    @property
    def size(self) -> int:
        return len(self.data)

    def write(self, offset: int, data: bytes) -> None:
        if offset + len(data) > self.hosting.largest:
            raise Refusal("full", "the mailbox is full")
        if offset > len(self.data):
            self.data.extend(bytes(offset - len(self.data)))
        self.data[offset : offset + len(data)] = data

    def truncate(self, size: int) -> None:
        if size > self.hosting.largest:
            raise Refusal("full", "the mailbox is full")
        self.data = self.data[:size].ljust(size, b"\0")

    def sync(self) -> None:
        self.hosting.synced += 1

    def close(self, explicit: bool) -> None:
        hosting = self.hosting
        if not explicit:
            hosting.torn[self.spot] = bytes(self.data)
            hosting.heard.set()
            return
        hosting.gate.wait(5)
        if hosting.refuses:
            hosting.torn[self.spot] = bytes(self.data)
            raise Refusal("failed", hosting.refuses)
        hosting.torn.pop(self.spot, None)
        hosting.files[self.spot] = bytes(self.data)
        hosting.whole.append((self.spot, bytes(self.data)))
        hosting.heard.set()


@dataclass
class MemoryDownload:
    """A file being read."""

    hosting: MemoryHosting
    spot: Spot
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        return self.data[offset : offset + size]

    def close(self, explicit: bool, sent: Sequence[tuple[int, int]]) -> None:
        self.hosting.fetched.append((self.spot, explicit, tuple(sent)))
        self.hosting.heard.set()


@dataclass
class MemoryBox:
    """One session's view of the files."""

    hosting: MemoryHosting

    def stat(self, spot: Spot) -> Entry:
        if spot.name is None:
            return Entry(spot.folder or "/", 0, NOW, folder=True)
        found = self.hosting.files.get(spot, self.hosting.torn.get(spot))
        if found is None:
            raise Refusal("missing", f"{spot} is not there")
        return Entry(spot.name, len(found), NOW)

    def list(self, folder: Spot) -> Iterator[Entry]:
        for spot in sorted({*self.hosting.files, *self.hosting.torn}, key=str):
            if spot.folder == folder.folder:
                yield self.stat(spot)

    def upload(self, spot: Spot, opening: Opening) -> MemoryUpload:
        there = spot in self.hosting.files or spot in self.hosting.torn
        if spot.folder != "in":
            raise Refusal("denied", "files are put into /in")
        if there and opening.only_new:
            raise Refusal("exists", f"{spot} is there already")
        if not there and not opening.create:
            raise Refusal("missing", f"{spot} is not there")
        data = b"" if opening.fresh else self.hosting.torn.get(spot, b"")
        return MemoryUpload(self.hosting, spot, bytearray(data))

    def download(self, spot: Spot) -> MemoryDownload:
        found = self.hosting.files.get(spot)
        if found is None:
            raise Refusal("missing", f"{spot} is not there")
        return MemoryDownload(self.hosting, spot, found)

    def rename(self, source: Spot, target: Spot, replace: bool) -> None:
        files = self.hosting.files
        if source not in files:
            raise Refusal("missing", f"{source} is not there")
        if target in files and not replace:
            raise Refusal("exists", f"{target} is there already")
        files[target] = files.pop(source)

    def remove(self, spot: Spot) -> None:
        if self.hosting.files.pop(spot, None) is None:
            raise Refusal("missing", f"{spot} is not there")

    def room(self) -> Room:
        return Room(1_000_000, 400_000, 100, 90)

    def close(self) -> None:
        self.hosting.ended += 1
        self.hosting.heard.set()


@dataclass
class MemoryHosting:
    """All mailboxes, which are one."""

    files: dict[Spot, bytes] = field(default_factory=dict)
    torn: dict[Spot, bytes] = field(default_factory=dict)
    whole: list[tuple[Spot, bytes]] = field(default_factory=list)
    fetched: list[tuple[Spot, bool, tuple[tuple[int, int], ...]]] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    largest: int = 1 << 30
    refuses: str = ""
    """Why a whole file is not taken."""
    synced: int = 0
    ended: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    """Shut: a file that is closed waits."""
    heard: threading.Event = field(default_factory=threading.Event)
    """Something ended."""

    def __post_init__(self) -> None:
        self.gate.set()
        self._more = threading.Condition()

    def box(self, caller: Caller) -> MemoryBox:
        self.callers.append(caller)
        return MemoryBox(self)

    def note(self, actions: Sequence[Action]) -> None:
        with self._more:
            self.actions.extend(actions)
            self._more.notify_all()

    def noted(self, action: str, count: int = 1) -> list[Action]:
        """So many actions of a kind, as soon as they are there."""

        def found() -> list[Action]:
            return [each for each in self.actions if each.action == action]

        with self._more:
            self._more.wait_for(lambda: len(found()) >= count, 5)
            return found()
