"""Parcels for the tests of putting files on a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

from gateway.channels.remote.parcel import Parcel, Target
from tests.remote.memory import MemoryServer

T = TypeVar("T")
NAME, HIDDEN, DATA = "a.edi", ".a.edi.1.tmp", b"UNA:+.? '" * 40
TARGET = Target("/in", ".{name}.tmp")
DIRECTLY = Target("/in", None)


def server(**files: bytes) -> MemoryServer:
    """With a folder ``/in``: ``server(hidden=..., final=...)``."""
    made = MemoryServer()
    made.folder("/in")
    for what, data in files.items():
        made.put(f"/in/{ {'hidden': HIDDEN, 'final': NAME}.get(what, what) }", data)
    return made


def parcel(data: bytes = DATA, name: str = NAME, piece: int = 50) -> Parcel:
    async def chunks(start: int) -> AsyncIterator[bytes]:
        for at in range(start, len(data), piece):
            yield data[at : at + piece]

    return Parcel(name, len(data), chunks)


def wait(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)
