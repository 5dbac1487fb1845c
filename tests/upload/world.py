"""A gateway that takes uploads of acme-retail, and posts to a server of theirs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline import Gateway
from gateway.pipeline.as2.receive.spool import Body, Spools
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.upload.receive.answer import Answer
from gateway.pipeline.upload.receive.entrance import Call
from gateway.pipeline.upload.receive.receiver import Receiver
from gateway.store.tables import delivery
from gateway.store.upload.tables import upload
from tests.pipeline.world import World, invoices, orders

TOKEN, OLD = "t0ken-of-acme-retail-2026", "t0ken-of-acme-retail-2025"
ACME = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {{id: 4012345000009, qualifier: 14}}
channels:
  main:
    kind: folder
    receive: {{folder: acme/in, match: "*"}}
  web:
    kind: https
    https:
{https}
agreements:
  - {{document: order, direction: inbound, standard: EDIFACT D.96A EAN008, channel: web}}
  - {{document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008, channel: web}}
"""
RECEIVE = """\
      receive:
        tokens: ["${file:token.txt}", "${env:ACME_OLD_TOKEN}"]
        max_size: 1MB
"""
SEND = """\
      send:
        url: {url}
"""


def settings(https: str) -> dict[str, str]:
    """The files of the workspace. ``https``: the lines of the group."""
    return {
        "partners/acme-retail/partner.yaml": ACME.format(https=https.rstrip()),
        "token.txt": TOKEN + "\n",
    }


@dataclass
class UploadWorld(World):
    """The workspace at work, and the address that partners post to."""

    https: str = RECEIVE
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.files = {**settings(self.https), **self.files}
        super().__post_init__()
        self.receiver = self.receiving(self.gateway)

    def receiving(self, gateway: Gateway) -> Receiver:
        return Receiver(gateway.house, self.woken.append)

    def ask(
        self,
        method: str = "GET",
        path: str = "/in/acme-retail/web",
        data: bytes = b"",
        *,
        token: str = TOKEN,
        key: str = "",
        headers: dict[str, str] | None = None,
        address: str = "192.0.2.7",
        receiver: Receiver | None = None,
    ) -> Answer:
        """A request, without the wire."""
        desk = receiver or self.receiver
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        sent |= {"Idempotency-Key": key} if key else {}
        sent |= {"Content-Length": str(len(data))} if data else {}
        call = desk.admit(method, path, Headers.of((sent | (headers or {})).items()), address)
        if isinstance(call, Answer):
            return call
        if not isinstance(call, Call):
            return desk.status(call)
        with Spools.beside(desk.house.store.archive) as spools:
            body = Body(spools())
            body.write(data)
            return desk.receive(call, body)

    def post(self, data: bytes | None = None, **more: Any) -> Answer:
        return self.ask("POST", data=orders() if data is None else data, **more)

    def uploads(self) -> list[Any]:
        with self.gateway.house.store.read() as connection:
            return list(connection.execute(select(upload).order_by(upload.c.id)))

    def deliveries(self, outlet: str = "upload") -> list[Any]:
        with self.gateway.house.store.read() as connection:
            found = select(delivery).where(delivery.c.outlet == outlet).order_by(delivery.c.id)
            return list(connection.execute(found))

    def invoice(self, number: str = "I1") -> None:
        """The ERP gives an invoice, and it is posted."""
        self.erp(f"{number}.csv", invoices([number]))
        self.work()

    def work(self, **later: float) -> None:
        """Later, what is due then is done."""
        self.clock.forward(**later)
        core = Core(self.gateway.house, "test")
        poll(core, self.gateway.house.inboxes["erp/invoice"], at_once=True)
        while keys := [key for key in core.waiting() if not key.startswith("duty/")]:
            if not sum(core.drain(key) for key in keys):
                break

    @property
    def interchange(self) -> Any:
        """What was sent."""
        (row,) = [row for row in self.rows(direction="out") if row.kind == "interchange"]
        return row


def facts(answer: Answer) -> dict[str, Any]:
    """The JSON of an answer."""
    found: dict[str, Any] = json.loads(answer.body)
    return found


def header(answer: Answer, name: str) -> str:
    return dict(answer.headers).get(name, "")
