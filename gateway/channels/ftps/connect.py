"""Connecting to an FTPS server, step by step, so that each failure says what failed."""

from __future__ import annotations

import asyncio
import socket
import ssl

from gateway.channels.ftps.directory import FtpsDir
from gateway.channels.ftps.failure import Doing, lost, words
from gateway.channels.ftps.server import Server
from gateway.channels.ftps.session import Session
from gateway.channels.ftps.worker import Worker
from gateway.channels.remote.directory import Told, untold
from gateway.channels.remote.failure import RemoteError
from gateway.channels.tls import Seen
from gateway.problems import problem
from gateway.telemetry.secrets import mask

_PROTECTING = Doing("beginning TLS")
_ENTERING = Doing("logging in")


async def connect(server: Server, told: Told = untold) -> FtpsDir:
    """A connection, logged in. ``told`` hears of ``dns``, ``tcp``, ``tls``, ``login``.

    Raises :class:`RemoteError`.
    """
    mask(server.password)
    try:
        async with asyncio.timeout(server.connect):
            return await _connected(server, told)
    except TimeoutError:
        raise lost(server, Doing("connecting"), f"not done in {server.connect:g} s") from None


async def _connected(server: Server, told: Told) -> FtpsDir:
    addresses = await _resolve(server)
    known = ", ".join(dict.fromkeys(str(address[0]) for _, address in addresses))
    told("dns", f"{server.host} is {known}")
    connected = await _reach(server, addresses)
    told("tcp", f"somebody answers at port {server.port}")
    try:
        session = Session(server, connected)
    except (ssl.SSLError, ValueError) as failure:
        connected.close()
        found = problem("T430", host=server.host, reason=f"the certificates for TLS: {failure}")
        raise RemoteError("settings", found) from None
    worker = Worker(session)
    try:
        seen = await _protected(worker)
        until = "" if seen.until is None else f", valid until {seen.until:%Y-%m-%d}"
        told("tls", f"{seen.version}, certificate {seen.fingerprint}{until}")
        await _entered(worker)
    except BaseException:
        worker.break_off()
        raise
    told("login", f"{server.user} is let in; names start at {session.home or 'a folder of his'}")
    return FtpsDir(session, worker)


async def _protected(worker: Worker) -> Seen:
    session = worker.session
    return await worker.do(_PROTECTING, session.server.connect, session.begin)


async def _entered(worker: Worker) -> None:
    session = worker.session
    server = session.server
    try:
        await worker.do(_ENTERING, server.connect, session.enter)
    except RemoteError as failure:
        if failure.problem.code != "T437":
            raise
        reply = failure.problem.facts["reply"]
        found = problem("T435", host=server.host, user=server.user, reply=reply)
        raise RemoteError("login", found) from None


async def _resolve(server: Server) -> list[tuple[int, tuple[object, ...]]]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        told = problem("T431", host=server.host, reason=words(failure))
        raise RemoteError("dns", told) from None
    return [(family, address) for family, _, _, _, address in found]


async def _reach(server: Server, addresses: list[tuple[int, tuple[object, ...]]]) -> socket.socket:
    """The first address that answers; each of several has its share of the time."""
    reason, loop = "it has no address", asyncio.get_running_loop()
    share = server.connect * 0.8 / max(1, len(addresses))
    for family, address in addresses:
        trial = socket.socket(family, socket.SOCK_STREAM)
        try:
            trial.setblocking(False)
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            async with asyncio.timeout(share):
                await loop.sock_connect(trial, address)
        except OSError as failure:
            trial.close()
            reason = words(failure)
        except BaseException:
            trial.close()
            raise
        else:
            return trial
    found = problem("T432", host=server.host, port=server.port, reason=reason)
    raise RemoteError("reach", found)
