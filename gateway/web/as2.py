"""``/as2``: where partners send their messages and receipts to, by HTTP POST.

The body goes into a spool as it comes, under limits of size and time; what waits for the disk or
computes runs in threads of its own. An answer that could tell how far a forged message came is held
back until the next mark of time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.types import Receive, Scope, Send

from gateway.pipeline.as2.receive.answer import Answer, refused, said
from gateway.pipeline.as2.receive.entrance import Call, latin
from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.pipeline.as2.receive.spool import Body, Spools
from gateway.problems import problem
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

THREADS = 8
"""Messages that are opened at the same time."""
GREETING = "This is an AS2 address. Messages are sent to it by HTTP POST (RFC 4130)."


class As2:
    """The application of the address. ``proxies``: whose ``X-Forwarded-For`` is believed."""

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
        self._threads = ThreadPoolExecutor(THREADS, "as2")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["method"] in ("GET", "HEAD"):
            await reply(send, said(200, GREETING))
        elif scope["method"] != "POST":
            await reply(send, said(405, GREETING, more=(("Allow", "POST, GET, HEAD"),)), close=True)
        elif not self._ready():
            await reply(send, said(503, "not at work yet", wait=1), close=True)
        else:
            await self._post(scope, receive, send)

    def renew(self, receiver: Receiver) -> None:
        """Other settings run now; a request that has begun ends with those it began with."""
        self.receiver = receiver

    def close(self) -> None:
        """Let what was begun end; begin nothing more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        receiver = self.receiver
        headers = latin(scope["headers"])
        caller = address_of(scope, self._proxies)
        call = receiver.admit(headers, caller, scope["http_version"])
        if isinstance(call, Answer):
            await reply(send, call, close=True)
            return
        spools = Spools.beside(receiver.house.store.archive)
        body = Body(spools())
        refusal = await self._read(call, body, receive)
        if refusal is not None:
            spools.close()
            await reply(send, refusal, close=True)
            return
        ended = time.monotonic()
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, _taken, receiver, call, body, spools)
        if answer.held:
            await asyncio.sleep(until_mark(ended, MARK))
        await reply(send, answer, close=answer.last)

    async def _read(self, call: Call, body: Body, receive: Receive) -> Answer | None:
        """The body into its spool; the answer to one that does not come."""
        patience = Patience(IDLE, GRACE, SLOWEST)
        coming = Incoming(
            body, receive, limit=call.limits.body, length=call.length, patience=patience
        )
        if call.is_kept:
            trouble = await coming.read(self._threads)
        else:
            trouble = await coming.drain(DRAINED)
        return None if trouble is None else _answer(call, trouble)


def _taken(receiver: Receiver, call: Call, body: Body, spools: Spools) -> Answer:
    """In a thread, which goes on when the server is told to stop: so it closes the spools."""
    with spools:
        return receiver.receive(call, body, spools)


def _answer(call: Call, trouble: Trouble) -> Answer:
    """To a body that is too large, too slow or cut off."""
    if trouble.kind == "large":
        return refused(413, problem("T264", size=trouble.size, limit=call.limits.body))
    if trouble.kind == "slow":
        return refused(408, problem("T270", size=trouble.size, seconds=trouble.seconds))
    if trouble.kind == "cut":
        text = f"the body has {trouble.size} bytes, Content-Length says {call.length}"
        return said(400, text)
    if trouble.kind == "gone":
        return said(400, "the body broke off")
    return said(503, "nothing can be stored at the moment", wait=IDLE)
