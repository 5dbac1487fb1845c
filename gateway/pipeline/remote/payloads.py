"""The bytes of what is sent, piece by piece: a large file is never in memory as a whole.

What the gateway produced lies in the database, compressed; what came in lies in the archive.
Reading is done in threads beside the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection

from gateway.store import Store, contents

PIECE = 1 << 20
SMALL = 64 * 1024
"""Bytes up to which what was produced is read for many files at once."""


class Payloads:
    """The payloads of a batch."""

    def __init__(self, store: Store, shas: Collection[str]) -> None:
        self._store = store
        with store.read() as connection:
            self._sizes = contents.sizes(connection, shas)
            small = [sha for sha, size in self._sizes.items() if size <= SMALL]
            self._small = contents.read_all(connection, small) if small else {}

    def size(self, sha: str) -> int:
        """Bytes. Raises ``FileNotFoundError`` where they are not kept any more, or ``OSError``."""
        size = self._sizes.get(sha)
        if size is None:
            size = self._store.archive.size(sha)
        if size is None:
            raise FileNotFoundError(f"{sha} is not in the archive")
        return size

    async def chunks(self, sha: str, start: int = 0) -> AsyncIterator[bytes]:
        """The bytes from a position on. Raises ``OSError``."""
        if (small := self._small.get(sha)) is not None:
            if small[start:]:
                yield small[start:]
            return
        if sha in self._sizes:
            whole = memoryview(await asyncio.to_thread(self._store.payload, sha))
            for at in range(start, len(whole), PIECE):
                yield bytes(whole[at : at + PIECE])
            return
        pieces = self._store.archive.chunks(sha)
        while piece := await asyncio.to_thread(next, pieces, b""):
            if start < len(piece):
                yield piece[start:]
            start = max(0, start - len(piece))
