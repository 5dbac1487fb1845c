"""The web ports: each an own thread with an own loop, beside the work.

A port is opened by the caller, who hears at once when it is taken. The server has no signal
handlers, waits for nothing when it is idle, and stops within a second. Who opens a connection has
ten seconds to say what he wants.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from asyncio import Transport
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.telemetry.status import Status
from gateway.web.app import Application, app
from gateway.web.port import CONNECTIONS, OFF, Address, PortError, bound

LOG = logging.getLogger(__name__)
SPEAK_WITHIN = 10.0
"""Seconds until the first request of a connection has to be there."""
LARGEST_HEAD = 16 * 1024
"""Bytes of the head of a request."""
LARGEST_PARTNER_HEAD = 80 * 1024
"""The same where partners call: 64 kB are allowed, and a little more is answered in words."""
FINE_PIECES, FINE_BYTES = 4096, 64
"""After so many pieces of a body they must have had so many bytes on average."""
START_SECONDS = 10.0
STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Tls:
    """How a port is protected: files in PEM."""

    certificate: Path
    key: Path
    client_authorities: Path | None = None
    clients_required: bool = True


@dataclass(frozen=True, slots=True)
class Room:
    """What a port has room for."""

    connections: int
    head: int = LARGEST_HEAD
    per_address: int | None = None
    """Connections of one address; ``None``: any."""
    proxies: frozenset[str] = field(default_factory=frozenset)
    """Addresses that speak for many, and are not counted."""


@contextmanager
def serving(
    status: Status, listen: str, partners: Application | None = None
) -> Iterator[Address | None]:
    """The pages are served meanwhile; yields where, ``None`` when they are ``off``.

    ``listen``: ``127.0.0.1:8480``, ``[::1]:8480``; with port 0 a free one is taken. ``partners``:
    what is served at ``/as2``. Raises :class:`PortError`.
    """
    if listen == OFF:
        yield None
        return
    head = LARGEST_HEAD if partners is None else LARGEST_PARTNER_HEAD
    with opened(app(status, partners=partners), listen, Room(CONNECTIONS, head)) as where:
        yield where


@contextmanager
def opened(
    application: Application,
    listen: str,
    room: Room,
    tls: Tls | None = None,
    setting: str = "http.listen",
) -> Iterator[Address]:
    """An application is served at an address meanwhile. Raises :class:`PortError`.

    ``setting``: where the address is set, for whoever has to change it.
    """
    listener = bound(listen, setting)
    host, port = listener.getsockname()[:2]
    try:
        server = _Server(_config(application, room, tls))
    except (OSError, ssl.SSLError) as failure:
        listener.close()
        raise PortError(f"{setting}: certificate or key cannot be used: {failure}") from failure
    thread = threading.Thread(target=_run, args=(server, listener), name="web", daemon=True)
    thread.start()
    try:
        if not server.ready.wait(START_SECONDS):
            raise PortError(f"the web port {listen} did not start within {START_SECONDS:g} seconds")
        yield Address(host, port, "http" if tls is None else "https")
    finally:
        server.leave()
        thread.join(STOP_SECONDS)
        listener.close()


def _config(application: Application, room: Room, tls: Tls | None) -> uvicorn.Config:
    config = uvicorn.Config(
        application,
        loop="asyncio",
        http=partial(_Protocol, peers=_Peers(room)),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=room.connections,
        backlog=room.connections,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=room.head,
    )
    config.load()
    if tls is not None:
        config.ssl = _context(tls)
    return config


def _context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.2 at least. Raises ``OSError`` for files that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls.certificate, tls.key)
    if tls.client_authorities is not None:
        context.load_verify_locations(tls.client_authorities)
        required = tls.clients_required
        context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
    return context


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


class _Peers:
    """How many connections each address has."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._counts: Counter[str] = Counter()

    def come(self, address: str) -> bool:
        """One more; whether there is room for it."""
        if self._room.per_address is None or address in self._room.proxies:
            return True
        self._counts[address] += 1
        return self._counts[address] <= self._room.per_address

    def go(self, address: str) -> None:
        """One less."""
        if address in self._counts:
            self._counts[address] -= 1
            if not self._counts[address]:
                del self._counts[address]


class _Connection(h11.Connection):
    """Refuses a body in crumbs: each costs much more to read than to send."""

    def __init__(self, most: int) -> None:
        super().__init__(h11.SERVER, most)
        self._pieces = self._bytes = 0

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Data):
            self._pieces += 1
            self._bytes += len(event.data)
            if self._pieces > FINE_PIECES and self._bytes < self._pieces * FINE_BYTES:
                raise h11.RemoteProtocolError("the chunks of the body are too small")
        elif isinstance(event, h11.Request):
            self._pieces = self._bytes = 0
        return event


class _Protocol(H11Protocol):
    """Hangs up on whoever opens a connection, or keeps it, and does not ask for anything."""

    def __init__(self, *arguments: Any, peers: _Peers, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self.conn = _Connection(self.config.h11_max_incomplete_event_size or LARGEST_HEAD)
        self._peers = peers
        self._hang_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._peers.come(self._address):
            transport.abort()
            return
        self._wait_for_request()

    def on_response_complete(self) -> None:
        rest, _ = self.conn.trailing_data
        if rest and not rest.strip(b"\r\n"):
            self.transport.close()  # an empty line behind a body is no request
        super().on_response_complete()
        self._wait_for_request()

    def send_400_response(self, msg: str) -> None:
        if self.cycle is not None:
            self.cycle.disconnected = True  # whoever answers it already is too late
        super().send_400_response(msg)

    def connection_lost(self, exc: Exception | None) -> None:
        self._peers.go(self._address)
        if self._hang_up is not None:
            self._hang_up.cancel()
        super().connection_lost(exc)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _wait_for_request(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
        self._hang_up = self.loop.call_later(SPEAK_WITHIN, self._silent, self.cycle)

    def _silent(self, last: object) -> None:
        """Ten seconds later: hang up if no request has come since then."""
        if self.cycle is last and not self.transport.is_closing():
            self.transport.abort()
