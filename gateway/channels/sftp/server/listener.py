"""The listening socket: who may connect, the options of a connection, and its end."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import asyncssh
from asyncssh import SSHKey, SSHServerConnection

from gateway.channels.sftp.algorithms import Offer
from gateway.channels.sftp.server import host_keys
from gateway.channels.sftp.server.connection import Connection, Shared
from gateway.config.mailbox import Mailboxes

LOG = logging.getLogger(__name__)
VERSION = "edi-gateway"
"""What we call ourselves; neither a version nor a library, which would help only an attacker."""
KEEPALIVE, KEEPALIVES = 30, 4
STOP_SECONDS = 3.0
PAUSE = 0.1
"""Seconds before connections are accepted again, when the machine has no more files for us."""


class Listener:
    """Accepts connections until it is closed."""

    def __init__(
        self, shared: Shared, settings: Mailboxes, offer: Offer, keys: Callable[[], list[SSHKey]]
    ) -> None:
        self._shared = shared
        self._offer = offer
        self._keys = keys
        self._login_timeout = settings.login_timeout.total_seconds()
        self._options = _options(offer, keys(), self._login_timeout)
        self._open: dict[asyncio.Task[None], SSHServerConnection | None] = {}

    async def serve(self, listener: socket.socket) -> None:
        """Accept, until cancelled."""
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        while True:
            try:
                peer, where = await loop.sock_accept(listener)
            except OSError as error:
                LOG.warning("no connection can be accepted: %s", error.strerror)
                await asyncio.sleep(PAUSE)
                continue
            self._accept(peer, str(where[0]))

    def _accept(self, peer: socket.socket, address: str) -> None:
        connection = Connection(self._shared, address)
        now = time.monotonic()
        shut_out = self._shared.door.throttle.shut_out(address, now)
        if shut_out or not self._shared.lobby.come(connection, address, now):
            peer.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve(peer, connection, address))
        self._open[task] = None
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._open[task]
        if not task.cancelled() and (failure := task.exception()) is not None:
            LOG.error("an SFTP connection failed", exc_info=failure)

    async def _serve(self, peer: socket.socket, connection: Connection, address: str) -> None:
        task = asyncio.current_task()
        try:
            async with asyncio.timeout(self._login_timeout + 1):
                found = await asyncssh.run_server(
                    peer,
                    options=self._options,
                    server_factory=lambda: connection,
                    server_host_keys=host_keys.pairs(
                        self._keys(), frozenset(self._offer.host_keys)
                    ),
                )
            found.send_server_host_keys()  # hostkeys-00@openssh.com, for the next key
            if task is not None:
                self._open[task] = found
            await found.wait_closed()
        except (OSError, asyncssh.Error, TimeoutError):
            pass  # who it was, and what he tried, is in the record
        finally:
            peer.close()
            await connection.put_away()
            self._shared.lobby.go(connection, address)

    async def close(self) -> None:
        """Hang up on everybody; what is being answered is finished, within a few seconds."""
        tasks = list(self._open)
        for task, connection in self._open.items():
            if connection is None:
                task.cancel()
            else:
                connection.disconnect(asyncssh.DISC_BY_APPLICATION, "the gateway stops")
        if tasks:
            with suppress(asyncio.CancelledError):
                await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in tasks:
            task.cancel()


def _options(
    offer: Offer, keys: list[SSHKey], login_timeout: float
) -> asyncssh.SSHServerConnectionOptions:
    """What every connection has in common: SFTP and nothing else."""
    return asyncssh.SSHServerConnectionOptions(
        server_host_keys=keys,
        server_version=VERSION,
        kex_algs=offer.kex,
        encryption_algs=offer.ciphers,
        mac_algs=offer.macs,
        compression_algs=["none"],
        signature_algs=offer.signatures,
        send_server_host_keys=True,
        host_based_auth=False,
        authorized_client_keys=None,
        gss_host=None,
        allow_pty=False,
        line_editor=False,
        x11_forwarding=False,
        agent_forwarding=False,
        allow_scp=False,
        encoding=None,
        login_timeout=login_timeout,
        keepalive_interval=KEEPALIVE,
        keepalive_count_max=KEEPALIVES,
    )


def workers(count: int) -> ThreadPoolExecutor:
    """Threads in which mailboxes are worked on."""
    return ThreadPoolExecutor(count, "sftp work")
