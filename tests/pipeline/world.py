"""A workspace with two invented partners and an ERP, for the tests of the pipeline."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway.config import Workspace, load_workspace, snapshot
from gateway.pipeline import Gateway, Summary
from gateway.store import Filter, Message, contents
from tests.pipeline.stub import StubTranslation
from tests.tables import make_tables

GATEWAY = """\
schema: 1
erp:
  receive: {folder: erp/in}
  send: {folder: erp/out}
  formats: {order: csv, orderresponse: csv, despatch: csv, invoice: csv}
retry: {first: 10s, factor: 2, ceiling: 60s, attempts: 3, jitter: 0}
poll: 1s
"""
OWN = """\
schema: 1
name: Our Company
identities:
  gln: 4098765000003
  edifact: {id: 4098765000003, qualifier: 14}
  x12: {id: OURCOMPANY, qualifier: ZZ}
"""
ACME = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {id: 4012345000009, qualifier: 14}
channels:
  main:
    kind: folder
    receive: {folder: acme/in, match: "*"}
    send: {folder: acme/out, name: "{message}_{control}.edi"}
agreements:
  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}
  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}
"""
NORTHWIND = """\
schema: 1
partner: northwind
name: Northwind Stores (example)
identities:
  gln: 0012345000003
  x12: {id: NORTHWIND, qualifier: ZZ}
channels:
  main:
    kind: folder
    receive: {folder: northwind/in, match: "*"}
    send: {folder: northwind/out, name: "{message}_{control}.x12"}
agreements:
  - {document: order, direction: inbound, standard: X12 004010}
  - {document: invoice, direction: outbound, standard: X12 004010}
"""

# Every new workspace has its settings kept, and with them the files that ship with the gateway:
# whether one of these 200 holds a secret is found out once in a process, not once in a test, and
# they are compressed once.
snapshot._unfit = lru_cache(2_000)(snapshot._unfit)
snapshot._masked = lru_cache(2_000)(snapshot._masked)
contents._packed = lru_cache(2_000)(contents._packed)


@dataclass
class Clock:
    """Time that stands until it is moved."""

    now: datetime = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def make(root: Path, files: dict[str, str] | None = None) -> Workspace:
    """Write the settings and load them; ``files`` replaces some."""
    texts = {
        "gateway.yaml": GATEWAY,
        "partners/_own.yaml": OWN,
        "partners/acme-retail/partner.yaml": ACME,
        "partners/northwind/partner.yaml": NORTHWIND,
    } | (files or {})
    texts["gateway.yaml"] = without_password(texts["gateway.yaml"])
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    return workspace


_PASSWORD = re.compile(r"(postgresql\+psycopg://\w+:)(\w+)@")


def without_password(text: str) -> str:
    """Settings hold no password, only where it is."""
    found = _PASSWORD.search(text)
    if found is None:
        return text
    os.environ["GATEWAY_TEST_PASSWORD"] = found[2]
    return _PASSWORD.sub(r"\1${env:GATEWAY_TEST_PASSWORD}@", text)


