"""Logging in to a server by SSH, in steps that are told one by one, and opening SFTP there.

The order is fixed: name, TCP (:mod:`.way`), keys (:mod:`.host_keys`), login (:mod:`.login`), SFTP
(:mod:`.session`). Nothing of the user's own surroundings takes part (``~/.ssh``, other known hosts,
Kerberos); an agent only where the settings say so.
"""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import asyncssh
from asyncssh import SSHClientConnection, SSHKeyPair

from gateway.channels.remote.directory import Told, untold
from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp import offered, our_keys
from gateway.channels.sftp.algorithms import Offer, offer
from gateway.channels.sftp.endpoint import Server
from gateway.channels.sftp.failure import STUMBLES, reason_of, said_by
from gateway.channels.sftp.host_keys import kinds_of, known
from gateway.channels.sftp.login import Login
from gateway.channels.sftp.refused import explain
from gateway.channels.sftp.session import Session
from gateway.channels.sftp.way import open_socket
from gateway.problems import problem
from gateway.telemetry.secrets import mask

WINDOW = 4 * 1024 * 1024
"""Bytes the server may send before we have read them, for one connection."""
KEEPALIVES = 3
"""Unanswered signs of life after which a connection is over."""
ENOUGH = 1.5
"""Seconds to say goodbye."""

asyncssh.set_log_level("WARNING")  # below, it tells every path and every step of logging in
asyncssh.set_debug_level(1)  # at 3 it would print packets with passwords in them


@dataclass(slots=True)
class Entered:
    """A connection, logged in, with the one it runs through."""

    connection: SSHClientConnection
    login: Login
    jump: Entered | None = None

    async def leave(self) -> None:
        """Close it, and what it runs through."""
        self.connection.close()
        with suppress(Exception):
            async with asyncio.timeout(ENOUGH):
                await self.connection.wait_closed()
        self.connection.abort()
        if self.jump is not None:
            await self.jump.leave()


async def connect(server: Server, told: Told = untold) -> Session:
    """A connection to a server, ready for files. Raises ``RemoteError``."""
    progress = Progress(server)
    try:
        async with asyncio.timeout(server.connect_timeout):
            entered = await enter(server, told, progress)
            try:
                made = await Session.open(entered, server)
            except BaseException:
                await entered.leave()
                raise
    except TimeoutError:
        raise progress.late() from None
    told("sftp", made.described)
    return made


async def enter(server: Server, told: Told, progress: Progress) -> Entered:
    """Log in, through the jump host where there is one. Bounded in time by who calls."""
    _surroundings()
    if server.jump is None:
        return await _recognised(server, None, told, progress)
    jump = await enter(replace(server.jump, proxy=server.proxy), told, progress)
    try:
        return await _recognised(server, jump, told, progress)
    except BaseException:
        await jump.leave()
        raise


async def _recognised(
    server: Server, jump: Entered | None, told: Told, progress: Progress
) -> Entered:
    """Log in; a server that has several host keys is asked for those it did not show at first."""
    pinned = known(server)
    async with _keys(server) as keys:
        seen: list[str] = []
        first: RemoteError | None = None
        while True:
            terms = offer(server.legacy, pinned.kinds, bool(pinned.authorities), seen)
            hears = untold if seen else told
            through = "" if jump is None else jump.login.server.name
            progress.login = login = Login(server, pinned, keys, hears, through)
            try:
                return Entered(await logged_in(terms, login, jump), login, jump)
            except RemoteError as failure:
                if first is not None and login.shown is None:
                    raise first from None  # it has no other key: the one it showed first is wrong
                first = first or failure
                if login.shown is None and jump is None:
                    progress.failure = failure
                    raise await _disagreed(server, terms, failure) from None
                if login.verdict != "strange" or login.shown is None or not pinned.open:
                    raise
                seen += kinds_of(login.shown)
                if not offer(server.legacy, without=seen).host_keys:
                    raise first from None


async def _disagreed(server: Server, terms: Offer, failure: RemoteError) -> RemoteError:
    """The same failure, or that there is no algorithm in common, which one side seldom says."""
    if failure.problem.code != "T316":
        return failure
    try:
        made = await open_socket(server, server.proxy, untold)
    except RemoteError:
        return failure
    try:
        lists = await offered.lists_of(made)
    finally:
        made.close()
    found = None if lists is None else offered.missing(server, terms, lists)
    return failure if found is None else RemoteError("settings", found)


