"""What an AS2 message costs: beside its primitives, and beside OpenAS2 with the same bytes.

    python benchmarks/as2_speed.py [--messages 400] [--only layers,server,memory,rate,openas2]
                                   [--folder DIR]

Receiving is measured in a process of its own: the real HTTP server, receiver, archive on the disk
and database (SQLite, synced), every message with another content, a signed receipt in the reply;
CPU is that of the whole process with its threads and what the kernel does for it. The pipeline
behind it is not in it, as OpenAS2 has none. OpenAS2 runs as it comes, and without its table of
messages; it does not sync to the disk.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.as2_primitives import build_primitives, cpu_ms, receive_primitives
from benchmarks.as2_site import Server, acme, lay, receiving
from benchmarks.as2_traffic import Wire, interchange, messages, run, wire
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.write import Mdn, write_mdn
from gateway.channels.as2.message import open_message
from gateway.channels.as2.mime.headers import Headers
from tests.as2.conformance.combination import Combination
from tests.as2.conformance.sides import AT, link
from tests.as2.peers.openas2.server import OpenAS2
from tests.as2.peers.openas2.settings import Partnership
from tests.as2.peers.places import openas2_jars

SIZE = 10_000
LARGE = 50_000_000
PATH = "/as2"
WARM = 200
"""Messages before anything is measured; OpenAS2 gets five times as many."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``met``: whether the goal is; ``None`` where there is none."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{self.what:58} {self.value:>26}  {self.goal:16} {verdict}"