def drop(folder: Path, name: str, data: bytes) -> Path:
    """A file appears whole, written an hour ago."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    past = 1_700_000_000
    os.utime(path, (past, past))
    return path


def visible(folder: Path) -> list[str]:
    """What somebody who fetches files sees."""
    if not folder.is_dir():
        return []
    return sorted(
        path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")
    )


@dataclass
class World:
    """The workspace at work."""

    root: Path
    files: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    clock: Clock = field(default_factory=Clock)
    checkpoint: Callable[[str], None] | None = None

    def __post_init__(self) -> None:
        self.workspace = make(self.root, self.files)
        make_tables(self.workspace.database)
        self.gateway = self.open()

    def open(self, checkpoint: Callable[[str], None] | None = None) -> Gateway:
        translation: Any = StubTranslation(self.workspace, broken=self.broken)
        return Gateway.open(
            self.workspace,
            clock=self.clock,
            checkpoint=checkpoint or self.checkpoint,
            translation=translation,
        )

    def reload(self, files: dict[str, str] | None = None, *, broken: bool = False) -> None:
        """The settings were changed, the gateway started again."""
        self.gateway.close()
        self.broken = broken
        self.workspace = make(self.root, self.files if files is None else files)
        self.gateway = self.open()

    def acme(self, name: str, data: bytes) -> Path:
        return drop(self.root / "acme/in", name, data)

    def northwind(self, name: str, data: bytes) -> Path:
        return drop(self.root / "northwind/in", name, data)

    def erp(self, name: str, data: bytes, document: str = "invoice") -> Path:
        return drop(self.root / "erp/in" / document, name, data)

    def run(self) -> Summary:
        return self.gateway.run_once()

    def orders(self) -> dict[str, str]:
        """What the ERP finds."""
        folder = self.root / "erp/out/order"
        return {name: (folder / name).read_text() for name in visible(folder)}

    def sent(self, partner: str = "acme") -> dict[str, str]:
        """What a partner finds."""
        folder = self.root / partner / "out"
        return {name: (folder / name).read_bytes().decode("latin-1") for name in visible(folder)}

    def errors(self, folder: str = "acme/in") -> dict[str, str]:
        """Error files of an inbox."""
        path = self.root / folder / "error"
        return {name: (path / name).read_bytes().decode("latin-1") for name in visible(path)}

    def rows(self, **wanted: Any) -> Sequence[Message]:
        return list(reversed(self.gateway.messages(Filter(**wanted))))

    def row(self, **wanted: Any) -> Message:
        (row,) = self.rows(**wanted)
        return row

    def codes(self, id_: int) -> list[str]:
        history = self.gateway.message(id_)
        assert history is not None
        return [found.code for found in history.problems]


def orders(
    reference: str = "4711",
    numbers: Sequence[str] = ("PO1",),
    *,
    sender: str = "4012345000009:14",
    receiver: str = "4098765000003:14",
    quantity: dict[str, str] | None = None,
    kind: str = "ORDERS:D:96A:UN:EAN008",
    test: bool = False,
    count: int | None = None,
    extra: str = "",
) -> bytes:
    """An EDIFACT interchange with one ORDERS per number; a bad quantity makes a bad one."""
    flag = "++++++1" if test else ""
    text = f"UNB+UNOC:3+{sender}+{receiver}+260302:0914+{reference}{flag}'"
    for ordinal, number in enumerate(numbers, 1):
        pieces = [
            f"UNH+{ordinal}+{kind}'",
            f"BGM+220+{number}+9'",
            "DTM+137:20260302:102'",
            extra,
            "NAD+BY+4012345000009::9'",
            "NAD+SU+4098765000003::9'",
            "LIN+1++4012345610017:EN'",
            f"QTY+21:{(quantity or {}).get(number, '5')}'",
            "PRI+AAA:2.50'",
            "UNS+S'",
        ]
        pieces = [piece for piece in pieces if piece]
        size = sum(piece.count("'") for piece in pieces) + 1
        text += "".join(pieces) + f"UNT+{size}+{ordinal}'"
    return f"{text}UNZ+{len(numbers) if count is None else count}+{reference}'".encode("latin-1")


def purchase_orders(
    control: int = 88, numbers: Sequence[str] = ("PO1",), *, quantity: str = "5", sets: int = 0
) -> bytes:
    """An X12 interchange with one 850 per number."""
    text = (
        "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
        f"*260302*0914*U*00401*{control:09}*0*P*>~"
        f"GS*PO*NORTHWIND*OURCOMPANY*20260302*0914*{control}*X*004010~"
    )
    for ordinal, number in enumerate(numbers, 1):
        text += (
            f"ST*850*{ordinal:04}~BEG*00*SA*{number}**20260302~"
            f"PO1*1*{quantity}*EA*2.5**EN*4012345610017~CTT*1~SE*5*{ordinal:04}~"
        )
    return f"{text}GE*{sets or len(numbers)}*{control}~IEA*1*{control:09}~".encode()


def invoices(
    numbers: Sequence[str], *, gln: str = "4012345000009", quantity: dict[str, str] | None = None
) -> bytes:
    """An ERP file with one invoice per number."""
    lines = []
    for number in numbers:
        lines += [f"H;{number};2026-03-02;{gln}"]
        lines += [f"L;1;4012345610017;{(quantity or {}).get(number, '5')};2.50"]
    return "".join(f"{line}\n" for line in lines).encode()


def contrl(reference: str, subject: str, action: str = "7", refused: Sequence[str] = ()) -> bytes:
    """A CONTRL of acme-retail about an interchange of ours."""
    body = [f"UCI+{subject}+4098765000003:14+4012345000009:14+{action}'"]
    body += [f"UCM+{each}+INVOIC:D:96A:UN:EAN008+4+12'" for each in refused]
    return (
        f"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+{reference}'"
        f"UNH+1+CONTRL:D:3:UN'{''.join(body)}UNT+{len(body) + 2}+1'UNZ+1+{reference}'"
    ).encode()


def functional(control: int, group: str, code: str = "A") -> bytes:
    """A 997 of northwind about a group of ours with one 810."""
    return (
        "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
        f"*260302*0914*U*00401*{control:09}*0*P*>~"
        f"GS*FA*NORTHWIND*OURCOMPANY*20260302*0914*{control}*X*004010~"
        f"ST*997*0001~AK1*IN*{group}~AK2*810*0001~AK5*{code}~AK9*{code}*1*1*{int(code == 'A')}~"
        f"SE*6*0001~GE*1*{control}~IEA*1*{control:09}~"
    ).encode()
