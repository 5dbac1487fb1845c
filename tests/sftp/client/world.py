"""What the tests of the client share: a server's address with our keys, and a run in a loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.client import connect
from gateway.channels.sftp.endpoint import Key, Login, Pins, Server
from gateway.channels.sftp.session import Session

KEYS = Path(__file__).parents[1] / "keys"
T = TypeVar("T")


class Running(Protocol):
    """A server of the tests: OpenSSH's or the peer."""

    port: int
    user: str


def public(name: str) -> str:
    """A public key of the tests, as it stands in ``host_keys``."""
    return (KEYS / f"{name}.pub").read_text().strip()


def key(name: str, passphrase: str | None = None, certificate: str | None = None) -> Key:
    """A private key of the tests."""
    text = (KEYS / f"{name}.key").read_text()
    signed = None if certificate is None else public(certificate)
    return Key(f"{name}.key", text, passphrase, signed, f"{certificate}.pub")


def login(running: Running, **changes: Any) -> Login:
    """As the user of a server, with the key ``user`` unless told otherwise."""
    return replace(Login(running.user, (key("user"),)), **changes)


def server(running: Running, **changes: Any) -> Server:
    """A server of the tests, as we are to know it."""
    made = Server(
        "127.0.0.1",
        running.port,
        Pins((public("host"),)),
        login(running),
        connect_timeout=10.0,
        timeout=10.0,
    )
    return replace(made, **changes)


def on(where: Server, work: Callable[[Session], Awaitable[T]]) -> T:
    """Log in, work, say goodbye."""

    async def whole() -> T:
        session = await connect(where)
        try:
            return await work(session)
        finally:
            await session.close()
            assert session.closed

    return asyncio.run(whole())


def refused(where: Server) -> RemoteError:
    """Why nobody is logged in."""

    async def nothing(_session: Session) -> None:
        pytest.fail("it was let in")

    with pytest.raises(RemoteError) as found:
        on(where, nothing)
    return found.value


def fails(where: Server, work: Callable[[Session], Awaitable[object]]) -> RemoteError:
    """How something fails once we are logged in."""
    with pytest.raises(RemoteError) as found:
        on(where, work)
    return found.value


async def chunks(data: bytes, size: int = 50_000) -> AsyncIterator[bytes]:
    """Data in pieces."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def got(pieces: AsyncIterator[bytes]) -> bytes:
    """Pieces, joined."""
    return b"".join([piece async for piece in pieces])
