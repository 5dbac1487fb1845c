"""A proxy on loopback that is as far away as one likes, and cuts a connection where one likes.

It runs in a thread with a loop of its own, so that clients of every kind can go through it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Way = Literal["up", "down"]
"""``up``: from the client to the server."""
PIECE = 64 * 1024


@dataclass(slots=True)
class Proxy:
    """What happens to connections; may be changed while it runs.

    ``delay``: seconds of one way, so half a round trip; bandwidth stays what it is.
    """

    port: int = 0
    delay: float = 0.0
    cut_up: int | None = None
    """The connection is cut when so many bytes went up; the bytes before are passed on."""
    cut_down: int | None = None
    cuts: int = 1
    """So many connections are cut, later ones live."""
    stalls: bool = False
    """Instead of cutting, nothing is passed on any more."""
    refuses: bool = False
    """New connections are closed at once."""
    connections: int = 0
    up: int = 0
    """Bytes that went through, all connections together."""
    down: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None

    def drop(self) -> None:
        """Cut all connections now."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._drop)

    def _drop(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()


@contextmanager
def proxy(target: int, **settings: object) -> Iterator[Proxy]:
    """A proxy in front of a port of loopback; ``settings`` as of :class:`Proxy`."""
    made = Proxy(**settings)  # type: ignore[arg-type]
    ready = threading.Event()
    stop: list[asyncio.Event] = []

    async def serve() -> None:
        made._loop = asyncio.get_running_loop()
        stop.append(asyncio.Event())
        tasks: set[asyncio.Task[None]] = set()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            with suppress(OSError, asyncio.CancelledError):
                await _connection(made, target, reader, writer)
            tasks.discard(task)

        server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=PIECE)
        made.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop[0].wait()
        server.close()
        made._drop()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        assert made._loop is not None
        made._loop.call_soon_threadsafe(stop[0].set)
        thread.join(10)


async def _connection(
    made: Proxy, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    made.connections += 1
    if made.refuses:
        writer.transport.abort()
        return
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target, limit=PIECE)
    both = (writer, far_writer)
    made._open.update(both)
    try:
        await asyncio.gather(
            _pass(made, "up", reader, far_writer, both),
            _pass(made, "down", far_reader, writer, both),
        )
    finally:
        made._open.difference_update(both)
        for each in both:
            each.close()


async def _pass(
    made: Proxy,
    way: Way,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
) -> None:
    """One direction: each piece arrives ``delay`` later, however many are on the way."""
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=4096)
    loop = asyncio.get_running_loop()

    async def deliver() -> None:
        while True:
            due, data = await queue.get()
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            if not data:
                with suppress(OSError):
                    writer.write_eof()
                return
            writer.write(data)
            await writer.drain()

    sender = asyncio.create_task(deliver())
    gone = 0
    try:
        while data := await reader.read(PIECE):
            limit = made.cut_up if way == "up" else made.cut_down
            if limit is not None and made.cuts > 0 and gone + len(data) >= limit:
                made.cuts -= 1
                await queue.put((loop.time() + made.delay, data[: limit - gone]))
                await _cut(made, queue, both)
                return
            gone += len(data)
            setattr(made, way, getattr(made, way) + len(data))
            await queue.put((loop.time() + made.delay, data))
        await queue.put((loop.time() + made.delay, b""))
        await sender
    finally:
        sender.cancel()


async def _cut(
    made: Proxy,
    queue: asyncio.Queue[tuple[float, bytes]],
    both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
) -> None:
    """What came before the cut is passed on, and nothing after it."""
    while not queue.empty():
        await asyncio.sleep(0)
        await asyncio.sleep(made.delay)
    for writer in both:
        with suppress(OSError, ConnectionError):
            await writer.drain()
    if made.stalls:
        await asyncio.Event().wait()
    for writer in both:
        writer.transport.abort()
