"""Where the event loop has things done that wait: the database, and the archive.

A few threads serve all looks. None of them ever waits for a partner's server, so that a slow one
keeps nobody from anything.
"""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, ParamSpec, TypeVar

from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.remote.servers import Servers

P = ParamSpec("P")
T = TypeVar("T")
In = TypeVar("In")
Out = TypeVar("Out")
DATABASE_THREADS = 4
ARCHIVE_THREADS = 8
"""Writing a payload waits for the disk mostly; side by side the waits overlap."""
GATHER = 0.01
"""Seconds in which what is to be written together comes together."""
BATCH = 64


class Desk:
    """Threads for the looks of one process, and what they work on."""

    def __init__(
        self, core: Core, servers: Servers, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.core = core
        self.servers = servers
        self.monotonic = monotonic
        self._database = ThreadPoolExecutor(DATABASE_THREADS, "remote-database")
        self._archive = ThreadPoolExecutor(ARCHIVE_THREADS, "remote-archive")

    def among(self, servers: Servers) -> Desk:
        """The same threads for other servers; a look that has begun keeps those it began with."""
        twin = copy.copy(self)
        twin.servers = servers
        return twin

    async def database(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Have something done that needs the database."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, lambda: work(*args, **named))

    async def archive(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Have something done that waits for the disk."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._archive, lambda: work(*args, **named))

    def close(self) -> None:
        """End the threads; what they have begun is finished."""
        self._database.shutdown()
        self._archive.shutdown()


class Together(Generic[In, Out]):
    """Collects what many tasks want to have written, so that it is one transaction.

    ``write`` gets up to :data:`BATCH` of them and gives an answer for each. When it fails it fails
    for all of them, and for all that come later.
    """

    def __init__(self, write: Callable[[Sequence[In]], Awaitable[Sequence[Out]]]) -> None:
        self._write = write
        self._waiting: list[tuple[In, asyncio.Future[Out]]] = []
        self._task: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None

    async def add(self, one: In) -> Out:
        """Have one written; returns when it is."""
        if self._failure is not None:
            raise self._failure
        future: asyncio.Future[Out] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def close(self) -> None:
        """Wait until what was begun is over."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER)
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                answers = await self._write([one for one, _ in batch])
            except asyncio.CancelledError:
                for _, future in batch:
                    future.cancel()
                raise
            except BaseException as failure:
                self._fail([*batch, *self._waiting], failure)
                return
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    def _fail(
        self, batch: Sequence[tuple[In, asyncio.Future[Out]]], failure: BaseException
    ) -> None:
        self._failure, self._waiting = failure, []
        for _, future in batch:
            if not future.done():
                future.set_exception(failure)
