"""A server, and connections to it as a channel would make them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from gateway.channels.ftps.connect import connect
from gateway.channels.ftps.directory import FtpsDir
from gateway.channels.ftps.server import Server
from gateway.channels.tls import Tls
from tests.channels.notice_peers import certificate
from tests.ftps.peer import PASSWORD, USER, Peer, serving

T = TypeVar("T")
Doing = Callable[[FtpsDir], Coroutine[Any, Any, T]]


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def peer(tls_files: tuple[Path, Path], tmp_path: Path) -> Iterator[Peer]:
    """The server; its folder has ``in`` and ``out``."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    with serving(Peer(tls_files, tmp_path)) as running:
        yield running


def server_of(peer: Peer, **values: Any) -> Server:
    known: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": peer.port,
        "user": USER,
        "password": PASSWORD,
        "implicit": peer.implicit,
        "tls": Tls(authorities=peer.files[0].read_text()),
        "connect": 5.0,
        "timeout": 2.0,
    }
    return Server(**(known | values))


def with_server(peer: Peer, doing: Doing[T], **values: Any) -> T:
    """Connect, do something, say goodbye."""

    async def whole() -> T:
        directory = await connect(server_of(peer, **values))
        try:
            return await doing(directory)
        finally:
            await directory.close()

    return asyncio.run(whole())


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for each in given:
        yield each


async def fetched(directory: FtpsDir, path: str, start: int, size: int) -> bytes:
    return b"".join([piece async for piece in directory.read(path, start, size)])
