"""A workspace whose partner acme-retail is reached by AS2, for the tests of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.write import Mdn
from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline.as2.settle_receipt import receive_receipt
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.house import House
from gateway.problems import Problem
from gateway.store import alarms, deliveries, messages
from gateway.store.as2 import sent
from gateway.store.as2.sent import Sent
from gateway.store.as2.tables import receipt
from tests.as2.credentials import KEYS
from tests.as2.send.peer import Peer
from tests.pipeline.world import ACME, OWN, World, invoices

OURS = f"""\
{OWN}as2:
  id: OURS
  url: http://127.0.0.1:9/as2
  keys:
    - {{certificate: {KEYS}/ours-ec.pem, key: "${{file:{KEYS}/ours-ec.key}}", use: [sign]}}
"""
FOLDER = """\
    kind: folder
    receive: {folder: acme/in, match: "*"}
    send: {folder: acme/out, name: "{message}_{control}.edi"}
"""


def channel(peer: Peer, more: str = "", url: str = "") -> str:
    """The channel of the partner, as ``partner.yaml`` writes it."""
    return f"""\
    kind: as2
    as2:
      id: ACME
      url: {url or peer.url}
      certificates:
        - {{file: acme.pem}}
{more}  drop:
    kind: folder
    receive: {{folder: acme/in, match: "*"}}
"""


AGREEMENTS = """\
agreements:
  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008, channel: drop}
  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008, channel: main}
"""


def settings(
    peer: Peer, more: str = "", url: str = "", *, in_order: bool = False
) -> dict[str, str]:
    """The files of the workspace. ``more``: further lines of the group ``as2``."""
    lines = "".join(f"      {line}\n" for line in more.splitlines())
    partner = ACME[: ACME.index("agreements:")].replace(FOLDER, channel(peer, lines, url))
    return {
        "partners/_own.yaml": OURS,
        "partners/acme-retail/partner.yaml": partner
        + (AGREEMENTS.replace("main}", "main, in_order: true}") if in_order else AGREEMENTS),
        "partners/acme-retail/acme.pem": (KEYS / "acme.pem").read_text(),
    }


@dataclass
class Shop:
    """The workspace at work, and its partner."""

    world: World
    peer: Peer
    numbers: list[str] = field(default_factory=lambda: [f"I{n}" for n in range(1, 99)])

    @classmethod
    def open(
        cls,
        root: Path,
        peer: Peer,
        more: str = "",
        files: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> Shop:
        return cls(World(root, settings(peer, more, **changes) | dict(files or {})), peer)

    def invoice(self) -> None:
        """The ERP gives an invoice, and it is sent."""
        number = self.numbers.pop(0)
        self.world.erp(f"{number}.csv", invoices([number]))
        self.run()

    def run(self) -> None:
        """What lies in the inboxes and what is due in the lanes, without the duties."""
        core = Core(self.house, "test")
        for source in ("erp/invoice", "acme-retail/drop"):
            poll(core, self.house.inboxes[source], at_once=True)
        while keys := [key for key in core.waiting() if not key.startswith("duty/")]:
            if not sum(core.drain(key) for key in keys):
                break

    def look(self) -> None:
        """The gateway is started, with all its duties: alarms are raised and resolved."""
        self.world.run()

    def wait(self, **by: float) -> None:
        """Later, what is due then is done."""
        self.world.clock.forward(**by)
        self.run()

    @property
    def house(self) -> Any:
        return self.world.gateway.house

    @property
    def row(self) -> Any:
        """The interchange that was sent."""
        (row,) = self.interchanges
        return row

    @property
    def interchanges(self) -> list[Any]:
        rows = self.world.rows(direction="out")
        return [row for row in rows if row.kind == "interchange"]

    @property
    def problems(self) -> tuple[Problem, ...]:
        with self.house.store.read() as connection:
            return messages.problems_of(connection, self.row.id)

    @property
    def document(self) -> Any:
        (row,) = [row for row in self.world.rows() if row.kind == "document"]
        return row

    @property
    def codes(self) -> list[str]:
        return self.world.codes(self.row.id)

    @property
    def sent(self) -> Sent:
        """The message on the wire that counts."""
        return self.all_sent[-1]

    @property
    def all_sent(self) -> list[Sent]:
        with self.house.store.read() as connection:
            return sent.of_message(connection, self.row.id)

    @property
    def delivery(self) -> Any:
        with self.house.store.read() as connection:
            return deliveries.of_message(connection, self.row.id)[-1]

    @property
    def receipts(self) -> list[str]:
        """What became of every receipt that came."""
        return verdicts(self.house)

    @property
    def alarms(self) -> list[str]:
        with self.house.store.read() as connection:
            return sorted(each.found.code for each in alarms.open_alarms(connection))

    @property
    def texts(self) -> list[str]:
        with self.house.store.read() as connection:
            return [each.text for each in messages.events_of(connection, self.row.id)]

    def arrives(self, mdn: Mdn) -> tuple[int, str, bool]:
        """A receipt comes to our address."""
        return arrives(self.house, mdn)


def arrives(house: House, mdn: Mdn) -> tuple[int, str, bool]:
    """A receipt comes to our address."""
    return receive_receipt(house, Headers.of(mdn.headers), Extent.of(mdn.body))


def verdicts(house: House) -> list[str]:
    """What became of every receipt that came."""
    with house.store.read() as connection:
        return list(connection.scalars(select(receipt.c.verdict).order_by(receipt.c.id)))
