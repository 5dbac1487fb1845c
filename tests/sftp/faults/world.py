"""The whole gateway with a partner who has a real SFTP server, and what came of every file.

The book-keeping is by bytes: what the partner put into ``out/`` has to be in the pipeline once, and
what the pipeline made for him has to be in his ``in/`` once, or with him when he took it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gateway.config.data import data_roots
from gateway.grammar import Library
from gateway.pipeline import Gateway, Summary
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.gateway import _summary
from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.rounds import Rounds
from gateway.pipeline.remote.servers import servers_for
from gateway.store.remote.tables import picked
from gateway.store.tables import delivery
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import World, invoices, orders

KEYS = Path(__file__).parents[1] / "keys"
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
      host: 127.0.0.1
      port: {port}
      host_keys: ["{host_key}"]
      login: {{user: {user}, {login}}}
      receive: {{folder: {place}/out, {receive}}}
      send: {{folder: {place}/in, name: "{name}"{send}}}
      timeout: {timeout}
      connect_timeout: {timeout}
agreements:
  - {{document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}}
  - {{document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}}
"""
BY_KEY = 'keys: [{key: "${file:user.key}"}]'
AT_ONCE = "ready: {stable_for: 0s}"
_LIBRARY = Library(*data_roots(Path("none"), "grammars"))
"""Of all worlds: reading a grammar takes longer than most of these tests."""


@dataclass
class Partner:
    """Where his server listens, and how he wants to be treated."""

    port: int
    user: str
    folder: Path
    """What a login sees."""
    login: str = BY_KEY
    receive: str = AT_ONCE
    send: str = ""
    """Further settings, each with a comma before it."""
    timeout: str = "20s"
    place: str = "."
    """His folders, seen from there."""
    name: str = "{message}_{control}.edi"
    """Of what is sent to him."""


