"""Logging in: keys, passwords, or both, one after the other.

Nobody learns whether a user exists: the same methods are offered to every name, every name costs
the same work, and a refused password is answered at a set time after it was asked. Only who has
a key of a user's finds out that it is his.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import asyncssh
from asyncssh import SSHKey, SSHServerConnection

from gateway.channels.sftp.server.accounts import Account, Accounts
from gateway.channels.sftp.server.hosting import Action, Caller
from gateway.channels.sftp.server.passwords import BusyError, Comparer
from gateway.channels.sftp.server.record import Record
from gateway.channels.sftp.server.throttle import Throttle

MOST_NAMES = MOST_PASSWORDS = 6
MOST_KEYS = 32
"""Tries of one connection; programs offer every key they have, and ask before they sign."""
_SHOWN = 64
"""Signs of a name that a stranger gives."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long answers take, so that they tell nothing; seconds."""

    user: float = 0.02
    """To a user name."""
    refusal: float = 1.0
    """To a password that is not right."""


@dataclass(frozen=True, slots=True)
class Door:
    """What everybody who logs in shares."""

    accounts: Accounts
    comparer: Comparer
    throttle: Throttle
    record: Record
    signatures: frozenset[bytes]
    """Algorithms with which a client may sign."""
    pauses: Pauses = field(default_factory=Pauses)


