"""The event loop that carries every connection to partners' servers: one thread for the process.

Connections live in this loop only. Threads that need one hand a coroutine over (:meth:`Loop.run`)
and wait; what the loop itself does (looks in intervals) is started with :meth:`Loop.start`.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
GRACE = 10.0
"""Seconds in which something that took too long has to clean up."""


class Loop:
    """An event loop in a thread of its own; it begins with the first use."""

    def __init__(self, name: str = "remote") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = 0

    def run(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """What the coroutine returns or raises; called from any thread but the loop's own.

        Raises ``TimeoutError`` when it takes longer than ``seconds``; it is cancelled then.
        """
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("the loop cannot wait for itself")
        future = self.start(_within(work, seconds))
        try:
            return future.result(None if seconds is None else seconds + GRACE)
        except BaseException:  # a waiting person pressed a key, or cleaning up took too long
            future.cancel()
            raise

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin, and go on; the future tells how it went."""
        return asyncio.run_coroutine_threadsafe(work, self._running())

    def close(self) -> None:
        """End the thread; whatever still runs in the loop is cancelled first."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(GRACE)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._process != os.getpid():  # a fork has no threads
                self._process = os.getpid()
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_turn, args=(self._loop,), name=self._name, daemon=True
                )
                self._thread.start()
            return self._loop


def loop() -> Loop:
    """The one of this process."""
    return _OURS


_OURS = Loop()


async def _within(work: Coroutine[Any, Any, T], seconds: float | None) -> T:
    async with asyncio.timeout(seconds):
        return await work


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=GRACE / 2))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
