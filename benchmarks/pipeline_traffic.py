"""Files that partners and the ERP drop, and the book of what has to come out for each.

Every file holds one order of Acme Retail (EDIFACT), one of Northwind (X12), or one invoice of the
ERP for Acme Retail. An order has to appear once at the ERP and its acknowledgement once at the
partner; an invoice once at the partner. Whoever fetches takes the file away, so that one that is
shown twice is noticed.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
ACME_IN, NORTHWIND_IN, ERP_IN = "acme/in", "northwind/in", "erp/in/invoice"
ERP_OUT, ACME_OUT, NORTHWIND_OUT = "erp/out/order", "acme/out", "northwind/out"
INBOXES = (ACME_IN, NORTHWIND_IN, ERP_IN)
FOUND_BY: dict[str, re.Pattern[bytes]] = {
    ERP_OUT: re.compile(rb"PO\d{7}"),
    ACME_OUT: re.compile(rb"(?<=UCI\+)R\d{7}|(?<=BGM\+380\+)RE\d{7}"),
    NORTHWIND_OUT: re.compile(rb"(?<=AK1\*PO\*)\d+"),
}
"""By folder: what a file there is about."""
ERRORS = tuple(f"{folder}/error" for folder in INBOXES)
_OLD = 1_700_000_000
"""When the files were written, as far as anybody can tell: long ago."""

Entry = tuple[str, str]
"""A folder, and what has to appear there."""


@dataclass(frozen=True, slots=True)
class Drop:
    """A file, and what it has to lead to."""

    folder: str
    name: str
    data: bytes
    leads_to: tuple[Entry, ...]


def acme_order(number: int) -> Drop:
    """An interchange with one ORDERS D.96A of three lines."""
    return acme_orders(number, 1)


def acme_orders(number: int, count: int) -> Drop:
    """An interchange with ``count`` ORDERS, numbered from ``number`` on."""
    data = _sample("acme-retail/orders/0001-one-good-one-bad.edi")
    start, end = data.index(b"UNH+1+"), data.index(b"UNH+2+")
    text, reference = data[:start].replace(b"4711'", b"R%07d'" % number), f"R{number:07}"
    numbers = range(number, number + count)
    for ordinal, each in enumerate(numbers, 1):
        order = data[start:end].replace(b"PO-26-10417", b"PO%07d" % each)
        text += order.replace(b"UNH+1+", b"UNH+%d+" % ordinal).replace(b"+1'", b"+%d'" % ordinal)
    text += b"UNZ+%d+%b'" % (count, reference.encode())
    leads_to = [(ERP_OUT, f"PO{each:07}") for each in numbers]
    return Drop(ACME_IN, f"order-{number:07}.edi", text, (*leads_to, (ACME_OUT, reference)))


def northwind_order(number: int) -> Drop:
    """An interchange with one 850 of two lines."""
    data = _sample("northwind/850/0001-one-good-one-bad.x12")
    first = data[: data.index(b"ST*850*0002")].replace(b"000000088", b"%09d" % number)
    first = first.replace(b"*88*X*", b"*%d*X*" % number).replace(b"NW-880123", b"PO%07d" % number)
    text = first + b"GE*1*%d~\r\nIEA*1*%09d~\r\n" % (number, number)
    leads_to = ((ERP_OUT, f"PO{number:07}"), (NORTHWIND_OUT, str(number)))
    return Drop(NORTHWIND_IN, f"order-{number:07}.x12", text, leads_to)


def erp_invoice(number: int, maps: str) -> Drop:
    """A file of the ERP with one invoice for Acme Retail."""
    if maps == "stub":
        text = b"H;RE%07d;2026-03-02;4012345000009\nL;1;4012345610017;5;2.50\n" % number
    else:
        data = _sample("erp/invoice/invoices.csv")
        text = data[: data.index(b"H;RE-26-7002")].replace(b"RE-26-7001", b"RE%07d" % number)
        text = text.replace(b"PO-26-10417", b"PO%07d" % number)
    return Drop(ERP_IN, f"invoice-{number:07}.csv", text, ((ACME_OUT, f"RE{number:07}"),))


def mixed(count: int, maps: str) -> list[Drop]:
    """Half of them orders of Acme Retail, a quarter of Northwind, a quarter invoices."""
    makers: tuple[Callable[[int], Drop], ...] = (
        acme_order,
        northwind_order,
        acme_order,
        lambda number: erp_invoice(number, maps),
    )
    return [makers[number % 4](number) for number in range(1, count + 1)]


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@dataclass
class Book:
    """What was dropped, what has to come of it, and what was seen."""

    root: Path
    dropped: dict[str, float] = field(default_factory=dict)
    """Path of the file → when it appeared (seconds of the system's clock)."""
    hashes: dict[str, str] = field(default_factory=dict)
    expected: dict[Entry, str] = field(default_factory=dict)
    """What has to appear → the file that leads to it."""
    seen: Counter[Entry] = field(default_factory=Counter)
    appeared: dict[Entry, float] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    """Files that nobody expected: half-written ones, error reports."""

    def drop(self, drop: Drop) -> None:
        """A file appears at once and whole, as those of careful senders do."""
        folder = self.root / drop.folder
        folder.mkdir(parents=True, exist_ok=True)
        hidden = folder / f".{drop.name}.tmp"
        hidden.write_bytes(drop.data)
        os.utime(hidden, (_OLD, _OLD))
        at = time.time()
        hidden.rename(folder / drop.name)
        path = f"{drop.folder}/{drop.name}"
        self.dropped[path], self.hashes[path] = at, sha256(drop.data).hexdigest()
        self.expected |= dict.fromkeys(drop.leads_to, path)

    def fetch(self) -> int:
        """Everybody takes what they see; how many files that were."""
        return sum(self._fetch(folder, pattern) for folder, pattern in FOUND_BY.items())

    def _fetch(self, folder: str, pattern: re.Pattern[bytes]) -> int:
        count = 0
        for path in _visible(self.root / folder):
            try:
                # the time of the rename, which is when a file became visible
                at, data = path.stat().st_ctime, path.read_bytes()
                path.unlink()
            except (FileNotFoundError, NotADirectoryError):  # the folder vanished meanwhile
                continue
            count += 1
            found = {match.decode() for match in pattern.findall(data)}
            for token in found:
                self.seen[folder, token] += 1
                self.appeared.setdefault((folder, token), at)
            if len(found) != 1:
                self.strange.append(f"{folder}/{path.name}: {data[:80]!r}")
        return count

    @property
    def lost(self) -> list[Entry]:
        """What has not appeared (yet)."""
        return [entry for entry in self.expected if not self.seen[entry]]

    @property
    def doubled(self) -> list[Entry]:
        """What appeared more often than once, or was never to appear."""
        return [entry for entry, times in self.seen.items() if times > (entry in self.expected)]

    def latencies(self, folder: str) -> list[float]:
        """Seconds from a file to what it led to in a folder, in the order they appeared."""
        return [
            at - self.dropped[self.expected[entry]]
            for entry, at in sorted(self.appeared.items(), key=lambda each: each[1])
            if entry[0] == folder and entry in self.expected
        ]

    def leavings(self) -> list[str]:
        """Files that should not be there at the end, and originals that are not where they go."""
        left = [*self.strange]
        for pattern in ("**/.gateway-*", "*/in/work/*", "erp/in/*/work/*"):
            left += [f"{path.relative_to(self.root)} is left" for path in self.root.glob(pattern)]
        for folder in (*INBOXES, *ERRORS):
            left += [f"{folder}/{path.name} is left" for path in _visible(self.root / folder)]
        return left + self._archived()

    def _archived(self) -> list[str]:
        """Each original has to lie once, whole, in the archive of its folder."""
        kept: Counter[str] = Counter()
        for folder in INBOXES:
            for path in (self.root / folder / "archive").rglob("*"):
                if path.is_file():
                    name = f"{folder}/{path.name}"
                    kept[name] += 1
                    if sha256(path.read_bytes()).hexdigest() != self.hashes.get(name):
                        kept[name] += 100
        return [f"{name} archived {kept[name]} times" for name in self.dropped if kept[name] != 1]


def _visible(folder: Path) -> Iterable[Path]:
    try:
        with os.scandir(folder) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
            ]
    except (FileNotFoundError, NotADirectoryError):
        return []
