"""What a server offers, read from its first packet: to say why nothing was agreed on.

When two sides have no algorithm in common, one of them just hangs up; which one is chance. So the
server is called once more, and only its list is read (RFC 4253 §7.1): it comes before any key.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

from gateway.channels.sftp.algorithms import Offer
from gateway.channels.sftp.endpoint import Server
from gateway.channels.sftp.failure import said_by
from gateway.config.sshlegacy import LEGACY
from gateway.problems import Problem, problem

MOST = 64 * 1024
"""Bytes until the list has to be there."""
PATIENCE = 5.0
"""Seconds."""
MOST_LISTED = 12
"""Algorithms of a server that are shown."""
_KEXINIT = 20
_WITH_CODE = ("gcm", "poly1305")
"""Ciphers that need no other code (MAC)."""

Lists = Sequence[Sequence[str]]
"""Key exchange, host keys, ciphers and codes, these two for each way."""


async def lists_of(made: socket.socket) -> Lists | None:
    """What the server offers; ``None`` when it does not say. The connection is used up."""
    loop = asyncio.get_running_loop()
    data = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            await loop.sock_sendall(made, b"SSH-2.0-gateway\r\n")
            while len(data) < MOST and (more := await loop.sock_recv(made, 4096)):
                data += more
                if (found := _parsed(bytes(data))) is not None:
                    return found
    except OSError:
        pass
    return None


def _parsed(data: bytes) -> Lists | None:
    """The lists of a whole first packet; ``None`` as long as it is not there."""
    start = 0 if data.startswith(b"SSH-") else data.find(b"\nSSH-") + 1
    end = data.find(b"\n", start) + 1
    if not end or not data.startswith(b"SSH-", start):
        return None
    size = int.from_bytes(data[end : end + 4], "big")
    packet = data[end + 4 : end + 4 + size]
    if len(packet) < max(size, 22) or packet[1] != _KEXINIT:
        return None
    found: list[Sequence[str]] = []
    at = 18  # length of padding, kind of packet, 16 random bytes
    for _ in range(6):
        count = int.from_bytes(packet[at : at + 4], "big")
        names = packet[at + 4 : at + 4 + count].decode("ascii", "replace")
        found.append(names.split(","))
        at += 4 + count
    return found


def missing(server: Server, ours: Offer, lists: Lists) -> Problem | None:
    """Of which kind there is nothing in common, as a problem."""
    coded = any(word in next(iter(_common(ours.ciphers, lists[2])), "") for word in _WITH_CODE)
    kinds = (
        ("key exchange", ours.kex, lists[0]),
        ("kind of host key", ours.host_keys, lists[1]),
        ("cipher", ours.ciphers, lists[2]),
        ("cipher", ours.ciphers, lists[3]),
        ("message code (MAC)", ours.macs, ours.macs if coded else lists[4]),
    )
    for what, wanted, offered in kinds:
        if not _common(wanted, offered):
            return nothing_in_common(server, what, offered)
    return None


def _common(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    return [name for name in ours if name in theirs]


def nothing_in_common(server: Server, what: str, theirs: Sequence[str]) -> Problem:
    """The problem, with the outdated algorithm that would help."""
    helps = next((name for name in LEGACY if name in theirs), "none of them is known here")
    offered = said_by(", ".join(theirs[:MOST_LISTED])) or "none"
    return problem("T309", server=server.name, what=what, theirs=offered, example=helps)
