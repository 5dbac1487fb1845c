"""``/as2``: where partners send their messages and receipts to, by HTTP POST.

The body goes into a spool as it comes, under limits of size and time; what waits for the disk or
computes runs in threads of its own. An answer that could tell how far a forged message came is held
back until the next mark of time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from starlette.types import Message, Receive, Scope, Send

from gateway.pipeline.as2.receive.answer import Answer, refused, said
from gateway.pipeline.as2.receive.entrance import Call, latin, too_large
from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.pipeline.as2.receive.spool import IN_MEMORY, Body, Spools
from gateway.problems import problem
from gateway.web.app import Application, for_partners

LOG = logging.getLogger(__name__)
THREADS = 8
"""Messages that are opened at the same time."""
IDLE = 30.0
"""Seconds in which the next piece of a body has to come."""
GRACE = 60.0
SLOWEST = 8_192
"""Bytes a second that a body has to come with, once the grace is over."""
DRAINED = 4_000_000
"""Bytes that are read, and thrown away, of a body whose sender is unknown."""
MARK = 0.25
"""Seconds between two marks of time at which held answers leave."""
PIECE = 1 << 20
"""Bytes of a large body that are written at a time."""
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
        self._receiver = receiver
        self._ready = ready
        self._proxies = proxies
        self._threads = ThreadPoolExecutor(THREADS, "as2")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["method"] in ("GET", "HEAD"):
            await _send(send, said(200, GREETING))
        elif scope["method"] != "POST":
            await _send(send, said(405, GREETING, more=(("Allow", "POST, GET, HEAD"),)), close=True)
        elif not self._ready():
            await _send(send, said(503, "not at work yet", wait=1), close=True)
        else:
            await self._post(scope, receive, send)

    def close(self) -> None:
        """Let what was begun end; begin nothing more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = latin(scope["headers"])
        caller = address_of(scope, self._proxies)
        call = self._receiver.admit(headers, caller, scope["http_version"])
        if isinstance(call, Answer):
            await _send(send, call, close=True)
            return
        spools = Spools.beside(self._receiver.house.store.archive)
        body = Body(spools())
        refusal = await _Reading(call, body, receive).read(self._threads)
        if refusal is not None:
            spools.close()
            await _send(send, refusal, close=True)
            return
        ended = time.monotonic()
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, self._taken, call, body, spools)
        if answer.held:
            await asyncio.sleep(MARK - (time.monotonic() - ended) % MARK)
        await _send(send, answer, close=answer.last)

    def _taken(self, call: Call, body: Body, spools: Spools) -> Answer:
        """In a thread, which goes on when the server is told to stop: so it closes the spools."""
        with spools:
            return self._receiver.receive(call, body, spools)


class GoneError(Exception):
    """The caller hung up: there is nobody to answer."""


class _Reading:
    """A body on its way into its spool."""

    def __init__(self, call: Call, body: Body, receive: Receive) -> None:
        self._call = call
        self._body = body
        self._receive = receive
        self._began = time.monotonic()

    async def read(self, threads: ThreadPoolExecutor) -> Answer | None:
        """All of it; or the answer to a body that is too large, too slow or cut off."""
        if not self._call.is_kept:
            return await self._drain()
        waiting = bytearray()
        try:
            while True:
                piece, more = await self._next()
                waiting += piece
                large = too_large(self._body.size + len(waiting), self._call.limits)
                if large is not None:
                    return refused(413, large)
                if len(waiting) >= PIECE or not more:
                    await self._write(bytes(waiting), threads)
                    waiting.clear()
                if not more:
                    return self._cut()
        except TimeoutError:
            return self._slow(self._body.size + len(waiting))
        except GoneError:
            return said(400, "the body broke off")
        except OSError:
            LOG.exception("a body cannot be spooled")
            return said(503, "nothing can be stored at the moment", wait=IDLE)

    async def _drain(self) -> Answer | None:
        """Of a sender who is unknown: read, so that he hears the answer, and thrown away."""
        size, more = 0, True
        try:
            while more and size < DRAINED:
                piece, more = await self._next()
                size += len(piece)
        except TimeoutError:
            return self._slow(size)
        except GoneError:
            return said(400, "the body broke off")
        return None

    async def _next(self) -> tuple[bytes, bool]:
        """The next piece, and whether more comes."""
        async with asyncio.timeout(self._patience()):
            message: Message = await self._receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        return message.get("body", b""), message.get("more_body", False)

    def _patience(self) -> float:
        """Seconds until the next piece has to be there."""
        left = GRACE + self._body.size / SLOWEST - (time.monotonic() - self._began)
        return max(0.0, min(IDLE, left))

    async def _write(self, data: bytes, threads: ThreadPoolExecutor) -> None:
        if self._body.size + len(data) <= IN_MEMORY:
            self._body.write(data)
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(threads, self._body.write, data)

    def _cut(self) -> Answer | None:
        """A body that is shorter than it was said to be is none."""
        length = self._call.length
        if length is None or length == self._body.size:
            return None
        return said(400, f"the body has {self._body.size} bytes, Content-Length says {length}")

    def _slow(self, size: int) -> Answer:
        seconds = round(time.monotonic() - self._began)
        return refused(408, problem("T270", size=size, seconds=seconds))


def address_of(scope: Scope, proxies: frozenset[str]) -> str:
    """The address of the caller: what the last proxy of ours says, else who is connected."""
    client = scope.get("client")
    address = client[0] if client else ""
    if address not in proxies:
        return address
    for name, value in reversed(scope["headers"]):
        if name == b"x-forwarded-for":
            return str(value.decode("latin-1").rpartition(",")[2].strip())
    return address


def partners_only(as2: As2) -> Application:
    """An application that serves nothing else."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if for_partners(scope):
            await as2(scope, receive, send)
        else:
            await _send(send, said(404, "nothing is here"), close=True)

    return application


_LAST: Mapping[bool, list[tuple[bytes, bytes]]] = {True: [(b"connection", b"close")], False: []}


async def _send(send: Send, answer: Answer, *, close: bool = False) -> None:
    headers = [(name.encode("latin-1"), _latin(value)) for name, value in answer.headers]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    headers += _LAST[close]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _latin(value: str) -> bytes:
    return value.encode("latin-1", "replace")
