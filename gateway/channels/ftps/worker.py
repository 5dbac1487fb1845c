"""The thread of one connection: what blocks is done there, one thing after the other.

What takes too long, or whose asker goes away, is broken off by ending the connection under it: the
library knows no other way, and nobody would know what the server says next.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from gateway.channels.ftps.failure import Doing, lost, translated
from gateway.channels.ftps.session import Session, tear
from gateway.channels.remote.failure import RemoteError

P = ParamSpec("P")
T = TypeVar("T")
_OVER = frozenset({"lost", "protocol", "identity"})
"""After these nothing works on the connection any more."""


class Worker:
    """Belongs to one session, and to one event loop."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.over = False
        """The connection is gone."""
        self._thread = ThreadPoolExecutor(1, "ftps")
        self._busy = False

    async def do(
        self,
        doing: Doing,
        seconds: float,
        work: Callable[P, T],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """What ``work`` returns, within so many seconds. Raises :class:`RemoteError`."""
        server = self.session.server
        if self.over:
            raise lost(server, doing, "it is closed")
        self._busy = True
        future = asyncio.wrap_future(self._thread.submit(work, *arguments, **named))
        future.add_done_callback(_heard)
        try:
            done, _ = await asyncio.wait({future}, timeout=seconds)
        except asyncio.CancelledError:
            self.break_off()
            raise
        if not done:
            self.break_off()
            raise lost(server, doing, f"not done in {seconds:g} s")
        self._busy = False
        try:
            with translated(server, doing):
                return future.result()
        except RemoteError as failure:
            if failure.trouble in _OVER:
                self.break_off()
            raise

    def break_off(self) -> None:
        """End the connection, and what is being done on it."""
        if self.over:
            return
        self.over = True
        if self._busy:
            for each in (self.session.data, self.session.sock):
                _wake(each)
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        """In the thread itself: nothing else uses the connection any more."""
        if self.session.data is not None:
            tear(self.session.data)
        with suppress(OSError):
            self.session.close()


def _wake(connection: socket.socket | None) -> None:
    """Whoever waits for it does not any more; TLS is passed by, it belongs to the thread."""
    if connection is not None:
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _heard(future: asyncio.Future[T]) -> None:
    """Nobody may be there any more to hear of its failure."""
    if not future.cancelled():
        future.exception()
