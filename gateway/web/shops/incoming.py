"""Bodies of requests on their way in: in memory while they are small, under limits and time."""

from __future__ import annotations

from concurrent.futures import Executor
from io import BytesIO

from starlette.types import Receive

from gateway.pipeline.as2.receive.spool import Body, Spools
from gateway.pipeline.shops.reception.answer import Answer, refused, too_large, unable
from gateway.problems import problem
from gateway.store.archive import FolderArchive
from gateway.store.archive.payload import Archive
from gateway.store.durable import make_folder
from gateway.web.exchange import DRAINED, GRACE, IDLE, SLOWEST, Incoming, Patience, Trouble


class Bodies:
    """For one address; what is large lies beside the archive meanwhile."""

    def __init__(self, archive: Archive) -> None:
        self._folder = archive.temporary if isinstance(archive, FolderArchive) else None
        if self._folder is not None:
            make_folder(self._folder)

    async def read(
        self, receive: Receive, threads: Executor, *, limit: int, length: int | None
    ) -> bytes | Answer:
        """All of it, or the answer to one that is too large, too slow or cut off."""
        with Spools(self._folder) as spools:
            body = Body(spools())
            trouble = await _incoming(body, receive, limit, length).read(threads)
            if trouble is not None:
                return _answer(trouble, limit)
            return b"".join(body.extent.chunks())


async def drained(receive: Receive) -> None:
    """A body is read, and thrown away, so that its sender hears the answer."""
    await _incoming(Body(BytesIO()), receive, 0, None).drain(DRAINED)


def _incoming(body: Body, receive: Receive, limit: int, length: int | None) -> Incoming:
    patience = Patience(IDLE, GRACE, SLOWEST)
    return Incoming(body, receive, limit=limit, length=length, patience=patience)


def _answer(trouble: Trouble, limit: int) -> Answer:
    if trouble.kind == "large":
        return too_large(trouble.size, limit)
    if trouble.kind == "disk":
        return unable(IDLE)
    found = problem("W145", size=trouble.size, seconds=trouble.seconds)
    return refused(408 if trouble.kind == "slow" else 400, found)
