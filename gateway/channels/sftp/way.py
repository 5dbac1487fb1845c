"""The way to a server, up to a connection that SSH can be spoken on: name, TCP, proxy.

Done here and not by the library, so that each step can be told and each failure has its name.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Sequence
from typing import Any

from gateway.channels.remote.directory import Told
from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.endpoint import Server
from gateway.channels.sftp.failure import said_by
from gateway.channels.sftp.proxy import through
from gateway.problems import problem

PATIENCE = 10.0
"""Seconds for one of several addresses, before the next one is tried."""
_WORDS = {
    errno.ECONNREFUSED: "nobody listens on this port",
    errno.ENETUNREACH: "there is no way to its network",
    errno.EHOSTUNREACH: "there is no way to it",
    errno.ETIMEDOUT: "it did not answer",
}

Address = tuple[int, Any]
"""Family and address, as sockets want them."""


async def open_socket(server: Server, proxy: str | None, told: Told) -> socket.socket:
    """A connection by TCP. Raises ``RemoteError`` (``dns``, ``reach``)."""
    if proxy is not None:
        return await _through(proxy, server, told)
    addresses = await _addresses(server)
    shown = ", ".join(dict.fromkeys(str(address[0]) for _, address in addresses))
    told("dns", f"{server.host} is {shown}")
    made = await _connected(server, addresses)
    told("tcp", f"connected to {made.getpeername()[0]}, port {server.port}")
    return made


async def _addresses(server: Server) -> list[Address]:
    host = server.host.strip("[]")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, server.port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as failure:
        reason = failure.strerror if isinstance(failure, socket.gaierror) else str(failure)
        raise RemoteError(
            "dns", problem("T305", host=server.host, reason=reason or "it is unknown")
        ) from None
    return [(family, address) for family, _, _, _, address in found]


async def _connected(server: Server, addresses: Sequence[Address]) -> socket.socket:
    reason = "it has no address"
    for number, (family, address) in enumerate(addresses, start=1):
        last = number == len(addresses)
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setblocking(False)
        try:
            async with asyncio.timeout(None if last else PATIENCE):
                await asyncio.get_running_loop().sock_connect(made, address)
        except OSError as failure:  # TimeoutError is one
            made.close()
            reason = _why(failure)
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise RemoteError("reach", problem("T306", server=server.name, reason=reason))


async def _through(proxy: str, server: Server, told: Told) -> socket.socket:
    try:
        made = await through(proxy, server.host.strip("[]"), server.port)
    except (OSError, ValueError) as failure:
        reason = said_by(failure.strerror or str(failure) if isinstance(failure, OSError) else "")
        found = problem(
            "T303", proxy=proxy, server=server.name, reason=reason or "its address is no address"
        )
        raise RemoteError("reach", found) from None
    told("tcp", f"connected to {server.name} by the proxy {proxy}")
    return made


def _why(failure: OSError) -> str:
    if isinstance(failure, TimeoutError):
        return _WORDS[errno.ETIMEDOUT]
    number = failure.errno or 0
    return _WORDS.get(number) or os.strerror(number)
