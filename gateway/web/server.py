"""The web port: an own thread with an own loop, beside the work.

The port is opened by the caller, who hears at once when it is taken. The server has no signal
handlers, waits for nothing when it is idle, and stops within a second. Who opens a connection has
ten seconds to say what he wants.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from asyncio import Transport
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.telemetry.status import Status
from gateway.web.app import app
from gateway.web.port import CONNECTIONS, OFF, Address, PortError, bound

LOG = logging.getLogger(__name__)
SPEAK_WITHIN = 10.0
"""Seconds until the first request of a connection has to be there."""
LARGEST_HEAD = 16 * 1024
"""Bytes of the head of a request."""
START_SECONDS = 10.0
STOP_SECONDS = 2.0


@contextmanager
def serving(status: Status, listen: str) -> Iterator[Address | None]:
    """The pages are served meanwhile; yields where, ``None`` when they are ``off``.

    ``listen``: ``127.0.0.1:8480``, ``[::1]:8480``; with port 0 a free one is taken. Raises
    :class:`PortError`.
    """
    if listen == OFF:
        yield None
        return
    listener = bound(listen)
    host, port = listener.getsockname()[:2]
    server = _Server(
        uvicorn.Config(
            app(status),
            loop="asyncio",
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=CONNECTIONS,
            backlog=CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=LARGEST_HEAD,
        )
    )
    thread = threading.Thread(target=_run, args=(server, listener), name="web", daemon=True)
    thread.start()
    try:
        if not server.ready.wait(START_SECONDS):
            raise PortError(f"the web port {listen} did not start within {START_SECONDS:g} seconds")
        yield Address(host, port)
    finally:
        server.leave()
        thread.join(STOP_SECONDS)
        listener.close()


def _run(server: _Server, listener: socket.socket) -> None:
    try:
        asyncio.run(server.serve(sockets=[listener]))
    except Exception:
        LOG.exception("the web port has failed; the work goes on without it")


class _Server(uvicorn.Server):
    """Sleeps until it is told to leave, where uvicorn would look ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        self.ready.set()
        await self._end.wait()

    def leave(self) -> None:
        """Stop serving; called from another thread."""
        if self._loop is not None and self._end is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end.set)


class _Protocol(H11Protocol):
    """Hangs up on whoever opens a connection, or keeps it, and does not ask for anything."""

    def __init__(self, *arguments: Any, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self._hang_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait_for_request()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
        super().connection_lost(exc)

    def _wait_for_request(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
        self._hang_up = self.loop.call_later(SPEAK_WITHIN, self._silent, self.cycle)

    def _silent(self, last: object) -> None:
        """Ten seconds later: hang up if no request has come since then."""
        if self.cycle is last and not self.transport.is_closing():
            self.transport.abort()
