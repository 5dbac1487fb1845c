"""``/api/…``: what shops and the ERP post, and ask about, each with a key of its own.

The body goes into a spool as it comes, under limits of size and time; what waits for the disk runs
in threads of its own. The answer comes when what was posted is durable.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.types import Receive, Scope, Send

from gateway.pipeline.as2.receive.entrance import latin
from gateway.pipeline.shops.reception.answer import Answer, unable
from gateway.pipeline.shops.reception.desk import Desk
from gateway.web.app import path_of
from gateway.web.exchange import MARK, address_of, reply, until_mark
from gateway.web.shops.incoming import Bodies, drained

THREADS = 8
"""Requests that are worked on at the same time; they share commits."""


class Api:
    """The application of these addresses. ``proxies``: whose ``X-Forwarded-For`` is believed."""

    def __init__(
        self,
        desk: Desk,
        *,
        ready: Callable[[], bool] = lambda: True,
        proxies: frozenset[str] = frozenset(),
    ) -> None:
        self.desk = desk
        self._ready = ready
        self._proxies = proxies
        self._bodies = Bodies(desk.house.store.archive)
        self._threads = ThreadPoolExecutor(THREADS, "api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = time.monotonic()
        if not self._ready():
            await reply(send, unable(1, "the gateway is not at work yet"), close=True)
            return
        desk = self.desk
        headers = latin(scope["headers"])
        path = path_of({"path": scope["raw_path"].decode("latin-1")})
        caller = address_of(scope, self._proxies)
        call = desk.admit(scope["method"], path, headers, caller, scope["http_version"])
        if isinstance(call, Answer):
            if headers.get("expect") is None:  # who still sends does not listen
                await drained(receive)
            if call.held:
                await asyncio.sleep(until_mark(began, MARK))
            await reply(send, call, close=True)
            return
        body = await self._bodies.read(receive, self._threads, limit=call.limit, length=call.length)
        if isinstance(body, Answer):
            await reply(send, body, close=True)
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, desk.receive, call, body)
        await reply(send, answer)

    def renew(self, desk: Desk) -> None:
        """Other settings run now; a request that has begun ends with those it began with."""
        self.desk = desk

    def close(self) -> None:
        """Let what was begun end; begin nothing more."""
        self._threads.shutdown(wait=True, cancel_futures=True)
