"""Webhooks with a durable inbox, beside a bare handler that does one durable insert.

    python benchmarks/webhooks.py [--seconds 5] [--rounds 3] [--connections 64]
                                  [--database sqlite|URL] [--bytes 2400]

Both are served by the same server with the same settings, in a process of their own, into the same
kind of database; a third process calls over so many connections, each of which asks again as soon
as it was answered. The bare handler reads the body, inserts one row, commits and answers 200:
no limits, no signature, no path. It does its best with its one row: on SQLite one thread that
keeps its connection and statement, on PostgreSQL a thread for each of 32 connections.

The gateway is what `gateway serve` has at that address: limits, the WooCommerce signature,
throttle, inbox row, metrics. Nothing works on what was taken meanwhile. Rounds alternate; printed
are the medians, and the ratio of the gateway to the bare handler. `--database` takes an address of
SQLAlchemy (postgresql+psycopg://USER@HOST/NAME, the password in PGPASSWORD) of a database that may
be written to.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hmac
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, insert

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.config import load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.shops.reception.webhooks import Webhooks
from gateway.store.database import make_engine
from gateway.store.prepared import Prepared
from gateway.telemetry.meters import Meters
from gateway.web.partners import Partners, partners_only
from gateway.web.server import Room, opened
from gateway.web.shops.webhooks import WebhookAddress

SECRET = "b3nchmark-webhook-s3cret"
PATH = "/shops/bench-shop/webhook"
KINDS = ("bare", "gateway")
WARM = 0.5
"""Seconds before it counts."""
BODIES = 512
SHOP = """\
schema: 1
shop: bench-shop
name: Bench Shop (example)
kind: woocommerce
woocommerce:
  url: https://shop.example.com
  key: "${file:secret}"
  secret: "${file:secret}"
webhooks: {secrets: ["${file:secret}"], rate: 100000000}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One round of one of the two."""

    rate: float
    p50: float
    p99: float
    worst: float
    cpu: float
    """Milliseconds of the server's processor for one request."""


# ---- the two servers


def serve(kind: str, root: Path, url: str) -> None:
    """Serve until the input ends; prints the address, at the end the seconds of the processor."""
    application, close = (_bare if kind == "bare" else _gateway)(root, url)
    with opened(application, "127.0.0.1:0", Room(256, 80 * 1024)) as where:
        print(where.port, flush=True)
        for line in sys.stdin:
            if line.strip() == "cpu":
                used = resource.getrusage(resource.RUSAGE_SELF)
                print(used.ru_utime + used.ru_stime, flush=True)
    close()


def _bare(root: Path, url: str) -> Any:
    engine = make_engine(url)
    table = Table(
        "bare",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("body", LargeBinary, nullable=False),
        Column("at", String(32), nullable=False),
    )
    table.drop(engine, checkfirst=True)
    table.create(engine)
    add = Prepared(insert(table))
    threads = ThreadPoolExecutor(1 if engine.dialect.name == "sqlite" else 32)

    def keep(body: bytes) -> None:
        with engine.begin() as connection:
            add.each(connection, [{"body": body, "at": datetime.now(UTC).isoformat()}])

    async def application(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await asyncio.get_running_loop().run_in_executor(threads, keep, body)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"14")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"taken":true}'})

    return application, engine.dispose


def _gateway(root: Path, url: str) -> Any:
    _write(root, url)
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    gateway = Gateway.open(workspace)
    Meters(version="0", database="bench").counting().__enter__()
    partners = Partners(None, None, WebhookAddress(Webhooks(gateway.house)))

    def close() -> None:
        partners.close()
        gateway.close()

    return partners_only(partners), close


