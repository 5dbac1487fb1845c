"""Raw messages of acme-retail to us: as they should be, and with what goes wrong in the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO

from gateway.channels.as2.credentials import Credential, OwnCredential
from gateway.channels.as2.explain import Explanation, Raw, explain, read_raw
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers, Link, Policy, Receipt
from gateway.channels.as2.message import Outgoing, Payload, build_message
from gateway.channels.as2.mime.headers import head_of
from tests.as2.credentials import certificate, own

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
REPLACED = datetime(2026, 3, 3, tzinfo=UTC)
ORDER = (
    b"UNB+UNOC:3+4012345000009:14+4098765000010:14+260310:1200+1'\r\n"
    b"UNH+1+ORDERS:D:96A:UN:EAN008'\r\nBGM+220+4711+9'\r\nUNT+3+1'\r\nUNZ+1+1'\r\n"
)
BASE = b"AS2-From: ACME\r\nAS2-To: NORTHWIND\r\nMessage-ID: <2@acme-retail.example>\r\n"
PLAIN = Layers(sign=None, encrypt=None, compress="none")
SIGNED = Layers(encrypt=None, compress="none")
ENCRYPTED = Layers(sign=None, compress="none")
WHOLE = Layers(compress="before")
ACME = Link(
    "acme-retail",
    "main",
    "NORTHWIND",
    "ACME",
    ours=(own("ours-next"), replace(own("ours"), accept_until=REPLACED)),
    theirs=(certificate("acme"), certificate("acme-expired")),
)
CONTOSO = Link(
    "contoso-foods",
    "main",
    "NORTHWIND",
    "CONTOSO",
    ours=(own("ours-next"),),
    theirs=(certificate("northwind-4096"),),
)
LINKS = (ACME, CONTOSO)
OPEN = replace(ACME, policy=Policy(signed="allowed", encrypted="allowed"))
"""The same partner, who may send anything."""


def entropy(size: int) -> bytes:
    return bytes(range(size))


def sent_by_acme(
    layers: Layers = WHOLE,
    *,
    signer: OwnCredential | None = None,
    to: Credential | None = None,
    payload: bytes = ORDER,
) -> bytes:
    """Headers, blank line and body."""
    theirs = Link("northwind", "main", "ACME", "NORTHWIND", layers=layers, receipt=Receipt())
    built = build_message(
        Outgoing(
            theirs,
            "<1@acme-retail.example>",
            AT,
            (Payload(Extent.of(payload), "application/EDIFACT", "orders.edi"),),
            "orders",
            signer or own("acme"),
            (to or certificate("ours-next"),),
        ),
        BytesIO,
        entropy,
    )
    body = built.body.read(built.body.size)
    return head_of((*built.headers, ("Content-Length", str(len(body))))) + body


def raw(data: bytes) -> Raw:
    return read_raw(Extent.of(data), None, BytesIO)


def explained(data: bytes, link: Link = ACME, at: datetime = AT, mic: str = "") -> Explanation:
    return explain(raw(data), (link, CONTOSO), at, BytesIO, mic=mic)


def with_header(data: bytes, name: str, value: str) -> bytes:
    """The same message with another value of a header."""
    message = raw(data)
    pairs = tuple(
        (each, value if each.lower() == name.lower() else text)
        for each, text in message.headers.items
    )
    return head_of(pairs) + message.body.read(message.body.size)


@dataclass(frozen=True)
class Case:
    """One typical failure."""

    make: Callable[[], bytes]
    link: Link = ACME
    at: datetime = AT
    mic: str = ""

    def explained(self) -> Explanation:
        return explained(self.make(), self.link, self.at, self.mic)