class Speed:
    """One run; what was measured first is compared with later."""

    def __init__(self, number: int, folder: Path) -> None:
        self._number = number
        self._folder = folder
        self._seed = 0
        self._raw = 0.0
        self._ours = 0.0

    def layers(self) -> Iterator[Row]:
        """The primitives, and the layers without server and store."""
        payload = interchange(SIZE)
        raw = receive_primitives(payload)
        self._raw = sum(raw.values())
        yield Row("receive 10 kB: primitives", f"{self._raw:.2f} ms")
        for name, each in raw.items():
            yield Row(f"    {name}", f"{each:.3f} ms")
        (one,) = self._wires(1)
        layers = cpu_ms(lambda: _received(one), 1.5)
        yield Row("receive 10 kB: layers and receipt", _times(layers, self._raw))
        floor = sum(build_primitives(payload).values())
        build = cpu_ms(lambda: messages(1, SIZE, sender=acme()), 1.5)
        build -= cpu_ms(lambda: interchange(SIZE, 0))
        yield Row("build 10 kB", _times(build, floor), "<= 1.2 ms", build <= 1.2)

    def server(self) -> Iterator[Row]:
        """The whole receipt over HTTP."""
        with self._serving() as server:
            run(server.port, PATH, self._wires(WARM))
            cpu, good = self._cpu(server)
        self._ours = cpu
        yield Row("receive 10 kB: HTTP, archive, commit, receipt", _times(cpu, self._raw))
        if self._raw:
            yield Row("", "", "<= 2.5 x", good and cpu <= 2.5 * self._raw)
        yield Row("", "", "<= 4 ms", good and cpu <= 4)

    def openas2(self) -> Iterator[Row]:
        """The same bytes, received by OpenAS2 once it is warm."""
        if openas2_jars() is None:
            yield Row("OpenAS2 is not installed: make interop", "")
            return
        for tracking, name in ((True, "as it comes"), (False, "without its table of messages")):
            with self._peer(tracking=tracking) as peer:
                run(peer.port, "/", self._wires(5 * WARM), keep=False)
                cpu, good = self._cpu(peer, keep=False)
                memory = peer.memory() >> 20
            yield Row(f"receive 10 kB: OpenAS2 {name}", f"{cpu:.2f} ms, {memory} MB")
            if self._ours:
                share = self._ours / cpu
                met = good and share <= 0.25
                yield Row("    ours beside it", f"{share:.2f}", "<= 0.25", met)

    def memory(self) -> Iterator[Row]:
        """50 MB in one message."""
        payload = interchange(1_000_000) * (LARGE // 1_000_000)
        large = wire("large", payload, acme())
        raw = sum(receive_primitives(payload).values())
        with self._serving() as server:
            run(server.port, PATH, self._wires(20))
            before, began = server.memory("VmRSS"), server.cpu_seconds()
            server.forget_peak()
            done = run(server.port, PATH, [large])
            seconds, peak = server.cpu_seconds() - began, server.memory("VmHWM")
        good = done.positive == 1
        shown = _times(seconds * 1000, raw, "0f")
        yield Row("receive 50 MB: CPU", shown, "<= 500 ms", good and seconds <= 0.5)
        growth = peak - before
        found = f"{growth / 1e6:.0f} MB"
        yield Row("receive 50 MB: memory grows by", found, "<= 64 MB", good and growth <= 64e6)
        yield Row("receive 50 MB: memory in all", f"{peak / 1e6:.0f} MB")
        if not good:
            yield Row("    no positive receipt", repr(done.last[:60]), "", False)

    def rate(self) -> Iterator[Row]:
        """64 connections at once, beside the client on the same machine."""
        with self._serving() as server:
            run(server.port, PATH, self._wires(WARM))
            for keep in (True, False):
                done = run(server.port, PATH, self._wires(self._number), connections=64, keep=keep)
                good = done.positive == self._number
                name = "kept open" if keep else "one for each message"
                yield Row(
                    f"64 connections, {name}", f"{done.rate:.0f} messages/s", "all positive", good
                )

    def _wires(self, number: int) -> list[Wire]:
        self._seed += number
        return messages(number, SIZE, first=self._seed - number, sender=acme())

    def _cpu(self, server: Server | OpenAS2, *, keep: bool = True) -> tuple[float, bool]:
        """CPU milliseconds of a message: the least of three runs; whether all were accepted."""
        path, times, positive = PATH if isinstance(server, Server) else "/", [], 0
        for _ in range(3):
            wires = self._wires(self._number)
            began = server.cpu_seconds()
            positive += run(server.port, path, wires, keep=keep).positive
            times.append((server.cpu_seconds() - began) / self._number * 1000)
        return min(times), positive == 3 * self._number

    def _serving(self) -> _Serving:
        return _Serving(self._folder)

    def _peer(self, *, tracking: bool) -> OpenAS2:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        partnerships = [Partnership("acme", "ours", "acme", "ours")]
        return OpenAS2(folder, partnerships, key="ours", tracking=tracking)


class _Serving(ExitStack):
    """A fresh workspace and the process on it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._root = Path(tempfile.mkdtemp(dir=folder))

    def __enter__(self) -> Server:  # type: ignore[override]
        lay(self._root)
        return self.enter_context(receiving(self._root))


def _received(one: Wire) -> Mdn:
    """Opened and answered, as the receiver does it."""
    receiver = link(Combination(), "ours", "acme")
    headers = Headers.of(one.headers)
    opened = open_message(headers, Extent.of(one.body), receiver, BytesIO, AT)
    request = ReceiptRequest.of(headers)
    assert request is not None and not opened.refused
    return write_mdn(
        request,
        headers=headers,
        opened=opened,
        link=receiver,
        at=AT,
        message_id="<receipt@localhost>",
        entropy=os.urandom,
    )


def _times(value: float, floor: float, form: str = "2f") -> str:
    shown = f"{value:.{form}} ms"
    return f"{shown} = {value / floor:.1f} x" if floor else shown


SECTIONS = ("layers", "server", "openas2", "memory", "rate")


def main(arguments: list[str]) -> int:
    """Always 0: a figure is no test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--folder", type=Path, default=None, help="where to work")
    options = parser.parse_args(arguments)
    load = Path("/proc/loadavg").read_text().split()[0]
    print(f"load of the machine {load}, {os.cpu_count()} cores; CPU milliseconds\n")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        speed = Speed(options.messages, Path(folder))
        for name in options.only.split(","):
            for row in getattr(speed, name)():
                print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
