"""``/shops/NAME/webhook``: many small calls, each answered when it is durable, within 100 ms.

What is small is judged at once, without a thread of its own; what has to be kept shares its commit
with whatever comes at the same time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from starlette.types import Receive, Scope, Send

from gateway.pipeline.as2.receive.entrance import latin
from gateway.pipeline.shops.reception.answer import Answer, unable
from gateway.pipeline.shops.reception.webhooks import MOST, Call, Taken, Webhooks
from gateway.web.app import path_of
from gateway.web.exchange import MARK, address_of, reply, until_mark
from gateway.web.shops.batch import Batches
from gateway.web.shops.incoming import Bodies, drained

THREADS = 2
"""One keeps, one judges what is large."""
SMALL = 32 * 1024
"""Bytes that are judged at once: a signature over them takes less than going to a thread."""


class WebhookAddress:
    """The application. ``proxies``: whose ``X-Forwarded-For`` is believed."""

    def __init__(
        self,
        webhooks: Webhooks,
        *,
        ready: Callable[[], bool] = lambda: True,
        proxies: frozenset[str] = frozenset(),
    ) -> None:
        self.webhooks = webhooks
        self._ready = ready
        self._proxies = proxies
        self._bodies = Bodies(webhooks.house.store.archive)
        self._threads = ThreadPoolExecutor(THREADS, "webhooks")
        self._kept = Batches(self._store, MOST, self._threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = time.monotonic()
        if not self._ready():
            await reply(send, unable(1, "the gateway is not at work yet"), close=True)
            return
        headers = latin(scope["headers"])
        path = path_of({"path": scope["raw_path"].decode("latin-1")})
        caller = address_of(scope, self._proxies)
        found = self.webhooks.admit(scope["method"], path, headers, caller, scope["http_version"])
        if isinstance(found, Answer):
            ask = found.status == 200
            if not ask and headers.get("expect") is None:  # who still sends does not listen
                await drained(receive)
            await reply(send, found, close=not ask)
            return
        answer, last = await self._take(found, receive)
        if answer.held:
            await asyncio.sleep(until_mark(began, MARK))
        await reply(send, answer, close=last)

    def renew(self, webhooks: Webhooks) -> None:
        """Other settings run now; a request that has begun ends with those it began with."""
        self.webhooks = webhooks

    def close(self) -> None:
        """Let what was begun end; begin nothing more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _store(self, taken: Sequence[Taken]) -> Sequence[Answer]:
        return self.webhooks.store(taken)

    async def _take(self, call: Call, receive: Receive) -> tuple[Answer, bool]:
        """The answer, and whether the connection is of no more use."""
        data = await self._bodies.read(receive, self._threads, limit=call.limit, length=call.length)
        if isinstance(data, Answer):
            return data, True
        if len(data) <= SMALL:
            judged = self.webhooks.judge(call, data)
        else:
            loop = asyncio.get_running_loop()
            judged = await loop.run_in_executor(self._threads, self.webhooks.judge, call, data)
        if isinstance(judged, Answer):
            return judged, judged.status >= 400
        return await self._kept.put(judged), False