@asynccontextmanager
async def _keys(server: Server) -> AsyncIterator[list[our_keys.Shown | SSHKeyPair]]:
    """Our keys, then those of the agent, for as long as logging in takes."""
    for secret in (server.login.password, *(each.answer for each in server.login.prompts)):
        if secret:
            mask(secret)
    # A passphrase costs a second of computing: not in the loop.
    read = await asyncio.get_running_loop().run_in_executor(None, our_keys.read, server.login)
    if not server.login.agent:
        yield list(read)
        return
    try:
        agent = await asyncssh.connect_agent()
        pairs = await agent.get_keys()
    except (OSError, ValueError, asyncssh.Error) as failure:
        reason = str(failure) if isinstance(failure, ValueError) else reason_of(failure)
        raise RemoteError("settings", problem("T304", reason=reason)) from None
    try:
        yield [*read, *pairs]
    finally:
        agent.close()


async def logged_in(terms: Offer, login: Login, jump: Entered | None) -> SSHClientConnection:
    """One attempt, up to being logged in. Raises ``RemoteError``."""
    server = login.server
    made = None if jump is not None else await open_socket(server, server.proxy, login.told)
    try:
        return await asyncssh.connect(
            server.host.strip("[]"),
            server.port,
            sock=made,
            tunnel=None if jump is None else jump.connection,
            **_options(terms, login),
        )
    except asyncssh.ChannelOpenError as failure:
        name = server.name if jump is None else jump.login.server.name
        reason = said_by(failure.reason)
        found = problem("T308", jump=name, server=server.name, reason=reason)
        raise RemoteError("reach", found) from None
    except STUMBLES as failure:
        if not login.connected and not isinstance(failure, asyncssh.Error | OSError):
            # before anybody answered: a user name that cannot be sent
            found = problem("T300", name="login.user", reason=said_by(str(failure)))
            raise RemoteError("settings", found) from None
        raise explain(failure, login) from None
    finally:
        if made is not None and not login.connected:
            made.close()


def _options(terms: Offer, login: Login) -> dict[str, Any]:
    """Everything the library would otherwise look up itself is said here."""
    server = login.server
    return {
        "config": None,
        "client_factory": lambda: login,
        # No key is trusted by the library: Login decides on each one.
        "known_hosts": ([], [], login.known.revoked),
        "x509_trusted_certs": None,
        "x509_trusted_cert_paths": (),
        "username": server.login.user,
        "client_keys": None,
        "agent_path": None,
        "gss_host": None,
        "gss_kex": False,
        "gss_auth": False,
        "host_based_auth": False,
        "preferred_auth": ["publickey", "password", "keyboard-interactive"],
        "kex_algs": terms.kex,
        "encryption_algs": terms.ciphers,
        "mac_algs": terms.macs,
        "compression_algs": ["none"],
        "server_host_key_algs": terms.host_keys,
        "signature_algs": terms.signatures,
        "login_timeout": 0,
        "connect_timeout": None,
        "keepalive_interval": server.keepalive,
        "keepalive_count_max": KEEPALIVES,
        "window": WINDOW,
    }


class Progress:
    """How far connecting has come, for the sentence that says that it took too long."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.login: Login | None = None
        self.failure: RemoteError | None = None
        """It failed already, and one only looks for the reason."""

    def late(self) -> RemoteError:
        """The time is over."""
        if self.failure is not None:
            return self.failure
        login = self.login
        server = self.server if login is None else login.server
        seconds = f"{self.server.connect_timeout:g}"
        if login is None or not login.connected:
            reason = f"it did not answer within {seconds} s"
            return RemoteError("reach", problem("T306", server=server.name, reason=reason))
        found = problem("T317", server=server.name, step=login.step, seconds=seconds)
        return RemoteError("login" if login.verdict == "pinned" else "reach", found)


def _surroundings() -> None:
    # The library wants to know who runs it, although the user name is given; in a container the
    # number of the user often has no name.
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["LOGNAME"] = "gateway"
