"""One SSH connection: who it is, its sessions, and everything that is not to be had."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import asyncssh
from asyncssh import SSHKey, SSHServer, SSHServerConnection

from gateway.channels.sftp.server.hosting import Caller, Hosting
from gateway.channels.sftp.server.login import Door, Login
from gateway.channels.sftp.server.record import Told
from gateway.channels.sftp.server.rooms import Guests, Lobby
from gateway.channels.sftp.server.session import Means, Session

PATIENCE = 5.0
"""Seconds for a goodbye to be heard."""
RECHECK = 30.0
"""Seconds from one look at whether a login still counts to the next; two that fail end it."""
MOST_ASKED = 1000
"""Sessions, and things that are not to be had, that are asked for on one connection."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections share."""

    hosting: Hosting
    door: Door
    lobby: Lobby
    guests: Guests
    workers: ThreadPoolExecutor
    idle: float
    """Seconds that a connection may do nothing."""


class Connection(SSHServer):
    """The server's side of a connection, as the library calls it."""

    def __init__(self, shared: Shared, address: str) -> None:
        self._shared = shared
        self._address = address
        self._connection: SSHServerConnection | None = None
        self._login: Login | None = None
        self._means = ""
        self._sessions = 0
        """Those that are open."""
        self._begun = 0
        self._asked = 0
        self._doubts = 0
        self._recheck: asyncio.Task[None] | None = None
        self._alive = time.monotonic()
        self._timer: asyncio.TimerHandle | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def login(self) -> Login:
        """Who it is, or wants to be."""
        if self._login is None:
            raise RuntimeError("the connection has not begun")
        return self._login

    async def put_away(self) -> None:
        """Wait until nothing of its sessions is left to do."""
        await self._quiet.wait()

    # ---- coming and going

    def connection_made(self, conn: SSHServerConnection) -> None:
        """It begins."""
        self._connection = conn
        self._login = Login(self._shared.door, conn, self._address)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if self._timer is not None:
            self._timer.cancel()
        if self._recheck is not None:
            self._recheck.cancel()
        self.login.gone()

    async def begin_auth(self, username: str) -> bool:
        """A name; everybody has to show something."""
        await self.login.begin(username)
        return True

    def public_key_auth_supported(self) -> bool:
        """Keys, until one has signed."""
        return self.login.wants_key

    def password_auth_supported(self) -> bool:
        """Passwords; the library asks for them as keyboard-interactive, too."""
        return True

    def validate_public_key(self, username: str, key: SSHKey) -> bool:
        """Whether a key counts."""
        return self.login.knows(key)

    async def validate_password(self, username: str, password: str) -> bool:
        """Whether a password counts."""
        return await self.login.password(username, password)

    def auth_completed(self) -> None:
        """He is in."""
        self._means = self.login.complete()
        self._shared.lobby.known(self)
        self._told(self.login.caller(self._means))("login")
        self._touch()
        self._watch()
        self._recheck = asyncio.get_running_loop().create_task(self._look_again())

    # ---- sessions

    def session_requested(self) -> Session:
        """An SFTP session, if there is room for one more."""
        self._count()
        caller = self.login.caller(self._means, self._begun + 1)
        told, settings = self._told(caller), self.login.account.mailer.settings
        guests = self._shared.guests
        if not guests.come(caller.user, settings.sessions):
            text = f"{settings.sessions} sessions are open, and no more are allowed"
            told("session", outcome=text)
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, text)
        self._sessions += 1
        self._begun += 1
        self._quiet.clear()
        pace = guests.pace(caller.user, settings.rate, time.monotonic())
        shared = self._shared
        means = Means(
            shared.hosting,
            shared.workers,
            pace,
            told,
            shared.door.record.room,
            touched=self._touch,
            ended=lambda: self._ended(caller.user),
            handles=guests.handles(caller.user),
        )
        return Session(caller, means)

    def _ended(self, user: str) -> None:
        self._shared.guests.go(user)
        self._sessions -= 1
        if not self._sessions:
            self._quiet.set()

    def connection_requested(self, dest_host: str, dest_port: int, *_: object) -> bool:
        """No forwarding of ports."""
        return self._no_forwarding(f"to {dest_host[:100]!a} port {dest_port}")

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        """None the other way round, either."""
        return self._no_forwarding(f"from {listen_host[:100]!a} port {listen_port}")

    def unix_connection_requested(self, dest_path: str) -> bool:
        """And no sockets."""
        return self._no_forwarding(f"to {dest_path[:100]!a}")

    def unix_server_requested(self, listen_path: str) -> bool:
        """In no direction."""
        return self._no_forwarding(f"from {listen_path[:100]!a}")

    def _no_forwarding(self, what: str) -> bool:
        self._count()
        told = self._told(self.login.caller(self._means))
        told("forward", outcome=f"nothing is forwarded here; asked for: {what}")
        return False

    def _count(self) -> None:
        """One more thing that is asked for; each is a line of the record."""
        self._asked += 1
        if self._asked == MOST_ASKED:
            self._hang_up("too much was asked for")

    def _told(self, caller: Caller) -> Told:
        return Told(caller, self._shared.door.record.keep)

    # ---- doing nothing

    def _touch(self) -> None:
        self._alive = time.monotonic()

    def _watch(self) -> None:
        """Hang up when nothing came for too long; otherwise look again when that may be."""
        left = self._alive + self._shared.idle - time.monotonic()
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._watch)
        else:
            self._hang_up("nothing was asked for")

    async def _look_again(self) -> None:
        """Hang up when the key, the password or the address that let him in counts no more.

        One look may meet a file that is being written at that moment, or a share that is away.
        """
        while self._doubts < 2:
            await asyncio.sleep(RECHECK)
            self._doubts = 0 if await self.login.still_counts() else self._doubts + 1
        text = "the login does not count any more"
        self._told(self.login.caller(self._means))("end", outcome=text)
        self._hang_up(text)

    def _hang_up(self, reason: str) -> None:
        if self._connection is not None:
            self._connection.disconnect(asyncssh.DISC_BY_APPLICATION, reason)
            asyncio.get_running_loop().call_later(PATIENCE, self._connection.abort)