class Login:
    """One connection until it has logged in."""

    def __init__(self, door: Door, connection: SSHServerConnection, address: str) -> None:
        self._door = door
        self._connection = connection
        self._address = address
        self._id = token_hex(6)
        self._user = ""
        self._account: Account | None = None
        self._key = ""
        """Fingerprint of the key that has signed; empty before."""
        self._password = False
        self._names = self._passwords = self._keys = 0
        self._outcome = "no login was tried"
        self._verify = connection.validate_public_key
        connection.validate_public_key = self._signed  # type: ignore[method-assign,assignment]
        self._refuse = connection.send_userauth_failure
        connection.send_userauth_failure = self._refused  # type: ignore[method-assign]
        self._tasks: set[asyncio.Task[bool]] = set()
        self.done = False

    @property
    def account(self) -> Account:
        """Who has logged in."""
        if not self.done or self._account is None:
            raise RuntimeError("nobody has logged in")
        return self._account

    @property
    def wants_key(self) -> bool:
        """Whether a key is still wanted; a password always is."""
        return not self._key

    async def begin(self, user: str) -> None:
        """A name; it may come again, with another one."""
        start = time.monotonic()
        self._user, self._account, self._key = user, None, ""
        self._names += 1
        if self._names > MOST_NAMES:
            self._leave("too many user names")
            return
        self._outcome = "nothing that counts was shown"
        now = datetime.now(UTC)
        found = await asyncio.to_thread(self._door.accounts.find, user, self._address, now)
        await asyncio.sleep(max(0.0, start + self._door.pauses.user - time.monotonic()))
        self._account = found

    def knows(self, key: SSHKey) -> bool:
        """Whether a key counts; whether the client has it is another question."""
        self._keys += 1
        if self._keys > MOST_KEYS:
            self._leave("too many keys")
        account = self._account
        known = account is not None and key.public_data in account.keys
        if not known:
            self._outcome = f"no key or password that counts; the last key: {key.get_fingerprint()}"
        return known

    async def _signed(self, user: str, key: bytes, message: bytes, signature: bytes) -> bool:
        """In place of the library's own check: by modern algorithms only, and perhaps in part."""
        if message and _algorithm(signature) not in self._door.signatures:
            self._outcome = "the key signs with an outdated algorithm"
            return False
        account = self._account
        if not await self._verify(user, key, message, signature):
            return False
        if not message:
            return True  # only a question: the key counts, if he has it
        if account is None or account is not self._account:
            return False
        self._key = account.keys.get(key, "")
        if not self._key or not account.both:
            return bool(self._key)
        self._outcome = "the key counts, but no password came"
        self._connection.send_userauth_failure(True)  # "partial success": RFC 4252 §5.1
        return False

    def _refused(self, partial_success: bool) -> None:
        """Paramiko asks for the service once more before its next try, as OpenSSH lets it."""
        self._connection._next_service = b"ssh-userauth"
        self._refuse(partial_success)

    async def password(self, user: str, password: str) -> bool:
        """Whether a password lets him in. What was begun is finished, if nobody waits for it."""
        self._passwords += 1
        if self._passwords > MOST_PASSWORDS:
            self._leave("too many passwords")
            return False
        task = asyncio.get_running_loop().create_task(self._compare(user, password))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _compare(self, user: str, password: str) -> bool:
        start, door = time.monotonic(), self._door
        account = self._account
        right = False
        if door.throttle.shut_out(self._address, start):  # by guesses beside these
            self._leave("too many failed logins from this address")
            return False
        if door.throttle.may_guess(user, self._address, start):
            hashes = () if account is None else account.hashes
            try:
                right = await door.comparer.matches(self._address, hashes, password)
            except BusyError as busy:
                self._leave(str(busy))
                return False
            self._outcome = "the password is not right"
        else:
            self._outcome = "too many failed logins of this user; he has to wait"
        if right and account is not None and account.both and not self._key:
            self._outcome, right = "the password came before the key", False
        if right and account is self._account:
            self._password = True
            return True
        self._failed(user, start)
        await asyncio.sleep(max(0.0, start + door.pauses.refusal - time.monotonic()))
        return False

    def _failed(self, user: str, now: float) -> None:
        door = self._door
        if door.throttle.failed(user, self._address, now):
            door.record.stranger(self._action("locked", f"from then on; {self._outcome}"))

    def complete(self) -> str:
        """He is in; how."""
        self.done = True
        self._door.throttle.succeeded(self._user, self._address, time.monotonic())
        means = [f"key {self._key}"] if self._key else []
        return " and ".join([*means, *(["password"] if self._password else [])])

    async def still_counts(self) -> bool:
        """Whether what let him in would let him in now."""
        before, now = self.account, datetime.now(UTC)
        find = self._door.accounts.find
        found = await asyncio.to_thread(find, self._user, self._address, now)
        if found is None or (self._key and self._key not in found.keys.values()):
            return False
        return not self._password or not set(before.hashes).isdisjoint(found.hashes)

    def caller(self, means: str, number: int = 1) -> Caller:
        """A session of his, the how manieth of this connection."""
        mailer = self.account.mailer
        client = str(self._connection.get_extra_info("client_version") or "")
        return Caller(
            session=self._id if number == 1 else f"{self._id}-{number}",
            user=self._user,
            partner=mailer.partner,
            channel=mailer.channel,
            address=self._address,
            client="".join(sign for sign in client if sign.isprintable())[:100],
            means=means,
        )

    def gone(self) -> None:
        """The connection is over; one that asked for a name and did not get in has failed."""
        if self.done or not self._user:
            return
        if not self._passwords:
            self._failed(self._user, time.monotonic())
        self._door.record.stranger(self._action("login", self._outcome))

    def _leave(self, reason: str) -> None:
        self._outcome = reason
        self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, reason)

    def _action(self, action: str, outcome: str) -> Action:
        user = "".join(sign if sign.isprintable() else "\ufffd" for sign in self._user)
        mailer, reason = self._door.accounts.stranger(self._user, self._address)
        whose = ("", "") if mailer is None else (mailer.partner, mailer.channel)
        return Action(
            datetime.now(UTC),
            "",
            user[:_SHOWN],
            *whose,
            self._address,
            action,
            outcome=f"{reason}; {outcome}" if reason else outcome,
        )


def _algorithm(signature: bytes) -> bytes:
    """The name in front of a signature."""
    return signature[4 : 4 + int.from_bytes(signature[:4], "big")]


def peer(connection: SSHServerConnection) -> str:
    """The address of the other side, without the port."""
    found: Any = connection.get_extra_info("peername")
    return str(found[0]) if found else "0.0.0.0"
