"""Work that is cheaper together: what comes while one batch is in work makes the next one.

A commit costs the same for one row and for sixty, and whoever waits for a disk that is at work
already would wait twice. So nobody waits for others to come, and nobody comes alone who need not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batches(Generic[T, R]):
    """``work`` makes a result for each of at most ``most`` things; one batch at a time."""

    def __init__(
        self, work: Callable[[Sequence[T]], Sequence[R]], most: int, threads: Executor
    ) -> None:
        self._work = work
        self._most = most
        self._threads = threads
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def put(self, thing: T) -> R:
        """The result of one thing. Raises what the work raises."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        self._waiting.append((thing, done))
        if self._running is None:
            self._running = loop.create_task(self._run(loop))
        return await done

    async def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting:
            now, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            things = [thing for thing, _ in now]
            try:
                results = await loop.run_in_executor(self._threads, self._work, things)
            except Exception as failure:
                for _, done in now:
                    if not done.done():
                        done.set_exception(failure)
                continue
            for (_, done), result in zip(now, results, strict=True):
                if not done.done():  # whoever hung up waits no more
                    done.set_result(result)
        self._running = None
