"""A workspace as `gateway init` makes it, with the real maps, for the tests of replays."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.config import Workspace, load_workspace
from gateway.pipeline import Gateway, Summary
from gateway.store import Filter, History, Message
from tests.pipeline.world import Clock, drop, visible, without_password
from tests.tables import make_tables

ROOT = Path(__file__).parents[2]
ORDERS = ROOT / "samples/acme-retail/orders/0001-one-good-one-bad.edi"
INVOICES = ROOT / "samples/erp/invoice/invoices.csv"
ACME = "partners/acme-retail/partner.yaml"
WITHOUT_NOTE = {
    ACME: (ROOT / ACME)
    .read_text(encoding="utf-8")
    .replace("    mode: live ", "    mapping: own.map\n    mode: live ", 1),
    "partners/acme-retail/own.map": "overlay mappings/edifact/orders.map\ndrop note\n",
}
"""Acme's orders lose their note."""


@dataclass
class Shop:
    """The workspace at work. ``change`` writes settings and starts the gateway again."""

    root: Path
    clock: Clock = field(default_factory=Clock)
    database: str = "sqlite:///var/gateway.db"

    def __post_init__(self) -> None:
        write_workspace(self.root, PARTNERS)
        path = self.root / "gateway.yaml"
        text = path.read_text(encoding="utf-8")
        text = text.replace("sqlite:///var/gateway.db", self.database)
        path.write_text(without_password(text), encoding="utf-8")
        self.start()

    def start(self) -> None:
        self.workspace = self.load()
        make_tables(self.workspace.database)
        self.gateway = Gateway.open(self.workspace, clock=self.clock)

    def load(self) -> Workspace:
        workspace, problems = load_workspace(self.root)
        assert workspace is not None, problems
        return workspace

    def change(self, files: dict[str, str]) -> None:
        self.gateway.close()
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.start()

    def forget(self, *names: str) -> None:
        self.gateway.close()
        for name in names:
            (self.root / name).unlink()
        self.start()

    def acme(self, data: bytes | None = None, name: str = "a.edi") -> None:
        data = ORDERS.read_bytes() if data is None else data
        drop(self.root / "var/partners/acme-retail/in", name, data)

    def erp(self, data: bytes | None = None, name: str = "invoices.csv") -> None:
        data = INVOICES.read_bytes() if data is None else data
        drop(self.root / "var/erp/in/invoice", name, data)

    def run(self) -> Summary:
        return self.gateway.run_once()

    def orders(self) -> dict[str, str]:
        folder = self.root / "var/erp/out/order"
        return {name: (folder / name).read_text(encoding="utf-8") for name in visible(folder)}

    def sent(self, partner: str = "acme-retail") -> dict[str, bytes]:
        folder = self.root / f"var/partners/{partner}/out"
        return {name: (folder / name).read_bytes() for name in visible(folder)}

    def rows(self, **wanted: Any) -> Sequence[Message]:
        return list(reversed(self.gateway.messages(Filter(**wanted))))

    def row(self, **wanted: Any) -> Message:
        (row,) = self.rows(**wanted)
        return row

    def history(self, id_: int) -> History:
        history = self.gateway.message(id_)
        assert history is not None
        return history

    def state(self) -> dict[str, str]:
        """Every row of the database and every file, to see that nothing changed."""
        found: dict[str, str] = {}
        with self.gateway.house.store.read() as connection:
            raw: Any = connection.connection.driver_connection
            dump = "\n".join(raw.iterdump())
            found["database"] = hashlib.sha256(dump.encode()).hexdigest()
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.name.startswith("gateway.db"):
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found
