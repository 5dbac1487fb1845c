"""One SFTP session: bytes of its channel become requests, answered in order by worker threads.

Requests that wait are taken together, so that a client who sends many costs one change of threads
for all of them. What waits is bounded; the client's window does the rest. When the channel breaks,
what came whole is still answered for, and then everything that is open is torn.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from asyncssh import SSHServerChannel, SSHServerSession

from gateway.channels.sftp.server import wire
from gateway.channels.sftp.server.hosting import Caller, Hosting, Refusal
from gateway.channels.sftp.server.operations import Operations
from gateway.channels.sftp.server.record import Told
from gateway.channels.sftp.server.rooms import Pace

LOG = logging.getLogger(__name__)
MOST_WAITING = 2 * 1024 * 1024
"""Bytes of requests that wait, or so many requests (a small one counts :data:`SMALLEST`)."""
AT_ONCE = 1024 * 1024
"""Bytes read or written in one go."""
SMALLEST = 4096
PACKET = 32 * 1024
"""Bytes of a packet of SSH."""
LISTED = 64 * 1024
"""Bytes of a part of a listing, about."""
CHANGING = frozenset(
    (wire.OPEN, wire.OPENDIR, wire.REMOVE, wire.RENAME, wire.MKDIR, wire.RMDIR, wire.SYMLINK)
)
"""Requests that may change something, or are recorded: they are counted for the pace."""
_BY_NAME = (b"posix-rename@openssh.com", b"hardlink@openssh.com")
"""And these extensions."""
_NAME_AT = 9
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Frame:
    """A request, and how many answers had been given when it came."""

    packet: bytes
    answered: int

    @property
    def weight(self) -> int:
        """Bytes it stands for: its own, or those it asks for."""
        kind, asked = self.packet[0], 0
        if kind == wire.READ:
            asked = int.from_bytes(self.packet[-4:], "big")
        elif kind == wire.READDIR:
            asked = LISTED
        return max(len(self.packet), min(asked, wire.LONGEST_DATA), SMALLEST)

    @property
    def changes(self) -> bool:
        """Whether it is counted for the pace."""
        kind = self.packet[0]
        extended = kind == wire.EXTENDED and self.packet.startswith(_BY_NAME, _NAME_AT)
        return kind in CHANGING or extended


@dataclass(frozen=True, slots=True)
class Means:
    """What a session works with."""

    hosting: Hosting
    workers: ThreadPoolExecutor
    pace: Pace
    told: Told
    room: Callable[[], None]
    """Waits until more can be recorded."""
    touched: Callable[[], None]
    """Hears of each sign of life."""
    ended: Callable[[], None]
    """Hears once that everything of the session is put away."""
    handles: threading.Semaphore
    """Has one for each file and folder that the partner may still open."""


class Session(SSHServerSession[bytes]):
    """A channel on which nothing but the subsystem ``sftp`` is to be had."""

    def __init__(self, caller: Caller, means: Means) -> None:
        self._caller = caller
        self._means = means
        self._frames = wire.Frames()
        self._waiting: deque[Frame] = deque()
        self._weight = 0
        self._paused = False
        self._answered = 0
        self._change = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._over = False
        self._gone = asyncio.Event()
        self._outcome = ""
        self._channel: SSHServerChannel[bytes] | None = None
        self._task: asyncio.Task[None] | None = None

    # ---- what the channel says

    def connection_made(self, chan: SSHServerChannel[bytes]) -> None:
        """The channel is there."""
        self._channel = chan
        # the library would keep every variable that is sent, however many there are
        chan._process_env_request = _not_kept  # type: ignore[method-assign,assignment]

    def shell_requested(self) -> bool:
        """There is none."""
        return self._denied("a shell")

    def exec_requested(self, command: str) -> bool:
        """No commands, and so no scp."""
        return self._denied(f"the command {command[:100]!a}")

    def pty_requested(self, *_: object) -> bool:
        """There is no terminal."""
        return False

    def subsystem_requested(self, subsystem: str) -> bool:
        """SFTP, once."""
        if subsystem != "sftp":
            return self._denied(f"the subsystem {subsystem[:100]!a}")
        return self._task is None

    def _denied(self, what: str) -> bool:
        self._means.told("command", outcome=f"{what} is not to be had here, only SFTP")
        return False

    def session_started(self) -> None:
        """Work begins."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Bytes of requests."""
        self._means.touched()
        if datatype is not None or self._over:
            return
        for packet in self._frames.feed(data):
            frame = Frame(packet, self._answered)
            self._waiting.append(frame)
            self._weight += frame.weight
        if self._weight > MOST_WAITING and not self._paused and self._channel is not None:
            self._paused = True
            self._channel.pause_reading()
        if self._frames.broken:
            self._end(self._frames.broken)
        self._change.set()

    def eof_received(self) -> bool:
        """No more requests; the answers still go out."""
        self._over = True
        self._change.set()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel is gone, however that came."""
        self._over = True
        for each in (self._gone, self._change, self._room):
            each.set()
        if self._task is None:
            self._means.ended()

    def pause_writing(self) -> None:
        """The client does not take more answers."""
        self._room.clear()

    def resume_writing(self) -> None:
        """It does again."""
        self._room.set()

    # ---- the work

    async def _work(self) -> None:
        operations: Operations | None = None
        try:
            box = await self._in_thread(self._means.hosting.box, self._caller)
            operations = Operations(box, self._caller.user, self._means.told, self._means.handles)
            while frames := await self._next():
                await self._pace(frames)
                self._send(await self._in_thread(self._answers, operations, frames))
                await self._room.wait()
        except Refusal as refusal:
            self._end(refusal.text)
        except wire.WireError as error:
            self._end(str(error))
        except Exception:
            LOG.exception("an SFTP session failed")
            self._end("failed")
        finally:
            await self._put_away(operations)

    async def _next(self) -> list[Frame]:
        """Requests to answer together; none at the end."""
        while not self._waiting:
            if self._over:
                return []
            self._change.clear()
            await self._change.wait()
        frames: list[Frame] = []
        weight = 0
        while self._waiting and weight < AT_ONCE:
            frames.append(self._waiting.popleft())
            weight += frames[-1].weight
        self._weight -= weight
        if self._paused and self._weight < AT_ONCE and self._channel is not None:
            self._paused = False
            if not self._gone.is_set():
                self._channel.resume_reading()
        return frames

    def _answers(self, operations: Operations, frames: list[Frame]) -> list[bytes]:
        self._means.room()
        return [operations.answer(frame.packet, frame.answered) for frame in frames]

    async def _pace(self, frames: list[Frame]) -> None:
        changing = sum(frame.changes for frame in frames)
        pause = self._means.pace.pause(changing, time.monotonic()) if changing else 0.0
        if pause:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._gone.wait(), pause)

    def _send(self, answers: list[bytes]) -> None:
        self._means.touched()
        self._answered += len(answers)
        if self._channel is None or self._gone.is_set():
            return
        with suppress(OSError):  # it closes at this moment, and connection_lost follows
            for piece in _joined(answers):
                self._channel.write(piece)

    async def _put_away(self, operations: Operations | None) -> None:
        try:
            if operations is not None:
                await self._in_thread(operations.end)
            self._means.told("end", outcome=self._outcome)
        except Exception:
            LOG.exception("an SFTP session could not be put away")
        finally:
            if self._channel is not None and not self._gone.is_set():
                self._channel.close()
            self._means.ended()

    def _end(self, reason: str) -> None:
        self._over = True
        self._outcome = reason
        self._change.set()

    async def _in_thread(
        self, function: Callable[_Given, _Found], *given: _Given.args, **named: _Given.kwargs
    ) -> _Found:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._means.workers, partial(function, *given, **named))


def _not_kept(_packet: object) -> bool:
    return False


def _joined(answers: list[bytes]) -> Iterator[bytes]:
    """Small answers together, because each packet of SSH costs more than its bytes."""
    few: list[bytes] = []
    size = 0
    for answer in answers:
        if size + len(answer) > PACKET:
            yield b"".join(few)
            few, size = [], 0
        few.append(answer)
        size += len(answer)
    yield b"".join(few)
