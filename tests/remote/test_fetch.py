"""Fetching one file: exactly the size that was told, and the same file before and after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest

from gateway.channels.remote.directory import Entry
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.fetch import Held, ends, fetch, unchanged
from gateway.channels.remote.whole import ENDS
from tests.remote.memory import MemoryDir, MemoryServer

DATA = bytes(range(256)) * 40


@pytest.fixture
def server() -> MemoryServer:
    made = MemoryServer(piece=1000)
    made.put("/out/a.edi", DATA)
    return made


def entry(size: int = len(DATA)) -> Entry:
    return Entry("a.edi", "file", size, 1_000_000)


@pytest.mark.parametrize("piece", [1, 1000, ENDS, ENDS + 1, 100_000])
def test_all_bytes_and_both_ends(server: MemoryServer, piece: int) -> None:
    server.piece, spool = piece, BytesIO()
    found = asyncio.run(fetch(server.connect(), "/out/a.edi", entry(), spool, Held()))
    assert (spool.tell(), spool.getvalue()) == (0, DATA)
    assert (found.head, found.tail) == (DATA[:ENDS], DATA[-ENDS:])
    assert asyncio.run(ends(server.connect(), "/out/a.edi", len(DATA))) == found


def test_an_empty_file(server: MemoryServer) -> None:
    server.put("/out/a.edi", b"")
    found = asyncio.run(fetch(server.connect(), "/out/a.edi", entry(0), BytesIO(), Held()))
    assert (found.head, found.tail) == (b"", b"")


@pytest.mark.parametrize("size", [0, 1, len(DATA) - 1, len(DATA) + 1, 2 * len(DATA)])
def test_another_size_than_told_is_refused(server: MemoryServer, size: int) -> None:
    with pytest.raises(RemoteError) as failure:
        asyncio.run(fetch(server.connect(), "/out/a.edi", entry(size), BytesIO(), Held()))
    assert (failure.value.trouble, failure.value.problem.code) == ("short", "T331")


@pytest.mark.parametrize(
    ("change", "trouble", "told"),
    [
        (lambda s: s.put("/out/a.edi", b"12345"), "changed", "(5 bytes)"),
        (lambda s: s.put("/out/a.edi", DATA, changed=1_000_001), "changed", "(another time)"),
        (lambda s: s.special("/out/a.edi", "link"), "changed", "(0 bytes)"),
        (lambda s: s.files.clear(), "missing", "(it is gone)"),
    ],
)
def test_a_file_that_is_another_one_by_now(
    server: MemoryServer, change: object, trouble: str, told: str
) -> None:
    asyncio.run(unchanged(server.connect(), "/out/a.edi", entry()))
    change(server)  # type: ignore[operator]
    with pytest.raises(RemoteError) as failure:
        asyncio.run(unchanged(server.connect(), "/out/a.edi", entry()))
    assert (failure.value.trouble, failure.value.problem.code) == (trouble, "T330")
    assert told in str(failure.value)


def test_a_file_stays_open_on_the_server_until_it_is_ours(server: MemoryServer) -> None:
    closed: list[str] = []

    class Open(MemoryDir):
        def read_open(self, path: str, start: int, size: int, keep: Any) -> AsyncIterator[bytes]:
            keep(lambda: closed.append(path))
            return self.read(path, start, size)

    held = Held()
    asyncio.run(fetch(Open(server), "/out/a.edi", entry(), BytesIO(), held))
    assert (bool(held), closed) == (True, [])
    held.close()
    assert (bool(held), closed) == (False, ["/out/a.edi"])
