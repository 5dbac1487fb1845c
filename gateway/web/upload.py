"""``/in/PARTNER/CHANNEL``: where partners' programs post files, one per request, by their token.

The body goes into a spool as it comes, under limits of size and time; what waits for the disk runs
in threads of its own. The answer comes when the file is durable.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from starlette.types import Receive, Scope, Send

from gateway.pipeline.as2.receive.entrance import latin
from gateway.pipeline.as2.receive.spool import Body, Spools
from gateway.pipeline.upload.receive.answer import Answer, refused, unable
from gateway.pipeline.upload.receive.entrance import Call, Question
from gateway.pipeline.upload.receive.receiver import Receiver
from gateway.problems import problem
from gateway.web.app import path_of
from gateway.web.exchange import (
    DRAINED,
    GRACE,
    IDLE,
    MARK,
    SLOWEST,
    Incoming,
    Patience,
    Trouble,
    address_of,
    reply,
    until_mark,
)

THREADS = 4
"""Files that are stored at the same time."""


class Uploads:
    """The application of these addresses. ``proxies``: whose ``X-Forwarded-For`` is believed."""

    def __init__(
        self,
        receiver: Receiver,
        *,
        ready: Callable[[], bool] = lambda: True,
        proxies: frozenset[str] = frozenset(),
    ) -> None:
        self.receiver = receiver
        self._ready = ready
        self._proxies = proxies
        self._threads = ThreadPoolExecutor(THREADS, "uploads")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = time.monotonic()
        if not self._ready():
            await reply(send, unable(1, "not at work yet"), close=True)
            return
        receiver = self.receiver
        headers = latin(scope["headers"])
        path = path_of({"path": scope["raw_path"].decode("latin-1")})
        caller = address_of(scope, self._proxies)
        found = receiver.admit(scope["method"], path, headers, caller, scope["http_version"])
        if isinstance(found, Call):
            await self._take(receiver, found, receive, send)
            return
        if isinstance(found, Question):
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, receiver.status, found)
            await reply(send, answer)
            return
        if headers.get("expect") is None:  # who still sends does not listen
            await _incoming(Body(BytesIO()), receive, 0, None).drain(DRAINED)
        if found.held:
            await asyncio.sleep(until_mark(began, MARK))
        await reply(send, found, close=True)

    def renew(self, receiver: Receiver) -> None:
        """Other settings run now; a request that has begun ends with those it began with."""
        self.receiver = receiver

    def close(self) -> None:
        """Let what was begun end; begin nothing more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _take(self, receiver: Receiver, call: Call, receive: Receive, send: Send) -> None:
        spools = Spools.beside(receiver.house.store.archive)
        body = Body(spools())
        trouble = await _incoming(body, receive, call.settings.max_size, call.length).read(
            self._threads
        )
        if trouble is not None:
            spools.close()
            await reply(send, _answer(call, trouble), close=True)
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, _taken, receiver, call, body, spools)
        await reply(send, answer)


def _taken(receiver: Receiver, call: Call, body: Body, spools: Spools) -> Answer:
    """In a thread, which goes on when the server is told to stop: so it closes the spools."""
    with spools:
        return receiver.receive(call, body)


def _incoming(body: Body, receive: Receive, limit: int, length: int | None) -> Incoming:
    patience = Patience(IDLE, GRACE, SLOWEST)
    return Incoming(body, receive, limit=limit, length=length, patience=patience)


def _answer(call: Call, trouble: Trouble) -> Answer:
    """To a body that is too large, too slow or cut off."""
    if trouble.kind == "large":
        found = problem("T442", size=trouble.size, limit=call.settings.max_size)
        return refused(413, found)
    if trouble.kind == "disk":
        return unable(IDLE)
    found = problem("T443", size=trouble.size, seconds=trouble.seconds)
    return refused(408 if trouble.kind == "slow" else 400, found)
