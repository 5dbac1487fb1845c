"""Our SFTP server, in a thread and a loop of its own, beside the work.

The port is opened by the caller, who hears at once when it cannot be. It stops within a few
seconds: what is being answered is finished, and what is open is torn.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from asyncssh import SSHKey

from gateway.channels.sftp.algorithms import offer_of_ours
from gateway.channels.sftp.server import host_keys
from gateway.channels.sftp.server.accounts import Accounts
from gateway.channels.sftp.server.connection import Shared
from gateway.channels.sftp.server.hosting import Hosting
from gateway.channels.sftp.server.listener import Listener, workers
from gateway.channels.sftp.server.login import Door, Pauses
from gateway.channels.sftp.server.passwords import Comparer
from gateway.channels.sftp.server.record import Record
from gateway.channels.sftp.server.rooms import Guests, Lobby
from gateway.channels.sftp.server.throttle import Throttle
from gateway.config import Workspace
from gateway.config.mailbox import Mailboxes
from gateway.problems import Problem, problem

LOG = logging.getLogger(__name__)
WORKERS = 16
BACKLOG = 128
LAST_PORT = 65_535
START_SECONDS = 10.0
STOP_SECONDS = 8.0
FILES = 16_384
"""Open files of the process."""
REREAD_SECONDS = 2.0
"""Host keys are read again when a connection comes so long after the last reading."""


class ServiceError(Exception):
    """The server cannot be opened; the problem says why."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.sentence)
        self.problem = found


@dataclass(frozen=True, slots=True)
class Where:
    """Where it listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """``sftp://0.0.0.0:2222``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sftp://{host}:{self.port}"


@contextmanager
def serving(
    workspace: Workspace,
    settings: Mailboxes,
    hosting: Hosting,
    pauses: Pauses | None = None,
    accounts: Accounts | None = None,
) -> Iterator[Where]:
    """Mailboxes are served meanwhile; yields where. Raises :class:`ServiceError`."""
    keys = _Keys(workspace, settings)
    keys.read()
    for each in host_keys.open_to_others(workspace, settings):
        LOG.warning("the host key %s can be read by everybody on this machine: chmod 600", each)
    _allow_files()
    listener = _bound(settings.listen)
    host, port = listener.getsockname()[:2]
    accounts = accounts or Accounts(workspace)
    service = _Service(accounts, settings, hosting, keys, pauses or Pauses())
    thread = threading.Thread(target=service.run, args=(listener,), name="sftp", daemon=True)
    thread.start()
    try:
        service.wait()
        yield Where(host, port)
    finally:
        service.leave()
        thread.join(STOP_SECONDS)
        listener.close()


class _Keys:
    """Our host keys, read again now and then; what cannot be used any more leaves the old ones."""

    def __init__(self, workspace: Workspace, settings: Mailboxes) -> None:
        self._workspace = workspace
        self._settings = settings
        self._found: list[SSHKey] = []
        self._read_at = 0.0

    def read(self) -> list[SSHKey]:
        """All of them. Raises :class:`ServiceError`."""
        found: list[SSHKey] = []
        for each in host_keys.read(self._workspace, self._settings):
            if isinstance(each, Problem):
                raise ServiceError(each)
            found.append(each)
        self._found, self._read_at = found, time.monotonic()
        return found

    def now(self) -> list[SSHKey]:
        """Those that count now."""
        if time.monotonic() - self._read_at > REREAD_SECONDS:
            try:
                self.read()
            except ServiceError as error:
                self._read_at = time.monotonic()
                LOG.warning("%s; the host keys read before still count", error)
        return self._found


class _Service:
    """The thread of the server."""

    def __init__(
        self,
        accounts: Accounts,
        settings: Mailboxes,
        hosting: Hosting,
        keys: _Keys,
        pauses: Pauses,
    ) -> None:
        self._accounts = accounts
        self._settings = settings
        self._hosting = hosting
        self._keys = keys
        self._pauses = pauses
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    def run(self, listener: socket.socket) -> None:
        """Serve until told to leave."""
        try:
            asyncio.run(self._run(listener))
        except Exception as failure:
            self._failure = failure
            LOG.exception("the SFTP server has failed; the work goes on without it")
        finally:
            listener.close()
            self._started.set()

    def wait(self) -> None:
        """Until it serves. Raises what keeps it from that."""
        self._started.wait(START_SECONDS)
        if self._failure is not None:
            raise self._failure

    def leave(self) -> None:
        """Stop; called from another thread."""
        if self._loop is not None and self._end is not None:
            with suppress(RuntimeError):  # it has failed, and is closed
                self._loop.call_soon_threadsafe(self._end.set)

    async def _run(self, listener: socket.socket) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        record, comparer, threads = Record(self._hosting), Comparer(), workers(WORKERS)
        try:
            server = self._listener(record, comparer, threads)
            accepting = self._loop.create_task(server.serve(listener))
            self._started.set()
            await self._end.wait()
            accepting.cancel()
            listener.close()
            await server.close()
        finally:
            comparer.close()
            threads.shutdown(wait=False, cancel_futures=False)
            await asyncio.to_thread(record.close)

    def _listener(
        self, record: Record, comparer: Comparer, threads: ThreadPoolExecutor
    ) -> Listener:
        settings = self._settings
        offered = offer_of_ours(settings.legacy)
        throttle = Throttle(settings.failures, settings.lockout.total_seconds())
        signatures = frozenset(name.encode("ascii") for name in offered.signatures)
        accounts = self._accounts
        accounts.look_through(datetime.now(UTC))
        door = Door(accounts, comparer, throttle, record, signatures, self._pauses)
        lobby = Lobby(settings.connections, settings.per_address)
        idle = settings.idle.total_seconds()
        shared = Shared(self._hosting, door, lobby, Guests(), threads, idle)
        return Listener(shared, settings, offered, self._keys.now)


def _allow_files() -> None:
    """As many open files as the system lets us have: few programs are given that by themselves.

    Each connection, and each file that is open in it, is one; without one nothing works any more.
    """
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bound(listen: str) -> socket.socket:
    host, _, port = listen.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    try:
        if not port.isdecimal() or int(port) > LAST_PORT:  # the resolver takes the remainder
            raise OSError(0, f"ports end at {LAST_PORT}")
        kind, _, _, _, address = socket.getaddrinfo(
            bare, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_NUMERICSERV
        )[0]
        listener = socket.socket(kind, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        reason = f"{listen} is no address and port: {error.strerror}"
        raise ServiceError(problem("T401", reason=reason)) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = f"{listen} cannot be opened: {getattr(error, 'strerror', error)}"
        raise ServiceError(problem("T401", reason=reason)) from error
    return listener
