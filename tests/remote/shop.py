"""A workspace that puts its invoices on the server of acme-retail, which is in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.house import House
from gateway.pipeline.remote import kinds
from gateway.problems import Problem
from gateway.store import Delivery, deliveries
from tests.pipeline.world import ACME, World, invoices
from tests.remote.memory import MemoryDir, MemoryServer

FOLDER = """\
    kind: folder
    receive: {folder: acme/in, match: "*"}
    send: {folder: acme/out, name: "{message}_{control}.edi"}
"""
KEY = "ssh-ed25519 " + "A" * 68


def settings(more: str = "", *, in_order: bool = False, folder: str = "/in") -> dict[str, str]:
    """The files of the workspace; ``more``: further settings of ``send``."""
    channel = f"""\
    kind: sftp
    sftp:
      host: sftp.acme-retail.example
      host_keys: ["{KEY}"]
      login: {{user: us, password: "${{env:ACME_PASSWORD}}"}}
      send: {{folder: {folder}, name: "{{message}}_{{control}}.edi"{more}}}
  drop:
    kind: folder
    receive: {{folder: acme/in, match: "*"}}
"""
    partner = ACME.replace(FOLDER, channel)
    if in_order:
        before = "{document: invoice,"
        partner = partner.replace(before, f"{before} in_order: true,")
    partner = partner.replace("direction: inbound,", "direction: inbound, channel: drop,")
    return {
        "partners/acme-retail/partner.yaml": partner.replace("outbound", "outbound, channel: main")
    }


@dataclass
class Shop:
    """The workspace at work, and the partner's server."""

    world: World
    server: MemoryServer
    taken: dict[str, list[bytes]] = field(default_factory=dict)
    """What the partner took so far."""
    count: int = 0

    @classmethod
    def open(cls, root: Path, patch: pytest.MonkeyPatch, more: str = "", **options: bool) -> Shop:
        server = MemoryServer()
        server.folder("/in")

        async def connect(
            _workspace: Workspace, _partner: str, _name: str, _channel: Channel, _told: object
        ) -> MemoryDir:
            return server.connect()

        patch.setitem(kinds.OPENERS, "sftp", connect)
        return cls(World(root, settings(more, **options)), server)

    @property
    def house(self) -> House:
        return self.world.gateway._house

    def invoices(self, count: int = 1) -> None:
        """The ERP gives invoices, and their interchanges are made and sent."""
        self.give(count)
        self.run()

    def give(self, count: int = 1) -> None:
        for _ in range(count):
            self.count += 1
            self.world.erp(f"{self.count}.csv", invoices([f"I{self.count}"]))

    def run(self) -> None:
        """What lies in the inboxes and what is due in the lanes, without the duties."""
        core = Core(self.house, "test")
        poll(core, self.house.inboxes["erp/invoice"], at_once=True)
        while keys := [key for key in core.waiting() if not key.startswith("duty/")]:
            if not sum(core.drain(key) for key in keys):
                break

    def later(self, **by: float) -> None:
        self.world.clock.forward(**(by or {"seconds": 120}))
        self.run()

    def restart(self, checkpoint: Callable[[str], None] | None = None) -> None:
        """The gateway ends, whatever it was doing, and is started again."""
        self.world.gateway.close()
        self.world.gateway = self.world.open(checkpoint)

    def fetch(self, folder: str = "/in") -> None:
        """The partner takes what he sees."""
        for name in self.visible(folder):
            data = self.server.data(f"{folder}/{name}")
            assert data is not None
            self.taken.setdefault(name, []).append(data)
            del self.server.files[next(p for p in self.server.files if p.endswith(f"/{name}"))]

    def visible(self, folder: str = "/in") -> list[str]:
        return [name for name in self.server.names(folder) if not name.startswith(".")]

    def hidden(self) -> list[str]:
        return [name for name in self.server.names("/in") if name.startswith(".")]

    def deliveries(self) -> list[Delivery]:
        """Those that go to the partner's server, in their order."""
        found = []
        with self.house.store.read() as connection:
            for row in self.world.rows():
                rows = deliveries.of_message(connection, row.id)
                found += [one for one in rows if one.outlet == "remote"]
        return sorted(found, key=lambda one: one.id)

    def problems(self) -> list[Problem]:
        found = []
        for one in self.deliveries():
            history = self.world.gateway.message(one.message or 0)
            assert history is not None
            found += history.problems
        return found

    def codes(self) -> list[str]:
        return [found.code for found in self.problems()]

    def states(self) -> list[tuple[str, str]]:
        """Of deliveries and of what they carry."""
        rows = {row.id: row.state for row in self.world.rows()}
        return [(one.state, rows[one.message or 0]) for one in self.deliveries()]
