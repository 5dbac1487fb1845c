"""A request on its way in, and its answer on the way out, whatever they are about.

A body goes into a spool as it comes, under limits of size and time; what waits for the disk runs in
threads. Who sends too slowly, or stops, is not waited for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Literal, Protocol

from starlette.types import Message, Receive, Scope, Send

from gateway.pipeline.as2.receive.spool import IN_MEMORY, Body

LOG = logging.getLogger(__name__)
IDLE = 30.0
"""Seconds in which the next piece of a body has to come."""
GRACE = 60.0
SLOWEST = 8_192
"""Bytes a second that a body has to come with, once the grace is over."""
DRAINED = 4_000_000
"""Bytes that are read, and thrown away, of a body whose sender is unknown."""
MARK = 0.25
"""Seconds between two marks of time at which held answers leave."""
PIECE = 1 << 20
"""Bytes of a large body that are written at a time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a body is waited for, in seconds and bytes a second."""

    idle: float = IDLE
    grace: float = GRACE
    slowest: int = SLOWEST


class GoneError(Exception):
    """The caller hung up: there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a body did not come, or not all of it."""

    kind: Literal["large", "slow", "gone", "cut", "disk"]
    size: int = 0
    """Bytes that came; of ``large`` perhaps more than the limit by a piece."""
    seconds: int = 0


class Incoming:
    """A body on its way into its spool. ``length``: what Content-Length says, if it does."""

    def __init__(
        self,
        body: Body,
        receive: Receive,
        *,
        limit: int,
        length: int | None,
        patience: Patience,
    ) -> None:
        self._body = body
        self._receive = receive
        self._limit = limit
        self._length = length
        self._patience = patience
        self._began = time.monotonic()

    async def read(self, threads: Executor) -> Trouble | None:
        """All of it; or why not."""
        waiting = bytearray()
        try:
            while True:
                piece, more = await self._next()
                waiting += piece
                size = self._body.size + len(waiting)
                if size > self._limit:
                    return Trouble("large", size)
                if len(waiting) >= PIECE or not more:
                    await self._write(bytes(waiting), threads)
                    waiting.clear()
                if not more:
                    short = self._length is not None and self._length != size
                    return Trouble("cut", size) if short else None
        except TimeoutError:
            return self._slow(self._body.size + len(waiting))
        except GoneError:
            return Trouble("gone")
        except OSError:
            LOG.exception("a body cannot be spooled")
            return Trouble("disk")

    async def drain(self, most: int) -> Trouble | None:
        """Of a sender who is unknown: read, so that he hears the answer, and thrown away."""
        size, more = 0, True
        try:
            while more and size < most:
                piece, more = await self._next()
                size += len(piece)
        except TimeoutError:
            return self._slow(size)
        except GoneError:
            return Trouble("gone")
        return None

    async def _next(self) -> tuple[bytes, bool]:
        """The next piece, and whether more comes."""
        async with asyncio.timeout(self._left()):
            message: Message = await self._receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        return message.get("body", b""), message.get("more_body", False)

    def _left(self) -> float:
        """Seconds until the next piece has to be there."""
        patience, passed = self._patience, time.monotonic() - self._began
        left = patience.grace + self._body.size / patience.slowest - passed
        return max(0.0, min(patience.idle, left))

    async def _write(self, data: bytes, threads: Executor) -> None:
        if self._body.size + len(data) <= IN_MEMORY:
            self._body.write(data)
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(threads, self._body.write, data)

    def _slow(self, size: int) -> Trouble:
        return Trouble("slow", size, round(time.monotonic() - self._began))


class Answered(Protocol):
    """The answer to a request."""

    @property
    def status(self) -> int:
        """Of HTTP."""

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """All but the length."""

    @property
    def body(self) -> bytes:
        """What it says."""


def address_of(scope: Scope, proxies: frozenset[str]) -> str:
    """The address of the caller: what the last proxy of ours says, else who is connected."""
    client = scope.get("client")
    address = client[0] if client else ""
    if address not in proxies:
        return address
    for name, value in reversed(scope["headers"]):
        if name == b"x-forwarded-for":
            return str(value.decode("latin-1").rpartition(",")[2].strip())
    return address


_LAST: Mapping[bool, list[tuple[bytes, bytes]]] = {True: [(b"connection", b"close")], False: []}


async def reply(send: Send, answer: Answered, *, close: bool = False) -> None:
    """Send an answer; ``close``: the connection is not used again."""
    headers = [(name.encode("latin-1"), _latin(value)) for name, value in answer.headers]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    headers += _LAST[close]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def until_mark(ended: float, apart: float) -> float:
    """Seconds from now to the next mark of time, counted from ``ended``, for held answers."""
    return apart - (time.monotonic() - ended) % apart


def _latin(value: str) -> bytes:
    return value.encode("latin-1", "replace")
