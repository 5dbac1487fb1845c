"""A server that answers each request in time, and never comes to an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest

from gateway.channels.remote import fetch as fetching
from gateway.channels.remote.directory import Entry, RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.pipeline.remote import pickup
from tests.remote.memory import MemoryServer
from tests.remote.site import Site

Open = Callable[..., Site]


@pytest.fixture
def server() -> MemoryServer:
    made = MemoryServer()
    made.folder("/out")
    made.folder("/claimed")
    made.put("/out/orders.edi", b"UNB'")
    return made


@pytest.fixture
def opened(tmp_path: Path, server: MemoryServer) -> Iterator[Open]:
    sites: list[Site] = []

    def open_(receive: str) -> Site:
        sites.append(Site(tmp_path, server.connect, receive))
        return sites[-1]

    yield open_
    for each in sites:
        each.close()


def test_a_file_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "GRACE", 0.05)

    class Drips:
        async def read(self, _path: str, _start: int, _size: int) -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.02)
                yield b"x"

    with pytest.raises(RemoteError, match="bytes in 0 s") as failure:
        whole = fetching.fetch(
            cast(RemoteDir, Drips()), "/out/a", Entry("a", "file", 20), BytesIO(), fetching.Held()
        )
        asyncio.run(whole)
    assert (failure.value.trouble, failure.value.problem.code) == ("short", "T331")


@pytest.mark.parametrize("more", ["", ", claim: /claimed"])
def test_a_listing_that_drips_ends_the_look(
    opened: Open, server: MemoryServer, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    monkeypatch.setattr(pickup, "LISTING", -1.0)
    site = opened(f"{{folder: /out{more}, ready: {{stable_for: 0s}}}}")
    server.put("/claimed/left.edi", b"UNB'")
    assert site.look() is None, "it failed, and the connection is dropped"
    assert site.taken() == []
