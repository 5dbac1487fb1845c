"""Which host keys a server shows, without logging in: for a person who compares them.

One short connection for each kind of key. It ends as soon as the key was shown: no user name is
sent, and nothing is trusted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from asyncssh import SSHKey

from gateway.channels.remote.directory import untold
from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.algorithms import offer
from gateway.channels.sftp.client import Entered, Progress, enter, logged_in
from gateway.channels.sftp.endpoint import Server
from gateway.channels.sftp.host_keys import RSA, Known
from gateway.channels.sftp.login import Login

KINDS: tuple[Sequence[str], ...] = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    RSA,
)
"""Kinds of keys; a server has at most one of each."""
NOTHING = Known()
"""No key is pinned here."""


async def shown(server: Server) -> list[SSHKey]:
    """The keys of a server, at least one. Raises ``RemoteError``, also of a jump host."""
    progress = Progress(server)
    try:
        async with asyncio.timeout(server.connect_timeout):
            if server.jump is None:
                return await _all(server, None, progress)
            jump = await enter(replace(server.jump, proxy=server.proxy), untold, progress)
            try:
                return await _all(server, jump, progress)
            finally:
                await jump.leave()
    except TimeoutError:
        raise progress.late() from None


async def _all(server: Server, jump: Entered | None, progress: Progress) -> list[SSHKey]:
    terms = offer(server.legacy)
    found: list[SSHKey] = []
    failure: RemoteError | None = None
    for kinds in KINDS:
        wanted = [kind for kind in kinds if kind in terms.host_keys]
        progress.login = login = Login(server, NOTHING, (), untold)
        try:
            await logged_in(replace(terms, host_keys=wanted), login, jump)
        except RemoteError as raised:
            failure = failure or raised
        if login.shown is not None:
            found.append(login.shown)
        elif not login.connected:
            break  # nobody answers there at all
    if not found and failure is not None:
        raise failure
    return found
