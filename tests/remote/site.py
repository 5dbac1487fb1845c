"""A gateway whose partner has a server: workspace, clock, a ``RemoteDir`` behind the channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.remote.directory import RemoteDir
from gateway.pipeline import Gateway
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.remote import kinds
from gateway.pipeline.remote.desk import Desk
from gateway.pipeline.remote.look import look
from gateway.pipeline.remote.looked import Looked
from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.rounds import Rounds
from gateway.pipeline.remote.servers import Servers
from gateway.pipeline.remote.source import Source, source_of
from gateway.store import Filter, Message
from tests.pipeline.world import GATEWAY, NORTHWIND, Clock, make
from tests.tables import make_tables

SETTLED = 3600.0
"""Seconds that pass between two looks: everything has stood still."""
HOST_KEY = "SHA256:" + "A" * 43
PARTNER = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {{id: 4012345000009, qualifier: 14}}
channels:
  main:
    kind: sftp
    sftp:
      host: sftp.acme-retail.example
      host_keys: ["{key}"]
      login: {{user: our-company, password: "${{env:ACME_PASSWORD}}"}}
      receive: {receive}
      send: {{folder: /in}}
agreements:
  - {{document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}}
  - {{document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}}
"""
RECEIVE = "{folder: /out, ready: {stable_for: 0s}}"


def settings(receive: str = RECEIVE, database: str = "") -> dict[str, str]:
    """The files of a workspace whose partner has an SFTP server."""
    gateway = GATEWAY + (f"database: {database}\n" if database else "")
    return {
        "gateway.yaml": gateway,
        "partners/acme-retail/partner.yaml": PARTNER.format(receive=receive, key=HOST_KEY),
        "partners/northwind/partner.yaml": NORTHWIND,
    }


@dataclass
class Site:
    """A workspace at work on one server."""

    root: Path
    connect: Callable[[], RemoteDir]
    receive: str = RECEIVE
    database: str = ""
    clock: Clock = field(default_factory=Clock)
    now: float = 1000.0
    """Of the clock that ages of files are measured with."""
    checkpoint: Callable[[str], None] = lambda _name: None

    def __post_init__(self) -> None:
        self._patch = pytest.MonkeyPatch()

        async def opener(*_arguments: Any) -> RemoteDir:
            return self.connect()

        self._patch.setitem(kinds.OPENERS, "sftp", opener)
        self.open()

    def open(self) -> None:
        """Start the gateway, with nothing in memory."""
        self.workspace = make(self.root, settings(self.receive, self.database))
        translation: Any = object()  # files are taken, not worked on
        make_tables(self.workspace.database)
        self.gateway = Gateway.open(
            self.workspace,
            clock=self.clock,
            checkpoint=self._checkpoint,
            translation=translation,
        )
        self.core = Core(self.gateway.house, self.gateway.name)
        self.servers = Servers(self.workspace)
        self.desk = Desk(self.core, self.servers, lambda: self.now)
        found = source_of(self.workspace, "acme-retail", "main")
        assert found is not None
        self.source: Source = found

    def _checkpoint(self, name: str) -> None:
        self.checkpoint(name)

    def look(self, *, later: float = 0.0) -> Looked | None:
        """One look, so many seconds later; ``None`` when it failed."""
        self.now += later
        self.servers.try_at_once("acme-retail", "main")
        return loop().run(look(self.desk, self.source), 30.0)

    def again(self) -> None:
        """The process is started anew."""
        self.close_gateway()
        self.open()

    def rounds(self) -> Rounds:
        """What `serve` and `run` use."""
        return Rounds(self.core)

    def rows(self) -> list[Message]:
        """Files that were taken over, oldest first."""
        return list(reversed(self.gateway.messages(Filter(kind="file", limit=10_000))))

    def taken(self) -> list[tuple[str, bytes]]:
        """Their names and bytes."""
        house = self.gateway.house
        return [(row.name, house.store.payload(row.payload or "")) for row in self.rows()]

    def problems(self) -> list[str]:
        """Codes of what a person was told."""
        return [found.code for found in self.gateway.house.tally.taken().problems]

    def close_gateway(self) -> None:
        loop().run(self.servers.close())
        self.desk.close()
        self.gateway.close()

    def close(self) -> None:
        self.close_gateway()
        self._patch.undo()
