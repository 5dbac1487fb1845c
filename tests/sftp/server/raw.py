"""SFTP without a client: requests as bytes, a session without SSH below it."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from gateway.channels.sftp.server import wire
from gateway.channels.sftp.server.hosting import Action, Caller
from gateway.channels.sftp.server.operations import Operations
from gateway.channels.sftp.server.record import Told
from gateway.channels.sftp.server.rooms import HANDLES, Pace
from gateway.channels.sftp.server.session import Means, Session
from tests.sftp.server.hosting import MemoryHosting

CALLER = Caller("s1", "acme", "acme-retail", "main", "192.0.2.7", "a client", "password")
WRITE = wire.FXF_WRITE | wire.FXF_CREAT | wire.FXF_TRUNC
HANDLE = (1).to_bytes(4, "big")


def text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def packet(kind: int, *fields: bytes | int, number: int = 7) -> bytes:
    """A request without its length; numbers are four bytes, :func:`long` makes eight."""
    body = b"".join(
        struct.pack(">I", each) if isinstance(each, int) else text(each) for each in fields
    )
    return bytes([kind]) + struct.pack(">I", number) + body


def at(handle: bytes, offset: int, tail: bytes | int, kind: int) -> bytes:
    """A read (``tail``: how many bytes) or a write (``tail``: the bytes)."""
    rest = struct.pack(">I", tail) if isinstance(tail, int) else text(tail)
    head = bytes([kind]) + struct.pack(">I", 7)
    return head + text(handle) + struct.pack(">Q", offset) + rest


def read(offset: int, size: int, handle: bytes = HANDLE) -> bytes:
    return at(handle, offset, size, wire.READ)


def write(offset: int, data: bytes, handle: bytes = HANDLE) -> bytes:
    return at(handle, offset, data, wire.WRITE)


def opens(path: str, flags: int = WRITE) -> bytes:
    return packet(wire.OPEN, path.encode(), flags, 0)


def close(handle: bytes = HANDLE) -> bytes:
    return packet(wire.CLOSE, handle)


INIT = bytes([wire.INIT]) + struct.pack(">I", 3)


@dataclass
class Answer:
    """What came back."""

    kind: int
    body: bytes

    @property
    def code(self) -> int:
        """Of a status."""
        assert self.kind == wire.STATUS, (self.kind, self.body)
        return int.from_bytes(self.body[:4], "big")

    @property
    def said(self) -> str:
        """Text of a status, or the first string."""
        start = 4 if self.kind == wire.STATUS else 0
        length = int.from_bytes(self.body[start : start + 4], "big")
        return self.body[start + 4 : start + 4 + length].decode("utf-8", "replace")

    @property
    def data(self) -> bytes:
        """Bytes of a file, or a handle."""
        assert self.kind in (wire.DATA, wire.HANDLE), (self.kind, self.body)
        return self.body[4:]


@dataclass
class Asked:
    """Requests one after the other, each answered before the next one is sent."""

    hosting: MemoryHosting = field(default_factory=MemoryHosting)
    actions: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        told = Told(CALLER, self.actions.append)
        self.operations = Operations(
            self.hosting.box(CALLER), "acme", told, threading.Semaphore(HANDLES)
        )
        self._answered = 1
        self.operations.answer(INIT, 0)

    def __call__(self, request: bytes) -> Answer:
        return self.early(request, self._answered)

    def early(self, request: bytes, answered: int) -> Answer:
        """A request that came when only so many answers had been sent."""
        found = self.operations.answer(request, answered)
        self._answered += 1
        assert int.from_bytes(found[:4], "big") == len(found) - 4
        return Answer(found[4], found[9:])

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Action, path and outcome of everything that was recorded."""
        return [(each.action, each.path, each.outcome) for each in self.actions]


@dataclass
class Channel:
    """A channel of SSH that only keeps what is written."""

    written: list[bytes] = field(default_factory=list)
    closed: bool = False
    paused: bool = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def close(self) -> None:
        self.closed = True


async def session(
    hosting: MemoryHosting,
    drive: Callable[[Session, Channel], None],
    actions: list[Action] | None = None,
) -> Channel:
    """A session that hears what ``drive`` does to it, until everything is put away."""
    ended = asyncio.Event()
    kept = [] if actions is None else actions
    channel = Channel()
    with ThreadPoolExecutor(1) as threads:
        pace = Pace(1_000_000, 1e6, 0.0)
        told = Told(CALLER, kept.append)
        handles = threading.Semaphore(HANDLES)
        nothing: Callable[[], None] = lambda: None  # noqa: E731
        means = Means(hosting, threads, pace, told, nothing, nothing, ended.set, handles)
        made = Session(CALLER, means)
        made.connection_made(channel)  # type: ignore[arg-type]
        assert made.subsystem_requested("sftp")
        made.session_started()
        drive(made, channel)
        await asyncio.wait_for(ended.wait(), 5)
    return channel
