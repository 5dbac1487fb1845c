"""A gateway that receives by AS2, and the partner who sends to it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from secrets import token_bytes
from typing import Any

from sqlalchemy import select

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Layers, Link
from gateway.channels.as2.message import Outgoing, Payload, build_message
from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline import Gateway
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.receive.answer import Answer
from gateway.pipeline.as2.receive.entrance import Call
from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.pipeline.as2.receive.spool import Body, Spools
from gateway.store import contents
from gateway.store.as2.received import Received
from gateway.store.as2.tables import received
from gateway.store.tables import delivery
from tests.as2.credentials import KEYS, certificate, own
from tests.pipeline.world import GATEWAY, OWN, World, orders

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""The keys of the tests are in force."""
URL = "https://as2.acme.example/mdn"
OWN_AS2 = (
    OWN
    + """\
as2:
  id: OURS
  url: https://edi.example/as2
  keys: [{certificate: keys/ours.pem, key: "${file:keys/ours.key}"}]
"""
)
ACME = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {id: 4012345000009, qualifier: 14}
channels:
  main:
    kind: as2
    as2:
      id: ACME
      certificates: [{file: acme.pem}]
      receipt_urls: [https://as2.acme.example/mdn]
agreements:
  - document: order
    direction: inbound
    standard: EDIFACT D.96A EAN008
    acknowledge: {syntax: none}
"""
DIGESTS = "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, "
_NUMBERS = count(1)


def lay_keys(root: Path) -> None:
    """Keys and certificates, where the settings name them."""
    (root / "keys").mkdir(parents=True)
    for name in ("ours.pem", "ours.key"):
        shutil.copy(KEYS / name, root / "keys" / name)
        (root / "keys" / name).chmod(0o600)
    (root / "partners/acme-retail").mkdir(parents=True)
    shutil.copy(KEYS / "acme.pem", root / "partners/acme-retail/acme.pem")


def theirs(**changes: Any) -> Link:
    """The link as the partner has it."""
    known = Link(
        "ours",
        "main",
        our_id="ACME",
        their_id="OURS",
        layers=Layers(),
        ours=(own("acme"),),
        theirs=(certificate("ours"),),
    )
    return replace(known, **changes)


@dataclass(frozen=True)
class Posted:
    """A message as it goes over the wire."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def named(self, **changed: str | None) -> Posted:
        """Headers changed (``as2_from="X"``), or taken away."""
        wanted = {name.replace("_", "-").lower(): value for name, value in changed.items()}
        kept = [pair for pair in self.headers if pair[0].lower() not in wanted]
        new = [(name, value) for name, value in wanted.items() if value is not None]
        return replace(self, headers=(*kept, *new))

    @property
    def message_id(self) -> str:
        return dict(self.headers)["Message-ID"]


def message(
    data: bytes | tuple[bytes, ...] = b"",
    *,
    link: Link | None = None,
    message_id: str = "",
    receipt: str = "signed",
    url: str = "",
    filename: str = "orders.edi",
    at: datetime = WHEN,
    signer: str = "acme",
    recipient: str = "ours",
) -> Posted:
    """One of the partner's. ``receipt``: ``signed``, ``plain``, or nothing."""
    link = link or theirs()
    each = data if isinstance(data, tuple) else (data or orders(),)
    layers = link.layers
    built = build_message(
        Outgoing(
            link,
            message_id or f"<{next(_NUMBERS)}@acme.example>",
            at,
            tuple(Payload(Extent.of(one), "application/edifact", filename) for one in each),
            subject="orders",
            signer=own(signer) if layers.sign else None,
            recipients=(certificate(recipient),) if layers.encrypt else (),
        ),
        BytesIO,
        token_bytes,
    )
    unasked = {"disposition-notification-to", "disposition-notification-options"}
    unasked |= {"receipt-delivery-option"}
    headers = [pair for pair in built.headers if pair[0].lower() not in unasked]
    if receipt:
        headers.append(("Disposition-Notification-To", "edi@acme.example"))
    if receipt == "signed":
        headers.append(("Disposition-Notification-Options", f"{DIGESTS}sha-256, sha1"))
    if url:
        headers.append(("Receipt-Delivery-Option", url))
    return Posted(tuple(headers), built.body.read(built.body.size))


@dataclass
class As2World(World):
    """The workspace at work, and the address that partners send to."""

    woken: list[str] = field(default_factory=list)
    settings: str = ACME
    database: str = ""
    laid: bool = False
    """Its files are there already."""

    def __post_init__(self) -> None:
        if not self.laid:
            lay_keys(self.root)
        text = GATEWAY if not self.database else f"{GATEWAY}database: {self.database}\n"
        files = {
            "gateway.yaml": text,
            "partners/_own.yaml": OWN_AS2,
            "partners/acme-retail/partner.yaml": self.settings,
        }
        self.files = {**files, **self.files}
        super().__post_init__()
        self.receiver = self.receiving(self.gateway)

    def receiving(self, gateway: Gateway) -> Receiver:
        return Receiver(gateway.house, links_for(self.workspace), self.woken.append)

    def post(self, posted: Posted, address: str = "192.0.2.7", receiver: Any = None) -> Answer:
        """Send a message, without the wire."""
        desk: Receiver = receiver or self.receiver
        call = desk.admit(Headers.of(posted.headers), address)
        if not isinstance(call, Call):
            return call
        with Spools.beside(desk.house.store.archive) as spools:
            body = Body(spools())
            body.write(posted.body)
            return desk.receive(call, body, spools)

    def received(self) -> list[Received]:
        with self.gateway.house.store.read() as connection:
            rows = connection.execute(select(received).order_by(received.c.id))
            return [Received(**row._mapping) for row in rows]

    def receipts_out(self) -> list[Any]:
        """Receipts that are to be posted, or were."""
        with self.gateway.house.store.read() as connection:
            found = select(delivery).where(delivery.c.outlet == "mdn").order_by(delivery.c.id)
            return list(connection.execute(found))

    def stored(self, sha: str) -> bytes | None:
        with self.gateway.house.store.read() as connection:
            return contents.read(connection, sha)

    def files_received(self) -> list[bytes]:
        """The bytes of all files, as the pipeline has them."""
        return [self.gateway.payload(row) or b"" for row in self.rows(kind="file")]

    def unpack(self) -> None:
        """What waits is opened."""
        from gateway.pipeline.as2 import unpacking  # noqa: PLC0415

        house, lane = self.gateway.house, "unpack/acme-retail/main"
        while rows := unpacking.waiting(house, lane):
            unpacking.work(house, rows)


def disposition(answer: Answer) -> str:
    """Of a receipt in a reply: ``processed/error: decryption-failed``."""
    for line in answer.body.decode("latin-1").splitlines():
        if line.lower().startswith("disposition: automatic"):
            return line.partition(";")[2].strip()
    return ""