def _write(root: Path, url: str) -> None:
    files = {
        "gateway.yaml": f"schema: 1\ndatabase: '{url}'\n",
        "partners/_own.yaml": "schema: 1\nname: Our Company\nidentities: {gln: 4098765000003}\n",
        "shops/bench-shop/shop.yaml": SHOP,
        "secret": SECRET,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# ---- the caller


def requests(size: int) -> list[bytes]:
    """Signed webhooks, as they go over the wire."""
    made = []
    for number in range(1, BODIES + 1):
        filling = "x" * max(0, size - 60)
        body = json.dumps({"id": number, "status": "processing", "note": filling}).encode()
        digest = hmac.digest(SECRET.encode(), body, "sha256")
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: edi.example\r\nContent-Type: application/json\r\n"
            f"User-Agent: WooCommerce/10.0.2 Hookshot (WordPress/6.8.2)\r\nAccept: */*\r\n"
            f"X-WC-Webhook-Topic: order.updated\r\nX-WC-Webhook-Resource: order\r\n"
            f"X-WC-Webhook-Event: updated\r\nX-WC-Webhook-ID: 2\r\n"
            f"X-WC-Webhook-Delivery-ID: {number:032x}\r\n"
            f"X-WC-Webhook-Signature: {base64.b64encode(digest).decode()}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def call(port: int, connections: int, seconds: float, sent: Sequence[bytes]) -> list[float]:
    """Seconds of each request that was answered after the first half second."""
    times: list[float] = []
    begin = time.perf_counter() + WARM
    end = begin + seconds

    async def one(first: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        number = first
        while (before := time.perf_counter()) < end:
            writer.write(sent[number % len(sent)])
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode("latin-1"))
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            now = time.perf_counter()
            if before >= begin:
                times.append(now - before)
            number += connections
        writer.close()

    await asyncio.gather(*(one(number) for number in range(connections)))
    return times


@contextmanager
def server(kind: str, root: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    """One of the two, in a process of its own."""
    command = [sys.executable, __file__, "--serve", kind, "--root", str(root), "--database", url]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(20)


def measured(kind: str, root: Path, url: str, options: argparse.Namespace) -> Run:
    with server(kind, root, url) as process:
        assert process.stdin is not None and process.stdout is not None
        port = int(process.stdout.readline())

        def used() -> float:
            process.stdin.write("cpu\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return float(process.stdout.readline())  # type: ignore[union-attr]

        before = used()
        sent = requests(options.bytes)
        times = asyncio.run(call(port, options.connections, options.seconds, sent))
        cpu = used() - before
    times.sort()
    whole = len(times) * (options.seconds + WARM) / options.seconds
    return Run(
        len(times) / options.seconds,
        1000 * times[len(times) // 2],
        1000 * times[int(len(times) * 0.99)],
        1000 * times[-1],
        1000 * cpu / whole,
    )


def report(options: argparse.Namespace) -> None:
    runs: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for kind in KINDS if number % 2 == 0 else reversed(KINDS):
                root = Path(folder) / f"{kind}{number}"
                root.mkdir()
                url = options.database
                if url == "sqlite":
                    url = f"sqlite:///{root}/bench.db"
                runs[kind].append(measured(kind, root, url, options))
    names = ("rate", "p50", "p99", "worst", "cpu")
    found = {
        kind: {name: statistics.median(getattr(run, name) for run in each) for name in names}
        for kind, each in runs.items()
    }
    what = "SQLite" if options.database == "sqlite" else options.database.partition(":")[0]
    print(
        f"{what}, {options.connections} connections, bodies of {options.bytes} bytes, "
        f"{options.rounds} rounds of {options.seconds:g} s, {os.cpu_count()} cores "
        f"(load {os.getloadavg()[0]:.1f})"
    )
    print(f"{'':10}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}{'CPU ms':>10}")
    for kind, row in found.items():
        values = "".join(f"{row[name]:>10.2f}" for name in names[1:])
        print(f"{kind:10}{row['rate']:>12.0f}{values}")
    bare, ours = found["bare"], found["gateway"]
    print(
        f"gateway / bare: {ours['rate'] / bare['rate']:.2f} x requests/s, "
        f"{ours['p99'] / bare['p99']:.2f} x p99, {ours['cpu'] / bare['cpu']:.2f} x CPU"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--bytes", type=int, default=2400)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--serve", choices=KINDS)
    parser.add_argument("--root", type=Path)
    options = parser.parse_args(arguments)
    if options.serve:
        serve(options.serve, options.root, options.database)
    else:
        report(options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
