"""An SFTP server of asyncssh on loopback, in a thread of its own: for what OpenSSH does not do.

``with peer(folder) as server``: passwords, questions (keyboard-interactive), jumps, other host
keys, and servers that lie: pass a subclass of :class:`Files` or a ``raw`` program that answers
whatever it likes in place of SFTP.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

KEYS = Path(__file__).parent / "keys"
Raw = Callable[[asyncio.StreamReader, Callable[[bytes], None]], Awaitable[None]]
"""What is read from the client, and how one writes to it."""


@dataclass(slots=True)
class Peer:
    """How the server behaves, and what it saw; may be changed while it runs."""

    port: int = 0
    user: str = "acme"
    keys: Sequence[str] = ("user",)
    """Keys that may log in."""
    password: str | None = None
    expired: bool = False
    """The password is accepted only to change it."""
    questions: Sequence[tuple[str, str]] = ()
    """Questions and the right answers, all in one round."""
    both: bool = False
    """A key, and then the password or the answers."""
    banner: str = ""
    jumps: bool = False
    """It leads on to other servers."""
    attempts: list[str] = field(default_factory=list)
    """What clients tried to log in with."""
    connections: int = 0
    raw: Raw | None = None
    algorithms: dict[str, Any] = field(default_factory=dict)
    """Further options of the server."""
    open: set[asyncssh.SSHServerConnection] = field(default_factory=set)
    _server: asyncssh.SSHAcceptor | None = None


class _Door(asyncssh.SSHServer):
    """Who is let in."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._conn: asyncssh.SSHServerConnection | None = None
        self._known = False

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._conn = conn
        self._peer.connections += 1
        self._peer.open.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._conn is not None:
            self._peer.open.discard(self._conn)

    def begin_auth(self, username: str) -> bool:
        self._peer.attempts.append(f"user {username}")
        if self._peer.banner and self._conn is not None:
            self._conn.send_auth_banner(self._peer.banner)
        return True

    def public_key_auth_supported(self) -> bool:
        return bool(self._peer.keys)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        self._peer.attempts.append(f"key {key.get_fingerprint()}")
        known = [asyncssh.read_public_key(KEYS / f"{name}.pub") for name in self._peer.keys]
        return username == self._peer.user and key in known

    def password_auth_supported(self) -> bool:
        return self._peer.password is not None

    def validate_password(self, username: str, password: str) -> bool:
        self._peer.attempts.append(f"password {password}")
        if self._peer.expired:
            raise asyncssh.PasswordChangeRequired("choose a new one")
        return (username, password) == (self._peer.user, self._peer.password)

    def kbdint_auth_supported(self) -> bool:
        return bool(self._peer.questions)

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return "", "", "", [(question, False) for question, _ in self._peer.questions]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        self._peer.attempts.append(f"answers {list(responses)}")
        right = [answer for _, answer in self._peer.questions]
        return username == self._peer.user and list(responses) == right

    def connection_requested(self, *where: Any) -> bool:
        return self._peer.jumps

    def session_requested(self) -> Any:
        return self._peer.raw is not None and _Raw(self._peer.raw)


class _Raw(asyncssh.SSHServerSession[bytes]):
    """A session in which a program of the test stands in the place of SFTP."""

    def __init__(self, program: Raw) -> None:
        self._program = program
        self._reader = asyncio.StreamReader()
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan
        chan.set_encoding(None)

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == "sftp"

    def session_started(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        assert self._channel is not None
        with suppress(asyncio.IncompleteReadError, OSError):
            await self._program(self._reader, self._channel.write)
            self._channel.close()

    def data_received(self, data: bytes, datatype: Any) -> None:
        self._reader.feed_data(data)

    def eof_received(self) -> bool:
        self._reader.feed_eof()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._reader.feed_eof()
        if self._task is not None:
            self._task.cancel()


@contextmanager
def peer(
    folder: Path,
    *,
    host_keys: Sequence[str] = ("host",),
    files: type[asyncssh.SFTPServer] = asyncssh.SFTPServer,
    **behaviour: Any,
) -> Iterator[Peer]:
    """A server whose files lie in ``folder``; ``behaviour`` as of :class:`Peer`."""
    made = Peer(**behaviour)
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        made._server = await asyncssh.create_server(
            lambda: _Door(made),
            "127.0.0.1",
            0,
            server_host_keys=[str(KEYS / f"{name}.key") for name in host_keys],
            sftp_factory=None if made.raw else lambda chan: files(chan, chroot=str(folder)),
            allow_scp=False,
            **made.algorithms,
        )
        made.port = made._server.get_port()

    async def stop() -> None:
        assert made._server is not None
        made._server.close()
        for each in list(made.open):
            each.abort()
            await each.wait_closed()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports close in the round after

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
