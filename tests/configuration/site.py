"""A workspace whose settings are applied, and processes that follow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.config import Workspace, load_workspace
from gateway.config.snapshot import version
from gateway.config.translation import Translation
from gateway.pipeline import Gateway
from gateway.pipeline.configuration.applying import Applying, Outcome, rollback_to
from gateway.pipeline.configuration.running import Running, running
from gateway.pipeline.configuration.wanted import Wanted, wanted
from gateway.problems import Problem
from gateway.store import Filter, Message, applied
from gateway.store.applied import Wish
from tests.pipeline.world import Clock, drop, visible, without_password
from tests.tables import make_tables

ROOT = Path(__file__).parents[2]
ORDERS = ROOT / "samples/acme-retail/orders/0001-one-good-one-bad.edi"
ACME = "partners/acme-retail/partner.yaml"
WITHOUT_NOTE = {
    ACME: (ROOT / ACME)
    .read_text(encoding="utf-8")
    .replace("    mode: live ", "    mapping: own.map\n    mode: live ", 1),
    "partners/acme-retail/own.map": "overlay mappings/edifact/orders.map\ndrop note\n",
}
"""Acme's orders lose their note."""
PATIENCE = 20.0


@dataclass
class Site:
    """One workspace; commands and processes open it each for themselves."""

    root: Path
    database: str = "sqlite:///var/gateway.db"
    clock: Clock | None = None
    tables: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        write_workspace(self.root, PARTNERS)
        self.change("gateway.yaml", "sqlite:///var/gateway.db", without_password(self.database))
        make_tables(self.files().database)

    # ---- the files

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def files(self) -> Workspace:
        workspace, problems = load_workspace(self.root)
        assert workspace is not None, problems
        return workspace

    # ---- commands

    @contextmanager
    def opened(self, *, draft: bool = False, files: Workspace | None = None) -> Iterator[Gateway]:
        found = files or self.files()
        with Gateway.open(found, clock=self.clock, draft=draft) as gateway:
            yield gateway

    def apply(
        self, *, checkpoint: Callable[[str], None] | None = None, patience: float = PATIENCE,
        without_broken: bool = False, anyway: bool = False,
    ) -> Outcome:  # fmt: skip
        """What `gateway apply --yes` does."""
        files, problems = load_workspace(self.root)
        assert files is not None, problems
        problems = [*problems, *Translation(files).problems()]
        with Gateway.open(files, clock=self.clock, checkpoint=checkpoint, draft=True) as gateway:
            store = gateway.house.store
            now = running(store, gateway.house.workspace, files)
            found = wanted(store, now, files, problems, without_broken=without_broken)
            if not isinstance(found, Wanted):
                return Outcome(None, tuple(found))
            wish = Wish("apply", found.snapshot.hash, version(), now.seq, "anna", "", "a change")
            doing = Applying(store, now.workspace, anyway=anyway, patience=patience)
            return doing.apply(found.snapshot, wish)

    def rollback(self, seq: int | None = None) -> Outcome:
        """What `gateway rollback --yes` does."""
        with self.opened() as gateway:
            store, now = gateway.house.store, gateway.running
            found = rollback_to(store, now, seq)
            if isinstance(found, Problem):
                return Outcome(None, (found,))
            row, snapshot = found
            wish = Wish("rollback", row.hash, version(), now.seq, "anna", "", "back")
            return Applying(store, now.workspace, patience=PATIENCE).apply(snapshot, wish)

    def running(self) -> Running:
        """What a process that starts now runs."""
        with self.opened() as gateway:
            return gateway.running

    # ---- processes

    @contextmanager
    def serving(self, *, workspace: Workspace | None = None) -> Iterator[Gateway]:
        """A process at work."""
        stop = threading.Event()
        with self.opened(files=workspace) as gateway:
            thread = threading.Thread(target=gateway.serve, args=(stop,), daemon=True)
            thread.start()
            try:
                # who applies asks those who said that they live
                until(lambda: gateway.crew is not None and _lives(gateway))
                yield gateway
            finally:
                stop.set()
                thread.join(PATIENCE)

    # ---- documents

    def order(self, number: int) -> None:
        """A file with one good order of this number, and a bad one."""
        data = ORDERS.read_bytes().replace(b"4711", str(number).encode())
        data = data.replace(b"PO-26-1", f"PO-{number}-1".encode())
        drop(self.root / "var/partners/acme-retail/in", f"{number}.edi", data)

    def orders(self) -> dict[str, str]:
        folder = self.root / "var/erp/out/order"
        return {name: (folder / name).read_text(encoding="utf-8") for name in visible(folder)}

    def rows(self, gateway: Gateway, kind: str = "message") -> list[Message]:
        return list(gateway.messages(Filter(kind=kind, limit=10_000)))


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something, not for long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def _lives(gateway: Gateway) -> bool:
    store = gateway.house.store
    with store.read() as connection:
        known = applied.processes(connection, store.clock())
    return any(one.owner == gateway.name for one in known)
