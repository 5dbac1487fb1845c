"""AS2 messages for the benchmarks, and a client that costs little."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.message import Outgoing, Payload, build_message
from tests.as2.credentials import certificate, own

HeaderList = Sequence[tuple[str, str]]


def interchange(size: int, seed: int = 1) -> bytes:
    """EDIFACT of about this size whose numbers do not repeat: zlib makes a fifth of it."""
    dice = random.Random(seed)
    lines = [
        b"UNB+UNOC:3+4012345000009:14+4012345500004:14+261129:1200+1'\r\nUNH+1+ORDERS:D:96A:UN'"
    ]
    length, number = len(lines[0]), 0
    while length < size:
        number += 1
        line = (
            f"LIN+{number}++{dice.randrange(10**12, 10**13)}:SRV'\r\n"
            f"PIA+1+{dice.randrange(10**7)}:SA'\r\nQTY+21:{dice.randrange(1, 5000)}:PCE'\r\n"
            f"PRI+AAA:{dice.randrange(1, 99999) / 100:.2f}'\r\n"
        ).encode()
        lines.append(line)
        length += len(line)
    return b"".join(lines)[:size]


@dataclass(frozen=True, slots=True)
class Wire:
    """A message as it goes over the wire."""

    headers: HeaderList
    body: bytes

    def request(self, path: str, *, close: bool = False) -> bytes:
        """The bytes of the whole request."""
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}")
        lines.append("Connection: close" if close else "Connection: keep-alive")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


def messages(number: int, size: int, *, sender: Link, first: int = 0) -> list[Wire]:
    """So many messages, each with another content."""
    return [
        wire(f"bench-{seed}", interchange(size, seed), sender)
        for seed in range(first, first + number)
    ]


def wire(name: str, payload: bytes, sender: Link) -> Wire:
    """A message of acme to us: in all layers of the link, with a receipt in the reply."""
    outgoing = Outgoing(
        sender,
        f"<{name}@localhost>",
        datetime.now(UTC),
        (Payload(Extent.of(payload), "application/EDIFACT", "order.edi"),),
        "bench",
        own("acme"),
        (certificate("ours"),),
    )
    built = build_message(outgoing, BytesIO, os.urandom)
    return Wire(built.headers, b"".join(built.body.chunks()))


@dataclass(frozen=True, slots=True)
class Run:
    """What the client saw."""

    sent: int
    positive: int
    seconds: float
    last: bytes
    """The last reply, to say what was wrong."""

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.sent / self.seconds


def run(
    port: int, path: str, wires: Sequence[Wire], *, connections: int = 1, keep: bool = True
) -> Run:
    """Post the messages over so many connections at once."""
    return asyncio.run(_run(port, path, wires, connections, keep))


async def _run(port: int, path: str, wires: Sequence[Wire], connections: int, keep: bool) -> Run:
    todo = iter(wires)
    positive, last = 0, b""

    async def one() -> None:
        nonlocal positive, last
        streams = None
        for wire in todo:
            if streams is None:
                streams = await asyncio.open_connection("127.0.0.1", port)
            reader, writer = streams
            writer.write(wire.request(path, close=not keep))
            head, body, closed = await _reply(reader)
            good = head.startswith(b"HTTP/1.1 200") and b"; processed\r\n" in body
            positive += good
            last = last if good and last else head + body
            if closed or not keep:
                writer.close()
                streams = None
        if streams is not None:
            streams[1].close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return Run(len(wires), positive, time.perf_counter() - began, last)


async def _reply(reader: asyncio.StreamReader) -> tuple[bytes, bytes, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        pieces = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            pieces.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        body = b"".join(pieces)
    elif b"content-length" in fields:
        body = await reader.readexactly(int(fields[b"content-length"]))
    else:
        return head, await reader.read(), True
    return head, body, fields.get(b"connection", b"").lower() == b"close"