@dataclass
class SftpWorld(World):
    """The workspace at work."""

    partner: Partner = field(kw_only=True)
    given: list[bytes] = field(default_factory=list)
    """What lay whole in ``out/``, at some time."""
    fetched: list[tuple[str, bytes]] = field(default_factory=list)
    """What the partner took out of ``in/``."""
    count: int = 0
    before: int = 0
    """Files that were taken when :meth:`mark` was asked for."""

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        for key in KEYS.glob("user*.key"):
            shutil.copy(key, self.root)
        for name in ("in", "out"):
            self.server(name).mkdir(parents=True, exist_ok=True)
        self.files = {"partners/acme-retail/partner.yaml": self._settings(), **self.files}
        super().__post_init__()

    def open(self, checkpoint: Any = None) -> Gateway:
        translation: Any = StubTranslation(self.workspace)
        translation.library = _LIBRARY
        return Gateway.open(
            self.workspace,
            clock=self.clock,
            checkpoint=checkpoint or self.checkpoint,
            translation=translation,
        )

    def _settings(self) -> str:
        his = self.partner
        host_key = " ".join((KEYS / "host.pub").read_text().split()[:2])
        return PARTNER.format(host_key=host_key, **{name: getattr(his, name) for name in NAMES})

    def server(self, folder: str) -> Path:
        """A folder of the partner."""
        return self.partner.folder / self.partner.place / folder

    # ---- what is given

    def order(self, name: str = "") -> bytes:
        """Bytes of an interchange that no other one has."""
        self.count += 1
        return orders(f"R{self.count}", [f"PO{self.count}"])

    def gives(self, name: str, data: bytes | None = None) -> bytes:
        """A file lies in ``out/``."""
        made = self.order() if data is None else data
        (self.server("out") / name).write_bytes(made)
        self.given.append(made)
        return made

    def invoice(self, lines: int = 1) -> None:
        """The ERP gives an invoice; ``lines``: how many, so how large."""
        self.count += 1
        numbers = [f"I{self.count}-{each}" for each in range(lines)]
        self.erp(f"{self.count}.csv", invoices(numbers))

    # ---- what is done

    def run(self) -> Summary:
        """One run, without the duties, and without a pause after a server has failed."""
        servers_for(self.workspace).try_at_once("acme-retail", "main")
        house = self.gateway.house
        core = Core(house, "test")
        poll(core, house.inboxes["erp/invoice"], at_once=True)
        with Rounds(core) as rounds:
            rounds.once()
        while keys := [key for key in core.waiting() if not key.startswith("duty/")]:
            if not sum(core.drain(key) for key in keys):
                break
        return _summary(house.tally.taken())

    def mark(self) -> None:
        """What was taken up to now is not new."""
        self.before = len(self.taken())

    def new(self) -> list[bytes]:
        """Files that were taken since then."""
        return self.taken()[self.before :]

    def hang_up(self) -> None:
        """Close the connection that is kept from the last run."""
        loop().run(servers_for(self.workspace).close())

    def later(self) -> None:
        """What was put off is due."""
        self.clock.forward(seconds=120)
        self.run()

    def settle(self, most: int = 4) -> None:
        """Until nothing is left to do."""
        for _ in range(most):
            if self.is_settled():
                return
            self.later()

    def is_settled(self) -> bool:
        """Everything is where it should be, whatever else is there, and is known to be there."""
        given, made = Counter(self.given), Counter(self.made())
        open_ends = (
            select(delivery.c.id).where(delivery.c.state.not_in(("done", "dead"))),
            select(picked.c.id).where(picked.c.state == "accepted"),
        )
        with self.gateway.house.store.read() as connection:
            if any(connection.execute(each.limit(1)).first() for each in open_ends):
                return False
        return given <= Counter(self.taken()) and made <= Counter(self.arrived())

    def fetches(self) -> None:
        """The partner takes what he sees; where markers are agreed, only what has one."""
        found = sorted(self.server("in").iterdir())
        names = {path.name for path in found}
        marked = "done:" in self.partner.send
        for path in found:
            whole = not marked or path.suffix == ".done" or f"{path.name}.done" in names
            if whole and not path.name.startswith("."):
                self.fetched.append((path.name, path.read_bytes()))
                path.unlink()

    # ---- what came of it

    def taken(self) -> list[bytes]:
        """Files of the partner, as the pipeline has them."""
        rows = self.rows(kind="file", partner="acme-retail")
        return [self.gateway.payload(row) or b"" for row in rows]

    def made(self) -> list[bytes]:
        """What was to be sent to him."""
        kinds = ("interchange", "acknowledgement")
        rows = [row for kind in kinds for row in self.rows(kind=kind, direction="out")]
        return [self.gateway.payload(row) or b"" for row in rows]

    def arrived(self) -> list[bytes]:
        """What he got, without his own names and markers."""
        lies = [
            path.read_bytes()
            for path in self.server("in").iterdir()
            if not path.name.startswith(".") and path.suffix == ".edi"
        ]
        return [data for name, data in self.fetched if name.endswith(".edi")] + lies

    def missing(self) -> list[bytes]:
        """What he has not got yet."""
        return list((Counter(self.made()) - Counter(self.arrived())).elements())

    def hidden(self) -> list[str]:
        """Temporary files on his server."""
        return sorted(path.name for path in self.server("in").glob(".*"))

    def codes_told(self) -> Counter[str]:
        """Problems of all messages."""
        return Counter(code for row in self.rows() for code in self.codes(row.id))


NAMES = ("port", "user", "login", "receive", "send", "timeout", "place", "name")


def verdict(world: SftpWorld) -> dict[str, int]:
    """What was lost, doubled or truncated, both ways; all are 0 when all is well."""
    found = Counter[str]()
    for given, came in ((world.given, world.taken()), (world.made(), world.arrived())):
        wanted, there = Counter(given), Counter(came)
        found["lost"] += len(wanted - there)
        found["doubled"] += sum(
            there[data] - number for data, number in wanted.items() if there[data] > number
        )
        found["truncated"] += sum(data not in wanted for data in there)
    return {name: found[name] for name in ("lost", "doubled", "truncated")}


CLEAN = {"lost": 0, "doubled": 0, "truncated": 0}


def check(world: SftpWorld, where: object = "") -> None:
    """Nothing was lost, doubled or truncated."""
    if verdict(world) != CLEAN:
        pytest.fail(f"{where}: {verdict(world)} {dict(world.codes_told())}")
