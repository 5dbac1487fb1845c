"""A gateway with a mailbox for a partner, and the partner's sessions in it, without the wire."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gateway.channels.sftp.server.hosting import Caller, Opening
from gateway.channels.sftp.server.paths import Spot, spot
from gateway.config.data import data_roots
from gateway.grammar import Library
from gateway.pipeline import Gateway
from gateway.pipeline.mailbox.box import MailboxBox
from gateway.pipeline.mailbox.mailboxes import Mailboxes
from gateway.store.mailbox import actions
from gateway.store.mailbox.actions import Done
from gateway.store.tables import delivery
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import GATEWAY, World

KEYS = Path(__file__).parents[1] / "sftp" / "keys"
SERVER = """\
mailboxes:
  listen: 127.0.0.1:0
  host_keys: ["${file:host.key}"]
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
    kind: mailbox
    mailbox: MAILBOX
agreements:
  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}
  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}
"""
PLAIN = "user: acme, keys: [{file: keys/user.pub}]"
NAME = "{message}_{control}.edi"
FRESH = Opening(create=True, fresh=True, only_new=False)
ANEW = Opening(create=True, fresh=False, only_new=True)
ON = Opening(create=False, fresh=False, only_new=False)
_SESSIONS = count(1)
_LIBRARY = Library(*data_roots(Path("none"), "grammars"))
"""Of all worlds: reading a grammar takes longer than most of these tests."""


def mailbox(text: str, send: str = "") -> str:
    """The settings of a mailbox: ``quota: 100``; ``send``: ``after: keep``."""
    more = f", {text}" if text else ""
    return f'{{{PLAIN}, send: {{name: "{NAME}"{f", {send}" if send else ""}}}{more}}}'


@dataclass
class MailboxWorld(World):
    """The workspace at work; ``settings``, ``send``: more settings of the mailbox."""

    settings: str = ""
    send: str = ""
    database: str = ""
    laid: bool = False
    """Its files are there already."""
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.laid:
            keys = self.root / "partners/acme-retail/keys"
            keys.mkdir(parents=True)
            shutil.copy(KEYS / "user.pub", keys)
            shutil.copy(KEYS / "host.key", self.root)
            (self.root / "host.key").chmod(0o600)
        text = GATEWAY if not self.database else f"{GATEWAY}database: {self.database}\n"
        acme = ACME.replace("MAILBOX", mailbox(self.settings, self.send))
        files = {"gateway.yaml": text + SERVER, "partners/acme-retail/partner.yaml": acme}
        self.files = {**files, **self.files}
        super().__post_init__()
        self.mailboxes = self.hosting(self.gateway)

    def open(self, checkpoint: Callable[[str], None] | None = None) -> Gateway:
        translation: Any = StubTranslation(self.workspace)
        translation.library = _LIBRARY
        return Gateway.open(
            self.workspace,
            clock=self.clock,
            checkpoint=checkpoint or self.checkpoint,
            translation=translation,
        )

    def hosting(self, gateway: Gateway) -> Mailboxes:
        settings = self.workspace.settings.mailboxes
        assert settings is not None
        owner = f"here:1:{next(_SESSIONS)}"
        return Mailboxes(gateway.house, settings, owner=owner, wake=self.woken.append)

    def restart(self) -> None:
        """The gateway is ended and started again."""
        self.gateway.close()
        self.gateway = self.open()
        self.mailboxes = self.hosting(self.gateway)
        self.mailboxes.start()

    def session(self) -> Session:
        return Session(self.mailboxes.box(caller()))

    def record(self) -> list[Done]:
        """What was done, oldest first."""
        with self.gateway.house.store.read() as connection:
            return actions.of(connection, "acme-retail")[::-1]

    def offered(self) -> list[Any]:
        """Deliveries into mailboxes."""
        with self.gateway.house.store.read() as connection:
            found = select(delivery).where(delivery.c.outlet == "mailbox").order_by(delivery.c.id)
            return list(connection.execute(found))

    def files_received(self) -> list[bytes]:
        """The bytes of all files, as the pipeline has them."""
        return [
            self.gateway.payload(row) or b""
            for row in self.rows(kind="file", partner="acme-retail")
        ]

    def left(self) -> list[str]:
        """Files of uploads that are not taken over."""
        folder = self.root / "var/mailboxes/.incoming"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def caller() -> Caller:
    """Somebody who has logged in."""
    number = next(_SESSIONS)
    means = "key SHA256:x"
    return Caller(f"s{number}", "acme", "acme-retail", "main", "192.0.2.7", "test", means)


@dataclass
class Session:
    """What a client does."""

    box: MailboxBox

    def put(self, name: str, data: bytes, opening: Opening = FRESH) -> None:
        """All of it, and the client's own close."""
        upload = self.box.upload(at(name), opening)
        upload.write(upload.size, data)
        upload.close(True)

    def tear(self, name: str, data: bytes, opening: Opening = FRESH) -> None:
        """As much as came before the connection broke."""
        upload = self.box.upload(at(name), opening)
        upload.write(upload.size, data)
        upload.close(False)

    def get(
        self, path: str, start: int = 0, end: int | None = None, *, whole: bool = True
    ) -> bytes:
        """Read a part; ``whole``: the client closes it."""
        download = self.box.download(spot(path.encode()))
        stop = download.size if end is None else end
        data = download.read(start, stop - start)
        download.close(whole, [(start, stop)] if stop > start else [])
        return data

    def rename(self, name: str, target: str, *, replace: bool = False) -> None:
        self.box.rename(at(name), at(target), replace)

    def names(self, folder: str = "in") -> list[str]:
        return [entry.name for entry in self.box.list(spot(folder.encode()))]

    def sizes(self, folder: str = "in") -> dict[str, int]:
        return {entry.name: entry.size for entry in self.box.list(spot(folder.encode()))}


def at(name: str) -> Spot:
    """``orders.edi`` lies in ``in/``; ``/out/x`` is a path."""
    return spot(name.encode() if "/" in name else f"in/{name}".encode())


def outcomes(done: Sequence[Done]) -> list[str]:
    """What was done, shortly: ``take /in/orders.edi``."""
    return [f"{each.action} {each.path}" for each in done]
